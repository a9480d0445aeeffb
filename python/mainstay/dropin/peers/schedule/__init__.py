from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.schedule",
    (
        "CancelJob",
        "IntervalError",
        "Job",
        "ScheduleError",
        "ScheduleValueError",
        "Scheduler",
        "_move_to_next_weekday",
        "cancel_job",
        "clear",
        "default_scheduler",
        "every",
        "get_jobs",
        "idle_seconds",
        "jobs",
        "next_run",
        "repeat",
        "run_all",
        "run_pending",
    ),
    live=("logger",),
)
