"""tqdm.tk: the names of mainstay.progress.tk."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.progress.tk", (
    "TqdmExperimentalWarning", "TqdmWarning", "std_tqdm", "tqdm", "tqdm_tk", "trange",
    "ttkrange", "warn",
))
