"""Walk: what a comparison in C++ asks Python for, and what it found.

The walk itself is native: it goes through builtin containers, matches lists and measures distances.
It asks here for each pair of other objects (`native_enter` says how to go on), and for what the
options make special: operators, keys that are cleaned, digests, distances. One Walk serves one
comparison in one thread.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from . import _containers, _native, _scalars
from ._kinds import Kinds, is_data_frame, kinds
from ._nodes import BOTH, Node
from .deephash import NOTHING, DeepHash
from .distance import (
    _get_item_length,
    distance_by_options,
    get_numeric_types_distance,
)
from .helper import Opcode, get_type, not_found, notpresent
from .model import FORCE_DEFAULT, DictRelationship
from .serialization import delta_dict

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._options import Options

logger = logging.getLogger("deepdiff.diff")

MAX_PASSES_REACHED_MSG = (
    "DeepDiff has reached the max number of passes of {}. "
    "You can possibly get more accurate results by increasing the max_passes parameter."
)
MAX_DIFFS_REACHED_MSG = (
    "DeepDiff has reached the max number of diffs of {}. "
    "You can possibly get more accurate results by increasing the max_diffs parameter."
)
DISTANCE_CACHE_HIT_COUNT = "DISTANCE CACHE HIT COUNT"
DIFF_COUNT = "DIFF COUNT"
PASSES_COUNT = "PASSES COUNT"
MAX_PASS_LIMIT_REACHED = "MAX PASS LIMIT REACHED"
MAX_DIFF_LIMIT_REACHED = "MAX DIFF LIMIT REACHED"
DISTANCE_CACHE_ENABLED = "DISTANCE CACHE ENABLED"
_STATS: dict[str, Any] = {
    PASSES_COUNT: 0,
    DIFF_COUNT: 0,
    DISTANCE_CACHE_HIT_COUNT: 0,
    MAX_PASS_LIMIT_REACHED: False,
    MAX_DIFF_LIMIT_REACHED: False,
    "WORKER DIFF COUNT": 0,
    "WORKER PASSES COUNT": 0,
    "WORKER DISTANCE CACHE HIT COUNT": 0,
    "WORKER BATCH COUNT": 0,
}

Changes = dict[str, list[Node]]
Instruction = Any
"""What the native walk is told: None (the pair is done), a tuple, or a list of tuples."""


class Shared:
    """What a comparison shares with those it makes inside to measure distances."""

    hasher: Any = None

    def __init__(self, options: Options) -> None:
        self.stats: dict[str, Any] = _STATS.copy()
        self.hashes: Any = {} if options.hashes is None else options.hashes
        self.numpy_paths: dict[Any, str] = {}
        self.group_by_keys: set[Any] = set()

    def forget(self) -> None:
        """Let the hashes go; no more distances can be measured."""
        self.hashes = self.hasher = None


class Walk:
    """One comparison. Its methods that begin with `native_` are called by the native walk."""

    done = False
    found: Any = None
    kinds: Kinds

    def __init__(
        self, options: Options, shared: Shared, owner: Any = None, deep_hash: Any = DeepHash
    ) -> None:
        self.deep_hash = deep_hash
        self.options = options
        self.shared = shared
        self.owner = owner
        self.filters = options.filters
        self.events: list[tuple[str, Any]] = []
        self.seen: list[tuple[str, Any]] = []
        self.opcodes: dict[Any, list[Opcode]] = {}

    def run(self, t1: Any, t2: Any) -> None:
        """Compare, and note the changes."""
        self.kinds = kinds()
        self._kind_of: dict[type, str] = {}
        root = Node(t1, t2, verbose_level=self.options.verbose_level)
        patched = self.deep_hash is not DeepHash  # it is to be asked then
        self.found = _native.compare(self, self.options.settings(patched), root)
        self.seen.clear()
        self.done = True

    # What was found

    def settle(self) -> Changes:
        """The changes by their kinds, in the order in which they were found."""
        events = self.seen if self.found is None else self.found.nodes()
        changes: Changes = {}
        for kind, node in events:
            changes.setdefault(kind, []).append(node)
            if kind == "values_changed" and getattr(node, "_sides", 0) == BOTH:
                _scalars.tell_lines(node)
        if self.found is not None:
            for node, steps in self.found.opcodes():
                path = node.path(force=FORCE_DEFAULT)
                self.opcodes[path] = _containers.opcodes_with_values(node.t1, node.t2, steps)
        return changes

    def hasher(self) -> Any:
        """The DeepHash of this comparison; made when it is first needed."""
        shared = self.shared
        if shared.hasher is None:
            parameters = self.options.deephash_parameters
            shared.hasher = self.deep_hash(NOTHING, hashes=shared.hashes, **parameters)
        return shared.hasher

    # Reports

    def report(self, kind: str, node: Any) -> None:
        """Note a change, unless it is filtered out."""
        filters = self.filters
        if filters:
            path = node.path()
            if filters.skip_pair(node.t1, node.t2, path) or filters.skip_report(path):
                return
        level = node._level if isinstance(node, Node) else node
        if level is not None:
            level.report_type = kind
        self.events.append((kind, node))
        self.seen.append((kind, node))

    # Pairs

    def native_operators(self, node: Node) -> bool:
        """Whether an operator of the user's compared this pair."""
        level = node.level()
        try:
            for operator in self.options.custom_operators:
                if operator.match(level) and operator.give_up_diffing(
                    level=level, diff_instance=self.owner
                ):
                    return True
            return False
        finally:
            node.refresh()

    def native_seen(self, kind: str, node: Node) -> None:
        """Keep a change that the native walk reported: an operator may look at the tree."""
        self.seen.append((kind, node))

    def native_inner(self, t1: Any, t2: Any) -> Walk:
        """The walk of a comparison that only measures a distance, with operators."""
        from .diff import DeepDiff

        return DeepDiff._inside(self, t1, t2)._walk

    def native_enter(self, node: Node) -> Instruction:
        """Compare a pair that is special, or say how to go on with it."""
        if get_type(node.t1) != get_type(node.t2) and not self._types_may_differ(node):
            return None
        kind = self._kind(node.t1)
        if (
            self.options.ignore_nan_inequality
            and isinstance(node.t1, self.kinds.floats)
            and str(node.t1) == str(node.t2) == "nan"
        ):
            return None
        compare: Callable[[Walk, Node], None] | None = _scalars.COMPARE.get(kind)
        if compare is not None:
            compare(self, node)
            return None
        return _containers.ENTER[kind](self, node)

    def _types_may_differ(self, node: Node) -> bool:
        """Whether two values of different types are still compared by value."""
        options = self.options
        check = options.type_check_func
        allowed = any(
            check(node.t1, group) and check(node.t2, group)
            for group in options.ignore_type_in_groups
        )
        if options.use_enum_value and _scalars.enums_to_values(node):
            allowed = True
        if not allowed:
            self.report("type_changes", node)
            return False
        one_kind = self._kind(node.t1) == self._kind(node.t2)
        container = self._kind(node.t1) not in _scalars.COMPARE
        if node.t1 is None or node.t2 is None or (container and not one_kind):
            self.report("values_changed", node)
            return False
        return True

    def _kind(self, item: Any) -> str:
        of = type(item)
        kind = self._kind_of.get(of)
        if kind is None:
            kind = self._classify(item)
            if item.__class__ is of:  # proxies claim to be of the class of what they stand for
                self._kind_of[of] = kind
        return kind

    def _classify(self, item: Any) -> str:
        for kind, types in _scalars.kinds_of(self.kinds):
            if isinstance(item, types):
                return kind
        for kind, types in _containers.kinds_of(self.kinds):
            if isinstance(item, types):
                return "frame" if kind == "iterable" and is_data_frame(item) else kind
        return "object"

    # Dicts

    def native_keys(self, node: Node, mapping: Any) -> dict[Any, Any]:
        """The keys of one side that count: as they are compared, to as they are."""
        return _containers.keys_of(self, node, mapping)

    def native_union(self, node: Node, keys: list[Any]) -> int:
        """How many keys of two dicts count when it is asked whether they have little in common.

        One, so that they never do, if a filter leaves out some of what is in them: a change of the
        whole would show it.
        """
        path = node.path()
        t1, t2 = node.t1, node.t2
        for key in keys:
            sides = [item.get(key, notpresent) for item in (t1, t2) if isinstance(item, dict)]
            first, second = sides if len(sides) == 2 else (notpresent, notpresent)
            step = DictRelationship.step(key)
            below = None if path is None or step is None else path + step
            if self.filters.skip_pair(first, second, below):
                return 1
        return len(keys)

    def native_key_text(self, key: Any) -> str | None:
        """How a key of a dict stands in a path."""
        return DictRelationship.step(key)

    # Lists whose order is ignored

    def native_digest(self, obj: Any, node: Node | None, index: int) -> Any:
        """The digest of an item and of how many objects it is made; None if it is left out."""
        hasher = self.hasher()
        if node is None:
            return hasher.digest(obj)
        path = node.path()
        try:
            digest, count = hasher.digest(obj, path if index < 0 else f"{path}[{index}]")
        except UnicodeDecodeError as error:
            error.reason = f"Can not produce a hash for {path}: {error.reason}"
            raise
        if digest is None:  # left out by a filter here; at another path it may have been hashed
            found = hasher.get(obj, extract_index=None)
            return None if found is None or found[0] is None else found
        return digest, count

    def native_pair_distance(self, added: Any, removed: Any, numbers: bool) -> float | None:
        """The distance of two items that the options give without a comparison."""
        return distance_by_options(self.options, added, removed, numbers)

    def native_distance(self, first: Any, second: Any) -> float | None:
        """The distance of two dates or other numbers; None for what is none."""
        options = self.options
        found = get_numeric_types_distance(
            first,
            second,
            options.cutoff_distance_for_pairs,
            options.use_log_scale,
            options.log_scale_similarity_threshold,
        )
        return None if found is not_found else float(found)

    def native_length(self, kind: str | None, item: Any) -> int:
        """Of how many operations a change consists, or an object."""
        if kind is not None:
            item = delta_dict(self.options, {kind: [item]}, {}, {})
        return _get_item_length(item)

    # Telling

    def native_limit(self, passes: bool) -> None:
        """Log that no more searches for pairs, or no more comparisons, are made."""
        if passes:
            logger.warning(MAX_PASSES_REACHED_MSG.format(self.options.max_passes))
        else:
            logger.warning(MAX_DIFFS_REACHED_MSG.format(self.options.max_diffs))

    def native_tuned(self, enabled: bool) -> None:
        """Tell that the cache of distances was turned on or off."""
        self.options.progress_logger(
            "Re-enabling the distance and level caches."
            if enabled
            else "Due to minimal cache hits, distance cache is disabled."
        )

    def native_text_diff(self, first: Any, second: Any) -> str:
        """The lines in which two texts differ."""
        return _scalars.text_diff(first, second)


def unmerged(changes: Changes) -> Changes:
    """The changes with those that were merged of an added and a removed item as these two."""
    result = {kind: list(nodes) for kind, nodes in changes.items() if kind != "values_changed"}
    for node in changes.get("values_changed", ()):
        if isinstance(node, Node) and node._sides != BOTH:
            for kind, sides in (
                ("iterable_item_removed", (node.t1, notpresent)),
                ("iterable_item_added", (notpresent, node.t2)),
            ):
                one = Node(sides[0], sides[1], node.up, node._relation, node.param1)
                result.setdefault(kind, []).append(one)
        else:
            result.setdefault("values_changed", []).append(node)
    return result
