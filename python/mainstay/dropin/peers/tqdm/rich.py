"""tqdm.rich: the names of mainstay.progress.rich."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.progress.rich", (
    "BarColumn", "FractionColumn", "Progress", "ProgressColumn", "RateColumn", "Text",
    "TimeElapsedColumn", "TimeRemainingColumn", "TqdmExperimentalWarning", "filesize",
    "std_tqdm", "tqdm", "tqdm_rich", "trange", "trrange", "warn",
))
