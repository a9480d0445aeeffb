"""tqdm.notebook: the names of mainstay.progress.notebook."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.progress.notebook", (
    "HBox", "HTML", "IPY", "IProgress", "TqdmHBox", "WARN_NOIPYW", "display", "escape", "proxy",
    "std_tqdm", "tnrange", "tqdm", "tqdm_notebook", "trange",
))
