"""tqdm.autonotebook: the names of mainstay.progress.autonotebook."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.progress.autonotebook", (
    "tqdm", "trange",
))
