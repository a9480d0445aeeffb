from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio.streams.text",
    (
        "TextConnectable",
        "TextReceiveStream",
        "TextSendStream",
        "TextStream",
        "__all__",
    ),
)
