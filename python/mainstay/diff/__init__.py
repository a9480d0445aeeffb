"""Deep differences of nested data: what changed, where, and deltas that apply it.

>>> from mainstay.diff import DeepDiff, Delta
>>> diff = DeepDiff({"a": 1}, {"a": 2})
>>> {"a": 1} + Delta(diff)
{'a': 2}

The names are deepdiff's, and `report`. Operators are in `mainstay.diff.operator`.
"""

from .. import _load

_load("diff")

from ._json_patch import PatchError  # noqa: E402
from ._report import report  # noqa: E402
from .deephash import DeepHash  # noqa: E402
from .delta import Delta  # noqa: E402
from .diff import DeepDiff  # noqa: E402
from .path import extract, parse_path  # noqa: E402
from .search import DeepSearch, grep  # noqa: E402

__all__ = [
    "DeepDiff",
    "DeepHash",
    "DeepSearch",
    "Delta",
    "PatchError",
    "extract",
    "grep",
    "parse_path",
    "report",
]
