from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio._core._synchronization",
    live=(
        "CapacityLimiter",
        "CapacityLimiterAdapter",
        "CapacityLimiterStatistics",
        "Condition",
        "ConditionStatistics",
        "Event",
        "EventAdapter",
        "EventStatistics",
        "Lock",
        "LockAdapter",
        "LockStatistics",
        "ResourceGuard",
        "Semaphore",
        "SemaphoreAdapter",
        "SemaphoreStatistics",
    ),
)
