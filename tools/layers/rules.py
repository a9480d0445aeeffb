"""Who may depend on whom. The one place to change when a decision record allows a new edge.

    python/mainstay/<noun> -> binding/<noun> -> engine/mainstay/<noun> -> engine/mainstay/base

Knows nouns and layers, neither files nor languages.
"""

from __future__ import annotations

from dataclasses import dataclass

# Capability -> the packages of the peer it replaces. One noun, spelled the same in every layer.
PEERS: dict[str, tuple[str, ...]] = {
    "retry": ("tenacity",),
    "cache": ("diskcache",),
    "watch": ("watchdog",),
    "schedule": ("schedule",),
    "codec": ("msgspec",),
    "plugins": ("pluggy",),
    "bolts": ("boltons",),
    "reach": ("glom",),
    "progress": ("tqdm",),
    "aio": ("anyio",),
    "diff": ("deepdiff",),
    "persistent": ("pyrsistent", "pvectorc"),
    "log": ("structlog",),
    "profile": ("pyinstrument",),
    "config": (),
    "lifecycle": (),
}
CAPABILITIES = frozenset(PEERS)

# Sideways edges of the engine. Anything else moves into base first.
SIDEWAYS: frozenset[tuple[str, str]] = frozenset(
    {
        ("cache", "codec"),
        ("log", "codec"),
        ("diff", "codec"),
        ("config", "codec"),
        ("schedule", "retry"),
    }
)

PYTHON_HEADER_DOOR = "binding/support/python.hpp"


@dataclass(frozen=True)
class Violation:
    """One line that breaks the law, and what to do about it."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


def noun_of_peer(package: str) -> str | None:
    """Return the capability that replaces the peer's `package`, or None if nothing does."""
    return next((noun for noun, packages in PEERS.items() if package in packages), None)


def why_not_engine(importer: str, target: str) -> str | None:
    """Return why the engine part `importer` may not use the engine part `target`, None if it
    may."""
    if target in ("base", importer) or (importer, target) in SIDEWAYS:
        return None
    if importer == "base":
        return f"base includes {target}; base is the floor and knows no capability"
    allowed = sorted(there for here, there in SIDEWAYS if here == importer)
    also = f"{', '.join(allowed)} and base" if allowed else "base only"
    return (
        f"{importer} includes {target}, but may include {also}; "
        "move what is shared into base, with a decision record"
    )


def why_not_binding(importer: str, layer: str, target: str) -> str | None:
    """Return why binding/`importer` may not use `target` of `layer` ("binding" or "engine")."""
    if layer == "engine":
        if target == "base" or (target == importer and importer != "support"):
            return None
        if importer == "support":
            return (
                f"binding/support includes engine {target}; "
                "it serves every capability and knows none"
            )
        return f"binding/{importer} includes engine {target}; it may use engine {importer} and base"
    if target in ("support", importer):
        return None
    if importer == "support":
        return (
            f"binding/support includes binding/{target}; it serves every capability and knows none"
        )
    return f"binding/{importer} includes binding/{target}; share through binding/support instead"
