from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio.streams.memory",
    (
        "MemoryObjectReceiveStream",
        "MemoryObjectSendStream",
        "MemoryObjectStreamStatistics",
        "__all__",
    ),
)
