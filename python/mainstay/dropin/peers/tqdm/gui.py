"""tqdm.gui: the names of mainstay.progress.gui."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.progress.gui", (
    "TqdmExperimentalWarning", "std_tqdm", "tgrange", "tqdm", "tqdm_gui", "trange", "warn",
))
