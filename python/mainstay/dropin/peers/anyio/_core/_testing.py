from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio._core._testing",
    live=(
        "TaskInfo",
        "get_current_task",
        "get_running_tasks",
        "wait_all_tasks_blocked",
    ),
)
