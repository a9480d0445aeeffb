"""tqdm.contrib.bells: the names of mainstay.progress.contrib.bells."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.progress.contrib.bells", (
    "getenv", "tqdm", "trange",
))
