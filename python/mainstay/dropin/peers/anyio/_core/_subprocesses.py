from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio._core._subprocesses",
    live=(
        "StrOrBytesPath",
        "open_process",
        "run_process",
    ),
)
