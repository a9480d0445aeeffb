"""DeepDiff: what differs between two objects, as a dict of changes by kind and path.

A DeepDiff does its work when it is made and is a value afterwards: it may be read from several
threads. The objects it was given are not changed; it refers to them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import _grouping, _options
from ._options import (
    CUTOFF_DISTANCE_FOR_PAIRS_DEFAULT,
    CUTOFF_INTERSECTION_FOR_PAIRS_DEFAULT,
    CUTOFF_RANGE_ERROR_MSG,
    DEFAULT,
    PURGE_LEVEL_RANGE_MSG,
    VERBOSE_LEVEL_RANGE_MSG,
    Options,
)
from ._sets import SetOrdered
from ._unordered import _cache_key
from ._walk import (
    DIFF_COUNT,
    DISTANCE_CACHE_ENABLED,
    DISTANCE_CACHE_HIT_COUNT,
    MAX_DIFF_LIMIT_REACHED,
    MAX_DIFFS_REACHED_MSG,
    MAX_PASS_LIMIT_REACHED,
    MAX_PASSES_REACHED_MSG,
    PASSES_COUNT,
    Changes,
    Shared,
    Walk,
)
from .base import Base
from .colored_view import ColoredView
from .deephash import DeepHash
from .distance import DistanceMixin, rough_distance
from .helper import (
    COLORED_COMPACT_VIEW,
    COLORED_VIEW,
    DELTA_VIEW,
    TEXT_VIEW,
    TREE_VIEW,
    RepeatedTimer,
    get_doc,
    notpresent,
)
from .model import (
    _REPORT_ORDER,
    CUSTOM_FIELD,
    DiffLevel,
    ResultDict,
    TextResult,
    TreeResult,
)
from .serialization import SerializationMixin

logger = logging.getLogger("deepdiff.diff")

INVALID_VIEW_MSG = (
    "view parameter must be one of 'text', 'tree', 'delta', 'colored' or 'colored_compact'. "
    "But {} was passed."
)
PROGRESS_MSG = "DeepDiff {} seconds in progress. Pass #{}, Diff #{}"
doc = get_doc("diff_doc.rst")


def _report_progress(
    _stats: dict[str, Any], progress_logger: Callable[[str], None], duration: float
) -> None:
    progress_logger(PROGRESS_MSG.format(duration, _stats[PASSES_COUNT], _stats[DIFF_COUNT]))


class DeepDiff(ResultDict, SerializationMixin, DistanceMixin, Base):
    """What differs between `t1` and `t2`; empty if nothing does.

    All keywords are on the page docs/capabilities/diff.md; they are attributes afterwards.

    >>> DeepDiff({"a": 1, "b": [1, 2]}, {"a": 2, "b": [1, 2, 3]})
    {'values_changed': {"root['a']": {'new_value': 2, 'old_value': 1}}, \
'iterable_item_added': {"root['b'][2]": 3}}
    """

    if TYPE_CHECKING:
        t1: Any
        t2: Any

    def __init__(self, t1: Any, t2: Any, *more: Any, **keywords: Any) -> None:
        super().__init__()
        if more:
            keywords.update(zip(_options.DEFAULTS, more))
        options = keywords.get("_parameters")
        if options:
            options = Options.of_attributes(options) if isinstance(options, dict) else options
        else:
            options = Options(keywords) if keywords else DEFAULT
        original_type = keywords.get("_original_type")
        self._begin(options, Shared(options))
        timer = None
        if options.log_frequency_in_sec:
            timer = RepeatedTimer(
                options.log_frequency_in_sec,
                _report_progress,
                self._shared.stats,
                options.progress_logger,
            )
        try:
            if options.group_by:
                keys = self._shared.group_by_keys
                t1, t2 = _grouping.group(t1, t2, options.group_by, options.group_by_sort_key, keys)
            self.t1, self.t2 = t1, t2
            self._walk.run(t1, t2, original_type)
            if options.get_deep_distance and options.view in (TEXT_VIEW, TREE_VIEW):
                self._changes = self._walk.grouped()
                self._deep_distance = self._get_rough_distance()
            self._changes = self._walk.settle()
            self._fill(options.view)
        finally:
            if timer is not None:
                self._shared.stats["DURATION SEC"] = timer.stop()
                logger.info(f"stats {self.get_stats()}")
        self._purge(options.cache_purge_level)

    def _begin(self, options: Options, shared: Shared) -> None:
        self._options = options
        self._shared = shared
        self._stats = shared.stats
        self._numpy_paths = shared.numpy_paths
        self._walk = Walk(options, shared, owner=self)
        self._iterable_opcodes = self._walk.opcodes
        self._changes: Changes | None = None
        self._tree: TreeResult | None = None
        self._deep_distance: float | None = None
        self.is_root = True

    @classmethod
    def _inside(cls, walk: Walk, t1: Any, t2: Any) -> DeepDiff:
        """The DeepDiff that operators see while a distance is measured."""
        inner = cls.__new__(cls)
        inner._begin(walk.options, walk.shared)
        inner.t1, inner.t2 = t1, t2
        return inner

    def _fill(self, view: str) -> None:
        result = self._get_view_results(view)
        if isinstance(result, ColoredView):
            self._colored_view = result
            result = result.tree
        self.update(result)

    def _purge(self, level: int) -> None:
        del self._walk
        if level == 0:
            self.hashes = self._shared.hashes
            self._distance_cache = self._shared.distance_cache
        elif level == 1:
            self._shared.hasher = None
            self._shared.hashes = None
        else:
            self.__dict__.clear()

    def __getattr__(self, name: str) -> Any:
        """Keywords are attributes; most are never looked at, so they stay where they are."""
        options = self.__dict__.get("_options")
        if options is None or name.startswith("__"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return getattr(options, name)

    def __getstate__(self) -> dict[str, Any]:
        tree = self.tree if "_options" in self.__dict__ else None
        return {**self.__dict__, "_tree": tree, "_changes": None, "_shared": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    # What was found

    @property
    def tree(self) -> TreeResult:
        """What was found as `DiffLevel` objects, made when they are first looked at."""
        if self._tree is not None:
            return self._tree
        tree = TreeResult()
        changes = self._changes
        for kind, found in (self._walk.grouped() if changes is None else changes).items():
            for change in found:
                level = change if isinstance(change, DiffLevel) else change.level()
                level.report_type = kind
                tree[kind].add(level)
        if self._deep_distance is not None:
            tree["deep_distance"] = self._deep_distance
        if changes is not None:
            adds_and_removes = "iterable_item_added" in changes and "iterable_item_removed" in changes
            tree.remove_empty_keys()
            if adds_and_removes and not self._options.report_repetition:
                tree["values_changed"]  # the peer looked there, and programs may
            self._tree = tree
            self._changes = None
        return tree

    def _source(self) -> tuple[dict[str, Any], dict[Any, Any]]:
        return self._found(), self._iterable_opcodes

    def _found(self) -> dict[str, Any]:
        """The changes by kind, as levels if the tree was looked at."""
        if self._changes is None:
            return self.tree
        if self._deep_distance is not None:
            return {**self._changes, "deep_distance": self._deep_distance}
        return self._changes

    def _get_view_results(self, view: str, verbose_level: int | None = None) -> Any:
        """The results in the form of a view."""
        if view == TREE_VIEW:
            return self.tree
        if view == TEXT_VIEW:
            level = self._options.verbose_level if verbose_level is None else verbose_level
            result = TextResult(tree_results=self._found(), verbose_level=level)
            result.remove_empty_keys()
            return result
        if view == DELTA_VIEW:
            return self._to_delta_dict(report_repetition_required=False)
        if view in (COLORED_VIEW, COLORED_COMPACT_VIEW):
            compact = view == COLORED_COMPACT_VIEW
            return ColoredView(t2=self.t2, tree_result=self.tree, compact=compact)
        raise ValueError(INVALID_VIEW_MSG.format(view))

    def custom_report_result(self, report_type: str, level: Any, extra_info: Any = None) -> None:
        """Report a change from inside an operator, under a kind of its own."""
        level.additional[CUSTOM_FIELD] = extra_info
        self._walk.custom_report(report_type, level)

    def get_stats(self) -> dict[str, Any]:
        """How many comparisons and searches for pairs were made, and which limits were met."""
        return self._stats

    @property
    def affected_paths(self) -> SetOrdered:
        """The paths at which something was changed, added or removed."""
        result = SetOrdered()
        for key in _REPORT_ORDER:
            result.update(self.get(key) or ())
        return result

    @property
    def affected_root_keys(self) -> SetOrdered:
        """The first keys of these paths."""
        keys = (
            change.get_root_key()
            for kind in _REPORT_ORDER
            for change in (self.tree[kind] if kind in self.tree else ())
        )
        return SetOrdered(key for key in keys if key is not notpresent)

    def __str__(self) -> str:
        if self._options.view in (COLORED_VIEW, COLORED_COMPACT_VIEW):
            return str(self._colored_view)
        return super().__str__()

    _get_distance_cache_key = staticmethod(_cache_key)
    _get_key_for_group_by = staticmethod(_grouping.key_of_row)


def distance_of(walk: Walk, t1: Any, t2: Any, original_type: Any) -> float:
    """Compare two items of unordered lists only to learn how far they are from each other."""
    if walk.options.custom_operators:
        inner = DeepDiff._inside(walk, t1, t2)._walk
    else:
        inner = Walk(walk.options, walk.shared)
    inner.run(t1, t2, original_type)
    source = (inner.settle(), inner.opcodes)
    return rough_distance(walk.options, walk.shared, source, t1, t2, inside=True)


__all__ = [
    "CUTOFF_DISTANCE_FOR_PAIRS_DEFAULT",
    "CUTOFF_INTERSECTION_FOR_PAIRS_DEFAULT",
    "CUTOFF_RANGE_ERROR_MSG",
    "DISTANCE_CACHE_ENABLED",
    "DISTANCE_CACHE_HIT_COUNT",
    "MAX_DIFFS_REACHED_MSG",
    "MAX_DIFF_LIMIT_REACHED",
    "MAX_PASSES_REACHED_MSG",
    "MAX_PASS_LIMIT_REACHED",
    "PURGE_LEVEL_RANGE_MSG",
    "VERBOSE_LEVEL_RANGE_MSG",
    "DeepDiff",
    "DeepHash",
]
