from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio.lowlevel",
    (
        "EventLoopToken",
        "RunVar",
        "RunvarToken",
        "__all__",
        "cancel_shielded_checkpoint",
        "checkpoint",
        "checkpoint_if_cancelled",
        "current_token",
    ),
)
