from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.watch.observers.inotify",
    (
        "BaseObserver",
        "EventEmitter",
        "InotifyEmitter",
        "InotifyFD",
        "InotifyFullEmitter",
        "InotifyObserver",
        "InotifyWatchGroup",
        "logger",
    ),
)
