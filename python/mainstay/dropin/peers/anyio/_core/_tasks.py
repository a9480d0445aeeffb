from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio._core._tasks",
    live=(
        "CancelScope",
        "TASK_STATUS_IGNORED",
        "TaskHandle",
        "_IgnoredTaskStatus",
        "create_task_group",
        "current_effective_deadline",
        "fail_after",
        "fail_at",
        "move_on_after",
        "move_on_at",
    ),
)
