from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio._core._contextmanagers",
    live=(
        "AsyncContextManagerMixin",
        "ContextManagerMixin",
        "_ExitT_co",
        "_SupportsAsyncCtxMgr",
        "_SupportsCtxMgr",
        "_T_co",
    ),
)
