"""File events below watched paths, none lost in silence.

>>> from mainstay.watch import FileSystemEventHandler, Observer
>>> class Handler(FileSystemEventHandler):
...     def on_created(self, event):
...         print(event.src_path)
>>> with Observer() as observer:
...     watch = observer.schedule(Handler(), ".", recursive=True)

The names are those watchdog made familiar, in modules of the same names.
"""

from __future__ import annotations

from .. import _bring, _load, _serves_drop_in

_load("watch")

from .events import (  # noqa: E402
    FileSystemEvent,
    FileSystemEventHandler,
    PatternMatchingEventHandler,
    RegexMatchingEventHandler,
)
from .observers import Observer  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._watcher import Watcher, awatch, watch

__all__ = [
    "FileSystemEvent",
    "FileSystemEventHandler",
    "Observer",
    "PatternMatchingEventHandler",
    "RegexMatchingEventHandler",
    "Watcher",
    "awatch",
    "watch",
]


def __getattr__(name: str) -> Any:
    if name not in ("Watcher", "awatch", "watch"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    _bring(globals(), "_watcher", ("Watcher", "awatch", "watch"))
    return globals()[name]


# Under drop-in programs have no use for them, and importing is to cost what it costs the peer. Else
# they come now: the child of a fork must not be the first to import.
if not _serves_drop_in("watchdog"):
    _bring(globals(), "_watcher", ("Watcher", "awatch", "watch"))
