"""Simple values side by side: texts, numbers, times, identifiers, compared as the options say.

Each function reports what differs to the walk; equal values are not mentioned.
"""

from __future__ import annotations

import datetime
import difflib
import uuid
from collections.abc import Callable
from enum import Enum
from math import isclose
from typing import TYPE_CHECKING, Any

from ._kinds import Kinds, ipranges, strings
from ._nodes import Node
from .distance import logarithmic_similarity
from .helper import KEY_TO_VAL_STR, datetime_normalize, get_type

if TYPE_CHECKING:
    from ._walk import Walk


def kinds_of(known: Kinds) -> tuple[tuple[str, Any], ...]:
    """The types of each kind, in the order in which they are asked."""
    return (
        ("boolean", known.booleans),
        ("text", strings),
        ("datetime", datetime.datetime),
        ("iprange", ipranges),
        ("time", (datetime.date, datetime.timedelta, datetime.time)),
        ("uuid", uuid.UUID),
        ("number", known.numbers),
        # Records, durations and other scalars: as objects they have views of themselves, endlessly.
        ("numpy", known.numpy_scalars),
    )


def enums_to_values(node: Node) -> bool:
    """Compare the values of enum members; whether there was one."""
    if not isinstance(node.t1, Enum) and not isinstance(node.t2, Enum):
        return False
    values = (item.value if isinstance(item, Enum) else item for item in (node.t1, node.t2))
    node.set_values(*values)
    return True


def _unequal(walk: Walk, node: Node) -> None:
    if node.t1 != node.t2:
        walk.report("values_changed", node)


def _numpy_scalar(walk: Walk, node: Node) -> None:
    try:
        differ = bool(walk.kinds.numpy.any(node.t1 != node.t2))  # a record may have arrays in it
    except (TypeError, ValueError):  # records with other fields
        differ = True
    if differ:
        walk.report("values_changed", node)


def _text(walk: Walk, node: Node) -> None:
    if walk.options.ignore_uuid_types and isinstance(node.t2, uuid.UUID):
        _uuid_and_text(walk, node, node.t2, node.t1)
        return
    if walk.options.ignore_string_case:
        node.set_values(*(item.lower() if hasattr(item, "lower") else item for item in sides(node)))
    if type(node.t1) is type(node.t2) and node.t1 == node.t2:
        return
    first, second = (_readable(item) for item in sides(node))
    if first != second:
        tell_lines(node)
        walk.report("values_changed", node)


def sides(node: Node) -> tuple[Any, Any]:
    """Both values."""
    return node.t1, node.t2


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


def text_diff(first: Any, second: Any) -> str:
    """The lines in which two texts differ; nothing if both are of one line."""
    first, second = _readable(first), _readable(second)
    if isinstance(first, str) and isinstance(second, str) and ("\n" in first or "\n" in second):
        lines = difflib.unified_diff(first.splitlines(), second.splitlines(), lineterm="")
        return "\n".join(lines)
    return ""


def tell_lines(node: Node) -> None:
    """Note in which lines two texts differ."""
    if isinstance(node.t1, strings) and isinstance(node.t2, strings):
        lines = text_diff(node.t1, node.t2)
        if lines:
            node.additional["diff"] = lines


def _uuid(walk: Walk, node: Node) -> None:
    if walk.options.ignore_uuid_types and isinstance(node.t2, str):
        _uuid_and_text(walk, node, node.t1, node.t2)
    elif node.t1.int != node.t2.int:
        walk.report("values_changed", node)


def _uuid_and_text(walk: Walk, node: Node, identifier: uuid.UUID, text: Any) -> None:
    try:
        if uuid.UUID(str(text)).int == identifier.int:
            return
    except (ValueError, AttributeError):
        pass  # a text that is no UUID differs from each
    walk.report("values_changed", node)


def _iprange(walk: Walk, node: Node) -> None:
    if str(node.t1) != str(node.t2):
        walk.report("values_changed", node)


def _datetime(walk: Walk, node: Node) -> None:
    zone, unit = walk.options.default_timezone, walk.options.truncate_datetime
    node.set_values(*(datetime_normalize(unit, item, zone) for item in sides(node)))
    _unequal(walk, node)


def _time(walk: Walk, node: Node) -> None:
    if walk.options.truncate_datetime:
        _datetime(walk, node)
    else:
        _unequal(walk, node)


def _number(walk: Walk, node: Node) -> None:
    options = walk.options
    t1, t2 = node.t1, node.t2
    if options.use_log_scale:
        same = logarithmic_similarity(t1, t2, threshold=options.log_scale_similarity_threshold)
    elif options.math_epsilon is not None:
        same = isclose(t1, t2, abs_tol=options.math_epsilon)
    elif options.significant_digits is None:
        same = not (t1 != t2)  # noqa: SIM202  # a class may define `!=` alone
    else:
        same = _written(walk, t1, t2) == _written(walk, t2, t1)
    if not same:
        walk.report("values_changed", node)


def _written(walk: Walk, item: Any, other: Any) -> str:
    """`item` with the digits that count, and with its type where that counts."""
    options = walk.options
    text = options.number_to_string(
        item,
        significant_digits=options.significant_digits,
        number_format_notation=options.number_format_notation,
    )
    if options.ignore_numeric_type_changes:
        return f"number:{text}"
    same_type = get_type(item) == get_type(other)
    return KEY_TO_VAL_STR.format(item.__class__.__name__ if same_type else "", text)


COMPARE: dict[str, Callable[[Any, Node], None]] = {
    "boolean": _unequal,
    "text": _text,
    "datetime": _datetime,
    "iprange": _iprange,
    "time": _time,
    "uuid": _uuid,
    "number": _number,
    "numpy": _numpy_scalar,
}
