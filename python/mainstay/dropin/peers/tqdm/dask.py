"""tqdm.dask: the names of mainstay.progress.dask."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.progress.dask", (
    "Callback", "TqdmCallback", "partial", "tqdm_auto",
))
