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

from .. import _load

_load("watch")

from .events import (  # noqa: E402
    FileSystemEvent,
    FileSystemEventHandler,
    PatternMatchingEventHandler,
    RegexMatchingEventHandler,
)
from .observers import Observer  # noqa: E402

__all__ = [
    "FileSystemEvent",
    "FileSystemEventHandler",
    "Observer",
    "PatternMatchingEventHandler",
    "RegexMatchingEventHandler",
]
