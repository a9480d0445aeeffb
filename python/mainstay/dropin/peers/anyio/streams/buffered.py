from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio.streams.buffered",
    (
        "BufferedByteReceiveStream",
        "BufferedByteStream",
        "BufferedConnectable",
        "__all__",
    ),
)
