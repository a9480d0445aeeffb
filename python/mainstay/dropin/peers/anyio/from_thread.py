from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio.from_thread",
    (
        "BlockingPortal",
        "BlockingPortalProvider",
        "Future",
        "__all__",
        "check_cancelled",
        "run",
        "run_sync",
        "start_blocking_portal",
    ),
)
