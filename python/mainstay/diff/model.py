"""The results of a comparison: levels of the tree view, and the dicts of all views.

A `DiffLevel` is one node of the chain that leads from the root to a change. Chains are made when
the tree is looked at; during the walk a change is a `Node` (see _nodes.py), which answers the same
`path()`. Results may be read from several threads, not changed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from typing import Any

from ._kinds import kinds, strings
from ._sets import SetOrdered
from .helper import get_type, literal_eval_extended, notpresent
from .path import stringify_element

logger = logging.getLogger("deepdiff.model")

FORCE_DEFAULT = "fake"
UP_DOWN = {"up": "down", "down": "up"}
CUSTOM_FIELD = "__internal:custom:extra_info"

_REPORT_ORDER = (
    "type_changes",
    "dictionary_item_added",
    "dictionary_item_removed",
    "values_changed",
    "unprocessed",
    "iterable_item_added",
    "iterable_item_removed",
    "iterable_item_moved",
    "attribute_added",
    "attribute_removed",
    "set_item_removed",
    "set_item_added",
    "repetition_change",
)
REPORT_KEYS = set(_REPORT_ORDER)


# How a child hangs on its parent


class ChildRelationship:
    """How `child` is reached from `parent`: `param` is the key, the index or the attribute."""

    param_repr_format: str | None = None
    quote_str: str | None = None

    @staticmethod
    def create(
        klass: type[ChildRelationship], parent: Any, child: Any, param: Any = None
    ) -> ChildRelationship:
        """A relationship of class `klass`."""
        if not issubclass(klass, ChildRelationship):
            raise TypeError
        return klass(parent, child, param)

    def __init__(self, parent: Any, child: Any, param: Any = None) -> None:
        self.parent = parent
        self.child = child
        self.param = param

    def __repr__(self) -> str:
        from .summarize import summarize

        parent, child = summarize(self.parent, 35), summarize(self.child, 35)
        param = summarize(self.param, 15)
        return f"<{type(self).__name__} parent:{parent}, child:{child}, param:{param}>"

    def get_param_repr(self, force: str | None = None) -> str | None:
        """The step to the child as it stands in a path; None if it cannot be written."""
        return self.step(self.param, force)

    def stringify_param(self, force: str | None = None) -> str | None:
        """The step, whatever `get_param_repr` makes of it."""
        return self._written(self.param)

    @classmethod
    def step(cls, param: Any, force: str | None = None) -> str | None:
        """The step to the child at `param`."""
        return cls._written(param)

    @classmethod
    def _written(cls, param: Any) -> str | None:
        text: str | None
        if isinstance(param, strings):
            text = stringify_element(param, quote_str=cls.quote_str)
        elif type(param) is int:
            text = repr(param)
        elif isinstance(param, tuple):
            text = "][".join(map(repr, param))
        elif hasattr(param, "__dataclass_fields__"):
            fields = ",".join(f"{key}={getattr(param, key)}" for key in param.__dataclass_fields__)
            text = f"{param.__class__.__name__}({fields})"
        else:
            text = _reproducible(param)
        if not text:
            return text
        return ":" if cls.param_repr_format is None else cls.param_repr_format.format(text)


def _reproducible(param: Any) -> str | None:
    """The repr of `param`, if it means an equal object."""
    text = repr(param)
    try:
        return text if literal_eval_extended(text) == param else None
    except (SyntaxError, ValueError) as error:
        logger.error(
            f'stringify_param was not able to get a proper repr for "{param}". '
            "This object will be reported as None. Add instructions for this object to DeepDiff's "
            f"helper.literal_eval_extended to make it work properly: {error}"
        )
        return None


class DictRelationship(ChildRelationship):
    """A value of a dict."""

    param_repr_format = "[{}]"
    quote_str = "'{}'"


class NumpyArrayRelationship(ChildRelationship):
    """A row of an array; `param` is a tuple of indexes."""

    param_repr_format = "[{}]"


class SubscriptableIterableRelationship(DictRelationship):
    """An item of a list."""


class InaccessibleRelationship(ChildRelationship):
    """A child that no expression reaches."""


class SetRelationship(InaccessibleRelationship):
    """An item of a set."""


class NonSubscriptableIterableRelationship(InaccessibleRelationship):
    """An item of a generator or another iterable without indexes."""

    param_repr_format = "[{}]"

    @classmethod
    def step(cls, param: Any, force: str | None = None) -> str | None:
        """The step only as a reader understands it: no program could take it."""
        if force == "yes":
            return "(unrepresentable)"
        return cls._written(param) if force == "fake" and param else None


class AttributeRelationship(ChildRelationship):
    """An attribute of an object."""

    param_repr_format = ".{}"


Step = tuple[type[ChildRelationship], Any]


def join_steps(steps: Iterable[Step], force: str | None) -> tuple[str | None, Any, str | None]:
    """The path of the parent, the last key, and the path; None for what cannot be written."""
    result: str | None = ""
    parent: str | None = ""
    last: Any = ""
    for relationship, param in steps:
        text = relationship.step(param, force)
        if not text:
            return parent, last, None
        parent, last = result, param
        result = f"{result}{text}"
    return parent, last, result


class DiffLevel:
    """One node on the way from the root to a change, with both sides of it.

    `up` and `down` are the neighbours on the way; setting one sets its opposite.
    """

    def __init__(
        self,
        t1: Any,
        t2: Any,
        down: DiffLevel | None = None,
        up: DiffLevel | None = None,
        report_type: str | None = None,
        child_rel1: ChildRelationship | None = None,
        child_rel2: ChildRelationship | None = None,
        additional: dict[str, Any] | None = None,
        verbose_level: int = 1,
    ) -> None:
        self.t1 = t1
        self.t2 = t2
        self.down = down
        self.up = up
        self.report_type = report_type
        self.additional: dict[str, Any] = {} if additional is None else additional
        self.t1_child_rel = child_rel1
        self.t2_child_rel = child_rel2
        self.verbose_level = verbose_level

    def __repr__(self) -> str:
        from .summarize import summarize

        if not self.verbose_level:
            return f"<{self.path()}>"
        if self.additional:
            return f"<{self.path()} {summarize(self.additional, 35)}>"
        return f"<{self.path()} t1:{summarize(self.t1, 35)}, t2:{summarize(self.t2, 35)}>"

    def __setattr__(self, key: str, value: Any) -> None:
        self.__dict__[key] = value
        if key in UP_DOWN and value is not None:
            value.__dict__[UP_DOWN[key]] = self

    def __iter__(self) -> Iterator[Any]:
        yield self.t1
        yield self.t2

    @property
    def repetition(self) -> Any:
        """How often the item was there, and where."""
        return self.additional["repetition"]

    def auto_generate_child_rel(
        self, klass: type[ChildRelationship], param: Any, param2: Any = None
    ) -> None:
        """Say how `down` is reached, on each side on which it is present."""
        assert self.down is not None
        if self.down.t1 is not notpresent:
            self.t1_child_rel = ChildRelationship.create(klass, self.t1, self.down.t1, param)
        if self.down.t2 is not notpresent:
            self.t2_child_rel = ChildRelationship.create(
                klass, self.t2, self.down.t2, param if param2 is None else param2
            )

    @property
    def all_up(self) -> DiffLevel:
        """The root."""
        level = self
        while level.up:
            level = level.up
        return level

    @property
    def all_down(self) -> DiffLevel:
        """The change."""
        level = self
        while level.down:
            level = level.down
        return level

    def get_root_key(self, use_t2: bool = False) -> Any:
        """The first key on the way to the change; `notpresent` if the root itself changed."""
        root = self.all_up
        relation = root.t2_child_rel if use_t2 else root.t1_child_rel or root.t2_child_rel
        return relation.param if relation else notpresent

    def _steps(self, use_t2: bool, reporting_move: bool) -> Iterator[Step]:
        level: DiffLevel | None = self.all_up
        while level and level is not self:
            # Below a list whose items moved paths are relative to the second list.
            second = use_t2 ^ bool(level.additional.get("moved") and not reporting_move)
            relations = (level.t1_child_rel, level.t2_child_rel)
            relation = (relations[second] or relations[not second]) if level.down else None
            if relation is None:
                return
            yield type(relation), relation.param
            level = level.down

    def path(
        self,
        root: str = "root",
        force: str | None = None,
        get_parent_too: bool = False,
        use_t2: bool = False,
        output_format: str = "str",
        reporting_move: bool = False,
    ) -> Any:
        """The expression that leads from `root` to this level; None if there is none.

        With `force="fake"` steps that no program could take are written as if it could. With
        `output_format="list"` the keys are returned; with `get_parent_too` the path of the parent,
        the last key and the path.
        """
        steps = self._steps(use_t2, reporting_move)
        if output_format == "list":
            return [param for _, param in steps]
        parent, last, result = join_steps(steps, force)
        result = None if result is None else root + result
        if get_parent_too:
            return None if parent is None else root + parent, last, result
        return result

    def create_deeper(
        self,
        new_t1: Any,
        new_t2: Any,
        child_relationship_class: type[ChildRelationship],
        child_relationship_param: Any = None,
        child_relationship_param2: Any = None,
        report_type: str | None = None,
    ) -> DiffLevel:
        """Add a level below the lowest one, and return it."""
        level = self.all_down
        result = DiffLevel(
            new_t1, new_t2, up=level, report_type=report_type, verbose_level=self.verbose_level
        )
        level.auto_generate_child_rel(
            child_relationship_class, child_relationship_param, child_relationship_param2
        )
        return result

    def branch_deeper(
        self,
        new_t1: Any,
        new_t2: Any,
        child_relationship_class: type[ChildRelationship],
        child_relationship_param: Any = None,
        child_relationship_param2: Any = None,
        report_type: str | None = None,
    ) -> DiffLevel:
        """Add a level to a copy of this chain, and return it."""
        return self.copy().create_deeper(
            new_t1,
            new_t2,
            child_relationship_class,
            child_relationship_param,
            child_relationship_param2,
            report_type,
        )

    def copy(self) -> DiffLevel:
        """A copy of the whole chain; returns its lowest level."""
        original: DiffLevel | None = self.all_up
        above: DiffLevel | None = None
        while original is not None:
            level = copy(original)
            level.additional = copy(original.additional)
            if above is not None:
                level.up = above
                for name in ("t1_child_rel", "t2_child_rel"):
                    relation = getattr(above, name)
                    if relation is not None:
                        side = name[:2]
                        ends = (getattr(above, side), getattr(level, side))
                        made = ChildRelationship.create(type(relation), *ends, relation.param)
                        setattr(above, name, made)
            original, above = original.down, level
        assert above is not None
        return above


# The dicts of the views


class ResultDict(dict[str, Any]):
    """A dict of what was found, by kind of change."""

    def remove_empty_keys(self) -> None:
        """Drop the kinds of which nothing was found."""
        for key in [k for k, v in self.items() if not isinstance(v, int) and not v]:
            del self[key]


class TreeResult(ResultDict):
    """What was found as sets of `DiffLevel`, by kind of change."""

    def __init__(self) -> None:
        for key in _REPORT_ORDER:
            self[key] = SetOrdered()

    def __getitem__(self, item: str) -> Any:
        if self.get(item) is None:
            self[item] = SetOrdered()
        return self.get(item)

    def __len__(self) -> int:
        return sum(
            len(value) if isinstance(value, SetOrdered) else isinstance(value, int)
            for value in self.values()
        )


def changed_item(change: Any) -> Any:
    """The side of an addition or removal on which there is something."""
    return change.t1 if change.t2 is notpresent else change.t2


class TextResult(ResultDict):
    """What was found by path, by kind of change: the form that programs read."""

    ADD_QUOTES_TO_STRINGS = True
    _ALWAYS_DICTS = frozenset(
        ["iterable_item_added", "iterable_item_removed", "iterable_item_moved", "values_changed"]
        + ["type_changes", "repetition_change"]
    )

    def __init__(
        self, tree_results: Mapping[str, Any] | None = None, verbose_level: int = 1
    ) -> None:
        self.verbose_level = verbose_level
        for key in _REPORT_ORDER:
            if key == "unprocessed":
                self[key] = []
            elif key in self._ALWAYS_DICTS or (verbose_level >= 2 and "set_" not in key):
                self[key] = {}
            else:
                self[key] = SetOrdered()
        if tree_results:
            self._from_tree_results(tree_results)

    def _from_tree_results(self, tree: Mapping[str, Any]) -> None:
        for key in _REPORT_ORDER:
            changes = tree.get(key)
            if changes:
                getattr(self, self._READERS[key])(key, changes)
        if "deep_distance" in tree:
            self["deep_distance"] = tree["deep_distance"]
        for key, levels in tree.items():
            if key not in REPORT_KEYS and not isinstance(levels, (int, float)):
                self[key] = {
                    level.path(force=FORCE_DEFAULT): level.additional.get(CUSTOM_FIELD, {})
                    for level in levels
                }

    _READERS = {
        **dict.fromkeys(_REPORT_ORDER, "_items"),
        "type_changes": "_type_changes",
        "values_changed": "_values_changed",
        "unprocessed": "_unprocessed",
        "iterable_item_moved": "_moved",
        "set_item_added": "_set_items",
        "set_item_removed": "_set_items",
        "repetition_change": "_repetitions",
    }

    def _items(self, key: str, changes: Iterable[Any]) -> None:
        report = self[key]
        for change in changes:
            path = change.path(force=FORCE_DEFAULT)
            if isinstance(report, SetOrdered):
                report.add(path)
            else:
                report[path] = changed_item(change)

    def _new_path(self, change: Any, path: Any, entry: dict[str, Any]) -> None:
        new_path = change.path(use_t2=True, force=FORCE_DEFAULT)
        if path != new_path:
            entry["new_path"] = new_path

    def _type_changes(self, key: str, changes: Iterable[Any]) -> None:
        for change in changes:
            path = change.path(force=FORCE_DEFAULT)
            entry, of_classes = _types_of(change)
            if self.verbose_level > 1:
                self._new_path(change, path, entry)
            if self.verbose_level and not of_classes:
                entry.update(old_value=change.t1, new_value=change.t2)
            self[key][path] = entry

    def _values_changed(self, key: str, changes: Iterable[Any]) -> None:
        if self.verbose_level < 1:
            return
        for change in changes:
            path = change.path(force=FORCE_DEFAULT)
            entry = {"new_value": change.t2, "old_value": change.t1}
            if self.verbose_level > 1:
                self._new_path(change, path, entry)
            if "diff" in change.additional:
                entry["diff"] = change.additional["diff"]
            self[key][path] = entry

    def _moved(self, key: str, changes: Iterable[Any]) -> None:
        if self.verbose_level > 1:
            for change in changes:
                path = change.path(force=FORCE_DEFAULT, reporting_move=True)
                new_path = change.path(use_t2=True, reporting_move=True)
                self[key][path] = {"new_path": new_path, "value": change.t2}

    def _unprocessed(self, key: str, changes: Iterable[Any]) -> None:
        for change in changes:
            path = change.path(force=FORCE_DEFAULT)
            self[key].append(f"{path}: {change.t1} and {change.t2}")

    def _set_items(self, key: str, changes: Iterable[Any]) -> None:
        report = self[key]
        for change in changes:
            path = change.up.path()
            item = change.t2 if key == "set_item_added" else change.t1
            if self.ADD_QUOTES_TO_STRINGS and isinstance(item, strings):
                item = f"'{item}'"
            if isinstance(report, SetOrdered):
                report.add(f"{path}[{item}]")
            else:
                report.setdefault(path, set()).add(item)

    def _repetitions(self, key: str, changes: Iterable[Any]) -> None:
        for change in changes:
            entry = {**change.additional["repetition"], "value": change.t1}
            self[key][change.path(force=FORCE_DEFAULT)] = entry


def _types_of(change: Any) -> tuple[dict[str, Any], bool]:
    """The old and the new type, and whether the values are types themselves."""
    if type(change.t1) is type:
        return {"old_type": change.t1, "new_type": change.t2}, True
    return {"old_type": get_type(change.t1), "new_type": get_type(change.t2)}, False


class DeltaResult(TextResult):
    """What a delta needs to know of the changes."""

    ADD_QUOTES_TO_STRINGS = False

    def __init__(
        self,
        tree_results: Mapping[str, Any] | None = None,
        ignore_order: bool | None = None,
        always_include_values: bool = False,
        _iterable_opcodes: dict[str, Any] | None = None,
    ) -> None:
        self.ignore_order = ignore_order
        self.always_include_values = always_include_values
        for key in _REPORT_ORDER:
            if key not in ("unprocessed", "repetition_change"):
                self[key] = {}
        self["iterable_items_added_at_indexes"] = {}
        self["iterable_items_removed_at_indexes"] = {}
        self["_iterable_opcodes"] = _iterable_opcodes or {}
        if tree_results:
            self._from_tree_results(tree_results)

    def _from_tree_results(self, tree: Mapping[str, Any]) -> None:
        for key in _REPORT_ORDER:
            changes = tree.get(key)
            if not changes or key == "unprocessed":
                continue
            if key in ("iterable_item_added", "iterable_item_removed", "iterable_item_moved"):
                if not self.ignore_order:
                    self._in_order(key, changes)
                elif key != "iterable_item_moved":
                    self._at_indexes(key.replace("item", "items", 1) + "_at_indexes", changes)
            else:
                getattr(self, self._READERS[key])(key, changes)

    def _in_order(self, key: str, changes: Iterable[Any]) -> None:
        opcodes = self["_iterable_opcodes"]
        moved = key == "iterable_item_moved"
        for change in changes:
            if opcodes and change.up.path(force=FORCE_DEFAULT, reporting_move=moved) in opcodes:
                continue  # the opcodes of that list say more
            path = change.path(force=FORCE_DEFAULT, reporting_move=moved)
            if moved:
                new_path = change.path(use_t2=True, reporting_move=True)
                self[key][path] = {"new_path": new_path, "value": change.t2}
            else:
                self[key][path] = changed_item(change)

    def _at_indexes(self, key: str, changes: Iterable[Any]) -> None:
        for change in changes:
            path, index, _ = change.path(force=FORCE_DEFAULT, get_parent_too=True)
            self[key].setdefault(path, {})[index] = changed_item(change)

    def _type_changes(self, key: str, changes: Iterable[Any]) -> None:
        for change in changes:
            path = change.path(force=FORCE_DEFAULT)
            entry, of_classes = _types_of(change)
            self._new_path(change, path, entry)
            needed = not of_classes and _conversion_differs(change, entry["new_type"])
            if needed or self.always_include_values:
                entry.update(old_value=change.t1, new_value=change.t2)
            self[key][path] = entry

    def _values_changed(self, key: str, changes: Iterable[Any]) -> None:
        for change in changes:
            path = change.path(force=FORCE_DEFAULT)
            entry = {"new_value": change.t2, "old_value": change.t1}
            self._new_path(change, path, entry)
            self[key][path] = entry

    def _repetitions(self, key: str, changes: Iterable[Any]) -> None:
        for change in changes:
            path = change.path(get_parent_too=True)[0]
            at_indexes = self["iterable_items_added_at_indexes"].setdefault(path, {})
            for index in change.additional["repetition"]["new_indexes"]:
                at_indexes[index] = change.t1


def _conversion_differs(change: Any, new_type: Any) -> bool:
    """Whether the new value is not just the old one converted to the new type."""
    known = kinds()
    if new_type in (bytes, bytearray) and isinstance(change.t1, int):
        return True  # bytes(n) would take n bytes of memory
    try:
        if new_type in known.numpy_numbers:
            return not known.numpy.array_equal(change.t1.astype(new_type), change.t2)
        return bool(new_type(change.t1) != change.t2)
    except Exception:  # whatever a constructor raises: then the values are needed
        return True
