"""Two private virtual environments: one knows only the peer, the other only mainstay.

So neither side can import the other by accident, whatever is installed beside the driver. The
requirements are installed once per interpreter and linked (`requirements`).
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
import venv
from importlib import metadata
from pathlib import Path

from driver.errors import CannotRun
from driver.fetch import pip
from driver.recipe import Recipe
from driver.requirements import link_requirements

RECORDER = Path(__file__).resolve().parent.parent / "recorder.py"


def make_peer_environment(root: Path, recipe: Recipe, wheel: Path, pool: Path) -> Path:
    """An environment with the peer's wheel and no mainstay; returns its interpreter."""
    python, site = _make(root, recipe, pool)
    pip(
        ["install", "--quiet", "--no-deps", "--no-index", "--no-compile"]
        + ["--target", str(site), str(wheel)],
        f"{wheel.name} could not be installed",
    )
    _refuse_packages(site, ("mainstay",), "the peer's side must not know mainstay")
    return python


def make_our_environment(root: Path, recipe: Recipe, pool: Path) -> Path:
    """An environment with this interpreter's mainstay and no peer; returns its interpreter."""
    python, site = _make(root, recipe, pool)
    _link_mainstay(site)
    _refuse_packages(site, recipe.packages, "our side must not know the peer")
    return python


def _write_executables(recipe: Recipe, python: Path) -> None:
    """Put the recipe's commands beside the interpreter, where PATH begins."""
    for name, target in recipe.executables.items():
        module, _, function = target.partition(":")
        script = python.parent / name
        script.write_text(
            f"#!{python}\nimport sys\nfrom {module} import {function}\nsys.exit({function}())\n",
            encoding="utf-8",
        )
        script.chmod(0o755)


def _make(root: Path, recipe: Recipe, pool: Path) -> tuple[Path, Path]:
    venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt").create(root)
    scheme = "nt" if os.name == "nt" else "posix_prefix"
    base = {"base": str(root), "platbase": str(root)}
    site = Path(sysconfig.get_path("purelib", scheme, vars=base))
    binaries = Path(sysconfig.get_path("scripts", scheme, vars=base))
    site.mkdir(parents=True, exist_ok=True)
    link_requirements(pool, recipe, site)
    shutil.copy(RECORDER, site / "conformance_recorder.py")
    python = binaries / ("python.exe" if os.name == "nt" else "python")
    _write_executables(recipe, python)
    return python, site


def _link_mainstay(site: Path) -> None:
    """Link what the installed distribution put into its site folder, editable or not."""
    try:
        installed = metadata.distribution("mainstay")
    except metadata.PackageNotFoundError:
        raise CannotRun(
            f"{sys.executable} has no mainstay installed; run `pip install .` with it, or call "
            "the driver with the interpreter of the development environment"
        ) from None
    names = {path.parts[0] for path in installed.files or ()} - {"..", "__pycache__"}
    for name in sorted(names):
        origin = Path(str(installed.locate_file(name)))
        if origin.exists() and not (site / name).exists():
            (site / name).symlink_to(origin.absolute())


def _refuse_packages(site: Path, names: tuple[str, ...], why: str) -> None:
    for name in names:
        for candidate in (site / name, site / f"{name}.py"):
            if candidate.exists():
                raise CannotRun(f"{why}, but there is {candidate}; remove what brings it")
