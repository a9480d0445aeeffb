"""tqdm.contrib.itertools: the names of mainstay.progress.contrib.itertools."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.progress.contrib.itertools", (
    "batched", "chain", "combinations", "combinations_with_replacement", "permutations",
    "product", "tqdm_auto",
))
