from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.cache.recipes",
    (
        "ENOVAL",
        "Averager",
        "BoundedSemaphore",
        "Lock",
        "RLock",
        "args_to_key",
        "barrier",
        "full_name",
        "memoize_stampede",
        "throttle",
    ),
)
