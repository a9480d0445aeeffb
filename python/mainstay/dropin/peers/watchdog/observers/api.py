from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.watch.observers.api",
    (
        "BaseObserver",
        "DEFAULT_EMITTER_TIMEOUT",
        "DEFAULT_OBSERVER_TIMEOUT",
        "EventDispatcher",
        "EventEmitter",
        "EventQueue",
        "ObservedWatch",
        "logger",
    ),
)
