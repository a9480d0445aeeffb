from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio.functools",
    (
        "AsyncCacheInfo",
        "AsyncCacheParameters",
        "AsyncLRUCacheWrapper",
        "_LRUMethodWrapper",
        "__all__",
        "cache",
        "lru_cache",
        "reduce",
    ),
)
