from mainstay.dropin._mirror import mirror

from diskcache import core, fanout, persistent

mirror(
    __name__,
    "mainstay.cache",
    (
        "DEFAULT_SETTINGS",
        "ENOVAL",
        "EVICTION_POLICY",
        "UNKNOWN",
        "Averager",
        "BoundedSemaphore",
        "Disk",
        "EmptyDirWarning",
        "JSONDisk",
        "Lock",
        "RLock",
        "Timeout",
        "UnknownFileWarning",
        "barrier",
        "memoize_stampede",
        "throttle",
    ),
)

Cache = core.Cache
FanoutCache = fanout.FanoutCache
Deque, Index = persistent.Deque, persistent.Index

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
    "Index",
    "JSONDisk",
    "Lock",
    "RLock",
    "Timeout",
    "UnknownFileWarning",
    "barrier",
    "memoize_stampede",
    "throttle",
]


def __getattr__(name: str) -> object:
    if name == "DjangoCache":
        try:
            from diskcache.djangocache import DjangoCache
        except Exception as error:
            raise AttributeError("DjangoCache needs Django, set up") from error
        return DjangoCache
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__title__ = "diskcache"
__version__ = "5.6.3"
__build__ = 0x050603
