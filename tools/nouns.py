"""Which capabilities this checkout holds: a noun is there when its engine is.

Every tool that takes a capability by name asks here, so that a new one is known by its folders
alone. What may exist at all stands in tools/layers/rules.py; what each must have in
tools/check_shape.py.
"""

from __future__ import annotations

from pathlib import Path

from suite_support import ROOT

FLOOR = "base"  # the part of the engine that is no capability


# Folders beside those of the nouns: nothing, or what all of them share.
SHARED = {
    "engine/mainstay": {FLOOR},
    "engine/tests": {FLOOR},
    "binding": {"support"},
    "python/mainstay": {"cli", "dropin"},
    "benchmarks": {"harness", "results"},
    "tests": {
        "benchmarks",
        "conformance",
        "dropin",
        "examples",
        "packaging",
        "snippets",
        "tools",
        "typing",
    },
}


def capabilities(root: Path = ROOT) -> list[str]:
    """Return the nouns of the capabilities in a tree, sorted."""
    engines = (root / "engine" / "mainstay").glob("*/CMakeLists.txt")
    return sorted(path.parent.name for path in engines if path.parent.name != FLOOR)


def native_modules(root: Path = ROOT) -> list[str]:
    """Return the names of the native modules, one for each binding that has a spine."""
    spines = (root / "binding").glob("*/module.cpp")
    return sorted(f"mainstay.{path.parent.name}._native" for path in spines)


def test_folders(root: Path = ROOT) -> list[str]:
    """Return the folder of Python tests of each capability, relative to the tree."""
    folders = [Path("tests", noun) for noun in capabilities(root)]
    return [str(folder) for folder in folders if any((root / folder).glob("test_*.py"))]


def peers_of(noun: str, root: Path = ROOT) -> list[str]:
    """Return the peers of a capability that have a recipe for their own suite."""
    from layers.rules import PEERS

    recipes = root / "conformance" / "peers"
    return [peer for peer in PEERS.get(noun, ()) if (recipes / peer / "recipe.toml").exists()]
