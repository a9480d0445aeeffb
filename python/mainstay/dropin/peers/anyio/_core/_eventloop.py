from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio._core._eventloop",
    ("BACKENDS",),
    live=(
        "claim_worker_thread",
        "current_async_library",
        "current_time",
        "get_all_backends",
        "get_async_backend",
        "get_available_backends",
        "get_cancelled_exc_class",
        "loaded_backends",
        "reset_current_async_library",
        "run",
        "set_current_async_library",
        "sleep",
        "sleep_forever",
        "sleep_until",
        "sniffio",
        "threadlocals",
    ),
)
