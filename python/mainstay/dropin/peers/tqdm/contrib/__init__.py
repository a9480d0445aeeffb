"""tqdm.contrib: the names of mainstay.progress.contrib."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.progress.contrib", (
    "DummyTqdmFile", "ObjectWrapper", "TqdmDeprecationWarning", "builtin_iterable",
    "tenumerate", "tmap", "tqdm", "tqdm_auto", "tzip", "warn",
))
