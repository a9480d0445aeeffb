from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio.streams.memory",
    (
        "MemoryObjectReceiveStream",
        "MemoryObjectSendStream",
        "MemoryObjectStreamStatistics",
        "_MemoryObjectItemReceiver",
        "__all__",
    ),
)
