"""tqdm.auto: the names of mainstay.progress.auto."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.progress.auto", (
    "TqdmExperimentalWarning", "asyncio_tqdm", "std_tqdm", "tqdm", "trange",
))
