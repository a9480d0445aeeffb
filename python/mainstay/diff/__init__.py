"""Deep differences of nested data: what changed, where, and deltas that apply it."""

from .deephash import DeepHash
from .delta import Delta
from .diff import DeepDiff
from .path import extract, parse_path
from .search import DeepSearch, grep

__all__ = ["DeepDiff", "DeepHash", "DeepSearch", "Delta", "extract", "grep", "parse_path"]
