"""Under which name one would import it. The module itself is the plugin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inbox_plugins import hookimpl


@hookimpl
def inbox_facts(kind: str, fields: Mapping[str, Any]) -> dict[str, Any] | None:
    """The import name of a package, guessed, or of a module of the standard library."""
    if kind == "module":
        parts = fields["id"].removesuffix(".py").removesuffix("/__init__").split("/")
        return {"import": ".".join(parts), "private": any(part.startswith("_") for part in parts)}
    if kind == "package":
        return {"import": _guess(fields["name"], fields["top_level"])}
    return None


def _guess(distribution: str, top_level: list[str]) -> str:
    """The top-level name that is most like the distribution's, or that name made importable."""
    wanted = distribution.lower().replace("-", "_").replace(".", "_")
    names = [name for name in top_level if not name.startswith("_")]
    for name in names:
        if name.lower() == wanted:
            return name
    alike = [name for name in names if name.lower() in wanted or wanted in name.lower()]
    return (alike or names or [wanted])[0]
