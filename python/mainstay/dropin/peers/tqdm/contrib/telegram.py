"""tqdm.contrib.telegram: the names of mainstay.progress.contrib.telegram."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.progress.contrib.telegram", (
    "Session", "TelegramIO", "envwrap", "tqdm", "tqdm_telegram", "trange", "ttgrange",
))
