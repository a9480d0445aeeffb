"""Deltas as flat rows, rows as deltas, and deltas the other way round."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from .helper import (
    FLAT_DATA_ACTION_TO_OPCODE_TAG,
    OPCODE_TAG_TO_FLAT_DATA_ACTION,
    FlatDataAction,
    FlatDeltaRow,
    Opcode,
    UnkownValueCode,
)
from .path import GET, GETATTR, parse_path, stringify_path

_AT_INDEXES = {
    "iterable_items_added_at_indexes": "unordered_iterable_item_added",
    "iterable_items_removed_at_indexes": "unordered_iterable_item_removed",
}
_FROM_ROWS_AT_INDEXES = {row: kind for kind, row in _AT_INDEXES.items()}
_WITH_DETAILS = {"values_changed", "type_changes", "iterable_item_moved"}
_PAIRS = [
    ("iterable_item_added", "iterable_item_removed"),
    ("iterable_items_added_at_indexes", "iterable_items_removed_at_indexes"),
    ("attribute_added", "attribute_removed"),
    ("set_item_added", "set_item_removed"),
    ("dictionary_item_added", "dictionary_item_removed"),
]
_REVERSE = {**dict(_PAIRS), **{removed: added for added, removed in _PAIRS}}
_OPCODE_FIELDS = ("t1_from_index", "t1_to_index", "t2_from_index", "t2_to_index")


def to_rows(diff: Mapping[str, Any], with_actions: bool, with_types: bool) -> list[FlatDeltaRow]:
    """A row for each change of a delta."""

    def parse(path: Any) -> list[Any]:
        return parse_path(path, include_actions=with_actions)

    rows: list[FlatDeltaRow] = []
    for kind, changes in diff.items():
        if kind == "_iterable_opcodes":
            rows.extend(_opcode_rows(changes, parse))
        elif kind.startswith("_"):
            continue
        elif kind in _WITH_DETAILS:
            rows.extend(_detailed_rows(kind, changes, parse, with_types))
        else:
            for path, value, action in _single_changes(kind, changes, parse, with_actions):
                row = FlatDeltaRow(path=path, value=value, action=action)
                rows.append(row._replace(type=type(value)) if with_types else row)
    return rows


def _single_changes(
    kind: str, changes: Mapping[Any, Any], parse: Callable[[Any], list[Any]], with_actions: bool
) -> Iterator[tuple[list[Any], Any, Any]]:
    for path, value in changes.items():
        if kind in _AT_INDEXES:
            for index, item in value.items():
                step = (index, "GET") if with_actions else index
                yield [*parse(path), step], item, _AT_INDEXES[kind]
        elif kind in ("set_item_added", "set_item_removed"):
            for item in value:
                yield parse(path), item, kind
        elif kind == "dictionary_item_added" and len_is_one(value):
            yield _unwrapped(parse(path), value)
        else:
            yield parse(path), value, kind


def len_is_one(value: Any) -> bool:
    """Whether `value` is a container of one item."""
    return isinstance(value, (dict, list, tuple, set)) and len(value) == 1


def _unwrapped(path: list[Any], value: Any) -> tuple[list[Any], Any, str]:
    """An added container of one item is that item, added."""
    first = next(iter(value))
    if isinstance(value, dict):
        return [*path, first], value[first], "dictionary_item_added"
    if isinstance(value, set):
        return path, first, "set_item_added"
    return [*path, 0], first, "iterable_item_added"


def _detailed_rows(
    kind: str, changes: Mapping[Any, Any], parse: Callable[[Any], list[Any]], with_types: bool
) -> Iterator[FlatDeltaRow]:
    action = "values_changed" if kind == "type_changes" and not with_types else kind
    for path, details in changes.items():
        row: dict[str, Any] = {"path": parse(path), "action": action}
        for key, name in (("value", "value"), ("new_value", "value"), ("old_value", "old_value")):
            if key in details:
                row[name] = details[key]
        if with_types:
            for key, name, of in (
                ("new_type", "type", "value"),
                ("old_type",) * 2 + ("old_value",),
            ):
                if key in details:
                    row[name] = details[key]
                elif of in row:
                    row[name] = type(row[of])
        if "new_path" in details:
            row["new_path"] = parse(details["new_path"])
        yield FlatDeltaRow(**row)


def _opcode_rows(
    changes: Mapping[Any, Any], parse: Callable[[Any], list[Any]]
) -> Iterator[FlatDeltaRow]:
    for path, opcodes in changes.items():
        for opcode in opcodes:
            yield FlatDeltaRow(
                path=parse(path),
                action=OPCODE_TAG_TO_FLAT_DATA_ACTION[opcode.tag],
                value=opcode.new_values,
                old_value=opcode.old_values,
                type=type(opcode.new_values),
                old_type=type(opcode.old_values),
                new_path=None,
                **{name: getattr(opcode, name) for name in _OPCODE_FIELDS},
            )


def from_dicts(rows: Iterable[Any]) -> dict[str, Any]:
    """The delta that the rows make up; the rows are copied."""
    result: dict[str, Any] = {}
    for row in deepcopy(list(rows)):
        action, path = row.get("action"), row.get("path")
        if not action:
            raise ValueError("Flat dict need to include the 'action'.")
        if path is None:
            raise ValueError("Flat dict need to include the 'path'.")
        _add_row(result, action, path, row)
    return result


def _add_row(result: dict[str, Any], action: Any, path: Any, row: Mapping[str, Any]) -> None:
    index = None
    if action in _FROM_ROWS_AT_INDEXES:
        action = _FROM_ROWS_AT_INDEXES[action]
        index = path.pop()
    attribute = action in (FlatDataAction.attribute_added, FlatDataAction.attribute_removed)
    root = ("root", GETATTR if attribute else GET)
    at = path if isinstance(path, str) else stringify_path(path, root_element=root)
    value = row.get("value")
    if action in FLAT_DATA_ACTION_TO_OPCODE_TAG:
        opcodes = result.setdefault("_iterable_opcodes", {})
        opcodes.setdefault(at, []).append(
            Opcode(
                FLAT_DATA_ACTION_TO_OPCODE_TAG[action],
                **{name: row.get(name) for name in _OPCODE_FIELDS},  # type: ignore[arg-type]
                old_values=row.get("old_value"),
                new_values=value,
            )
        )
        return
    changes = result.setdefault(action, {})
    if index is not None:
        changes.setdefault(at, {})[index] = value
    elif action in ("set_item_added", "set_item_removed"):
        changes.setdefault(at, set()).add(value)
    elif action in _WITH_DETAILS:
        changes[at] = _details(action, value, row)
        new_path = row.get("new_path")
        if new_path and new_path != path:
            changes[at]["new_path"] = stringify_path(new_path, root_element=root)
    else:
        changes[at] = value


def _details(action: Any, value: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    if action == "iterable_item_moved":
        return {"value": value}
    wanted = {"old_value": "old_value"}
    if action == "type_changes":
        wanted = {"new_type": "type", "old_type": "old_type", **wanted}
    found = {key: row.get(name, UnkownValueCode) for key, name in wanted.items()}
    known = {key: item for key, item in found.items() if item is not UnkownValueCode}
    known = {k: v for k, v in known.items() if not (isinstance(v, str) and v == UnkownValueCode)}
    return {"new_value": value, **known}


def reversed_diff(diff: Mapping[str, Any]) -> dict[str, Any]:
    """The delta that undoes a bidirectional one."""
    result: dict[str, Any] = {}
    for kind, changes in diff.items():
        if kind in _REVERSE:
            result[_REVERSE[kind]] = changes
        elif kind == "values_changed":
            result[kind] = {
                details.get("new_path") or path: {
                    "new_value": details["old_value"],
                    "old_value": details["new_value"],
                }
                for path, details in changes.items()
            }
        elif kind == "type_changes":
            result[kind] = {
                details.get("new_path") or path: _reversed_type(details)
                for path, details in changes.items()
            }
        elif kind == "iterable_item_moved":
            result[kind] = {
                details["new_path"]: {"new_path": path, "value": details["value"]}
                for path, details in changes.items()
            }
        elif kind == "_iterable_opcodes":
            result[kind] = {
                path: [_reversed_opcode(opcode) for opcode in opcodes]
                for path, opcodes in changes.items()
            }
    return result


def _reversed_type(details: Mapping[str, Any]) -> dict[str, Any]:
    swapped = {"old_type": "new_type", "new_type": "old_type"}
    swapped.update(old_value="new_value", new_value="old_value")
    return {to: details[of] for to, of in swapped.items() if of in details}


def _reversed_opcode(opcode: Opcode) -> Opcode:
    return Opcode(
        {"delete": "insert", "insert": "delete"}.get(opcode.tag, opcode.tag),
        opcode.t2_from_index,
        opcode.t2_to_index,
        opcode.t1_from_index,
        opcode.t1_to_index,
        new_values=opcode.old_values,
        old_values=opcode.new_values,
    )
