from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.watch.observers.inotify_c",
    (
        "CallbackId",
        "InotifyConstants",
        "InotifyEvent",
        "InotifyFD",
        "Mask",
        "WATCHDOG_ALL_EVENTS",
        "Watch",
        "WatchDescriptor",
    ),
)
