from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio.abc._streams",
    live=(
        "AnyByteReceiveStream",
        "AnyByteSendStream",
        "AnyByteStream",
        "AnyByteStreamConnectable",
        "AnyUnreliableByteReceiveStream",
        "AnyUnreliableByteSendStream",
        "AnyUnreliableByteStream",
        "ByteReceiveStream",
        "ByteSendStream",
        "ByteStream",
        "ByteStreamConnectable",
        "Listener",
        "ObjectReceiveStream",
        "ObjectSendStream",
        "ObjectStream",
        "ObjectStreamConnectable",
        "UnreliableObjectReceiveStream",
        "UnreliableObjectSendStream",
        "UnreliableObjectStream",
    ),
)
