"""boltons.cacheutils: the names of mainstay.bolts.cacheutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.cacheutils", (
    "CachedFunction", "CachedMethod", "DEFAULT_MAX_SIZE", "KEY", "LRI", "LRU", "MinIDMap",
    "NEXT", "PREV", "ThresholdCounter", "VALUE", "attrgetter", "cached", "cachedmethod",
    "cachedproperty", "make_cache_key",
))
