"""deepdiff's names on mainstay.diff. Loaded in its place where a program asked for that."""

from mainstay.dropin._mirror import mirror

# First, because it names what private modules of the face define.
from . import helper  # noqa: F401  # as the peer's

# isort: split
from . import (  # noqa: F401  # as the peer's
    base,
    colored_view,
    deephash,
    delta,
    diff,
    distance,
    model,
    path,
    search,
    serialization,
    summarize,
)
from .delta import Delta as Delta

__version__ = "9.1.0"

mirror(
    __name__,
    "mainstay.diff",
    ("DeepDiff", "DeepHash", "DeepSearch", "extract", "grep", "parse_path"),
)
