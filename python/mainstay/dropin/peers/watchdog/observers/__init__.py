from mainstay.dropin._mirror import mirror

from . import api, inotify  # noqa: F401 - importing it loads them

mirror(
    __name__,
    "mainstay.watch.observers",
    (
        "Observer",
        "ObserverType",
    ),
)
