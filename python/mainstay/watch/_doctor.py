"""What `mainstay doctor` tells of a program's patterns: those that meant something else in 6.x.

Up to watchdog 6 a pattern was compared with the end of a path, and `**` was `*`. Since 7 it has to
match the whole path. Sources are read, never run.
"""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ARGUMENTS = frozenset({"patterns", "ignore_patterns", "included_patterns", "excluded_patterns"})
_PACKAGES = ("watchdog", "mainstay.watch")


def notes(sources: Iterable[tuple[str, str]]) -> list[str]:
    """A line for each pattern in `sources`, pairs of a path and its text, that changed its meaning.

    Seen are lists of strings in arguments of calls, or under a name that is assigned in the file.
    """
    return [
        f"{path}:{line}: {_change(pattern)}"
        for path, text in sources
        for line, pattern in _patterns(text)
        if has_changed(pattern)
    ]


def has_changed(pattern: str) -> bool:
    """Whether watchdog 6 gave the pattern to other paths than 7 does."""
    segments = pattern.split("/")
    if segments[0] not in ("", "**"):
        return True
    return "**" in segments[1:]


def _change(pattern: str) -> str:
    if pattern.split("/")[0] in ("", "**"):
        now = "`**` is any number of folders since watchdog 7, before it was one"
        return f"pattern {pattern!r}: {now}"
    better = "**" if pattern == "*" else f"**/{pattern}"
    return (
        f"pattern {pattern!r} has to match whole paths since watchdog 7, before it matched their "
        f'end: write {better!r}, or give match="tail" for the old meaning'
    )


def _patterns(text: str) -> Iterator[tuple[int, str]]:
    """The patterns in a file that imports watchdog, with their lines."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes in the program's strings
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return  # doctor says so of its own
    nodes = list(ast.walk(tree))
    if not any(map(_imports_us, nodes)):
        return
    named = {
        target.id: node.value
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in nodes:
        if not isinstance(node, ast.keyword) or node.arg not in _ARGUMENTS:
            continue
        value = node.value
        if isinstance(value, ast.Name):
            value = named.get(value.id, value)
        for each in getattr(value, "elts", ()):
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                yield each.lineno, each.value


def _imports_us(node: ast.AST) -> bool:
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    if isinstance(node, ast.ImportFrom) and node.module is not None:
        names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return any(f"{name}.".startswith(f"{package}.") for name in names for package in _PACKAGES)
