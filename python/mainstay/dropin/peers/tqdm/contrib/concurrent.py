"""tqdm.contrib.concurrent: the names of mainstay.progress.contrib.concurrent."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.progress.contrib.concurrent", (
    "TqdmWarning", "_InterpreterLock", "_executor_map", "_min_map_len", "contextmanager",
    "ensure_lock", "interpreter_map", "length_hint", "process_map", "thread_map", "tqdm_auto",
))
