"""tqdm.keras: the names of mainstay.progress.keras."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.progress.keras", (
    "TqdmCallback", "keras", "partial", "tqdm_auto",
))
