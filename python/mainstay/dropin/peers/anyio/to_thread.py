from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio.to_thread",
    (
        "__all__",
        "current_default_thread_limiter",
        "run_sync",
    ),
)
