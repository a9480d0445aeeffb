from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.watch.version",
    (
        "VERSION_BUILD",
        "VERSION_INFO",
        "VERSION_MAJOR",
        "VERSION_MINOR",
        "VERSION_STRING",
        "__version__",
    ),
)
