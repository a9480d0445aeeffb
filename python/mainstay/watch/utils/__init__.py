"""Small things the rest is made of: threads that can be asked to stop, classes loaded by name."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from types import ModuleType

    from ..tricks import Trick

T = TypeVar("T")

Seconds = float
"""A duration in seconds."""


class UnsupportedLibcError(Exception):
    """The C library has no inotify."""


class WatchdogShutdownError(Exception):
    """The program was asked to end; commands stop their observers and return."""


class BaseThread(threading.Thread):
    """A daemon thread that can be asked to stop. What derives from it looks at
    `should_keep_running()`; any thread may call `stop()`."""

    def __init__(self) -> None:
        super().__init__()
        self.daemon = True
        self._stopped_event = threading.Event()

    @property
    def stopped_event(self) -> threading.Event:
        """Set once `stop()` was called."""
        return self._stopped_event

    def should_keep_running(self) -> bool:
        """Whether `stop()` was not called yet."""
        return not self._stopped_event.is_set()

    def on_thread_start(self) -> None:
        """Override this rather than `start()`, which calls it first, in the starting thread."""

    def on_thread_stop(self) -> None:
        """Override this rather than `stop()`, which calls it last, in the stopping thread."""

    def start(self) -> None:
        """Starts the thread, once; RuntimeError at the second call, which changes nothing."""
        if self.ident is not None:
            raise RuntimeError("threads can only be started once")
        self.on_thread_start()
        super().start()

    def stop(self) -> None:
        """Asks the thread to end; does not wait for it."""
        self._stopped_event.set()
        self.on_thread_stop()


def load_module(module_name: str) -> ModuleType:
    """Imports a module by name. ImportError when there is none."""
    try:
        __import__(module_name)
    except ImportError as error:
        raise ImportError(f"No module named {module_name}") from error
    return sys.modules[module_name]


def load_class(dotted_path: str) -> type[Trick]:
    """Imports a class by module and name, "package.module.Class".

    ValueError when there is no dot, ImportError when there is no such module, AttributeError when
    it has no such class.
    """
    module_name, dot, name = dotted_path.rpartition(".")
    if not dot:
        raise ValueError(
            f"Dotted module path {dotted_path} must contain a module name and a classname"
        )
    module = load_module(module_name)
    if not hasattr(module, name):
        raise AttributeError(f"Module {module_name} does not have class attribute {name}")
    found: type[Trick] = getattr(module, name)
    return found


def resolve_renamed_argument(
    old_name: str, old: T | None, new_name: str, new: T | None, default: T
) -> T:
    """The value of an argument that has a deprecated name as well; None is "not given".

    Warns of the old name at the caller's caller. TypeError when both are given.
    """
    if old is None:
        return default if new is None else new
    if new is not None:
        raise TypeError(f"Cannot pass both {new_name!r} and its deprecated name {old_name!r}.")
    _warn(old_name, new_name, 4)
    return old


def renamed_attribute(old_name: str, new_name: str) -> property:
    """A property under a deprecated name that reads and sets the attribute `new_name`."""

    def get(self: Any) -> Any:
        _warn(old_name, new_name, 3)
        return getattr(self, new_name)

    def set_(self: Any, value: Any) -> None:
        _warn(old_name, new_name, 3)
        setattr(self, new_name, value)

    return property(get, set_, doc=f"Deprecated, use ``{new_name}`` instead.")


def _warn(old_name: str, new_name: str, level: int) -> None:
    import warnings  # loaded in every interpreter

    message = f"{old_name!r} is deprecated, use {new_name!r} instead."
    warnings.warn(message, DeprecationWarning, stacklevel=level)
