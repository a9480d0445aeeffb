from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio._core._concurrency_utils",
    live=(
        "amap",
        "as_completed",
        "gather",
    ),
)
