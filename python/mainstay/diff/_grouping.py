"""Rows as dicts of rows: what `group_by` makes of both lists before they are compared.

The rows are copied, the fields by which they are grouped are taken out of the copies.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from copy import deepcopy
from itertools import groupby
from typing import Any

logger = logging.getLogger("deepdiff.diff")


def key_of_row(row: Any, group_by: Any, item_name: str) -> Any:
    """The value of a row by which it is grouped; KeyError if it has none."""
    try:
        return group_by(row) if callable(group_by) else row.pop(group_by)
    except KeyError:
        logger.error(f"Unable to group {item_name} by {group_by}. The key is missing in {row}")
        raise


class _Rows(list[Any]):
    """The rows of one group, while it is not known whether it has more than one."""


def _grouped(items: Any, levels: list[Any], name: str, keys: set[Any]) -> dict[Any, Any]:
    result: dict[Any, Any] = {}
    for row in deepcopy(items):
        if not isinstance(row, Mapping):
            message = (
                f"Unable to group {name} by {levels[0]} since the item {row} is not a dictionary."
            )
            logger.error(message)
            raise ValueError(message)
        place = result
        values = [key_of_row(row, each, name) for each in levels]
        keys.update(values)
        for value in values[:-1]:
            place = place.setdefault(value, {})
        place.setdefault(values[-1], _Rows()).append(row)
    return result


def _settle(first: Any, second: Any, sort_key: Any) -> None:
    """Make lists of the groups that have more than one row on either side, rows of the others."""
    for group in {**first, **second}:
        sides = [(side, side[group]) for side in (first, second) if group in side]
        rows = [found for _, found in sides if isinstance(found, _Rows)]
        if len(rows) < len(sides):
            _settle(first.get(group, {}), second.get(group, {}), sort_key)
        elif sort_key:
            for side, found in sides:
                runs = groupby(sorted(found, key=sort_key), sort_key)
                side[group] = [row for _, run in runs for row in _unique(run)]
        else:
            single = all(len(found) == 1 for found in rows)
            for side, found in sides:
                side[group] = found[0] if single else list(found)


def _unique(rows: Iterable[Any]) -> list[Any]:
    unique: list[Any] = []
    for row in rows:
        if row not in unique:
            unique.append(row)
    return unique


def group(t1: Any, t2: Any, group_by: Any, sort_key: Any, keys: set[Any]) -> tuple[Any, Any]:
    """Both sides grouped; both as they are if one of them cannot be."""
    levels = list(group_by)[:2] if isinstance(group_by, (list, tuple)) else [group_by]
    sides: list[dict[Any, Any]] = []
    for name, items in (("t1", t1), ("t2", t2)):
        if not isinstance(items, Iterable) or isinstance(items, Mapping):
            logger.error(f"Unable to group {name} by {group_by}")
            return t1, t2
        try:
            sides.append(_grouped(items, levels, name, keys))
        except (KeyError, ValueError):
            return t1, t2
    _settle(sides[0], sides[1], sort_key)
    return sides[0], sides[1]
