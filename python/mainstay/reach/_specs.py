"""Specs that steer: alternatives, calls, chains, modes, values and variables of the scope.

Each has `glomit(target, scope)`, which the interpreter calls; programs compiled from them do the
same natively where no scope is looked at. Specs do not change while they are used; threads may
share them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ._errors import CoalesceError, GlomError
from ._repr import _MISSING, MODE, bbrepr, format_invocation
from .core import (
    AUTO,
    FILL,
    Path,
    Scope,
    Spec,
    T,
    TType,
    _has_callable_glomit,
    arg_val,
    chain,
    glom,
)


def refuse_unknown(kwargs: dict[str, Any]) -> None:
    if kwargs:
        raise TypeError(f"unexpected keyword args: {sorted(kwargs)!r}")


class Coalesce:
    """The first of several specs that has a value.

    `skip` says which values do not count: a value, a tuple of them, or a predicate; `skip_exc`
    which errors do not (GlomError). Without any, the result is `default`, or what
    `default_factory` makes; or CoalesceError is raised.
    """

    def __init__(self, *subspecs: Any, **kwargs: Any) -> None:
        self.subspecs = subspecs
        self._orig_kwargs = dict(kwargs)
        self.default = kwargs.pop("default", _MISSING)
        self.default_factory = kwargs.pop("default_factory", _MISSING)
        if self.default and self.default_factory:
            raise ValueError('expected one of "default" or "default_factory", not both')
        self.skip = kwargs.pop("skip", _MISSING)
        self.skip_exc = kwargs.pop("skip_exc", GlomError)
        refuse_unknown(kwargs)

    def skip_func(self, value: Any) -> Any:
        """Whether a value does not count."""
        if self.skip is _MISSING:
            return False
        if callable(self.skip):
            return self.skip(value)
        return value in self.skip if isinstance(self.skip, tuple) else value == self.skip

    def glomit(self, target: Any, scope: Scope) -> Any:
        skipped: list[Any] = []
        for subspec in self.subspecs:
            try:
                value = scope[glom](target, subspec, scope)
                if not self.skip_func(value):
                    return value
                skipped.append(value)
            except self.skip_exc as error:
                skipped.append(error)
        if self.default is not _MISSING:
            return arg_val(target, self.default, scope)
        if self.default_factory is not _MISSING:
            return self.default_factory()
        raise CoalesceError(self, skipped, scope[Path])

    def __repr__(self) -> str:
        return format_invocation(type(self).__name__, self.subspecs, self._orig_kwargs)


def _debugger(name: str, given: Any) -> Any:
    if given is True:
        import pdb

        return pdb.set_trace if name == "breakpoint" else pdb.post_mortem
    if given and not callable(given):
        raise TypeError(f"{name} expected bool or callable, not: {given!r}")
    return given


class Inspect:
    """Shows how a spec is evaluated: prints path, target and output of its first step.

    `recursive` shows all steps below as well. `breakpoint` is called before each step,
    `post_mortem` when one fails; True means the debugger.
    """

    def __init__(
        self,
        *args: Any,
        recursive: bool = False,
        echo: bool = True,
        breakpoint: bool | Callable[[], Any] = False,
        post_mortem: bool | Callable[[], Any] = False,
        **_: Any,
    ) -> None:
        self.wrapped = args[0] if args else Path()
        self.recursive = recursive
        self.echo = echo
        self.breakpoint = _debugger("breakpoint", breakpoint)
        self.post_mortem = _debugger("post_mortem", post_mortem)

    def __repr__(self) -> str:
        return "<INSPECT>"

    def glomit(self, target: Any, scope: Scope) -> Any:
        # Stands in for the evaluation itself; the real one is kept under the key Inspect.
        scope[Inspect] = scope[glom]
        scope[glom] = self._trace
        return scope[glom](target, self.wrapped, scope)

    def _trace(self, target: Any, spec: Any, scope: Scope) -> Any:
        if not self.recursive:
            scope[glom] = scope[Inspect]
        if self.echo:
            print("---")
            print("path:  ", [*scope[Path], spec])
            print("target:", target)
        if self.breakpoint:
            self.breakpoint()
        try:
            result = scope[Inspect](target, spec, scope)
        except Exception:
            if self.post_mortem:
                self.post_mortem()
            raise
        if self.echo:
            print("output:", result)
            print("---")
        return result


class Call:
    """Calls `func` with `args` and `kwargs`, each of which may hold specs."""

    def __init__(self, func: Any = None, args: Any = None, kwargs: Any = None) -> None:
        func = T if func is None else func
        if not (callable(func) or isinstance(func, (Spec, TType))):
            raise TypeError(f"expected func to be a callable or T expression, not: {func!r}")
        self.func = func
        self.args = () if args is None else args
        self.kwargs = {} if kwargs is None else kwargs

    def glomit(self, target: Any, scope: Scope) -> Any:
        func = arg_val(target, self.func, scope)
        args = arg_val(target, self.args, scope)
        return func(*args, **arg_val(target, self.kwargs, scope))

    def __repr__(self) -> str:
        name = type(self).__name__
        return f"{name}({bbrepr(self.func)}, args={self.args!r}, kwargs={self.kwargs!r})"


def is_spec(obj: Any, strict: bool = False) -> bool:
    """Whether an argument is a spec and no value: T; `Spec` when strict, else any extension."""
    if isinstance(obj, TType):
        return True
    return type(obj) is Spec if strict else _has_callable_glomit(obj)


class Invoke:
    """Calls `func` with arguments that are added step by step: constants, specs, or both spread.

    Every method gives a new Invoke. A keyword that is given twice counts as it was given last.
    """

    def __init__(self, func: Any) -> None:
        if not callable(func) and not is_spec(func, strict=True):
            raise TypeError(f"expected func to be a callable or Spec instance, not: {func!r}")
        self.func = func
        self._args: tuple[tuple[str, Any, Any], ...] = ()
        self._cur_kwargs: dict[str, Any] = {}  # a keyword: the dict that gave it last

    @classmethod
    def specfunc(cls, spec: Any) -> Invoke:
        """An Invoke whose function is what `spec` gives."""
        return cls(Spec(spec))

    def constants(self, *a: Any, **kw: Any) -> Invoke:
        """Adds arguments that are passed as they are."""
        return self._with("constants", a, kw, kw)

    def specs(self, *a: Any, **kw: Any) -> Invoke:
        """Adds arguments that are evaluated with the target."""
        return self._with("specs", a, kw, kw)

    def star(self, args: Any = None, kwargs: Any = None) -> Invoke:
        """Adds specs whose results are spread, as `*args` and `**kwargs`."""
        if args is None and kwargs is None:
            raise TypeError("expected one or both of args/kwargs to be passed")
        return self._with("star", args, kwargs, {})

    def _with(self, kind: str, args: Any, kwargs: Any, names: dict[str, Any]) -> Invoke:
        made = type(self)(self.func)
        made._args = (*self._args, (kind, args, kwargs))
        made._cur_kwargs = {**self._cur_kwargs, **dict.fromkeys(names, names)}
        return made

    def _current(self, kwargs: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        return (each for each in kwargs.items() if self._cur_kwargs[each[0]] is kwargs)

    def __repr__(self) -> str:
        name = type(self).__name__
        if isinstance(self.func, Spec):
            text = format_invocation(f"{name}.specfunc", (self.func.spec,))
        else:
            text = format_invocation(name, (self.func,))
        for kind, args, kwargs in self._args:
            if kind == "star":
                spread = {"args": args, "kwargs": kwargs}
                given = {key: value for key, value in spread.items() if value}
                text += "." + format_invocation(kind, (), given)
            else:
                text += "." + format_invocation(kind, args, list(self._current(kwargs)))
        return text

    def glomit(self, target: Any, scope: Scope) -> Any:
        def value(spec: Any) -> Any:
            return scope[glom](target, spec, scope)

        func = value(self.func) if is_spec(self.func, strict=True) else self.func
        all_args: list[Any] = []
        all_kwargs: dict[str, Any] = {}
        for kind, args, kwargs in self._args:
            if kind == "constants":
                all_args.extend(args)
                all_kwargs.update(self._current(kwargs))
            elif kind == "specs":
                all_args.extend([value(each) for each in args])
                all_kwargs.update({key: value(each) for key, each in self._current(kwargs)})
            else:
                if args is not None:
                    all_args.extend(value(args))
                if kwargs is not None:
                    all_kwargs.update(value(kwargs))
        return func(*all_args, **all_kwargs)


class Ref:
    """A spec under a name: `Ref(name, spec)` gives it, `Ref(name)` below it means it again."""

    def __init__(self, name: Any, subspec: Any = _MISSING) -> None:
        self.name, self.subspec = name, subspec

    def glomit(self, target: Any, scope: Scope) -> Any:
        key = (Ref, self.name)
        if self.subspec is not _MISSING:
            scope[key] = self.subspec
        return scope[glom](target, scope[key], scope)

    def __repr__(self) -> str:
        given = (self.name,) if self.subspec is _MISSING else (self.name, self.subspec)
        return format_invocation("Ref", given)


class Val:
    """A value that stands for itself and is no spec."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def glomit(self, target: Any, scope: Scope) -> Any:
        return self.value

    def __repr__(self) -> str:
        return f"{type(self).__name__}({bbrepr(self.value)})"


class ScopeVars:
    """Variables of a scope, as attributes; iterating gives names and values."""

    def __init__(self, base: Any, defaults: dict[str, Any]) -> None:
        self.__dict__ = {**dict(base), **defaults}

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return iter(self.__dict__.items())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({bbrepr(self.__dict__)})"


class Vars:
    """Makes variables for `S(name=Vars(...))`, anew for each evaluation."""

    def __init__(self, base: Any = (), **kw: Any) -> None:
        dict(base)  # refuses what is no mapping
        self.base = base
        self.defaults = kw

    def glomit(self, target: Any, scope: Scope) -> ScopeVars:
        return ScopeVars(self.base, self.defaults)

    def __repr__(self) -> str:
        base = (self.base,) if self.base else ()
        return format_invocation(type(self).__name__, base, self.defaults)


class Let:
    """The older way to set names of the scope; `S(name=spec)` is the newer."""

    def __init__(self, **kw: Any) -> None:
        if not kw:
            raise TypeError("expected at least one keyword argument")
        self._binding = kw

    def glomit(self, target: Any, scope: Scope) -> Any:
        found = {name: scope[glom](target, spec, scope) for name, spec in self._binding.items()}
        scope.update(found)
        return target

    def __repr__(self) -> str:
        return format_invocation(type(self).__name__, kwargs=self._binding)


class _Moded:
    """A spec that is evaluated in a mode of its own."""

    _mode: Callable[..., Any]

    def __init__(self, spec: Any = None) -> None:
        self.spec = spec

    def glomit(self, target: Any, scope: Scope) -> Any:
        scope[MODE] = type(self)._mode
        return scope[glom](target, self.spec, scope)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({'' if self.spec is None else bbrepr(self.spec)})"


class Auto(_Moded):
    """Evaluates a spec in the ordinary mode, below a spec that set another."""

    _mode = staticmethod(AUTO)


class Fill(_Moded):
    """Evaluates a spec as a template: containers are filled, what is no spec stands for itself."""

    _mode = staticmethod(FILL)

    def fill(self, target: Any) -> Any:
        """As `glom(target, self)`."""
        return glom(target, self)


class Pipe:
    """A chain of specs, in every mode."""

    def __init__(self, *steps: Any) -> None:
        self.steps = steps

    def glomit(self, target: Any, scope: Scope) -> Any:
        return chain(target, self.steps, scope)

    def __repr__(self) -> str:
        return type(self).__name__ + bbrepr(self.steps)
