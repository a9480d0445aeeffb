from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio.to_interpreter",
    (
        "DEFAULT_CPU_COUNT",
        "MAX_WORKER_IDLE_TIME",
        "__all__",
        "_idle_workers",
        "current_default_interpreter_limiter",
        "run_sync",
    ),
)
