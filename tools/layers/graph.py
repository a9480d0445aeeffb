"""Cycles in a graph of files or modules."""

from __future__ import annotations

from collections.abc import Collection, Mapping


def cycles(graph: Mapping[str, Collection[str]]) -> list[list[str]]:
    """Return one shortest cycle per knot of `graph`, each beginning and ending with the same node.

    Deterministic: nodes are visited in sorted order. A node that names itself is a cycle of one.
    """
    found: list[list[str]] = []
    seen: set[str] = set()
    for start in sorted(graph):
        if start in seen:
            continue
        path = _way_back(graph, start)
        if path:
            found.append(path)
            seen.update(path)
    return found


def _way_back(graph: Mapping[str, Collection[str]], start: str) -> list[str]:
    """Return the shortest path from `start` to itself, breadth first; empty if there is none."""
    came_from: dict[str, str] = {}
    level = [start]
    while level:
        following: list[str] = []
        for node in level:
            for target in sorted(graph.get(node, ())):
                if target == start:
                    path = [start, node]
                    while path[-1] != start:
                        path.append(came_from[path[-1]])
                    return path[::-1]
                if target not in came_from:
                    came_from[target] = node
                    following.append(target)
        level = following
    return []
