"""Data as a short JSON text: of large data the heaviest parts, each cut to its share."""

from __future__ import annotations

from typing import Any

from .helper import SummaryNodeType
from .serialization import json_dumps


def _truncate(s: str, max_len: int) -> str:
    """The text, or its beginning and its last two characters."""
    if len(s) <= max_len:
        return s
    return s[:max_len] if max_len <= 5 else f"{s[: max_len - 5]}...{s[-2:]}"


def _leaf_weight(node: Any) -> int:
    if isinstance(node, str):
        return len(node)
    if isinstance(node, int):
        return len(str(node))
    if isinstance(node, float):
        return len(str(round(node, 2)))
    return 1 if node is None else 0


def _edge_weight(key: Any) -> int:
    try:
        return len(key)
    except TypeError:
        return 1


def calculate_weights(node: Any) -> tuple[int, Any]:
    """How many characters a node takes, and the same for all that is in it."""
    if isinstance(node, dict):
        entries = {key: (_edge_weight(key), *calculate_weights(node[key])) for key in node}
        weight = sum(edge + below for edge, below, _ in entries.values())
        return weight, (SummaryNodeType.dict, entries)
    if isinstance(node, list):
        items = [(0, *calculate_weights(item)) for item in node]
        return sum(below for _, below, _ in items), (SummaryNodeType.list, items)
    return _leaf_weight(node), (SummaryNodeType.leaf, node)


def _shrink_leaf(leaf: Any, max_weight: int) -> tuple[Any, float]:
    weight = _leaf_weight(leaf)
    if weight <= max_weight:
        return leaf, weight
    if isinstance(leaf, str):
        text = _truncate(leaf, max_weight)
        return text, len(text)
    if isinstance(leaf, (int, float)):
        text = str(leaf)[:max_weight]
        for read in (int, float):
            try:
                return read(text), len(text)
            except ValueError:
                continue
        return text, len(text)
    return None, 0


def shrink_tree_balanced(
    node_structure: Any, max_weight: int, balance_threshold: float
) -> tuple[Any, float]:
    """A node of at most `max_weight` characters; one child takes at most its share of them."""
    kind, info = node_structure
    if kind is SummaryNodeType.leaf:
        return _shrink_leaf(info, max_weight)
    total: float = 0
    if kind is SummaryNodeType.dict:
        entries: dict[Any, Any] = {}
        for key, (edge, _, child) in sorted(info.items(), key=lambda item: -sum(item[1][:2])):
            allowed = min(max_weight * balance_threshold, max_weight - total)
            if allowed <= edge:
                continue
            small, weight = shrink_tree_balanced(child, int(allowed - edge), balance_threshold)
            if small is not None:
                entries[key[:edge]] = small
                total += edge + weight
            if total >= max_weight:
                break
        return (entries, total) if entries else (None, 0)
    items: list[Any] = []
    for _, _, child in sorted(info, key=lambda item: -sum(item[:2])):
        allowed = int(min(max_weight * balance_threshold, max_weight - total))
        small, weight = shrink_tree_balanced(child, allowed, balance_threshold)
        if small is not None:
            items.append(small)
            total += weight
        if total >= max_weight - 1:
            items.append("...")
            break
    return (items, total) if items else (None, 0)


def greedy_tree_summarization_balanced(
    json_data: Any, max_weight: int, balance_threshold: float = 0.6
) -> Any:
    """The data, or less of it."""
    weight, tree = calculate_weights(json_data)
    if weight <= max_weight:
        return json_data
    return shrink_tree_balanced(tree, max_weight, balance_threshold)[0]


def summarize(data: Any, max_length: int = 200, balance_threshold: float = 0.6) -> str:
    """The data in about `max_length` characters of JSON; what JSON cannot say, as a text."""
    try:
        short = greedy_tree_summarization_balanced(data, max_length, balance_threshold)
        return str(json_dumps(short))
    except Exception:  # whatever an object of the user's raises while it is looked at
        return str(data)
