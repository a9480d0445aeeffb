"""The observer for this platform: inotify on Linux, polling elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ..utils import platform

if TYPE_CHECKING:
    from ..utils import Seconds
    from .api import BaseObserver


class ObserverType(Protocol):
    """A class of observers, as commands choose among them."""

    def __call__(self, *, timeout: Seconds = ...) -> BaseObserver: ...


if platform.is_linux():
    from .inotify import InotifyObserver as Observer
elif not TYPE_CHECKING:
    from .polling import PollingObserver as Observer

__all__ = ["Observer"]
