from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio.streams.file",
    (
        "FileReadStream",
        "FileStreamAttribute",
        "FileWriteStream",
        "__all__",
    ),
)
