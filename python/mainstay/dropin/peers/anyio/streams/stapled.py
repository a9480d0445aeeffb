from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio.streams.stapled",
    (
        "MultiListener",
        "StapledByteStream",
        "StapledObjectStream",
        "__all__",
    ),
)
