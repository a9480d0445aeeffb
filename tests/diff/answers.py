"""What the peer and mainstay answer, in a form in which the answers of both can be compared."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from .cases import FILTERS, copied, groups_of

CONTAINERS = (list, tuple, dict, set, frozenset)


def plain(item: Any) -> Any:
    """`item` with its types, and without an order where none is promised."""
    name = type(item).__name__
    if isinstance(item, dict):
        return (
            name
            if not item
            else (
                "dict",
                sorted(((plain(key), plain(each)) for key, each in item.items()), key=repr),
            )
        )
    if name == "SetOrdered" or isinstance(item, (set, frozenset)):
        return (name, sorted((plain(each) for each in item), key=repr))
    if isinstance(item, (list, tuple)):
        return (name, [plain(each) for each in item])
    if name in ("NotPresent", "DiffLevel"):
        return repr(item)
    if hasattr(item, "__dict__") and not isinstance(item, type):
        return (name, plain(vars(item))) if name == "Thing" else (name, repr(item))
    return (name, repr(item))


def outcome(call: Callable[[], Any]) -> Any:
    """What a call gives, or the error it raises."""
    logging.disable(logging.CRITICAL)
    try:
        return plain(call())
    except RecursionError:
        return ("raised", "RecursionError")
    except Exception as error:
        return ("raised", type(error).__name__, str(error)[:80])
    finally:
        logging.disable(logging.NOTSET)


def of_diff(library: Any, t1: Any, t2: Any, keywords: dict[str, Any]) -> dict[str, Any]:
    """The answers of one DeepDiff, by what was asked."""
    t1, t2 = copied(t1), copied(t2)
    made: list[Any] = []

    def make() -> Any:
        made.append(library.DeepDiff(t1, t2, **keywords))
        return dict(made[0])

    answers = {"result": outcome(make)}
    if made:
        diff = made[0]
        asked = {
            "stats": diff.get_stats,
            "dict": lambda: diff.to_dict(verbose_level=2),
            "pretty": lambda: sorted(diff.pretty().splitlines()),
            "delta": lambda: diff._to_delta_dict(directed=False),
            "affected": lambda: set(map(str, diff.affected_root_keys)),
        }
        answers.update((name, outcome(ask)) for name, ask in asked.items())
    return answers


def explained(peer: Any, ours: Any, t1: Any, t2: Any, keywords: dict[str, Any]) -> str:
    """Which fault of the peer that we do not share makes its answers differ; empty for none."""
    theirs = of_diff(peer, t1, t2, keywords)
    crash = theirs["result"]
    if crash[0] == "raised" and crash[1] != "ValueError":
        return "crash"
    if FILTERS.intersection(keywords):
        flat = {**keywords, "threshold_to_diff_deeper": 0}
        if of_diff(peer, t1, t2, flat) == of_diff(ours, t1, t2, flat):
            return "filters are lost when a dict collapses"
        if keywords.get("ignore_order"):
            return "the size of an item depends on the path at which it was hashed last"
    if keywords.get("use_enum_value"):
        diff = ours.DeepDiff(copied(t1), copied(t2), **{**keywords, "view": "text"})
        changes = diff.get("values_changed", {}).values()
        pairs = [(change["old_value"], change["new_value"]) for change in changes]
        if any(isinstance(old, CONTAINERS) != isinstance(new, CONTAINERS) for old, new in pairs):
            return "the value of an enum member is taken apart beside a container"
    fields = keywords.get("group_by")
    if fields is not None:
        for groups in (groups_of(rows, fields) for rows in (t1, t2)):
            if len(set(groups)) < len(groups):
                return "group_by drops doubled rows"
    return ""
