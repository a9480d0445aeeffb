"""The definition of struct types: from a class statement to what the native part keeps."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, cast

from . import _native
from ._native import Factory, StructMetaBase, _StructMixin
from ._utils import call_annotate_forwardref, get_type_hints
from ._values import NODEFAULT, Field, field

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**kwargs):
        return lambda each: each


_RESERVED = ("__weakref__", "__dict__", "__msgspec_cached_hash__")
# In the order in which the native part takes them.
_OPTIONS = (
    "frozen",
    "eq",
    "order",
    "repr_omit_defaults",
    "array_like",
    "gc",
    "omit_defaults",
    "forbid_unknown_fields",
)
_EMPTY: dict[Any, Any] = {dict: dict, list: list, set: set, bytearray: bytearray}


def _title_parts(name: str, title_first: bool) -> str:
    parts = name.split("_")
    if len(parts) == 1 and not title_first:
        return name
    first = True
    for i, part in enumerate(parts):
        if first and not part:
            parts[i] = "_"  # leading underscores stay
            continue
        if not first or title_first:
            parts[i] = part.title()
        first = False
    return "".join(parts)


_RENAMES: dict[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "camel": lambda name: _title_parts(name, False),
    "pascal": lambda name: _title_parts(name, True),
    "kebab": lambda name: name.strip("_").replace("_", "-"),
}


def _renamed(rename: Any, name: str) -> str:
    """The name a field has in messages."""
    if type(rename) is str:
        known = _RENAMES.get(rename)
        if known is None:
            raise ValueError(f"rename='{rename}' is unsupported")
        return known(name)
    if callable(rename):
        made, what = rename(name), "calling `rename`"
    elif isinstance(rename, Mapping) or hasattr(rename, "__getitem__"):
        made, what = rename.get(name), "`rename[field]`"
    else:
        raise TypeError("`rename` must be a str, callable, or mapping")
    if made is None:
        return name
    if not isinstance(made, str):
        raise TypeError(f"Expected {what} to return a `str` or `None`, got `{type(made).__name__}`")
    return made


def _default_of(value: Any) -> Any:
    """What is kept for a default as it was written: mutable ones become factories."""
    if type(value) is Field:
        if value.default is not NODEFAULT:
            value = value.default
        elif value.default_factory is not NODEFAULT:
            if value.default_factory in (tuple, frozenset):
                return value.default_factory()
            return Factory(value.default_factory)
        else:
            return NODEFAULT
    kind = type(value)
    if kind in _EMPTY:
        if value:
            raise TypeError(
                f"Using a non-empty mutable collection ({value!r}) as a default value is unsafe. "
                "Instead configure a `default_factory` for this field."
            )
        return Factory(_EMPTY[kind])
    if isinstance(kind, StructMeta) and not kind.__struct_config__.frozen:
        raise TypeError(
            f"Using a mutable struct object ({value!r}) as a default value is unsafe. Either "
            "configure a `default_factory` for this field, or set `frozen=True` on "
            f"`{kind.__name__}`"
        )
    return value


class _Definition:
    """A struct type while it is defined."""

    def __init__(self, name: str, bases: tuple[Any, ...], namespace: dict[str, Any]) -> None:
        for each in ("__init__", "__new__", "__slots__"):
            if each in namespace:
                raise TypeError(f"Struct types cannot define {each}")
        self.name = name
        self.bases = bases
        self.namespace = dict(namespace)
        self.called_in = None if "__module__" in namespace else _caller().get("__name__")
        self.defaults: dict[str, Any] = {}  # of all fields, in their order
        self.keyword_only: set[str] = set()
        self.renamed: dict[str, str] = {}
        self.slots: list[str] = []
        self.tag: Any = None
        self.tag_field: Any = None
        self.rename: Any = None
        self.options: dict[str, int] = dict.fromkeys(_OPTIONS, -1)
        self.has_weakref = self.has_dict = self.has_hash = self.has_foreign_dict = False
        for base in reversed(bases):
            self._inherit(base)

    def _inherit(self, base: Any) -> None:
        if not isinstance(base, type):
            raise TypeError("All base classes must be types")
        if base is _StructMixin:
            return
        self.has_weakref |= bool(base.__weakrefoffset__)
        self.has_dict |= bool(base.__dictoffset__)
        if not isinstance(base, StructMetaBase):
            self.has_foreign_dict |= bool(base.__dictoffset__)
            for each in ("__init__", "__new__"):
                if each in vars(base):
                    raise TypeError(f"Struct base classes cannot define {each}")
            return
        tag, tag_field, rename, keyword_only, cached, _, options = _native.struct_config(base)
        self.has_hash |= cached
        self.tag = tag if tag is not None else self.tag
        self.tag_field = tag_field if tag_field is not None else self.tag_field
        self.rename = rename if rename is not None else self.rename
        self._merge(dict(zip(_OPTIONS, options, strict=True)))
        fields = base.__struct_fields__
        given = base.__struct_defaults__
        required = len(fields) - len(given)
        for i, (name, encoded) in enumerate(
            zip(fields, base.__struct_encode_fields__, strict=True)
        ):
            self.defaults[name] = NODEFAULT if i < required else given[i - required]
            if i >= len(fields) - keyword_only:
                self.keyword_only.add(name)
            else:
                self.keyword_only.discard(name)
            if name is not encoded:
                self.renamed[name] = encoded

    def _merge(self, options: dict[str, int]) -> None:
        for name, value in options.items():
            if value != -1:
                self.options[name] = value

    def configure(self, given: dict[str, Any]) -> None:
        """Takes what the class statement says; refuses what does not go together."""
        if given["tag"] is not None:
            self.tag = given["tag"]
        if given["tag_field"] is not None:
            self.tag_field = given["tag_field"]
        if "rename" in given:
            self.rename = given["rename"]
        self._merge({name: _option(given[name]) for name in _OPTIONS})
        options = self.options
        if options["eq"] == 0 and options["order"] == 1:
            raise ValueError("Cannot set eq=False and order=True")
        if _option(given["cache_hash"]) == 1 and options["frozen"] != 1:
            raise ValueError("Cannot set cache_hash=True without frozen=True")
        if options["gc"] == 0:
            if self.has_foreign_dict:
                raise ValueError(
                    "Cannot set gc=False when inheriting from non-struct types with a __dict__"
                )
            if given["dict"] or self.has_dict:
                raise ValueError("Cannot set gc=False and dict=True")
            if given["weakref"] or self.has_weakref:
                raise ValueError(
                    "Cannot set gc=False and weakref=True at the same time, due to possible "
                    "memory corruption"
                )

    def collect(self, keyword_only: bool) -> None:
        """Takes the fields that the class body annotates."""
        annotations = self.namespace.get("__annotations__")
        if annotations is None:
            annotate = _annotate_function(self.namespace)
            if annotate is None:
                return
            annotations = call_annotate_forwardref(annotate)
        if not isinstance(annotations, dict):
            raise TypeError("__annotations__ must be a dict")
        for name, annotation in annotations.items():
            if type(name) is not str:
                raise TypeError("__annotations__ keys must be strings")
            if name in _RESERVED:
                raise TypeError(f"Cannot have a struct field named {name!r}")
            if self._is_class_variable(annotation):
                continue
            if name not in self.defaults:
                self.slots.append(name)
            if keyword_only:
                self.keyword_only.add(name)
            else:
                self.keyword_only.discard(name)
            self._take_field(name)

    def _take_field(self, name: str) -> None:
        value = self.namespace.get(name, NODEFAULT)
        if type(value) is Field and value.name is not None:
            encoded = value.name
        elif self.rename is not None:
            encoded = _renamed(self.rename, name)
        else:
            encoded = self.renamed.get(name, name)
        if encoded != name:
            self.renamed[name] = encoded
        else:
            self.renamed.pop(name, None)
        self.defaults[name] = _default_of(value)
        self.namespace.pop(name, None)

    def _is_class_variable(self, annotation: Any) -> bool:
        if annotation is ClassVar:
            return True
        if type(annotation) is not str:
            return getattr(annotation, "__origin__", None) is ClassVar
        for spelled, path in (("ClassVar", ("ClassVar",)), ("typing.ClassVar", ("typing", ""))):
            rest = annotation[len(spelled) :]
            if annotation.startswith(spelled) and (not rest or rest[0] == "["):
                found = self._module_namespace().get(path[0])
                if found is not None and len(path) == 2:
                    found = found.ClassVar
                return found is ClassVar
        return False

    def _module_namespace(self) -> dict[str, Any]:
        name = self.namespace.get("__module__")
        if name is None:
            return _caller()
        module = sys.modules.get(name)
        if module is None:
            raise KeyError(f"Module {name!r} is not loaded")
        return vars(module)

    def lay_out(self, given: dict[str, Any]) -> None:
        """Orders the fields, and decides which slots the class gets."""
        self.fields: tuple[str, ...] = ()
        defaults: list[Any] = []
        positional = [name for name in self.defaults if name not in self.keyword_only]
        for name in positional:
            if self.defaults[name] is not NODEFAULT:
                defaults.append(self.defaults[name])
            elif defaults:
                raise TypeError(
                    f"Required field '{name}' cannot follow optional fields. Either reorder the "
                    "struct fields, or set `kw_only=True` in the struct definition."
                )
        named = [name for name in self.defaults if name in self.keyword_only]
        for name in named:
            if defaults or self.defaults[name] is not NODEFAULT:
                defaults.append(self.defaults[name])
        self.fields = (*positional, *named)
        self.default_values = tuple(defaults)
        self.match_args = tuple(positional)
        for option, slot, there in (
            ("weakref", "__weakref__", self.has_weakref),
            ("dict", "__dict__", self.has_dict),
            ("cache_hash", "__msgspec_cached_hash__", self.has_hash),
        ):
            if given[option] is None:
                continue
            if given[option] and not there:
                self.slots.append(slot)
            elif not given[option] and there:
                raise ValueError(
                    f"Cannot set `{option}=False` if base class already has `{option}=True`"
                )
        self.has_hash |= bool(given["cache_hash"])
        self.namespace["__slots__"] = tuple(sorted(self.slots))
        self.encode_fields = self._encode_fields()

    def _encode_fields(self) -> tuple[str, ...]:
        if not self.renamed:
            return self.fields
        encoded = tuple(self.renamed.get(name, name) for name in self.fields)
        if len(set(encoded)) != len(encoded):
            raise ValueError("Multiple fields rename to the same name, field names must be unique")
        for name in encoded:
            if any(each < " " or each in '"\\' for each in name):
                raise ValueError(
                    "Renamed field names must not contain '\\', '\"', or control characters "
                    f"('\\u0000' to '\\u001F') - '{name}' is invalid"
                )
        return encoded

    def tagged(self, cls: type) -> tuple[Any, Any]:
        """The field of the tag, and its value; None where the struct has no tag."""
        if self.tag is False or (self.tag is None and self.tag_field is None):
            return None, None
        value = self.tag
        if value is None or value is True:
            value = _simple_name(cls)
        elif callable(value):
            value = value(_simple_name(cls))
        if type(value) is int:
            if not -(2**63) <= value < 2**63:
                raise ValueError("Integer `tag` values must be within [-2**63, 2**63 - 1]")
        elif type(value) is not str:
            raise TypeError("`tag` must be a `str` or an `int`")
        field = "type" if self.tag_field is None else self.tag_field
        if type(field) is not str:
            raise TypeError("`tag_field` must be a `str`")
        if field in self.encode_fields:
            raise ValueError(f"`tag_field='{field}' conflicts with an existing field of that name")
        return field, value


def _caller() -> dict[str, Any]:
    """The globals of the code that defines a struct."""
    frame = sys._getframe(1)
    while frame.f_globals is globals() and frame.f_back is not None:
        frame = frame.f_back
    return frame.f_globals


def _option(value: Any) -> int:
    return -1 if value is None else int(bool(value))


def _annotate_function(namespace: dict[str, Any]) -> Any:
    if sys.version_info >= (3, 14):
        annotationlib = __import__("annotationlib")
        return annotationlib.get_annotate_from_class_namespace(namespace)
    return namespace.get("__annotate__")


def _simple_name(cls: type) -> str:
    """The qualified name without the functions around it."""
    return cls.__qualname__.rsplit(".<locals>.", 1)[-1]


class StructConfig:
    """What a struct type was defined with."""

    __slots__ = ("_type",)

    _type: Any

    def __init__(self) -> None:
        raise TypeError("cannot create 'msgspec.structs.StructConfig' instances")

    def _option(self, name: str, otherwise: bool = False) -> bool:
        value = _native.struct_config(self._type)[6][_OPTIONS.index(name)]
        return otherwise if value == -1 else bool(value)

    frozen = property(lambda self: self._option("frozen"))
    eq = property(lambda self: self._option("eq", True))
    order = property(lambda self: self._option("order"))
    repr_omit_defaults = property(lambda self: self._option("repr_omit_defaults"))
    array_like = property(lambda self: self._option("array_like"))
    gc = property(lambda self: self._option("gc", True))
    omit_defaults = property(lambda self: self._option("omit_defaults"))
    forbid_unknown_fields = property(lambda self: self._option("forbid_unknown_fields"))
    weakref = property(lambda self: bool(self._type.__weakrefoffset__))
    dict = property(lambda self: bool(self._type.__dictoffset__))
    cache_hash = property(lambda self: bool(_native.struct_config(self._type)[4]))
    tag_field = property(lambda self: _native.struct_config(self._type)[1])
    tag = property(lambda self: _native.struct_config(self._type)[5])


@dataclass_transform(field_specifiers=(field, Field))
class StructMeta(StructMetaBase):
    # With the signature that tools read: the class's own has **struct_config written out.
    __doc__ = (
        "StructMeta(name, bases, namespace, /, **struct_config)\n--\n\n"
        "The metaclass of structs; configuration: see `Struct`.\n\n"
        "May be subclassed, and combined with `abc.ABCMeta`."
    )
    __slots__ = ()

    def __new__(
        mcls,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        /,
        *,
        tag_field: Any = None,
        tag: Any = None,
        rename: Any = NODEFAULT,
        omit_defaults: Any = None,
        forbid_unknown_fields: Any = None,
        frozen: Any = None,
        eq: Any = None,
        order: Any = None,
        kw_only: Any = False,
        repr_omit_defaults: Any = None,
        array_like: Any = None,
        gc: Any = None,
        weakref: Any = None,
        dict: Any = None,
        cache_hash: Any = None,
    ) -> Any:
        given: Any = {
            "tag_field": tag_field,
            "tag": tag,
            "omit_defaults": omit_defaults,
            "forbid_unknown_fields": forbid_unknown_fields,
            "frozen": frozen,
            "eq": eq,
            "order": order,
            "repr_omit_defaults": repr_omit_defaults,
            "array_like": array_like,
            "gc": gc,
            "weakref": weakref,
            "dict": dict,
            "cache_hash": cache_hash,
        }
        if rename is not NODEFAULT:
            given["rename"] = rename
        definition = _Definition(name, bases, namespace)
        definition.configure(given)
        definition.collect(bool(kw_only))
        definition.lay_out(given)
        if definition.called_in is not None:  # as the interpreter does, for the caller
            definition.namespace["__module__"] = definition.called_in
        cls = super().__new__(mcls, name, bases, definition.namespace)
        field, value = definition.tagged(cls)
        _native.finish_struct(
            cls,
            definition.fields,
            definition.encode_fields,
            definition.default_values,
            definition.match_args,
            len(definition.keyword_only),
            definition.tag,
            field,
            value,
            definition.rename,
            getattr(cls, "__post_init__", None),
            definition.has_hash,
            tuple(definition.options.values()),
        )
        return cls

    @property
    def __struct_config__(self) -> StructConfig:
        config = object.__new__(StructConfig)
        config._type = self
        return config

    @property
    def __signature__(self) -> Any:
        from inspect import Parameter, Signature

        hints = get_type_hints(self)
        fields = self.__struct_fields__
        defaults = self.__struct_defaults__
        required = len(fields) - len(defaults)
        keyword_only = _native.struct_config(self)[3]
        parameters = []
        for i, name in enumerate(fields):
            default = Parameter.empty if i < required else defaults[i - required]
            named = i >= len(fields) - keyword_only
            parameters.append(
                Parameter(
                    name,
                    Parameter.KEYWORD_ONLY if named else Parameter.POSITIONAL_OR_KEYWORD,
                    default=Parameter.empty if default is NODEFAULT else default,
                    annotation=hints.get(name, Parameter.empty),
                )
            )
        return Signature(parameters)


_native.enable_vectorcall(StructMeta)


class Struct(_StructMixin, metaclass=StructMeta):
    """A record with typed fields, checked when it is decoded.

    Class keywords, which subclasses inherit: `frozen`, `eq`, `order`, `kw_only` (of this class's
    fields only), `omit_defaults`, `repr_omit_defaults`, `forbid_unknown_fields`, `tag`,
    `tag_field`, `rename`, `array_like`, `gc`, `weakref`, `dict`, `cache_hash`.

    Instances may be shared by threads as far as they are not changed.
    """


def defstruct(
    name: str,
    fields: Iterable[str | tuple[str, Any] | tuple[str, Any, Any]] = cast(Any, NODEFAULT),
    *,
    bases: tuple[type, ...] | None = None,
    module: str | None = None,
    namespace: dict[str, Any] | None = None,
    **config: Any,
) -> Any:
    """Define a struct type from a name and fields: `name`, `(name, type)` or with a default."""
    if not isinstance(name, str):
        raise TypeError(f"defstruct() argument 1 must be str, not {type(name).__name__}")
    if cast(Any, fields) is NODEFAULT:
        raise TypeError("defstruct() missing 1 required positional argument: 'fields'")
    if namespace is None:
        namespace = {}
    elif not isinstance(namespace, dict):
        raise TypeError("namespace must be a dict or None")
    else:
        namespace = dict(namespace)
    if module is not None:
        if type(module) is not str:
            raise TypeError("module must be a str or None")
        namespace["__module__"] = module
    if bases is None:
        bases = (Struct,)
    elif type(bases) is not tuple:
        raise TypeError("bases must be a tuple or None")
    try:
        given = iter(fields)
    except TypeError:
        raise TypeError("`fields` must be an iterable") from None
    annotations: dict[str, Any] = {}
    for each in given:
        entry: tuple[Any, ...] = (each, Any) if isinstance(each, str) else ()
        if isinstance(each, tuple) and len(each) in (2, 3):
            entry = each
        if not entry or not isinstance(entry[0], str):
            raise TypeError(
                "items in `fields` must be one of `str`, `tuple[str, type]`, or "
                "`tuple[str, type, Any]`"
            )
        annotations[entry[0]] = entry[1]
        if len(entry) == 3:
            namespace[entry[0]] = entry[2]
    namespace["__annotations__"] = annotations
    return StructMeta(name, bases, namespace, **config)


def rebuild(cls: Any, fields: dict[str, Any]) -> Any:
    """Makes a struct with keyword-only fields anew, for pickle."""
    return cls(**fields)


for _each in (Struct, defstruct, StructMeta):
    cast(Any, _each).__module__ = "mainstay.codec"
StructConfig.__module__ = "mainstay.codec.structs"
