"""Check that every capability has every slice: `python tools/check_shape.py [ROOT]`.

A capability is one noun carried through all layers. This says which slice is missing, with the
path it is wanted at, and which folder belongs to no capability. `make new NAME=noun` writes all of
them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from layers.rules import CAPABILITIES, PEERS
from nouns import SHARED, capabilities
from suite_support import ROOT, close


@dataclass(frozen=True)
class Slice:
    """One thing each capability has: a path, in which `{noun}` and `{peer}` stand for theirs.

    A path may end in a pattern; then one match is enough that is no slice by itself. An empty file
    is none.
    """

    what: str
    path: str


EVERY = (
    Slice("the engine, its contract first", "engine/mainstay/{noun}/{noun}.hpp"),
    Slice("tests of the engine", "engine/tests/{noun}/*_test.cpp"),
    Slice("an example in C++", "examples/cpp/{noun}.cpp"),
    Slice("the spine of the native module", "binding/{noun}/module.cpp"),
    Slice("the face", "python/mainstay/{noun}/__init__.py"),
    Slice("the stub of the native module", "python/mainstay/{noun}/_native.pyi"),
    Slice("Python tests", "tests/{noun}/test_*.py"),
    Slice("the page users read", "docs/capabilities/{noun}.md"),
)
WITH_A_PEER = (
    Slice("what is known of the peer", "python/mainstay/dropin/registry/{peer}.py"),
    Slice("how the peer's suite is run", "conformance/peers/{peer}/recipe.toml"),
    Slice("which of its tests do not pass", "conformance/peers/{peer}/ledger.toml"),
    Slice("benchmarks beside the peer", "benchmarks/{noun}/bench_*.py"),
)


def wanted(noun: str) -> Iterator[Slice]:
    """Yield the slices of one capability, their paths filled in."""
    for each in EVERY:
        yield Slice(each.what, each.path.format(noun=noun))
    for peer in PEERS.get(noun, ())[:1]:  # further packages belong to it
        for each in WITH_A_PEER:
            yield Slice(each.what, each.path.format(noun=noun, peer=peer))


def missing(root: Path, noun: str) -> Iterator[Slice]:
    """Yield the slices that a capability does not have."""
    slices = list(wanted(noun))
    named = {root / each.path for each in slices if "*" not in each.path}
    for each in slices:
        found = [path for path in root.glob(each.path) if path.stat().st_size]
        if not any("*" not in each.path or path not in named for path in found):
            yield each


def strangers(root: Path, nouns: list[str]) -> Iterator[str]:
    """Yield the folders that stand where capabilities stand and are none."""
    for layer, shared in SHARED.items():
        for folder in sorted((root / layer).glob("*/")):
            known = folder.name in shared or folder.name in nouns
            if folder.is_dir() and not known and not folder.name.startswith(("_", ".")):
                yield f"{layer}/{folder.name}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("root", nargs="?", type=Path, default=ROOT, help="another tree to check")
    root: Path = parser.parse_args().root
    nouns = capabilities(root)
    if not nouns:
        print(f"{root} holds no capability; was the right folder given?")
        return close(0, 1)
    passed = failed = 0
    for noun in nouns:
        if noun not in CAPABILITIES:
            print(f"{noun}: no capability of that name in tools/layers/rules.py; add it there")
            failed += 1
        lacks = list(missing(root, noun))
        for each in lacks:
            print(f"{noun}: {each.what} is missing or empty; wanted {each.path}")
        failed += len(lacks)
        passed += len(list(wanted(noun))) - len(lacks)
    for folder in strangers(root, nouns):
        print(
            f"{folder}: belongs to no capability (no engine/mainstay/{Path(folder).name}); "
            "name it by its noun, or move it to what is shared"
        )
        failed += 1
    return close(passed, failed)


if __name__ == "__main__":
    raise SystemExit(main())
