"""tqdm._tqdm_pandas: the names of mainstay.progress._tqdm_pandas."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.progress._tqdm_pandas", (
    "tqdm_pandas",
))
