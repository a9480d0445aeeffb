from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio.to_process",
    (
        "WORKER_MAX_IDLE_TIME",
        "__all__",
        "_process_pool_idle_workers",
        "_process_pool_workers",
        "current_default_process_limiter",
        "process_worker",
        "run_sync",
    ),
)
