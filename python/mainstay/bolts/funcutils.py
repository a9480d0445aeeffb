"""Helpers for functions: wrappers that keep the signature, function builders, partial methods.

`wraps` and `update_wrapper` compile a new function with the signature of the wrapped one;
`FunctionBuilder` is what they use. Builders are plain mutable objects, one thread at a time; the
functions they make, and the other functions here, may be shared.
"""

from __future__ import annotations

import functools
import inspect
import itertools
import keyword
import sys
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import total_ordering
from inspect import formatannotation
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any, ClassVar, TypeAlias, TypeVar

from .typeutils import make_sentinel

__all__ = [
    "NO_DEFAULT",
    "CachedInstancePartial",
    "ExistingArgument",
    "FunctionBuilder",
    "InstancePartial",
    "MissingArgument",
    "copy_function",
    "dir_dict",
    "format_exp_repr",
    "format_invocation",
    "format_nonexp_repr",
    "get_module_callables",
    "inspect_formatargspec",
    "mro_items",
    "noop",
    "once",
    "partial",
    "partial_ordering",
    "total_ordering",
    "update_wrapper",
    "wraps",
]

_R = TypeVar("_R")
_C = TypeVar("_C", bound=type)

_Attributes: TypeAlias = "dict[str, Any]"  # a builder has an attribute named dict

NO_DEFAULT = make_sentinel(var_name="NO_DEFAULT")


def inspect_formatargspec(
    args: Sequence[str],
    varargs: str | None = None,
    varkw: str | None = None,
    defaults: Sequence[Any] | None = None,
    kwonlyargs: Iterable[str] = (),
    kwonlydefaults: Mapping[str, Any] | None = None,
    annotations: Mapping[str, Any] | None = None,
    formatarg: Callable[[str], str] = str,
    formatvarargs: Callable[[str], str] = "*{}".format,
    formatvarkw: Callable[[str], str] = "**{}".format,
    formatvalue: Callable[[Any], str] = "={!r}".format,
    formatreturns: Callable[[str], str] = " -> {}".format,
    formatannotation: Callable[[Any], str] = formatannotation,
    *,
    posonlyargs: Collection[str] = (),
) -> str:
    """Render what `inspect.getfullargspec` returns as the text of a signature.

    A `/` follows the arguments that `posonlyargs` names.
    """
    hints = annotations or {}
    kwonly_values = kwonlydefaults or {}

    def shown(name: str) -> str:
        text = formatarg(name)
        return f"{text}: {formatannotation(hints[name])}" if name in hints else text

    values = list(defaults or ())
    first_default = len(args) - len(values)
    parts = []
    for i, name in enumerate(args):
        value = formatvalue(values[i - first_default]) if i >= first_default else ""
        parts.append(shown(name) + value)
    if posonlyargs:
        parts.insert(sum(name in posonlyargs for name in args), "/")
    kwonly = [
        shown(name) + (formatvalue(kwonly_values[name]) if name in kwonly_values else "")
        for name in kwonlyargs
    ]
    if varargs is not None:
        parts.append(formatvarargs(shown(varargs)))
    elif kwonly:
        parts.append("*")
    parts += kwonly
    if varkw is not None:
        parts.append(formatvarkw(shown(varkw)))
    returns = formatreturns(formatannotation(hints["return"])) if "return" in hints else ""
    return f"({', '.join(parts)}){returns}"


def get_module_callables(
    mod: str | ModuleType, ignore: Callable[[str], bool] | None = None
) -> tuple[dict[str, type[Any]], dict[str, Callable[..., Any]]]:
    """The classes and the other callables that are defined in `mod`, by name.

    `mod` is a module or the name of an imported one. Names for which `ignore` is true are left out.
    """
    module = sys.modules[mod] if isinstance(mod, str) else mod
    types: dict[str, type[Any]] = {}
    functions: dict[str, Callable[..., Any]] = {}
    for name in dir(module):
        if ignore and ignore(name):
            continue
        try:
            value = getattr(module, name)
            home = value.__module__
        except Exception:
            continue
        if home != module.__name__:
            continue
        if isinstance(value, type):
            types[name] = value
        elif callable(value):
            functions[name] = value
    return types, functions


def mro_items(type_obj: type[Any]) -> Iterator[tuple[str, Any]]:
    """All class attributes of `type_obj` and its bases as pairs, the class itself first."""
    for cls in type_obj.__mro__:
        yield from cls.__dict__.items()


def dir_dict(obj: object, raise_exc: bool = False) -> dict[str, Any]:
    """Every attribute that `dir(obj)` names, with its value.

    An attribute that raises when it is read is left out, or raises if `raise_exc` is true.
    """
    found = {}
    for name in dir(obj):
        try:
            found[name] = getattr(obj, name)
        except Exception:
            if raise_exc:
                raise
    return found


def copy_function(orig: Callable[..., _R], copy_dict: bool = True) -> Callable[..., _R]:
    """A new function with the code, globals, defaults and closure of `orig`.

    Attributes set on it are copied too, unless `copy_dict` is false. Only functions can be copied.
    """
    source: Any = orig
    made = FunctionType(
        source.__code__,
        source.__globals__,
        source.__name__,
        source.__defaults__,
        source.__closure__,
    )
    for name in ("__kwdefaults__", "__annotations__", "__doc__", "__module__", "__qualname__"):
        value = getattr(source, name)
        setattr(made, name, dict(value) if isinstance(value, dict) else value)
    if copy_dict:
        vars(made).update(vars(source))
    return made


def partial_ordering(cls: _C) -> _C:
    """Class decorator: derive `<`, `>` and `==` from `__le__` and `__ge__`.

    For types where two values may be neither less, equal nor greater. Comparisons that `cls` has
    itself are kept.
    """

    def below(self: Any, other: Any) -> Any:
        return self <= other and not self >= other

    def above(self: Any, other: Any) -> Any:
        return self >= other and not self <= other

    def same(self: Any, other: Any) -> Any:
        return self >= other and self <= other

    for name, method in (("__lt__", below), ("__gt__", above), ("__eq__", same)):
        if getattr(cls, name) is getattr(object, name):
            method.__name__ = name
            method.__qualname__ = f"{cls.__qualname__}.{name}"
            setattr(cls, name, method)
    return cls


class InstancePartial(functools.partial[_R]):
    """A `functools.partial` that works as a method: read from an object, it gets `self`."""

    @property
    def _partialmethod(self) -> Any:
        method: Any = functools.partialmethod(self.func, *self.args, **self.keywords)
        return method

    @property
    def __partialmethod__(self) -> Any:
        return self._partialmethod

    def __get__(self, obj: Any, obj_type: type[Any] | None = None) -> Any:
        return self if obj is None else MethodType(self, obj)


class CachedInstancePartial(InstancePartial[_R]):
    """An `InstancePartial` that stores the bound method in the object when it is first read."""

    def __set_name__(self, obj_type: type[Any], name: str) -> None:
        self.__name__ = name

    def __get__(self, obj: Any, obj_type: type[Any] | None = None) -> Any:
        if obj is None:
            return self
        bound = MethodType(self, obj)
        name = vars(self).get("__name__")
        if name is None:  # put into the class after its creation
            name = next((key for key, value in mro_items(type(obj)) if value is self), None)
        if name is not None and hasattr(obj, "__dict__"):
            obj.__dict__[name] = bound
        return bound


partial = CachedInstancePartial


def format_invocation(
    name: str = "",
    args: Iterable[Any] = (),
    kwargs: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None,
    **kw: Any,
) -> str:
    """The text of a call, such as `func(1, b=2)`.

    Keywords of a mapping are sorted, those of a list of pairs stay in order. `repr=` replaces the
    function that renders values.
    """
    render: Callable[[Any], str] = kw.pop("repr", repr)
    if kw:
        raise TypeError(f"unexpected keyword args: {', '.join(map(repr, kw))}")
    pairs: Any = sorted(kwargs.items()) if isinstance(kwargs, Mapping) else kwargs or ()
    parts = [render(value) for value in args]
    parts += [f"{key}={render(value)}" for key, value in pairs]
    return f"{name}({', '.join(parts)})"


def _shown_attributes(
    obj: object,
    req_names: Iterable[str],
    opt_names: Iterable[str],
    opt_key: Callable[[Any], bool] | None,
) -> dict[str, Any]:
    """The attributes a repr shows by keyword: optional ones unless `opt_key` hides them."""
    hidden = opt_key or (lambda value: value is None)
    optional = set(opt_names)
    found = {}
    for name in itertools.chain(req_names, opt_names):
        value = getattr(obj, name, None)
        if not (name in optional and hidden(value)):
            found[name] = value
    return found


def format_exp_repr(
    obj: object,
    pos_names: Iterable[str],
    req_names: Iterable[str] | None = None,
    opt_names: Iterable[str] | None = None,
    opt_key: Callable[[Any], bool] | None = None,
) -> str:
    """A repr that looks like the call which makes `obj`, such as `Flag(5, width=15)`.

    Attributes in `pos_names` are shown by position, those in `req_names` by keyword, and those in
    `opt_names` by keyword unless `opt_key(value)` is true (by default: unless None).
    """
    positional = list(pos_names)
    shown = _shown_attributes(obj, req_names or (), list(opt_names or ()), opt_key)
    return format_invocation(
        type(obj).__name__,
        [getattr(obj, name, None) for name in positional],
        [pair for pair in shown.items() if pair[0] not in positional],
    )


def format_nonexp_repr(
    obj: object,
    req_names: Iterable[str] | None = None,
    opt_names: Iterable[str] | None = None,
    opt_key: Callable[[Any], bool] | None = None,
) -> str:
    """A repr in angle brackets, such as `<Flag length=5>`; with the id if there is nothing to show.

    The names mean what they mean in `format_exp_repr`.
    """
    shown = _shown_attributes(obj, req_names or (), list(opt_names or ()), opt_key)
    details = [f"{name}={value!r}" for name, value in shown.items()] or [f"id={id(obj)}"]
    return f"<{type(obj).__name__} {' '.join(details)}>"


def wraps(
    func: Callable[..., Any],
    injected: str | Iterable[str] | None = None,
    expected: Any = None,
    **kw: Any,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator for a wrapper of `func`: name, documentation and signature become those of `func`.

    See `update_wrapper` for the arguments.
    """
    return functools.partial(update_wrapper, func=func, injected=injected, expected=expected, **kw)


def update_wrapper(
    wrapper: Callable[..., Any],
    func: Callable[..., Any],
    injected: str | Iterable[str] | None = None,
    expected: Any = None,
    build_from: Callable[..., Any] | None = None,
    **kw: Any,
) -> Callable[..., Any]:
    """Return a new function that calls `wrapper` and has name, docs and signature of `func`.

    `injected` names arguments the wrapper supplies itself: they leave the signature. `expected`
    names arguments it adds: a name, names, (name, default) pairs or a mapping. `build_from` is the
    callable the signature is taken from, if that is not `func`. Keywords: `update_dict` copies the
    attributes of `func` (default true); `inject_to_varkw` lets an injected name that is missing
    pass if there is a `**kwargs` (default true); `hide_wrapped` leaves out `__wrapped__` (default
    false). Raises `TypeError` for class and static methods and unknown keywords, `ValueError` for
    arguments that are missing or there already.
    """
    if isinstance(func, (classmethod, staticmethod)):
        raise TypeError(
            "wraps does not support wrapping classmethods and staticmethods, change the order of"
            f" wrapping to wrap the underlying function: {getattr(func, '__func__', func)!r}"
        )
    update_dict = kw.pop("update_dict", True)
    inject_to_varkw = kw.pop("inject_to_varkw", True)
    hide_wrapped = kw.pop("hide_wrapped", False)
    if kw:
        raise TypeError(f"unexpected kwargs: {kw.keys()!r}")
    if build_from is None:
        from_partial = isinstance(wrapper, functools.partial) and wrapper.func is func
        build_from = wrapper if from_partial else func
    builder = FunctionBuilder.from_func(build_from)
    for name in (injected,) if isinstance(injected, str) else injected or ():
        try:
            builder.remove_arg(name)
        except MissingArgument:
            if not (inject_to_varkw and builder.varkw is not None):
                raise
    for name, default in _parse_wraps_expected(expected):
        builder.add_arg(name, default)

    target = "_call"
    while target in (*builder.args, *builder.kwonlyargs, builder.varargs, builder.varkw):
        target += "_"
    awaited = "await " if builder.is_async else ""
    builder.body = f"return {awaited}{target}({builder.get_invocation_str(wrapper)})"
    made = builder.get_func({target: wrapper, "_func": func}, with_dict=update_dict)
    vars(made).pop("__wrapped__", None)
    if not hide_wrapped:
        made.__wrapped__ = func  # type: ignore[attr-defined]
    return made


def _parse_wraps_expected(expected: Any) -> list[tuple[str, Any]]:
    """The names and defaults that the argument `expected` stands for."""
    wanted = (
        '"expected" takes string name, sequence of string names, iterable of (name, default) pairs,'
        " or a mapping of {name: default}"
    )
    if expected is None:
        return []
    if isinstance(expected, str):
        return [(expected, NO_DEFAULT)]
    try:
        items = list(expected.items() if isinstance(expected, Mapping) else expected)
    except TypeError as error:
        raise ValueError(f"{wanted}, not {expected!r} (got: {error!r})") from error
    found = []
    for item in items:
        if isinstance(item, str):
            found.append((item, NO_DEFAULT))
            continue
        try:
            name, default = item
        except (TypeError, ValueError):
            raise ValueError(f"{wanted}, not {item!r}") from None
        found.append((name, default))
    return found


def _argspec(func: Callable[..., Any]) -> dict[str, Any]:
    """The parameters of `func` under the names that a builder uses, without following wrappers."""
    if isinstance(func, functools.partial):
        return _argspec_of_signature(inspect.signature(func, follow_wrapped=False))
    plain = func.__func__ if isinstance(func, MethodType) else func
    if not isinstance(plain, FunctionType):
        spec = inspect.getfullargspec(func)._asdict()
        positional_only = 0
        try:
            parameters = inspect.signature(func, follow_wrapped=False).parameters.values()
            positional_only = sum(p.kind is p.POSITIONAL_ONLY for p in parameters)
        except (TypeError, ValueError):
            pass
        spec["posonlyargs"] = spec["args"][:positional_only]
        return spec
    code = plain.__code__
    names = list(code.co_varnames)
    kwonly_end = code.co_argcount + code.co_kwonlyargcount
    rest = iter(names[kwonly_end:])
    return {
        "args": names[: code.co_argcount],
        "posonlyargs": names[: code.co_posonlyargcount],
        "varargs": next(rest) if code.co_flags & inspect.CO_VARARGS else None,
        "varkw": next(rest) if code.co_flags & inspect.CO_VARKEYWORDS else None,
        "defaults": plain.__defaults__,
        "kwonlyargs": names[code.co_argcount : kwonly_end],
        "kwonlydefaults": dict(plain.__kwdefaults__ or {}),
        "annotations": dict(plain.__annotations__),
    }


def _argspec_of_signature(signature: inspect.Signature) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "args": [],
        "posonlyargs": [],
        "varargs": None,
        "varkw": None,
        "defaults": (),
        "kwonlyargs": [],
        "kwonlydefaults": {},
        "annotations": {},
    }
    for name, parameter in signature.parameters.items():
        has_default = parameter.default is not parameter.empty
        if parameter.annotation is not parameter.empty:
            spec["annotations"][name] = parameter.annotation
        if parameter.kind is parameter.VAR_POSITIONAL:
            spec["varargs"] = name
        elif parameter.kind is parameter.VAR_KEYWORD:
            spec["varkw"] = name
        elif parameter.kind is parameter.KEYWORD_ONLY:
            spec["kwonlyargs"].append(name)
            if has_default:
                spec["kwonlydefaults"][name] = parameter.default
        else:
            spec["args"].append(name)
            if parameter.kind is parameter.POSITIONAL_ONLY:
                spec["posonlyargs"].append(name)
            if has_default:
                spec["defaults"] += (parameter.default,)
    spec["defaults"] = spec["defaults"] or None
    if signature.return_annotation is not signature.empty:
        spec["annotations"]["return"] = signature.return_annotation
    return spec


class FunctionBuilder:
    """A function as values that can be changed and then compiled with `get_func`.

    Every keyword of the constructor is an attribute: `doc`, `module`, `body` (source text),
    `args`, `posonlyargs`, `varargs`, `varkw`, `defaults` (of the last args), `kwonlyargs`,
    `kwonlydefaults`, `annotations`, `filename` (shown in tracebacks), `indent` (spaces before the
    body), `is_async` and `dict` (attributes of the function).
    """

    _argspec_defaults: ClassVar[dict[str, Callable[[], Any]]] = {
        "args": list,
        "varargs": lambda: None,
        "varkw": lambda: None,
        "defaults": lambda: None,
        "kwonlyargs": list,
        "kwonlydefaults": dict,
        "annotations": dict,
        "posonlyargs": list,
    }
    _defaults: ClassVar[dict[str, Callable[[], Any]]] = {
        "doc": str,
        "dict": dict,
        "is_async": lambda: False,
        "module": lambda: None,
        "body": lambda: "pass",
        "indent": lambda: 4,
        "filename": lambda: "boltons.funcutils.FunctionBuilder",
        **_argspec_defaults,
    }
    _compile_count: ClassVar[Iterator[int]] = itertools.count()

    doc: str
    dict: _Attributes
    is_async: bool
    module: str | None
    body: str
    indent: int
    filename: str
    args: list[str]
    posonlyargs: list[str]
    varargs: str | None
    varkw: str | None
    defaults: tuple[Any, ...] | None
    kwonlyargs: list[str]
    kwonlydefaults: Mapping[str, Any]
    annotations: Mapping[str, Any]

    def __init__(self, name: str, **kw: Any) -> None:
        self.name = name
        for attribute, make in self._defaults.items():
            value = kw.pop(attribute, None)
            setattr(self, attribute, make() if value is None else value)
        if kw:
            raise TypeError(f"unexpected kwargs: {kw.keys()!r}")

    @classmethod
    def from_func(cls, func: Callable[..., Any]) -> FunctionBuilder:
        """A builder with the values of `func`, which is neither kept nor changed."""
        if not callable(func):
            raise TypeError(f"expected callable object, not {func!r}")
        named: Any = func
        while isinstance(named, functools.partial):
            named = named.func
        return cls(
            name=named.__name__,
            doc=named.__doc__,
            module=getattr(named, "__module__", None),
            dict=dict(getattr(func, "__dict__", {})),
            is_async=inspect.iscoroutinefunction(func),
            **_argspec(func),
        )

    def get_sig_str(self, with_annotations: bool = True) -> str:
        """The signature as source text without defaults, such as `(a, *, b)`."""
        return inspect_formatargspec(
            list(self.args),
            self.varargs,
            self.varkw,
            (),
            self.kwonlyargs,
            {},
            self.annotations if with_annotations else {},
            posonlyargs=self.posonlyargs,
        )

    def get_invocation_str(self, target: Callable[..., Any] | None = None) -> str:
        """The arguments that pass this signature on to another function, such as `a, b=b`.

        Arguments with a default go by keyword, unless positional-only or before a `*args`; those
        that `target` takes only by keyword always do.
        """
        by_keyword: set[str] = set()
        positional = list(self.args)
        if self.defaults and self.varargs is None:
            by_keyword.update(positional[-len(self.defaults) :])
            by_keyword.difference_update(self.posonlyargs)
        if target is not None:
            try:
                by_keyword.update(_argspec(target)["kwonlyargs"])
            except (TypeError, ValueError):
                pass  # a C function without a signature: pass on by the signature here
        parts = [name for name in positional if name not in by_keyword]
        if self.varargs is not None:
            parts.append(f"*{self.varargs}")
        parts += [f"{name}={name}" for name in positional if name in by_keyword]
        parts += [f"{name}={name}" for name in self.kwonlyargs]
        if self.varkw is not None:
            parts.append(f"**{self.varkw}")
        return ", ".join(parts)

    def get_func(
        self,
        execdict: _Attributes | None = None,
        add_source: bool = True,
        with_dict: bool = True,
    ) -> Callable[..., Any]:
        """Compile and return a new function; `execdict` holds its global names.

        The source becomes its `__source__` unless `add_source` is false; `with_dict` false leaves
        out the attributes.
        """
        scope: _Attributes = {} if execdict is None else execdict
        valid = self.name.isidentifier() and not keyword.iskeyword(self.name)
        name = self.name if valid else "_function"
        margin = " " * self.indent
        lines = [margin + line if line else line for line in self.body.splitlines()]
        prefix = "async def" if self.is_async else "def"
        source = "\n".join([f"{prefix} {name}{self.get_sig_str(with_annotations=False)}:", *lines])
        self._compile(source, scope)
        made: FunctionType = scope[name]
        made.__name__ = self.name
        made.__doc__ = self.doc
        made.__defaults__ = tuple(self.defaults) if self.defaults else None
        made.__kwdefaults__ = dict(self.kwonlydefaults)
        made.__annotations__ = dict(self.annotations)
        made.__module__ = self.module  # type: ignore[assignment]  # None is allowed at run time
        if with_dict:
            vars(made).update(self.dict)
        if add_source:
            made.__source__ = source  # type: ignore[attr-defined]
        return made

    def get_defaults_dict(self) -> _Attributes:
        """Names and values of the arguments that have a default."""
        values = tuple(self.defaults or ())
        found = dict(zip(reversed(self.args), reversed(values), strict=False))
        return {**dict(reversed(found.items())), **self.kwonlydefaults}

    def get_arg_names(self, only_required: bool = False) -> tuple[str, ...]:
        """Names of all arguments, or only of those without default."""
        names = (*self.args, *self.kwonlyargs)
        if not only_required:
            return names
        optional = self.get_defaults_dict()
        return tuple(name for name in names if name not in optional)

    def add_arg(self, arg_name: str, default: Any = NO_DEFAULT, kwonly: bool = False) -> None:
        """Add an argument as the last positional one, or as a keyword-only one.

        Raises `ExistingArgument` if there is one of that name, and `ValueError` for a positional
        argument without default after one that has a default.
        """
        if arg_name in self.args:
            raise ExistingArgument(f"arg {arg_name!r} already in func {self.name} arg list")
        if arg_name in self.kwonlyargs:
            raise ExistingArgument(f"arg {arg_name!r} already in func {self.name} kwonly arg list")
        if kwonly:
            self.kwonlyargs.append(arg_name)
            if default is not NO_DEFAULT:
                self.kwonlydefaults = {**self.kwonlydefaults, arg_name: default}
            return
        if default is NO_DEFAULT:
            if self.defaults:
                raise ValueError(
                    f"arg {arg_name!r} of {self.name} has no default but follows args that have"
                    " one; give it a default"
                )
        else:
            self.defaults = (*(self.defaults or ()), default)
        self.args.append(arg_name)

    def remove_arg(self, arg_name: str) -> None:
        """Remove an argument with its default; raises `MissingArgument` if there is none."""
        if arg_name in self.args:
            values = list(self.defaults or ())
            index = self.args.index(arg_name) - len(self.args) + len(values)
            if index >= 0:
                del values[index]
            self.args.remove(arg_name)
            self.defaults = tuple(values)
            if arg_name in self.posonlyargs:
                self.posonlyargs.remove(arg_name)
        elif arg_name in self.kwonlyargs:
            self.kwonlyargs.remove(arg_name)
            self.kwonlydefaults = {k: v for k, v in self.kwonlydefaults.items() if k != arg_name}
        else:
            raise MissingArgument(
                f"arg {arg_name!r} not found in {self.name} argument list: {self.args!r}"
            )

    def _compile(self, src: str, execdict: _Attributes) -> _Attributes:
        filename = f"<{self.filename}-{next(self._compile_count)}>"
        code: CodeType = compile(src, filename, "exec")
        exec(code, execdict)
        return execdict


class MissingArgument(ValueError):
    """An argument that should be removed is not there."""


class ExistingArgument(ValueError):
    """An argument that should be added is there already."""


def noop(*args: Any, **kwargs: Any) -> None:
    """Do nothing, with any arguments: a default for an optional callback."""
    return None


def once(func: Callable[[], _R]) -> Callable[[], _R]:
    """Decorator: run `func` at the first call and return that result at every call.

    Threads that call meanwhile wait for the result. If `func` raises, the next call runs it again.
    """
    lock = threading.RLock()
    results: list[_R] = []

    @functools.wraps(func)
    def wrapper() -> _R:
        if not results:
            with lock:
                if not results:
                    results.append(func())
        return results[0]

    return wrapper
