from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio._core._signals",
    live=("open_signal_receiver",),
)
