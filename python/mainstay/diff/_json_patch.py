"""JSON Patch (RFC 6902): deltas as patches, and patches applied to data.

`apply` needs no delta: a patch is a list of steps, each of which sees what those before it did.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from .path import GET, _path_to_elements

_OPERATIONS = ("add", "remove", "replace", "move", "copy", "test")
_NOT_OF_JSON = (
    "attribute_added",
    "attribute_removed",
    "set_item_added",
    "set_item_removed",
    "iterable_items_added_at_indexes",
    "iterable_items_removed_at_indexes",
    "iterable_item_moved",
    "_numpy_paths",
)


class PatchError(ValueError):
    """A patch that is none, or does not fit the document. The document is as it was."""


def _escaped(key: Any) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")


def _pointer(path: Any) -> str:
    """The JSON Pointer of a path."""
    elements = _path_to_elements(path, root_element=None)
    for key, action in elements:
        if action != GET or not isinstance(key, (str, int)) or isinstance(key, bool):
            raise PatchError(f"JSON has no place such as {path}: keys of objects are texts")
    return "".join(f"/{_escaped(key)}" for key, _ in elements)


def of_delta(diff: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The steps that do to a document what the delta does."""
    for kind in _NOT_OF_JSON:
        if diff.get(kind):
            raise PatchError(f"JSON Patch cannot say what {kind} of this delta means")
    steps: list[dict[str, Any]] = []
    for kind in ("values_changed", "type_changes"):
        for path, change in diff.get(kind, {}).items():
            if "new_value" not in change:
                raise PatchError(
                    f"the delta does not hold the new value of {path}; make it with "
                    "always_include_values=True"
                )
            steps.append({"op": "replace", "path": _pointer(path), "value": change["new_value"]})
    for path, opcodes in diff.get("_iterable_opcodes", {}).items():
        steps.extend(_of_opcodes(_pointer(path), opcodes))
    for path in _by_index(diff.get("iterable_item_removed", {}), reverse=True):
        steps.append({"op": "remove", "path": _pointer(path)})
    added = diff.get("iterable_item_added", {})
    for path in _by_index(added):
        steps.append({"op": "add", "path": _pointer(path), "value": added[path]})
    for path, value in diff.get("dictionary_item_added", {}).items():
        steps.append({"op": "add", "path": _pointer(path), "value": value})
    for path in diff.get("dictionary_item_removed", {}):
        steps.append({"op": "remove", "path": _pointer(path)})
    return deepcopy(steps)


def _by_index(paths: Iterable[Any], reverse: bool = False) -> list[Any]:
    def key(path: Any) -> list[Any]:
        elements = _path_to_elements(path, root_element=None)
        return [(isinstance(key, str), key) for key, _ in elements]

    return sorted(paths, key=key, reverse=reverse)


def _of_opcodes(pointer: str, opcodes: Iterable[Any]) -> list[dict[str, Any]]:
    """From the end of the list to its beginning, so that the indexes before stay what they are."""
    steps: list[dict[str, Any]] = []
    for opcode in reversed(list(opcodes)):
        if opcode.tag == "equal":
            continue
        first = opcode.t1_from_index
        for index in range(opcode.t1_to_index - 1, first - 1, -1):
            steps.append({"op": "remove", "path": f"{pointer}/{index}"})
        for value in reversed(list(opcode.new_values or ())):
            steps.append({"op": "add", "path": f"{pointer}/{first}", "value": value})
    return steps


def _keys(pointer: Any) -> list[str]:
    if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
        raise PatchError(f"a JSON Pointer is empty or begins with '/', got {pointer!r}")
    return [key.replace("~1", "/").replace("~0", "~") for key in pointer.split("/")[1:]]


def _index(key: str, items: list[Any], pointer: Any, end: bool = False) -> int:
    if end and key == "-":
        return len(items)
    if not (key.isascii() and key.isdigit()) or (key != "0" and key.startswith("0")):
        raise PatchError(f"{key!r} is no index of the list at {pointer}")
    index = int(key)
    if index > len(items) - (not end):
        raise PatchError(f"{pointer}: the list has no index {index}, it has {len(items)} items")
    return index


def _step_into(value: Any, key: str, pointer: Any) -> Any:
    if isinstance(value, list):
        return value[_index(key, value, pointer)]
    if isinstance(value, dict) and key in value:
        return value[key]
    raise PatchError(f"there is nothing at {pointer}: {key!r} is not in {type(value).__name__}")


def _get(holder: list[Any], pointer: Any) -> Any:
    value = holder[0]
    for key in _keys(pointer):
        value = _step_into(value, key, pointer)
    return value


def _parent(holder: list[Any], pointer: Any) -> tuple[Any, Any]:
    keys = _keys(pointer)
    if not keys:
        return holder, "0"
    value = holder[0]
    for key in keys[:-1]:
        value = _step_into(value, key, pointer)
    return value, keys[-1]


def _add(holder: list[Any], pointer: Any, value: Any) -> None:
    parent, key = _parent(holder, pointer)
    if parent is holder:
        holder[0] = value
    elif isinstance(parent, list):
        parent.insert(_index(key, parent, pointer, end=True), value)
    elif isinstance(parent, dict):
        parent[key] = value
    else:
        raise PatchError(f"nothing can be added at {pointer}: it is in no list or object")


def _remove(holder: list[Any], pointer: Any) -> Any:
    value = _get(holder, pointer)
    parent, key = _parent(holder, pointer)
    if parent is holder:
        holder[0] = None
    elif isinstance(parent, list):
        del parent[_index(key, parent, pointer)]
    else:
        del parent[key]
    return value


def _same(first: Any, second: Any) -> bool:
    """Equality of JSON: true is not 1."""
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(_same, first, second))
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(_same(first[k], second[k]) for k in first)
    return bool(first == second)


def _needed(step: Mapping[str, Any], name: str) -> Any:
    if name not in step:
        raise PatchError(f"a step {step['op']!r} needs {name!r}, got {dict(step)!r}")
    return step[name]


def apply(document: Any, steps: Iterable[Mapping[str, Any]]) -> Any:
    """The document after all steps; PatchError, and the document as it was, if one fails.

    >>> apply({"a": [1]}, [{"op": "add", "path": "/a/-", "value": 2}])
    {'a': [1, 2]}
    """
    holder = [deepcopy(document)]
    for step in steps:
        operation = step.get("op")
        if operation not in _OPERATIONS:
            raise PatchError(f"the op of a step is one of {', '.join(_OPERATIONS)}, got {step!r}")
        path = _needed(step, "path")
        if operation == "test":
            if not _same(_get(holder, path), _needed(step, "value")):
                raise PatchError(f"test failed: {path} is {_get(holder, path)!r}")
        elif operation == "remove":
            _remove(holder, path)
        elif operation in ("add", "replace"):
            value = deepcopy(_needed(step, "value"))
            if operation == "replace":
                _remove(holder, path)
            _add(holder, path, value)
        else:
            of = _needed(step, "from")
            if operation == "move" and isinstance(path, str) and path.startswith(f"{of}/"):
                raise PatchError(f"{of} cannot be moved into itself, to {path}")
            _add(
                holder,
                path,
                _remove(holder, of) if operation == "move" else deepcopy(_get(holder, of)),
            )
    return holder[0]
