"""tqdm._monitor: the names of mainstay.progress._monitor."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.progress._monitor", (
    "Event", "TMonitor", "Thread", "TqdmSynchronisationWarning", "current_thread", "time",
    "warn",
))
