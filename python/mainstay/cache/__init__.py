"""A crash-safe cache on disk for many threads and processes, with expiry, eviction and tags.

>>> from mainstay.cache import Cache
>>> with Cache() as cache:
...     cache["answer"] = 42
...     cache["answer"]
42

Plain values are stored without pickle; anything else is refused unless the cache allows it.
`DjangoCache` is here where Django is installed.
"""

# ruff: noqa: E402 - the native module is loaded before what is written on it

from .. import _load

_load("cache")

from ._names import FullDiskError, OversizeError, StoreError
from ._pickling import PickleDeniedError
from .core import (
    DEFAULT_SETTINGS,
    ENOVAL,
    EVICTION_POLICY,
    UNKNOWN,
    Cache,
    Disk,
    EmptyDirWarning,
    JSONDisk,
    Timeout,
    UnknownFileWarning,
)
from .fanout import FanoutCache
from .persistent import Deque, Index
from .recipes import (
    Averager,
    BoundedSemaphore,
    Lock,
    RLock,
    barrier,
    memoize_stampede,
    throttle,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "DEFAULT_SETTINGS",
    "ENOVAL",
    "EVICTION_POLICY",
    "UNKNOWN",
    "Averager",
    "BoundedSemaphore",
    "Cache",
    "Deque",
    "Disk",
    "EmptyDirWarning",
    "FanoutCache",
    "FullDiskError",
    "Index",
    "JSONDisk",
    "Lock",
    "OversizeError",
    "PickleDeniedError",
    "RLock",
    "StoreError",
    "Timeout",
    "UnknownFileWarning",
    "barrier",
    "memoize_stampede",
    "throttle",
]


def __getattr__(name: str) -> "Any":
    """`DjangoCache`, imported when it is asked for: most programs have no Django."""
    if name == "DjangoCache":
        try:
            from .djangocache import DjangoCache
        except Exception as error:
            raise AttributeError(
                f"module {__name__!r} has no attribute 'DjangoCache': Django cannot be imported"
            ) from error
        globals()[name] = DjangoCache
        return DjangoCache
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
