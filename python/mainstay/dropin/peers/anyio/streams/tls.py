from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio.streams.tls",
    (
        "TLSAttribute",
        "TLSConnectable",
        "TLSListener",
        "TLSStream",
        "__all__",
    ),
)
