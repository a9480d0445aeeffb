"""tqdm.asyncio: the names of mainstay.progress.asyncio."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.progress.asyncio", (
    "std_tqdm", "tarange", "tqdm", "tqdm_asyncio", "trange",
))
