from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio.abc._tasks",
    live=(
        "TaskGroup",
        "TaskStatus",
        "call_for_coroutine",
        "get_callable_name",
        "get_coro_name",
    ),
)
