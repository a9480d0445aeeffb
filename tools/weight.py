"""Lines per capability and layer: `python tools/weight.py [--reach] [NOUN...]` (`make weight`).

The product is engine, binding, face and drop-in, blank lines and comments included. --reach builds
the native modules with coverage in an environment of its own, runs the Python tests, and adds the
share of each engine's lines that they alone reach; decision 0014 wants at least 70 %.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from environments import environment, pytest_in
from nouns import capabilities, peers_of
from suite_support import CACHE, ROOT, close

_SETTINGS = (
    "cmake.build-type=None",
    "cmake.define.CMAKE_CXX_FLAGS=--coverage -O0 -fprofile-update=atomic",
    "cmake.define.CMAKE_CXX_COMPILER=g++",
    "install.strip=false",
    "build-dir=build/coverage/{wheel_tag}",
)


def lines(*folders: str) -> int:
    """The lines of all files git knows below these folders or files."""
    command = ["git", "ls-files", "-z", "--", *folders]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    files = [ROOT / name for name in listed.decode().split("\0") if name]
    return sum(file.read_bytes().count(b"\n") for file in files if file.exists())


def weigh(noun: str) -> dict[str, int]:
    """The lines of a capability by layer."""
    peers = peers_of(noun)
    return {
        "engine": lines(f"engine/mainstay/{noun}"),
        "binding": lines(f"binding/{noun}"),
        "face": lines(f"python/mainstay/{noun}"),
        "drop-in": lines(
            *(f"python/mainstay/dropin/peers/{peer}" for peer in peers),
            *(f"python/mainstay/dropin/registry/{peer}.py" for peer in peers),
        )
        if peers
        else 0,
        "tests": lines(
            f"engine/tests/{noun}", f"tests/{noun}", *_files(f"tests/typing/{noun}*.py")
        ),
        "bench": lines(f"benchmarks/{noun}", f"engine/bench/{noun}.cpp"),
        "proof": lines(*(f"conformance/peers/{peer}/*.toml" for peer in peers)) if peers else 0,
        "pages": lines(*_files(f"docs/*/{noun}*.md")) if _files(f"docs/*/{noun}*.md") else 0,
    }


def _files(pattern: str) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in ROOT.glob(pattern)]


def reached(nouns: list[str]) -> dict[str, tuple[int, int]]:
    """Of each engine: how many lines the Python tests ran, of how many that can be run.

    Only the capabilities asked for are built: without optimization that takes minutes each.
    """
    base = Path(sys.base_prefix, "bin", f"python{sys.version_info[0]}.{sys.version_info[1]}")
    built = f"cmake.define.MAINSTAY_CAPABILITIES={';'.join(nouns)}"
    python = environment(base, CACHE / "coverage", (*_SETTINGS, built))
    if python is None:
        raise SystemExit("the environment with coverage could not be made; its output says why")
    objects = ROOT / "build" / "coverage"
    for counts in objects.rglob("*.gcda"):
        counts.unlink()
    env = {**os.environ, "MAINSTAY_EXAMPLES": "50"}
    for noun in nouns:
        pytest_in(python, f"coverage-{noun}", [ROOT / "tests" / noun], env)
        for peer in peers_of(noun):
            run = [str(python), str(ROOT / "conformance" / "run.py"), peer]
            subprocess.run(run, cwd=ROOT, check=False)
    return {noun: _reached(objects, noun) for noun in nouns}


def _reached(objects: Path, noun: str) -> tuple[int, int]:
    """A line counts once, though a header's stand in the counts of many objects."""
    ran: dict[tuple[str, int], bool] = {}
    gcov = shutil.which("gcov-12") or shutil.which("gcov")
    if gcov is None:
        raise SystemExit("gcov was not found; it comes with gcc")
    for data in objects.rglob("*.gcda"):
        command = [gcov, "--json-format", "--stdout", str(data)]
        done = subprocess.run(command, cwd=data.parent, capture_output=True, check=False)
        for text in done.stdout.splitlines():
            for file in json.loads(text)["files"]:
                name = file["file"]
                if f"engine/mainstay/{noun}/" in name:
                    for line in file["lines"]:
                        key = (name.rpartition("engine/mainstay/")[2], line["line_number"])
                        ran[key] = ran.get(key, False) or line["count"] > 0
    return sum(ran.values()), len(ran)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reach", action="store_true", help="also how much the tests reach")
    parser.add_argument("nouns", nargs="*", metavar="NOUN", help="default: every one")
    options = parser.parse_args()
    known = capabilities()
    if unknown := set(options.nouns) - set(known):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    nouns = options.nouns or known
    table = {noun: weigh(noun) for noun in nouns}
    shares = reached(nouns) if options.reach else {}
    layers = list(next(iter(table.values())))
    print(f"{'':11} product  " + "  ".join(f"{layer:>7}" for layer in layers) + "  reached")
    for noun, row in table.items():
        product = sum(row[layer] for layer in ("engine", "binding", "face", "drop-in"))
        numbers = "  ".join(f"{row[layer]:7}" for layer in layers)
        good, of = shares.get(noun, (0, 0))
        share = f"  {100 * good / of:5.0f} %" if of else ""
        print(f"{noun:11} {product:7}  {numbers}{share}")
    return close(len(nouns), 0) if options.reach else 0


if __name__ == "__main__":
    raise SystemExit(main())
