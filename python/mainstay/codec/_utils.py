"""Annotations of classes: resolved, with the arguments of generic bases put in."""

from __future__ import annotations

import collections.abc
import sys
import types
import typing
from typing import Annotated, Any, ForwardRef, Generic, TypeVar, cast

_AnnotatedAlias: Any = type(Annotated[int, ""])
_GenericAlias: Any = type(typing.List[int])  # noqa: UP006  # this class is what is wanted


def get_type_hints(obj: Any) -> dict[str, Any]:
    """`typing.get_type_hints`, with what is annotated kept."""
    extensions = sys.modules.get("typing_extensions")
    find: Any = typing.get_type_hints if extensions is None else extensions.get_type_hints
    hints: dict[str, Any] = find(obj, include_extras=True)
    return hints


def _qualifiers(name: str) -> list[Any]:
    """`Required` or `NotRequired`, of each module that has one of its own.

    A program that uses those of typing_extensions has imported it; it is large.
    """
    places = (typing, sys.modules.get("typing_extensions"))
    return [vars(each)[name] for each in places if each is not None and name in vars(each)]


# The abstract collections, and what is made for them.
_CONCRETE_TYPES: dict[Any, type] = {each: each for each in (list, tuple, set, frozenset, dict)}
for _name, _made in (
    ("List", list),
    ("Tuple", tuple),
    ("Set", set),
    ("FrozenSet", frozenset),
    ("Dict", dict),
    ("Collection", list),
    ("MutableSequence", list),
    ("Sequence", list),
    ("MutableMapping", dict),
    ("Mapping", dict),
    ("MutableSet", set),
    ("AbstractSet", set),
):
    _CONCRETE_TYPES[getattr(typing, _name)] = _made
    _abstract = "Set" if _name == "AbstractSet" else _name
    if _name not in ("List", "Tuple", "Set", "FrozenSet", "Dict"):
        _CONCRETE_TYPES[getattr(collections.abc, _abstract)] = _made
del _name, _made, _abstract

if sys.version_info >= (3, 14):
    annotationlib: Any = __import__("annotationlib")  # since 3.14

    def _own_annotations(cls: type) -> dict[str, Any]:
        found: dict[str, Any] = annotationlib.get_annotations(cls)
        return found

    def call_annotate_forwardref(annotate: Any) -> dict[str, Any]:
        """What a function that makes annotations answers; unknown names stay references."""
        found: dict[str, Any] = annotationlib.call_annotate_function(
            annotate, annotationlib.Format.FORWARDREF
        )
        return found
else:

    def _own_annotations(cls: type) -> dict[str, Any]:
        found = vars(cls).get("__annotations__", {})
        return found if isinstance(found, dict) else dict(found)

    def call_annotate_forwardref(annotate: Any) -> dict[str, Any]:
        """What a function that makes annotations answers."""
        found: dict[str, Any] = annotate(1)
        return found


_EVALUATE: Any = vars(typing)["_eval_type"]
_TYPE_PARAMS_KEYWORD = sys.version_info >= (3, 12, 4)


def _reference(text: str) -> ForwardRef:
    try:
        return ForwardRef(text, is_argument=False, is_class=True)
    except TypeError:  # early releases of 3.10
        return ForwardRef(text, is_argument=False)


def _evaluate(
    annotation: Any, names: dict[str, Any], fallback: dict[str, Any], params: tuple[Any, ...]
) -> Any:
    """An annotation without references: `names` count before `fallback`, parameters before both."""
    if isinstance(annotation, str):
        annotation = _reference(annotation)
    local = {**fallback, **{each.__name__: each for each in params}} if params else fallback
    if _TYPE_PARAMS_KEYWORD and params:
        return _EVALUATE(annotation, names, local, type_params=params)
    if _TYPE_PARAMS_KEYWORD:
        return _EVALUATE(annotation, names, local, type_params=())
    return _EVALUATE(annotation, names, local)


def _is_class(obj: Any) -> bool:
    # On Python 3.10 an alias as list[int] counts as an instance of type.
    return isinstance(obj, type) and not isinstance(obj, types.GenericAlias)


def _substitute(annotation: Any, bound: dict[Any, Any]) -> Any:
    """Puts bound arguments where an annotation has type variables."""
    if isinstance(annotation, TypeVar):
        return bound.get(annotation, annotation)
    try:
        free = tuple(annotation.__parameters__)
    except Exception:
        return annotation
    return annotation[tuple(bound.get(each, each) for each in free)] if free else annotation


def _bindings(obj: Any) -> dict[Any, dict[Any, Any]]:
    """For each generic class that `obj` derives from: its type variables, and what they are."""
    found: dict[Any, dict[Any, Any]] = {}

    def visit(base: Any, outer: dict[Any, Any]) -> None:
        inner: dict[Any, Any] = {}
        cls = base
        if not _is_class(base):
            cls = typing.get_origin(base)
            if cls is None or cls in (object, Generic) or cls in found:
                return
            arguments = typing.get_args(base)
            variables = getattr(cls, "__parameters__", None)
            if variables is None:  # a built-in generic: the alias has the variables
                inner = dict(zip(base.__parameters__, arguments, strict=False))
            else:
                inner = dict(
                    zip(variables, (_substitute(each, outer) for each in arguments), strict=False)
                )
            found[cls] = inner
        if issubclass(cls, Generic):
            for each in getattr(cls, "__orig_bases__", cls.__bases__):
                visit(each, inner)

    visit(obj, {})
    return found


def _is_typeddict(cls: Any) -> bool:
    # typing.is_typeddict does not know those of typing_extensions.
    return isinstance(cls, type) and issubclass(cls, dict) and hasattr(cls, "__total__")


def _namespace_of(cls: type) -> dict[str, Any]:
    namespace: Any = vars(cls)
    copy = namespace.copy() if isinstance(namespace, types.MappingProxyType) else None
    return copy if type(copy) is dict else dict(namespace)


def get_class_annotations(obj: Any) -> dict[str, Any]:
    """The annotations of a class or of an alias of a generic one, by name; the nearest counts.

    As `typing.get_type_hints`, but `Annotated` and `ClassVar` stay, and arguments of generic
    classes take the place of their variables. A variable that nothing binds stays.
    """
    cls = obj if _is_class(obj) else obj.__origin__
    bound = _bindings(obj)
    hints: dict[str, Any] = {}
    for each in cls.__mro__:
        if each in (Generic, object):
            continue
        names = _namespace_of(each)
        own = tuple(getattr(each, "__type_params__", ()))
        names.update((param.__name__, param) for param in own)
        module = sys.modules.get(getattr(each, "__module__", None) or "")
        params = own + _foreign_params(own, bound, cls.__mro__)
        for name, annotation in _own_annotations(each).items():
            if name in hints:
                continue
            value = _evaluate(annotation, names, getattr(module, "__dict__", {}), params)
            if each in bound:
                value = _substitute(value, bound[each])
            hints[name] = type(None) if value is None else value
    if _is_typeddict(cls):
        _bind_copied(cls, hints, bound)
    return hints


def _foreign_params(
    own: tuple[Any, ...], bound: dict[Any, dict[Any, Any]], mro: tuple[type, ...]
) -> tuple[Any, ...]:
    """Variables of generic TypedDicts whose annotations were copied; they are in no mro."""
    known = {getattr(each, "__name__", None) for each in own}
    found: list[Any] = []
    for cls, scope in bound.items():
        if cls in mro:
            continue
        for variable in scope:
            name = getattr(variable, "__name__", None)
            if name and name not in known:
                known.add(name)
                found.append(variable)
    return tuple(found)


def _bind_copied(cls: type, hints: dict[str, Any], bound: dict[Any, dict[Any, Any]]) -> None:
    """A TypedDict has copies of its bases' annotations: variables of the bases are bound in them.

    An annotation that the class gives anew is another one, and stays.
    """
    own = _own_annotations(cls)
    for base, scope in bound.items():
        if not scope or base in cls.__mro__:
            continue
        for name, annotation in _own_annotations(base).items():
            if name in hints and own.get(name) == annotation:
                hints[name] = _substitute(hints[name], scope)


def get_typeddict_info(obj: Any) -> tuple[dict[str, Any], set[str]]:
    """The annotations of a TypedDict without Required and NotRequired, and its required names."""
    cls = obj if _is_class(obj) else obj.__origin__
    hints = get_class_annotations(obj)
    keys = getattr(cls, "__required_keys__", None)
    if keys is None:
        keys = hints if cls.__total__ else ()
    required = set(keys)
    always, sometimes = _qualifiers("Required"), _qualifiers("NotRequired")
    for name, annotation in hints.items():
        # Postponed annotations hide the qualifiers from the TypedDict itself.
        inner: Any = (
            annotation.__origin__ if isinstance(annotation, _AnnotatedAlias) else annotation
        )
        qualifier = getattr(inner, "__origin__", None)
        if not any(qualifier is each for each in (*always, *sometimes)):
            continue
        if any(qualifier is each for each in always):
            required.add(name)
        else:
            required.discard(name)
        stripped = inner.__args__[0]
        if isinstance(annotation, _AnnotatedAlias):
            arguments = (stripped, *annotation.__metadata__)
            stripped = cast(Any, Annotated)[arguments]
        hints[name] = stripped
    if not required <= set(hints):
        raise RuntimeError(
            f"Required set {required} contains keys that are no in hints: {hints.keys()}"
        )
    return hints, required


_Fields = list[tuple[str, Any, bool]]


def get_dataclass_info(obj: Any) -> tuple[Any, tuple[Any, ...], tuple[Any, ...], Any, Any]:
    """Of a dataclass or attrs class: the class, fields, defaults, what is called before and after.

    A field is a name, its type, and whether its default is to be called; required ones come first.
    """
    cls = obj if _is_class(obj) else obj.__origin__
    required: _Fields = []
    optional: _Fields = []
    defaults: list[Any] = []
    if hasattr(cls, "__dataclass_fields__"):
        _dataclass_fields(obj, cls, required, optional, defaults)
        before, after = None, getattr(cls, "__post_init__", None)
    else:
        validated = _attrs_fields(obj, cls, required, optional, defaults)
        before = getattr(cls, "__attrs_pre_init__", None)
        after = getattr(cls, "__attrs_post_init__", None)
        if validated:
            after = _validator(validated, after)
    return cls, (*required, *optional), tuple(defaults), before, after


def _dataclass_fields(
    obj: Any, cls: Any, required: _Fields, optional: _Fields, defaults: list[Any]
) -> None:
    import dataclasses

    hints = get_class_annotations(obj)
    plain = vars(dataclasses)["_FIELD"]
    init_only = vars(dataclasses)["_FIELD_INITVAR"]
    for each in cls.__dataclass_fields__.values():
        if each._field_type is init_only:
            raise TypeError("dataclasses with `InitVar` fields are not supported")
        if each._field_type is not plain:
            continue
        kind = hints[each.name]
        if each.default is not dataclasses.MISSING:
            optional.append((each.name, kind, False))
            defaults.append(each.default)
        elif each.default_factory is not dataclasses.MISSING:
            optional.append((each.name, kind, True))
            defaults.append(each.default_factory)
        else:
            required.append((each.name, kind, False))


def _attrs_fields(
    obj: Any, cls: Any, required: _Fields, optional: _Fields, defaults: list[Any]
) -> list[Any]:
    """Also the fields that have validators."""
    attrs = __import__("attrs")
    hints = get_class_annotations(obj)
    owners: dict[str, Any] | None = None
    validated = []
    for each in cls.__attrs_attrs__:
        name = each.name
        if name in hints:
            kind = hints[name]
        elif each.type is None:
            kind = Any
        else:
            if owners is None:
                owners = {
                    field.name: base
                    for base in reversed(cls.__mro__)
                    for field in getattr(base, "__attrs_attrs__", ())
                    if not field.inherited
                }
            kind = _substitute(each.type, _bindings(obj).get(owners[name], {}))
        if each.default is attrs.NOTHING:
            required.append((name, kind, False))
        elif isinstance(each.default, attrs.Factory):
            if each.default.takes_self:
                raise NotImplementedError(
                    "Support for default factories with `takes_self=True` is not implemented. "
                    "File a GitHub issue if you need this feature!"
                )
            optional.append((name, kind, True))
            defaults.append(each.default.factory)
        else:
            optional.append((name, kind, False))
            defaults.append(each.default)
        if each.validator is not None:
            validated.append(each)
    return validated


def _validator(fields: list[Any], after: Any) -> Any:
    def validate(obj: Any) -> None:
        for each in fields:
            each.validator(obj, each, getattr(obj, each.name))
        if after is not None:
            after(obj)

    return validate


def rebuild(cls: Any, kwargs: dict[str, Any]) -> Any:
    """Makes a struct with keyword-only fields anew, for pickle."""
    return cls(**kwargs)


def convert_generic_alias(origin: Any, args: tuple[Any, ...]) -> Any:
    """`origin[args]` as an alias of `typing`, of which there is one for equal arguments.

    Information about a type is kept on its alias, which those of `types` have no room for.
    """
    variables = getattr(origin, "__parameters__", None)
    if variables is None:
        if isinstance(origin, type):
            raise TypeError(f"{origin.__name__!r} is not a generic type")
        return origin[args]  # a special form, such as Literal
    return _GenericAlias(origin, variables)[args]
