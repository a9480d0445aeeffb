from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio._core._tempfile",
    ("tempfile",),
    live=(
        "NamedTemporaryFile",
        "SpooledTemporaryFile",
        "TemporaryDirectory",
        "TemporaryFile",
        "gettempdir",
        "gettempdirb",
        "mkdtemp",
        "mkstemp",
    ),
)
