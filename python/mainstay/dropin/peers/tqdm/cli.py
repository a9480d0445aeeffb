"""tqdm.cli: the names of mainstay.progress.cli."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.progress.cli", (
    "TqdmKeyError", "TqdmTypeError", "cast", "literal_eval", "log", "main", "posix_pipe",
    "tqdm",
))
