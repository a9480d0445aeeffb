from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio._core._fileio",
    live=(
        "AsyncFile",
        "Path",
        "_PathIterator",
        "open_file",
        "os",
        "wrap_file",
    ),
)
