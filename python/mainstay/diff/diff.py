"""DeepDiff: what differs between two objects, as a dict of changes by kind and path.

A DeepDiff does its work when it is made and is a value afterwards: it may be read from several
threads. The objects it was given are not changed; it refers to them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import _grouping, _options
from ._options import (  # noqa: F401  # also names of this module
    CUTOFF_DISTANCE_FOR_PAIRS_DEFAULT,
    CUTOFF_INTERSECTION_FOR_PAIRS_DEFAULT,
    CUTOFF_RANGE_ERROR_MSG,
    PURGE_LEVEL_RANGE_MSG,
    VERBOSE_LEVEL_RANGE_MSG,
    Options,
)
from ._sets import SetOrdered
from ._walk import (  # noqa: F401  # also names of this module
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
    unmerged,
)
from .base import Base
from .colored_view import ColoredView
from .deephash import DeepHash as DeepHash
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

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._options import Keywords

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

    def __init__(self, t1: Any, t2: Any, **given: Unpack[Keywords]) -> None:
        super().__init__()
        keywords: dict[str, Any] = {**given}
        options = keywords.get("_parameters")
        if options:
            options = Options.of_attributes(options) if isinstance(options, dict) else options
        else:
            options = Options(keywords) if keywords else _options.default()
        self._options = options
        self._shared = shared = Shared(options)
        self._walk = walk = Walk(options, shared, self, DeepHash)
        timer = None
        if options.log_frequency_in_sec:
            timer = RepeatedTimer(
                options.log_frequency_in_sec,
                _report_progress,
                shared.stats,
                options.progress_logger,
            )
        try:
            if options.group_by:
                by, sort_key = options.group_by, options.group_by_sort_key
                t1, t2 = _grouping.group(t1, t2, by, sort_key, shared.group_by_keys)
            self.t1, self.t2 = t1, t2
            walk.run(t1, t2)
            if options.get_deep_distance and options.view in (TEXT_VIEW, TREE_VIEW):
                self._deep_distance = self._measure()
            self._fill(options.view)
        finally:
            if timer is not None:
                shared.stats["DURATION SEC"] = timer.stop()
                logger.info(f"stats {self.get_stats()}")
        if options.cache_purge_level == 1:
            shared.forget()
        elif options.cache_purge_level == 2:
            self.__dict__.clear()

    # Made when they are first needed; most results are only read as a dict.
    _changes: Changes | None = None
    _tree: TreeResult | None = None
    _deep_distance: float | None = None
    _opcodes: dict[Any, Any]
    is_root = True

    @classmethod
    def _inside(cls, walk: Walk, t1: Any, t2: Any) -> DeepDiff:
        """The DeepDiff that operators see while a distance is measured."""
        inner = cls.__new__(cls)
        inner._options, inner._shared = walk.options, walk.shared
        inner._walk = Walk(walk.options, walk.shared, inner)
        inner.t1, inner.t2 = t1, t2
        return inner

    def _fill(self, view: str) -> None:
        result = self._get_view_results(view)
        if isinstance(result, ColoredView):
            self._colored_view = result
            result = result.tree
        self.update(result)

    def __getattr__(self, name: str) -> Any:
        """Keywords are attributes; most are never looked at, so they stay where they are."""
        options = self.__dict__.get("_options")
        if options is None or name.startswith("__"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return getattr(options, name)

    def __getstate__(self) -> dict[str, Any]:
        state = dict(self.__dict__)
        if "_options" in state:
            state.update(
                _tree=self.tree, _opcodes=self._iterable_opcodes, _changes=None, _walk=None
            )
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    # What was found

    @property
    def tree(self) -> TreeResult:
        """What was found as `DiffLevel` objects, made when they are first looked at."""
        if self._tree is not None:
            return self._tree
        walk = self._walk
        changes = self._found() if walk.done else walk.settle()  # an operator may look at it
        tree = TreeResult()
        for kind, found in changes.items():
            for change in found if kind != "deep_distance" else ():
                level = change if isinstance(change, DiffLevel) else change.level()
                level.report_type = kind
                tree[kind].add(level)
        if walk.done:
            both = "iterable_item_added" in changes and "iterable_item_removed" in changes
            tree.remove_empty_keys()
            if both and not self._options.report_repetition:
                tree["values_changed"]  # the peer looked there, and so may programs
            if self._deep_distance is not None:
                tree["deep_distance"] = self._deep_distance
            self._tree = tree
        return tree

    def _found(self) -> dict[str, Any]:
        """The changes by kind: as levels once the tree was looked at, as nodes until then."""
        if self._tree is not None:
            return self._tree
        if self._changes is None:
            self._changes = self._walk.settle()
        distance = self._deep_distance
        # A distance between objects whose changes are all left out is not told.
        if distance is None or not (self._changes or isinstance(distance, int)):
            return self._changes
        return {**self._changes, "deep_distance": distance}

    def _measure(self) -> float:
        """The distance, by what was found before added and removed items became changed ones."""
        source = (unmerged(self._found()), self._iterable_opcodes)
        return rough_distance(self._options, self._shared, source, self.t1, self.t2)

    def _source(self) -> tuple[dict[str, Any], dict[Any, Any]]:
        return self._found(), self._iterable_opcodes

    @property
    def _iterable_opcodes(self) -> dict[Any, Any]:
        self._found()
        return self._opcodes if self._walk is None else self._walk.opcodes

    @property
    def hashes(self) -> Any:
        """The digests that were made, if they were kept (`cache_purge_level=0`)."""
        return self._shared.hashes

    @property
    def _numpy_paths(self) -> dict[Any, str]:
        return self._shared.numpy_paths

    def _get_view_results(self, view: str, verbose_level: int | None = None) -> Any:
        """The results in the form of a view."""
        if view == TREE_VIEW:
            return self.tree
        if view == TEXT_VIEW:
            level = self._options.verbose_level if verbose_level is None else verbose_level
            plain = self._changes is None and self._tree is None and self._deep_distance is None
            if plain and level == 1:
                ready = self._walk.found.text()
                if ready is not None:
                    return ready
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
        self._walk.report(report_type, level)

    def get_stats(self) -> dict[str, Any]:
        """How many comparisons and searches for pairs were made, and which limits were met."""
        return self._shared.stats

    _stats = property(get_stats)

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
            change.get_root_key() for kind in _REPORT_ORDER for change in self.tree.get(kind, ())
        )
        return SetOrdered(key for key in keys if key is not notpresent)

    def __str__(self) -> str:
        if self._options.view in (COLORED_VIEW, COLORED_COMPACT_VIEW):
            return str(self._colored_view)
        return super().__str__()

    _get_key_for_group_by = staticmethod(_grouping.key_of_row)
