from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio.abc._resources",
    live=("AsyncResource",),
)
