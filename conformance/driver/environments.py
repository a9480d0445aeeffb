"""Two private virtual environments: one knows only the peer, the other only mainstay.

So neither side can import the other by accident, whatever is installed beside the driver. The
suite's requirements are installed once per interpreter and shared by reference.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import sysconfig
import tempfile
import venv
from importlib import metadata
from pathlib import Path

from driver.errors import CannotRun
from driver.fetch import pip
from driver.recipe import Recipe

RECORDER = Path(__file__).resolve().parent.parent / "recorder.py"


def make_peer_environment(root: Path, recipe: Recipe, wheel: Path, requirements: Path) -> Path:
    """An environment with the peer's wheel and no mainstay; returns its interpreter."""
    python, site = _make(root, requirements)
    pip(
        ["install", "--quiet", "--no-deps", "--no-index", "--no-compile"]
        + ["--target", str(site), str(wheel)],
        f"{wheel.name} could not be installed",
    )
    _refuse_packages(site, ("mainstay",), "the peer's side must not know mainstay")
    return python


def make_our_environment(root: Path, recipe: Recipe, requirements: Path) -> Path:
    """An environment with this interpreter's mainstay and no peer; returns its interpreter."""
    python, site = _make(root, requirements)
    _link_mainstay(site)
    _refuse_packages(site, recipe.packages, "our side must not know the peer")
    return python


def install_requirements(recipe: Recipe, cache: Path) -> Path:
    """The folder with the suite's requirements for this interpreter; installs them once."""
    parts = [sys.version, sysconfig.get_platform(), recipe.distribution, *recipe.requirements]
    key = "\n".join(parts)
    folder = cache / "requirements" / hashlib.sha256(key.encode()).hexdigest()[:20]
    if not folder.is_dir():
        print(f"installing the suite's requirements: {', '.join(recipe.requirements)}", flush=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            landing = Path(scratch, "landing")
            landing.mkdir()
            if recipe.requirements:
                pip(
                    ["install", "--quiet", "--target", str(landing), *recipe.requirements],
                    f"the requirements of the suite of {recipe.peer} could not be installed",
                )
            _take_out_peer(landing, recipe)
            # The rename is the commit; whoever comes second keeps the first one's folder.
            if not folder.is_dir():
                os.replace(landing, folder)
    banned = ("mainstay", *recipe.packages)
    _refuse_packages(folder, banned, "the requirements must bring neither implementation")
    return folder


def _take_out_peer(folder: Path, recipe: Recipe) -> None:
    """Remove what a requirement depends on and each side brings itself: pytest brings pluggy."""
    for found in metadata.distributions(path=[str(folder)]):
        if found.metadata["Name"].lower() == recipe.distribution.lower():
            for file in tuple(found.files or ()):
                path = Path(str(found.locate_file(file)))
                path.unlink(missing_ok=True)
                if path.parent.name.endswith(".dist-info"):
                    shutil.rmtree(path.parent, ignore_errors=True)
            for package in recipe.packages:
                shutil.rmtree(folder / package, ignore_errors=True)


def _make(root: Path, requirements: Path) -> tuple[Path, Path]:
    venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt").create(root)
    scheme = "nt" if os.name == "nt" else "posix_prefix"
    base = {"base": str(root), "platbase": str(root)}
    site = Path(sysconfig.get_path("purelib", scheme, vars=base))
    binaries = Path(sysconfig.get_path("scripts", scheme, vars=base))
    site.mkdir(parents=True, exist_ok=True)
    (site / "conformance_requirements.pth").write_text(f"{requirements}\n", encoding="utf-8")
    shutil.copy(RECORDER, site / "conformance_recorder.py")
    return binaries / ("python.exe" if os.name == "nt" else "python"), site


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
