"""For debugging: a debugger on a signal or an exception, and tracing what is done to an object.

The handlers are set for the whole process.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Mapping
from reprlib import Repr

from .typeutils import make_sentinel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["brief_repr", "pdb_on_exception", "pdb_on_signal", "trace_print_hook", "wrap_trace"]

_UNSET = make_sentinel(var_name="_UNSET")

_brief = Repr()
_brief.maxstring = _brief.maxother = 50
brief_repr = _brief.repr


def pdb_on_signal(signalnum: int | None = None) -> None:
    """Start the debugger where the program is when a signal comes; by default on SIGINT."""
    import signal

    def start_debugger(number: int, frame: Any) -> None:
        import pdb

        signal.signal(number, previous)
        pdb.Pdb().set_trace(frame)
        signal.signal(number, start_debugger)

    number = signal.SIGINT if signalnum is None else signalnum
    previous = signal.getsignal(number) or signal.SIG_DFL
    signal.signal(number, start_debugger)


def pdb_on_exception(limit: int = 100) -> None:
    """Start the debugger after an uncaught exception, whose last `limit` entries are printed.

    `sys.excepthook = sys.__excepthook__` ends it.
    """
    import pdb
    import traceback

    def start_debugger(exc_type: Any, exc_value: Any, exc_tb: Any) -> None:
        traceback.print_exception(exc_type, exc_value, exc_tb, limit=limit)
        pdb.post_mortem(exc_tb)

    sys.excepthook = start_debugger


def trace_print_hook(
    event: str,
    label: str,
    obj: Any,
    attr_name: str,
    args: tuple[Any, ...] = (),
    kwargs: Mapping[str, Any] | None = None,
    result: Any = _UNSET,
) -> None:
    """Print one event of `wrap_trace` as a line."""
    name = f"{type(obj).__name__}.{attr_name}"
    if event in ("call", "return", "raise"):
        shown = [brief_repr(arg) for arg in args]
        shown += [f"{key}={brief_repr(value)}" for key, value in (kwargs or {}).items()]
        name += f"({', '.join(shown)})"
    if event == "set":
        name += f" = {brief_repr(args[0])}"
    if result is not _UNSET:
        name += f" -> {brief_repr(result)}"
    print(f"{event:<6} {time.time():.6f} - {label:>10} - {name}")


_EVENTS = ("get", "set", "del", "call", "raise", "return")

# What makes an object what it is, and what Python calls at any time.
_NOT_TRACED = frozenset(
    f"__{name}__"
    for name in (
        "class", "class_getitem", "del", "delattr", "dict", "dir", "doc", "getattr",
        "getattribute", "getnewargs", "getnewargs_ex", "getstate", "init", "init_subclass",
        "module", "new", "reduce", "reduce_ex", "setattr", "setstate", "sizeof", "slots",
        "subclasshook", "weakref", "static_attributes", "firstlineno",
    )
)  # fmt: skip


def wrap_trace(
    obj: Any,
    hook: Callable[..., Any] = trace_print_hook,
    which: str | Iterable[str] | Callable[[str, Any], object] | None = None,
    events: str | Iterable[str] | None = None,
    label: str | None = None,
) -> Any:
    """An object that acts on `obj` and calls `hook` for what is done; of a subclass of its type.

    `which` are the names of the attributes to trace, or a function of name and value; by default
    all. `events` are some of get, set, del, call, raise, return; by default all. `label` is what
    the hook gets as such (default: the address). The hook gets event, label, obj, attr_name, and
    args, kwargs and result where there are any, all by keyword.
    """
    cls = type(obj)
    shown_label = hex(id(obj)) if label is None else label
    wanted_events = (
        set(_EVENTS) if events is None else {events} if isinstance(events, str) else set(events)
    )
    unknown = wanted_events - set(_EVENTS)
    if unknown:
        raise ValueError(f"expected events of {_EVENTS!r}, not {sorted(unknown)!r}")
    chosen: Callable[[str, Any], object] | None
    if which is None or callable(which):
        chosen = which
    elif isinstance(which, (str, Iterable)):
        names = {which} if isinstance(which, str) else set(which)
        chosen = lambda name, value: name in names  # noqa: E731
    else:
        raise TypeError(f"expected attr name(s) or callable, not: {which!r}")

    def is_traced(event: str, name: str, value: Any = None) -> bool:
        return event in wanted_events and (chosen is None or bool(chosen(name, value)))

    def report(event: str, name: str, **details: Any) -> None:
        hook(event=event, label=shown_label, obj=obj, attr_name=name, **details)

    def traced_call(name: str, func: Any) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            details = {"args": args, "kwargs": kwargs}
            if is_traced("call", name, func):
                report("call", name, **details)
            try:
                result = func(*args, **kwargs)
            except BaseException:
                if is_traced("raise", name, func):
                    report("raise", name, **details, result=sys.exc_info())
                raise
            if is_traced("return", name, func):
                report("return", name, **details, result=result)
            return result

        call.__name__ = name
        return call

    def get(self: Any, name: str) -> Any:
        if name == "__class__":
            return type(self)
        value = getattr(obj, name)
        if is_traced("get", name, value):
            report("get", name, result=value)
        return traced_call(name, value) if callable(value) and name[:2] != "__" else value

    def put(self: Any, name: str, value: Any) -> None:
        # Also under the name of the method, as a user may think of it.
        if is_traced("set", name, value) or is_traced("set", "__setattr__", value):
            report("set", name, args=(value,))
        setattr(obj, name, value)

    def remove(self: Any, name: str) -> None:
        if is_traced("del", name):
            report("del", name)
        delattr(obj, name)

    def special(name: str) -> Callable[..., Any]:
        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            return traced_call(name, getattr(obj, name))(*args, **kwargs)

        return method

    namespace: dict[str, Any] = {
        name: special(name)
        for name in dir(cls)
        if name[:2] == "__" and name not in _NOT_TRACED and callable(getattr(cls, name))
    }
    namespace.update(__getattribute__=get, __setattr__=put, __delattr__=remove)
    traced: Any = type(f"Traced{cls.__name__}", (cls,), namespace)
    return _bare(traced, obj)


def _bare(traced: Any, obj: Any) -> Any:
    """An object of the class, with the content of `obj` where that cannot be forwarded."""
    kinds: tuple[Any, ...] = (tuple, str, bytes, int, float, complex, frozenset)
    for kind in kinds:
        if isinstance(obj, kind):
            return kind.__new__(traced, obj)
    if isinstance(obj, BaseException):
        return BaseException.__new__(traced, *obj.args)
    for base in traced.__mro__:
        try:
            return base.__new__(traced)
        except TypeError:
            continue  # it wants arguments, or the next is the one that is safe
    raise TypeError(f"cannot make an object of a subclass of {type(obj).__name__}")
