from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio._core._streams",
    live=("create_memory_object_stream",),
)
