"""tqdm.contrib.utils_worker: the names of mainstay.progress.contrib.utils_worker."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.progress.contrib.utils_worker", (
    "MonoWorker", "ThreadPoolExecutor", "deque", "tqdm_auto",
))
