"""deepdiff's names on mainstay.diff. Loaded in its place where a program asked for that."""

from mainstay.dropin._mirror import mirror

from . import (  # noqa: F401  # as the peer's
    _multiprocessing,
    anyset,
    base,
    colored_view,
    deephash,
    delta,
    diff,
    distance,
    helper,
    lfucache,
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
    (
        "DeepDiff",
        "DeepHash",
        "DeepSearch",
        "extract",
        "grep",
        "parse_path",
    ),
)
