from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio.streams",
    lazy=(
        "buffered",
        "file",
        "memory",
        "stapled",
        "text",
        "tls",
    ),
)
