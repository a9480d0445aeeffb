"""What objects are made of: attributes, slots, fields of named tuples, columns of data frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._kinds import is_data_frame
from ._nodes import Node
from .deephash import members
from .helper import ENUM_INCLUDE_KEYS, detailed__dict__
from .model import AttributeRelationship, ResultDict

if TYPE_CHECKING:
    from ._walk import Instruction, Walk

_NOT_OF_MODELS = frozenset(["model_fields_set"])


def slots_of(obj: Any) -> dict[str, Any]:
    """The slots of `obj` that are set. Private ones have their class in their name."""
    found: dict[str, Any] = {}
    for each in (obj if isinstance(obj, type) else type(obj)).__mro__:
        slots = getattr(each, "__slots__", ())
        for slot in (slots,) if isinstance(slots, str) else slots:
            if slot in ("__dict__", "__weakref__"):
                continue
            private = slot.startswith("__") and not slot.endswith("__")
            name = f"_{each.__name__.lstrip('_')}{slot}" if private else slot
            if name not in found and hasattr(obj, name):
                found[name] = getattr(obj, name)
    return found


def _of(walk: Walk, obj: Any, what: str, both: tuple[bool, bool]) -> dict[str, Any]:
    private = walk.options.ignore_private_variables
    if what == "named tuple":
        fields: dict[str, Any] = obj._asdict()
        return fields
    if what == "enum":
        return detailed__dict__(obj, include_keys=ENUM_INCLUDE_KEYS)
    if what == "model":
        return detailed__dict__(obj, private, _NOT_OF_MODELS)
    have_dict, have_slots = both
    if have_dict:
        found = detailed__dict__(obj, private)
        if have_slots:
            found = {**slots_of(obj), **found}
        return found
    if have_slots:
        return slots_of(obj)
    return {name: value for name, value in members(obj) if not callable(value)}


def enter(walk: Walk, node: Node, what: str) -> Instruction:
    """The attributes of two objects; `what` says how they are found."""
    names = [dir(item) for item in (node.t1, node.t2)] if what == "object" else []
    have: Any = tuple(all(name in each for each in names) for name in ("__dict__", "__slots__"))
    try:
        first, second = (_of(walk, item, what, have) for item in (node.t1, node.t2))
    except AttributeError:
        walk.report("unprocessed", node)
        return None
    return ("items", first, second, True, True)


def of_subclass(node: Node) -> tuple[Any, Any] | None:
    """The attributes that two dicts of one class of the user's have beside their items."""
    of = type(node.t1)
    if of is dict or of is not type(node.t2) or issubclass(of, ResultDict):
        return None
    if not issubclass(of, dict):
        return None
    first, second = (getattr(item, "__dict__", None) for item in (node.t1, node.t2))
    return (first or {}, second or {}) if first or second else None


def _listed(column: Any, package: str) -> list[Any]:
    if package == "polars":
        listed: list[Any] = column.to_list()
        return listed
    listed = column.astype(object).where(column.notna(), None).tolist()
    return listed


def frames(walk: Walk, node: Node) -> Instruction:
    """The columns of two data frames that differ, as lists; then the index, if it differs.

    What is missing in a frame is None in the lists: NaN in both frames is no difference.
    """
    package = is_data_frame(node.t1)
    frames = (node.t1, node.t2)
    names = [list(frame.columns) for frame in frames]
    if any(len(set(each)) < len(each) for each in names):
        columns = [
            {(name, i): frame.iloc[:, i] for i, name in enumerate(frame.columns)}
            for frame in frames
        ]
    else:
        columns = [
            {name: frame[name] for name in each} for frame, each in zip(frames, names, strict=True)
        ]
    first, second = columns
    for name in list(first):
        if name in second and first[name].equals(second[name]):
            del first[name], second[name]
    lists = ({name: _listed(each, package) for name, each in side.items()} for side in columns)
    steps: list[Any] = [("items", *lists, False, False)]
    if package == "pandas" and not node.t1.index.equals(node.t2.index):
        old, new = (frame.index.tolist() for frame in frames)
        steps.append(("pairs", [("index", "index", old, new)], AttributeRelationship, False))
    return steps
