"""Deep differences of nested data: what changed, where, and deltas that apply it."""

from .. import _load

_load("diff")

from .deephash import DeepHash  # noqa: E402
from .delta import Delta  # noqa: E402
from .diff import DeepDiff  # noqa: E402
from .path import extract, parse_path  # noqa: E402
from .search import DeepSearch, grep  # noqa: E402

__all__ = ["DeepDiff", "DeepHash", "DeepSearch", "Delta", "extract", "grep", "parse_path"]
