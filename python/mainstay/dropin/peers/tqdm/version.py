"""tqdm.version: the names of mainstay.progress.version."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.progress.version", (
    "__version__",
))
