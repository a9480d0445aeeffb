"""Deltas as JSON: a form that names no code, so that reading one can import and call nothing.

What JSON cannot say is an object with one key that begins with `$`: `{"$tuple": [1, 2]}`. Types are
named from a fixed table. Reading refuses what it does not know, and is limited in depth.
"""

from __future__ import annotations

import base64
import datetime
import json
import math
import uuid
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ._sets import SetOrdered
from .helper import Opcode
from .model import _REPORT_ORDER

VERSION_KEY = "mainstay.delta"
VERSION = 1
MAX_DEPTH = 200

_KINDS = {
    *_REPORT_ORDER,
    "iterable_items_added_at_indexes",
    "iterable_items_removed_at_indexes",
    "_iterable_opcodes",
    "_numpy_paths",
    "_iterable_compare_func_was_used",
    "_keyed",
    "_json_patch",
}
_TYPES: dict[str, type] = {
    each.__name__: each
    for each in (
        *(bool, bytes, bytearray, complex, dict, float, frozenset, int, list, set, str),
        *(tuple, type(None), Decimal, Fraction, uuid.UUID, SetOrdered),
        *(datetime.date, datetime.datetime, datetime.time, datetime.timedelta),
    )
}
_SEQUENCES: dict[str, type] = {
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "ordered_set": SetOrdered,
}
_WRITTEN: dict[type, tuple[str, Callable[[Any], Any]]] = {
    bytes: ("bytes", lambda value: base64.b64encode(value).decode("ascii")),
    complex: ("complex", lambda value: [value.real, value.imag]),
    Decimal: ("decimal", str),
    Fraction: ("fraction", lambda value: [value.numerator, value.denominator]),
    uuid.UUID: ("uuid", str),
    datetime.datetime: ("datetime", lambda value: value.isoformat()),
    datetime.date: ("date", lambda value: value.isoformat()),
    datetime.time: ("time", lambda value: value.isoformat()),
    datetime.timedelta: (
        "timedelta",
        lambda value: [value.days, value.seconds, value.microseconds],
    ),
}
_READ: dict[str, Callable[[Any], Any]] = {
    "bytes": lambda value: base64.b64decode(value, validate=True),
    "complex": lambda value: complex(*value),
    "float": float,
    "decimal": Decimal,
    "fraction": lambda value: Fraction(*map(int, value)),  # a text could mean 10**999999999
    "uuid": uuid.UUID,
    "datetime": datetime.datetime.fromisoformat,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "timedelta": lambda value: datetime.timedelta(*value),
}


def _plain(value: Any, depth: int = 0) -> Any:
    """`value` in terms of JSON."""
    if depth > MAX_DEPTH:
        raise ValueError(f"a JSON delta is at most {MAX_DEPTH} levels deep")
    of = type(value)
    if value is None or of in (bool, int, str):
        return value
    if of is float:
        return value if math.isfinite(value) else {"$float": repr(value)}

    def inner(items: Any) -> list[Any]:
        return [_plain(item, depth + 1) for item in items]

    if of is list:
        return [_plain(item, depth + 1) for item in value]
    if of is dict:
        if all(type(key) is str and not key.startswith("$") for key in value):
            return {key: _plain(item, depth + 1) for key, item in value.items()}
        return {"$dict": [inner(pair) for pair in value.items()]}
    if of is Opcode:
        return {"$opcode": inner(value)}
    for name, each in _SEQUENCES.items():
        if of is each:
            return {f"${name}": inner(value)}
    if of in _WRITTEN:
        name, write = _WRITTEN[of]
        return {f"${name}": write(value)}
    if isinstance(value, type) and _TYPES.get(value.__name__) is value:
        return {"$type": value.__name__}
    raise TypeError(
        f"a JSON delta cannot hold {value!r} of type {of.__module__}.{of.__qualname__}; "
        "pass serializer=mainstay.diff.serialization.pickle_dump to write a pickle"
    )


def _object(value: Any, depth: int = 0) -> Any:
    """What `_plain` wrote."""
    if depth > MAX_DEPTH:
        raise ValueError(f"a JSON delta is at most {MAX_DEPTH} levels deep")

    def inner(items: Any) -> list[Any]:
        return [_object(item, depth + 1) for item in items]

    if isinstance(value, list):
        return [_object(item, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    tag = next(iter(value), "")
    if not tag.startswith("$"):
        return {key: _object(item, depth + 1) for key, item in value.items()}
    content = value[tag]
    name = tag[1:]
    if len(value) == 1:
        if name == "dict":
            return {key: item for key, item in map(inner, content)}
        if name == "opcode":
            return Opcode(*inner(content))
        if name == "type" and content in _TYPES:
            return _TYPES[content]
        if name in _SEQUENCES:
            return _SEQUENCES[name](inner(content))
        if name in _READ:
            return _READ[name](content)
    raise ValueError(f"a JSON delta has no {tag!r} with {content!r}; it was changed, or is newer")


def dump(diff: Any, file_obj: Any = None) -> Any:
    """Write the changes of a delta into a file that is open for bytes, or return the bytes."""
    content = json.dumps({VERSION_KEY: VERSION, **_plain(dict(diff))}, allow_nan=False)
    encoded = content.encode("utf-8")
    if file_obj is None:
        return encoded
    file_obj.write(encoded)
    return None


def load(content: bytes | str) -> dict[str, Any]:
    """Read the changes of a delta; ValueError says what is wrong with the text."""
    if isinstance(content, bytes) and content[:1] == b"\x80":
        raise ValueError(
            "this delta is a pickle, and deltas are JSON here; if you trust where it comes from, "
            "pass deserializer=mainstay.diff.serialization.pickle_load"
        )
    try:
        read = json.loads(content)
        if not isinstance(read, dict) or read.pop(VERSION_KEY, None) != VERSION:
            raise ValueError(
                f"this is no delta: a JSON object with {VERSION_KEY!r}: {VERSION} was expected, "
                f"and {content[:40]!r} came"
            )
        result: dict[str, Any] = _object(read)
        _check(result)
    except RecursionError:
        raise ValueError(f"a JSON delta is at most {MAX_DEPTH} levels deep") from None
    except (TypeError, ArithmeticError, LookupError, AttributeError) as error:
        raise ValueError(f"a JSON delta was changed, or is newer: {error}") from None
    return result


def _is_opcode(step: Any) -> bool:
    if not isinstance(step, Opcode) or not all(type(index) is int for index in step[1:5]):
        return False
    has_values = step.tag not in ("insert", "replace") or isinstance(step.new_values, (list, tuple))
    return step.tag in ("insert", "replace", "equal", "delete") and has_values


_OF_ENTRIES = {"values_changed": "new_value", "type_changes": "new_type"}
_OF_ENTRIES["iterable_item_moved"] = "new_path"


def _check(changes: Any) -> None:
    """Refuse what a delta could not be applied with; ValueError says what it is."""
    if not isinstance(changes, dict):
        raise ValueError("the changes of a delta are an object of kinds")
    unknown = [str(kind) for kind in changes if kind not in _KINDS]
    if unknown:
        raise ValueError(f"a delta has no changes of kind {', '.join(sorted(unknown))}")
    for kind, found in changes.items():
        if kind in ("_iterable_compare_func_was_used", "_keyed", "_json_patch"):
            continue
        if not isinstance(found, dict):
            raise ValueError(f"the changes of kind {kind} are an object of paths, got {found!r}")
        for path, change in found.items():
            needed = _OF_ENTRIES.get(kind)
            fits = needed is None or (isinstance(change, dict) and needed in change)
            if fits and needed:  # as a list of steps it could name what is not below the root
                fits = isinstance(change.get("new_path", ""), str)
                fits = fits and (kind != "iterable_item_moved" or "value" in change)
            if kind == "_iterable_opcodes":
                fits = isinstance(change, list) and all(map(_is_opcode, change))
            elif "_at_indexes" in kind:
                fits = isinstance(change, dict) and all(type(index) is int for index in change)
            elif kind in ("set_item_added", "set_item_removed"):
                fits = isinstance(change, (set, frozenset))
            if not fits or not isinstance(path, str):
                raise ValueError(f"{kind} cannot have {change!r} at {path!r}")
