from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.watch.observers.inotify_move_event_grouper",
    (
        "GroupedInotifyEvent",
        "PathedInotifyEvent",
    ),
)
