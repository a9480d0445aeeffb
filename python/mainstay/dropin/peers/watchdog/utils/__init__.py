from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.watch.utils",
    (
        "BaseThread",
        "Seconds",
        "T",
        "UnsupportedLibcError",
        "WatchdogShutdownError",
        "load_class",
        "load_module",
        "renamed_attribute",
        "resolve_renamed_argument",
    ),
)
