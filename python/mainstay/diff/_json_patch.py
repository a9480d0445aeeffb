"""JSON Patch (RFC 6902): deltas as patches, and patches applied to data of JSON by the engine."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from . import _native
from .path import GET, _path_to_elements, deepest_first

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
    lists = [diff.get(kind, {}) for kind in ("iterable_item_removed", "iterable_item_added")]
    if diff.get("_keyed"):
        steps.extend(_of_members(diff))
    for removed, added in deepest_first(*lists) if diff.get("_keyed") else [lists]:
        for path in _by_index(removed, reverse=True):
            steps.append({"op": "remove", "path": _pointer(path)})
        for path in _by_index(added):
            steps.append({"op": "add", "path": _pointer(path), "value": added[path]})
    if not diff.get("_keyed"):
        steps.extend(_of_members(diff))
    try:
        json.dumps(steps)
    except (TypeError, ValueError, RecursionError) as error:
        raise PatchError(f"JSON cannot hold a value of this delta: {error}") from None
    return deepcopy(steps)


def _of_members(diff: Mapping[str, Any]) -> list[dict[str, Any]]:
    added, removed = (diff.get(f"dictionary_item_{what}", {}) for what in ("added", "removed"))
    steps = [{"op": "add", "path": _pointer(path), "value": added[path]} for path in added]
    return steps + [{"op": "remove", "path": _pointer(path)} for path in removed]


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


def apply(document: Any, steps: Iterable[Mapping[str, Any]]) -> Any:
    """A new document: `document` after all steps; PatchError if one fails.

    >>> apply({"a": [1]}, [{"op": "add", "path": "/a/-", "value": 2}])
    {'a': [1, 2]}
    """
    try:
        texts = [json.dumps(each, allow_nan=False) for each in (document, list(steps))]
        if json.loads(texts[0]) != document:
            raise ValueError("the document has keys that are no texts, or tuples")
        return json.loads(_native.apply_patch(*texts))
    except (ValueError, TypeError, RecursionError) as error:
        raise PatchError(f"JSON Patch: {error}") from None
