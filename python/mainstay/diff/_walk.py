"""Walk: goes through two objects side by side and notes what differs.

The walk keeps a stack of its own, so depth is limited by memory alone (or by `max_depth`). A pair
is entered by `enter`: simple values are compared there and then; for containers it gives a
generator of the child pairs, which are entered in their turn before the next child is asked for.
One walk serves one comparison in one thread.
"""

from __future__ import annotations

import datetime
import difflib
import logging
import uuid
from collections.abc import Generator, Iterable, Mapping
from enum import Enum
from math import isclose
from typing import TYPE_CHECKING, Any

from . import _arrays, _attributes, _native, _ordered, _unordered
from ._kinds import Kinds, ipranges, is_data_frame, kinds, strings
from ._nodes import BOTH, Node
from ._sets import SetOrdered
from .deephash import NOTHING
from .distance import _get_item_length, get_numeric_types_distance, logarithmic_similarity
from .helper import (
    KEY_TO_VAL_STR,
    datetime_normalize,
    get_type,
    not_found,
    notpresent,
)
from .lfucache import DistanceCache, DummyLFU
from .model import (
    FORCE_DEFAULT,
    AttributeRelationship,
    DictRelationship,
    SetRelationship,
    merge_mutual,
)

from .serialization import delta_dict

if TYPE_CHECKING:
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

Children = Generator[Node, None, None]
Changes = dict[str, list[Node]]


class Stop(Exception):
    """The number of comparisons that was allowed is used up."""


class Shared:
    """What a comparison shares with those it makes inside to measure distances."""

    CACHE_AUTO_ADJUST_THRESHOLD = 0.25

    _previous = {DIFF_COUNT: 0, DISTANCE_CACHE_HIT_COUNT: 0}
    hasher: Any = None
    distance_cache: Any = DummyLFU()
    cache_enabled = False

    def __init__(self, options: Options) -> None:
        self.options = options
        self.stats: dict[str, Any] = _STATS.copy()
        self.hashes: Any = {} if options.hashes is None else options.hashes
        self.numpy_paths: dict[Any, str] = {}
        self.group_by_keys: set[Any] = set()
        if options.cache_size:
            self.distance_cache = DistanceCache(options.cache_size)
            self.cache_enabled = True
            self._previous = dict(self._previous)
            self._enable_every = options.cache_tuning_sample_size * 10

    def forget(self) -> None:
        """Let the hashes and distances go; no more distances can be measured."""
        self.hashes = self.hasher = self.distance_cache = None

    def count(self) -> None:
        """Count one more comparison; raises Stop when that is one too many."""
        stats, options = self.stats, self.options
        if options.max_diffs is not None and stats[DIFF_COUNT] > options.max_diffs:
            if not stats[MAX_DIFF_LIMIT_REACHED]:
                stats[MAX_DIFF_LIMIT_REACHED] = True
                self.tell_limit(passes=False)
            raise Stop
        stats[DIFF_COUNT] += 1
        if options.cache_size and options.cache_tuning_sample_size:
            self._tune()

    def may_pass(self) -> bool:
        """Count one more search for pairs, if it is allowed."""
        stats, options = self.stats, self.options
        if stats[PASSES_COUNT] < options.max_passes:
            stats[PASSES_COUNT] += 1
            return True
        if not stats[MAX_PASS_LIMIT_REACHED]:
            stats[MAX_PASS_LIMIT_REACHED] = True
            self.tell_limit(passes=True)
        return False

    def tell_limit(self, passes: bool) -> None:
        """Log that a limit was reached."""
        options = self.options
        if passes:
            logger.warning(MAX_PASSES_REACHED_MSG.format(options.max_passes))
        else:
            logger.warning(MAX_DIFFS_REACHED_MSG.format(options.max_diffs))

    def _tune(self) -> None:
        """Turn the cache of distances off when it is not hit often, and on again at times."""
        stats, options, previous = self.stats, self.options, self._previous
        sample = stats[DIFF_COUNT] % options.cache_tuning_sample_size == 0
        if self.cache_enabled:
            if sample:
                hits = stats[DISTANCE_CACHE_HIT_COUNT] - previous[DISTANCE_CACHE_HIT_COUNT]
                done = stats[DIFF_COUNT] - previous[DIFF_COUNT]
                if hits / done < self.CACHE_AUTO_ADJUST_THRESHOLD:
                    self.cache_enabled = False
                    options.progress_logger(
                        "Due to minimal cache hits, distance cache is disabled."
                    )
        elif stats[DIFF_COUNT] % self._enable_every == 0:
            options.progress_logger("Re-enabling the distance and level caches.")
            self._enable_every *= 10
            self.cache_enabled = True
        if sample:
            for key in previous:
                previous[key] = stats[key]


class Walk:
    """One comparison of two objects: its changes are in `changes` when it has run."""

    native: Any = None
    done = False
    kinds: Kinds

    def __init__(self, options: Options, shared: Shared, owner: Any = None) -> None:
        self.options = options
        self.shared = shared
        self.owner = owner
        self.events: list[tuple[str, Node]] = []
        self.custom: list[tuple[str, Any]] = []
        self.opcodes: dict[Any, list[Any]] = {}

    def run(self, t1: Any, t2: Any, original_type: Any = None) -> None:
        """Compare, and note the changes."""
        self._prepare()
        self._drive(Node(t1, t2, verbose_level=self.options.verbose_level), original_type)
        self.done = True

    def run_natively(self, t1: Any, t2: Any) -> None:
        """As `run`, in C++ wherever both objects are of builtin types."""
        node = Node(t1, t2, verbose_level=self.options.verbose_level)
        self.native = _native.compare(self, self.options.native, node)
        self.done = True

    def _prepare(self) -> None:
        self.filters = self.options.filters
        self.kinds = kinds()
        self._kind_of: dict[type, str] = {}

    # What the native walk asks for

    def native_general(self, node: Node, active: frozenset[int]) -> None:
        """Compare a pair that is not of builtin types, or that the options make special."""
        if not hasattr(self, "kinds"):
            self._prepare()
        self._drive(node, None, active)

    def native_digest(self, obj: Any, node: Node | None) -> tuple[Any, int]:
        """The digest of an object and of how many it is made."""
        try:
            digest: tuple[Any, int] = self.hasher().digest(obj)
        except UnicodeDecodeError as error:
            if node is not None:
                error.reason = f"Can not produce a hash for {node.path()}: {error.reason}"
            raise
        return digest

    def native_distance(self, first: Any, second: Any) -> float | None:
        """The distance of two dates or other numbers; None for what is none."""
        options = self.options
        found = get_numeric_types_distance(first, second, options.cutoff_distance_for_pairs)
        return None if found is not_found else float(found)

    def native_length(self, kind: str | None, item: Any) -> int:
        """Of how many operations a change consists, or an object."""
        if kind is not None:
            item = delta_dict(self.options, {kind: [item]}, {}, {})
        return _get_item_length(item)

    def native_limit(self, passes: bool) -> None:
        """Tell that no more searches for pairs, or no more comparisons, are made."""
        self.shared.tell_limit(passes)

    def native_key_text(self, key: Any) -> str | None:
        """How a key of a dict stands in a path."""
        return DictRelationship.step(key)

    def native_text_diff(self, first: Any, second: Any) -> str:
        """The lines in which two texts differ."""
        return _text_diff(_readable(first), _readable(second))

    def settle(self) -> Changes:
        """What was found, with items removed and added at one path as changed values."""
        changes = self.grouped()
        added, removed = changes.get("iterable_item_added"), changes.get("iterable_item_removed")
        if added and removed and not self.options.report_repetition:
            _merge_mutual(changes, added, removed)
        return changes

    def grouped(self) -> Changes:
        """What was found so far, by kind of change, in the order in which it was found."""
        events: list[tuple[str, Any]] = [*self.events, *self.custom]
        if self.native is not None:
            events = self.native.nodes()
            for kind, node in events:
                if kind == "values_changed" and node._sides == BOTH:  # not merged of two
                    self._tell_lines(node)
            self.opcodes.update(
                (node.path(force=FORCE_DEFAULT), _ordered.with_values(node.t1, node.t2, steps))
                for node, steps in self.native.opcodes()
            )
        changes: Changes = {}
        for kind, node in events:
            changes.setdefault(kind, []).append(node)
        return changes

    def _drive(self, root: Node, original_type: Any, above: frozenset[int] | None = None) -> None:
        """Go through a pair and all below it; `above` are the ids of what it is inside of."""
        active = self._active = {id(root.t1), *(above or ())}
        # Each generator with the object that it goes through, which is on the way until it ends.
        stack: list[tuple[Children, Any]] = []
        if above is None:
            children = self.enter(root, original_type)
        else:  # counted by the native walk
            children = self.enter_counted(root, None)
        if children is not None:
            stack.append((children, notpresent))
        while stack:
            children, entered = stack[-1]
            try:
                child = next(children)
            except (StopIteration, Stop):
                stack.pop()
                active.discard(id(entered))
                continue
            item = child.t1
            below = self.enter(child)
            if below is not None:
                stack.append((below, notpresent if id(item) in active else item))
                active.add(id(item))

    def hasher(self) -> Any:
        """The DeepHash of this comparison; made when it is first needed."""
        shared = self.shared
        if shared.hasher is None:
            from . import diff

            parameters = self.options.deephash_parameters
            shared.hasher = diff.DeepHash(NOTHING, hashes=shared.hashes, **parameters)
        return shared.hasher

    def on_the_way(self, item: Any) -> bool:
        """Whether `item` is one of the objects that the walk is inside of: a cycle."""
        return id(item) in self._active

    # Reports

    def report(self, kind: str, node: Node) -> None:
        """Note a change, unless it is filtered out."""
        filters = self.filters
        if filters:
            path = node.path()
            if filters.skip_pair(node.t1, node.t2, path) or filters.skip_report(path):
                return
        if node._level is not None:
            node._level.report_type = kind
        self.events.append((kind, node))

    def custom_report(self, kind: str, level: Any) -> None:
        """Note a change that an operator found."""
        path = level.path() if self.filters else None
        if self.filters and (
            self.filters.skip_pair(level.t1, level.t2, path) or self.filters.skip_report(path)
        ):
            return
        level.report_type = kind
        self.custom.append((kind, level))

    # Entering a pair

    def enter(self, node: Node, original_type: Any = None) -> Children | None:
        """Compare the pair of `node`, or give its child pairs."""
        try:
            self.shared.count()
        except Stop:
            return None
        return self.enter_counted(node, original_type)

    def enter_counted(self, node: Node, original_type: Any) -> Children | None:
        """As `enter`, for a pair that has been counted."""
        options = self.options
        if options.custom_operators and self._operators_take(node):
            return None
        if node.t1 is node.t2:
            return None
        if self.filters and self.filters.skip_pair(node.t1, node.t2, node.path()):
            return None
        same_type = get_type(node.t1) == get_type(node.t2)
        if not same_type and not self._types_may_differ(node):
            return None
        kind = self._kind(node.t1)
        if (
            options.ignore_nan_inequality
            and isinstance(node.t1, self.kinds.floats)
            and str(node.t1) == str(node.t2) == "nan"
        ):
            return None
        compare = getattr(self, f"_compare_{kind}", None)
        if compare is not None:
            compare(node)
            return None
        if options.max_depth is not None and len(node._chain()) >= options.max_depth:
            if node.t1 != node.t2:
                self.report("values_changed", node)
            return None
        if kind == "iterable":
            return self.iterable(node, original_type)
        children: Children = getattr(self, f"_{kind}")(node)
        return children

    def _operators_take(self, node: Node) -> bool:
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

    def _types_may_differ(self, node: Node) -> bool:
        """Whether two values of different types are still compared by value."""
        options = self.options
        check = options.type_check_func
        allowed = any(
            check(node.t1, group) and check(node.t2, group)
            for group in options.ignore_type_in_groups
        )
        if options.use_enum_value and (isinstance(node.t1, Enum) or isinstance(node.t2, Enum)):
            values = (item.value if isinstance(item, Enum) else item for item in (node.t1, node.t2))
            node.set_values(*values)
            allowed = True
        if not allowed:
            self.report("type_changes", node)
        elif node.t1 is None or node.t2 is None:
            self.report("values_changed", node)
            return False
        return allowed

    def _kind(self, item: Any) -> str:
        of = type(item)
        kind = self._kind_of.get(of)
        if kind is None:
            kind = self._classify(item)
            if item.__class__ is of:  # proxies claim to be of the class of what they stand for
                self._kind_of[of] = kind
        return kind

    def _classify(self, item: Any) -> str:
        known = self.kinds
        for kind, types in (
            ("boolean", known.booleans),
            ("text", strings),
            ("datetime", datetime.datetime),
            ("iprange", ipranges),
            ("time", (datetime.date, datetime.timedelta, datetime.time)),
            ("uuid", uuid.UUID),
            ("number", known.numbers),
            ("mapping", Mapping),
            ("tuple", tuple),
            ("set", (set, frozenset, SetOrdered)),
            ("array", known.ndarray),
            ("model", known.pydantic),
        ):
            if isinstance(item, types):  # type: ignore[arg-type]
                return kind
        if is_data_frame(item):
            return "frame"
        if isinstance(item, Iterable):
            return "iterable"
        return "enum" if isinstance(item, Enum) else "object"

    # Simple values

    def _compare_boolean(self, node: Node) -> None:
        if node.t1 != node.t2:
            self.report("values_changed", node)

    _compare_unequal = _compare_boolean

    def _compare_text(self, node: Node) -> None:
        if self.options.ignore_uuid_types and isinstance(node.t2, uuid.UUID):
            self._compare_uuid_and_text(node, node.t2, node.t1)
            return
        if self.options.ignore_string_case:
            node.set_values(_lower(node.t1), _lower(node.t2))
        if type(node.t1) is type(node.t2) and node.t1 == node.t2:
            return
        texts = [_readable(item) for item in (node.t1, node.t2)]
        if texts[0] == texts[1]:
            return
        self._tell_lines(node)
        self.report("values_changed", node)

    @staticmethod
    def _tell_lines(node: Node) -> None:
        """Note in which lines two texts differ."""
        if isinstance(node.t1, strings) and isinstance(node.t2, strings):
            lines = _text_diff(_readable(node.t1), _readable(node.t2))
            if lines:
                node.additional["diff"] = lines

    def _compare_uuid(self, node: Node) -> None:
        if self.options.ignore_uuid_types and isinstance(node.t2, str):
            self._compare_uuid_and_text(node, node.t1, node.t2)
        elif node.t1.int != node.t2.int:
            self.report("values_changed", node)

    def _compare_uuid_and_text(self, node: Node, identifier: uuid.UUID, text: Any) -> None:
        try:
            if uuid.UUID(str(text)).int == identifier.int:
                return
        except (ValueError, AttributeError):
            pass  # a text that is no UUID differs from each
        self.report("values_changed", node)

    def _compare_iprange(self, node: Node) -> None:
        if str(node.t1) != str(node.t2):
            self.report("values_changed", node)

    def _compare_datetime(self, node: Node) -> None:
        zone, unit = self.options.default_timezone, self.options.truncate_datetime
        node.set_values(*(datetime_normalize(unit, item, zone) for item in (node.t1, node.t2)))
        self._compare_unequal(node)

    def _compare_time(self, node: Node) -> None:
        if self.options.truncate_datetime:
            self._compare_datetime(node)
        else:
            self._compare_unequal(node)

    def _compare_number(self, node: Node) -> None:
        options = self.options
        t1, t2 = node.t1, node.t2
        if options.use_log_scale:
            same = logarithmic_similarity(t1, t2, threshold=options.log_scale_similarity_threshold)
        elif options.math_epsilon is not None:
            same = isclose(t1, t2, abs_tol=options.math_epsilon)
        elif options.significant_digits is None:
            same = not t1 != t2
        else:
            same = self._written(t1, t2) == self._written(t2, t1)
        if not same:
            self.report("values_changed", node)

    def _written(self, item: Any, other: Any) -> str:
        """`item` with the digits that count, and with its type where that counts."""
        options = self.options
        text = options.number_to_string(
            item,
            significant_digits=options.significant_digits,
            number_format_notation=options.number_format_notation,
        )
        if options.ignore_numeric_type_changes:
            return f"number:{text}"
        same_type = get_type(item) == get_type(other)
        return KEY_TO_VAL_STR.format(item.__class__.__name__ if same_type else "", text)

    # Containers

    def _mapping(self, node: Node) -> Children:
        return self.items(node, node.t1, node.t2, extra=_attributes.of_subclass(node))

    def _tuple(self, node: Node) -> Children:
        if hasattr(node.t1, "_asdict"):
            return _attributes.walk(self, node, "named tuple")
        return self.iterable(node)

    def _array(self, node: Node) -> Children:
        return _arrays.walk(self, node)

    def _frame(self, node: Node) -> Children:
        return _attributes.frames(self, node)

    def _model(self, node: Node) -> Children:
        return _attributes.walk(self, node, "model")

    def _enum(self, node: Node) -> Children:
        return _attributes.walk(self, node, "enum")

    def _object(self, node: Node) -> Children:
        return _attributes.walk(self, node, "object")

    def _ignores_order(self, node: Node) -> bool:
        ask = self.options.ignore_order_func
        if ask:
            answer = ask(node.level())
            node.refresh()
            if answer:
                return True
        return bool(self.options.ignore_order)

    def iterable(self, node: Node, original_type: Any = None) -> Children:
        """The child pairs of two lists, or of other iterables."""
        if self._ignores_order(node):
            return _unordered.walk(self, node, original_type)
        return _ordered.walk(self, node)

    def _keys(self, node: Node, mapping: Any) -> dict[Any, Any]:
        """The keys of one side that count: as they are compared, to as they are."""
        options, filters = self.options, self.filters
        keys = [
            key
            for key in mapping
            if not (
                options.ignore_private_variables and isinstance(key, str) and key.startswith("__")
            )
            and not (filters and filters.skip_key(node, key))
        ]
        if not (
            options.ignore_string_type_changes
            or options.ignore_numeric_type_changes
            or options.ignore_string_case
        ):
            return dict(zip(keys, keys))
        result: dict[Any, Any] = {}
        for key in keys:
            clean = self._clean_key(key)
            if clean in result:
                logger.warning(
                    f"{key} and {result[clean]} in {node.path()} become the same key when "
                    "ignore_numeric_type_changesor ignore_numeric_type_changes are set to be true."
                )
            else:
                result[clean] = key
        return result

    def _clean_key(self, key: Any) -> Any:
        options = self.options
        clean = key
        if options.ignore_string_type_changes and isinstance(key, (bytes, memoryview)):
            clean = bytes(key).decode("utf-8")
        elif options.use_enum_value and isinstance(key, Enum):
            clean = key.value
        elif isinstance(key, self.kinds.numbers):
            if options.significant_digits is not None:
                clean = options.number_to_string(
                    key,
                    significant_digits=options.significant_digits,
                    number_format_notation=options.number_format_notation,
                )
            if key not in self.shared.group_by_keys:
                type_name = "number"
                if not options.ignore_numeric_type_changes:
                    type_name = key.__class__.__name__
                clean = KEY_TO_VAL_STR.format(type_name, clean)
        return clean.lower() if options.ignore_string_case and isinstance(clean, str) else clean

    def _too_different(
        self, node: Node, side1: Any, side2: Any, common: int, relation: Any
    ) -> bool:
        """Whether two dicts have so few keys in common that they are one change.

        They are not if a filter leaves out some of what is in them: a change shows all of it.
        """
        threshold = self.options.threshold_to_diff_deeper
        if not threshold:
            return False
        (t1, keys1), (t2, keys2) = side1, side2
        size = len(keys1) + len(keys2) - common
        if size < 2 or common / size >= threshold:
            return False
        filters = self.filters
        if filters:
            for key in {**keys2, **keys1}:
                first = t1[keys1[key]] if key in keys1 else notpresent
                second = t2[keys2[key]] if key in keys2 else notpresent
                path = Node(first, second, node, relation, key).path()
                if filters.skip_pair(first, second, path):
                    return False
        return True

    def items(
        self,
        node: Node,
        t1: Any,
        t2: Any,
        attributes: bool = False,
        extra: tuple[Any, Any] | None = None,
        whole: bool = True,
    ) -> Children:
        """The child pairs of two dicts, or of the attributes of two objects.

        `extra` are attributes that the dicts have beside their items; without `whole` two dicts
        with little in common are not one change.
        """
        relation = AttributeRelationship if attributes else DictRelationship
        what = "attribute" if attributes else "dictionary_item"
        keys1, keys2 = self._keys(node, t1), self._keys(node, t2)
        common = [key for key in keys2 if key in keys1]
        if whole and self._too_different(node, (t1, keys1), (t2, keys2), len(common), relation):
            self.report("values_changed", node)
            return
        count = self.shared.count
        for clean, key in keys2.items():
            if clean not in keys1:
                count()
                self.report(f"{what}_added", Node(notpresent, t2[key], node, relation, key))
        for clean, key in keys1.items():
            if clean not in keys2:
                count()
                self.report(f"{what}_removed", Node(t1[key], notpresent, node, relation, key))
        for key in common:
            count()
            first = t1[keys1[key]]
            if not self.on_the_way(first):
                yield Node(first, t2[keys2[key]], node, relation, key)
        if extra is not None:
            yield from self.items(node, *extra, attributes=True, whole=False)

    def _set(self, node: Node) -> Children:
        first, second = (_unordered.hash_table(self, node, t) for t in (node.t1, node.t2))
        count = self.shared.count
        for digest, entry in second.items():
            if digest not in first:
                count()
                child = Node(notpresent, entry.item, node, SetRelationship)
                self.report("set_item_added", child)
        for digest, entry in first.items():
            if digest not in second:
                count()
                child = Node(entry.item, notpresent, node, SetRelationship)
                self.report("set_item_removed", child)
        yield from ()


def _lower(text: Any) -> Any:
    return text.lower() if hasattr(text, "lower") else text


def _text_diff(first: Any, second: Any) -> str:
    """The lines in which two texts differ; nothing if both are of one line."""
    if isinstance(first, str) and isinstance(second, str) and ("\n" in first or "\n" in second):
        lines = difflib.unified_diff(first.splitlines(), second.splitlines(), lineterm="")
        return "\n".join(lines)
    return ""


def _merge_mutual(changes: Changes, added: list[Node], removed: list[Node]) -> None:
    sets = {
        "values_changed": SetOrdered(changes.get("values_changed", ())),
        "iterable_item_added": SetOrdered(added),
        "iterable_item_removed": SetOrdered(removed),
    }
    merge_mutual(sets["iterable_item_added"], sets["iterable_item_removed"], sets["values_changed"])
    for kind, nodes in sets.items():
        if nodes:
            changes[kind] = list(nodes)
        else:
            changes.pop(kind, None)


def _readable(item: Any) -> Any:
    """A text, or bytes that can be read as one; other bytes as they are."""
    if isinstance(item, Enum):
        return item.value
    if isinstance(item, (bytes, memoryview)):
        try:
            return bytes(item).decode("ascii")
        except UnicodeDecodeError:
            pass
    return item
