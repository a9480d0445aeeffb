"""What suites need besides the peer: installed once per interpreter, given to each by name.

One folder (the pool) holds what all recipes name, in one consistent choice of versions; installing
it costs more than most suites take. A suite's environment gets links to the distributions its
recipe names and to what these require in turn, and to nothing else:
a pytest plugin of one suite is not there in another.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

from pip._vendor.packaging.requirements import Requirement

from driver.fetch import pip
from driver.recipe import Recipe

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"
CONSTRAINTS = REQUIREMENTS / "constraints.txt"
FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))


def install_pool(recipes: Iterable[Recipe], cache: Path) -> Path:
    """The folder with the requirements of all recipes for this interpreter; installs them once.

    A free-threaded Python gets a folder per recipe, for many distributions have no wheel for it; of
    those that requirements/free-threaded.txt names, the version there.
    """
    pinned = sorted({each for recipe in recipes for each in recipe.requirements})
    if FREE_THREADED:
        lines = (REQUIREMENTS / "free-threaded.txt").read_text().splitlines()
        instead = {line.partition("==")[0]: line for line in lines if "==" in line}
        pinned = [instead.get(each.partition("==")[0], each) for each in pinned]
    parts = [sys.version, sysconfig.get_platform(), *pinned, CONSTRAINTS.read_text()]
    key = "\n".join(parts)
    folder = cache / "requirements" / hashlib.sha256(key.encode()).hexdigest()[:20]
    if not folder.is_dir():
        print(f"installing what the suites need: {', '.join(pinned)}", flush=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            landing = Path(scratch, "landing")
            landing.mkdir()
            pip(
                ["install", "--quiet", "--target", str(landing), "-c", str(CONSTRAINTS), *pinned],
                "the requirements of the suites could not be installed",
            )
            # The rename is the commit; a second process keeps the first one's folder.
            if not folder.is_dir():
                os.replace(landing, folder)
    return folder


def link_requirements(pool: Path, recipe: Recipe, site: Path) -> None:
    """Link what a suite needs into its site directory, but not the peer: each side has its own."""
    known = {
        _normal(found.metadata["Name"]): found for found in metadata.distributions(path=[str(pool)])
    }
    for name in sorted(_closure(recipe, known)):
        for entry in sorted({file.parts[0] for file in known[name].files or ()}):
            if entry in ("..", "bin", "__pycache__") or (site / entry).exists():
                continue
            (site / entry).symlink_to(pool / entry)


def _closure(recipe: Recipe, known: dict[str, metadata.Distribution]) -> set[str]:
    """The distributions a recipe names, and all they require; one left out for this Python is not
    there to be named."""
    found: set[tuple[str, str]] = set()
    wanted = [Requirement(text) for text in recipe.requirements]
    while wanted:
        requirement = wanted.pop()
        name = _normal(requirement.name)
        if name == _normal(recipe.distribution) or name not in known:
            continue
        for extra in ("", *requirement.extras):
            if (name, extra) not in found:
                found.add((name, extra))
                wanted += _required(known[name], extra)
    return {name for name, _extra in found}


def _required(distribution: metadata.Distribution, extra: str) -> Iterator[Requirement]:
    for text in distribution.requires or ():
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            yield requirement


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
