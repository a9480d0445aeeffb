"""How large it is, in words. The module itself is the plugin."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from inbox_plugins import hookimpl

WORDS = ("empty", "small", "middling", "large", "huge")
LINES = (1, 200, 1_000, 3_000)
FILES = (1, 20, 100, 1_000)


@hookimpl
def inbox_facts(kind: str, fields: Mapping[str, Any]) -> dict[str, Any] | None:
    """The class of its size: of a module by lines, of a package by files."""
    if kind == "module":
        size = WORDS[bisect_right(LINES, fields["lines"])]
        return {"size": size, "bytes per line": round(fields["bytes"] / max(fields["lines"], 1))}
    if kind == "package":
        return {"size": WORDS[bisect_right(FILES, fields["files"])]}
    return None
