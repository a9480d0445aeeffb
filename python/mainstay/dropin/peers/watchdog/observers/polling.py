from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.watch.observers.polling",
    (
        "PollingEmitter",
        "PollingObserver",
        "PollingObserverVFS",
        "logger",
    ),
)
