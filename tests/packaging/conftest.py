"""The distributions under test, each built once: from the sources to a source distribution to a
wheel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_LEFT_OUT = {".git", ".venv", ".cache", "build", "dist", "__pycache__", ".hypothesis"}


def _clean() -> dict[str, str]:
    """The environment of a user who has set nothing: what is under test must not come from the
    checkout."""
    ours = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "MAINSTAY_DROPIN")
    clean = {name: text for name, text in os.environ.items() if name not in ours}
    # CMake is the environment's, where the machine has none; all else is the machine's.
    return {**clean, "PATH": f"{clean['PATH']}{os.pathsep}{sys.prefix}/bin"}


def run(command: Sequence[str | Path], cwd: Path) -> str:
    """Run `command` in `cwd`; return what it said, and fail the test with all of it when it
    fails."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=cwd, env=_clean(), stdin=subprocess.DEVNULL, check=False, capture_output=True
    )
    out, err = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    if done.returncode != 0:
        pytest.fail(f"{' '.join(words)}\nended with {done.returncode}\n{out}\n{err}", pytrace=False)
    return out


def project_files() -> list[str]:
    """What belongs to the project, relative to its root: as git knows it, or all there is in an
    export."""
    if (ROOT / ".git").exists():
        # A checkout may belong to another user than the one who tests it.
        git = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
        listed = run(git, ROOT).split("\0")
        return sorted(name for name in listed if name and (ROOT / name).is_file())
    found: list[str] = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in _LEFT_OUT]
        found += [Path(folder, name).relative_to(ROOT).as_posix() for name in names]
    return sorted(name for name in found if not name.endswith((".pyc", ".so")))


@dataclass(frozen=True)
class Environment:
    """A virtual environment of its own, outside the checkout."""

    home: Path

    @property
    def python(self) -> Path:
        return self.home / "bin" / "python"

    def pip(self, *arguments: str | Path) -> str:
        pip = [self.python, "-m", "pip", "--disable-pip-version-check", "--no-input"]
        return run([*pip, *arguments], self.home)

    def run(self, *arguments: str | Path) -> str:
        return run([self.python, *arguments], self.home)

    def files(self) -> set[str]:
        """Every installed file, relative to the environment; compiled Python left aside."""
        paths = (path for path in self.home.rglob("*") if path.is_file() and path.suffix != ".pyc")
        return {path.relative_to(self.home).as_posix() for path in paths}


def make_environment(home: Path) -> Environment:
    run([sys.executable, "-m", "venv", home], home.parent)
    return Environment(home)


@pytest.fixture(scope="session")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution of this checkout."""
    target = tmp_path_factory.mktemp("sdist")
    run(
        [sys.executable, "-m", "build", "--no-isolation", "--sdist", "--outdir", target, ROOT],
        target,
    )
    (archive,) = target.glob("*.tar.gz")
    return archive


@pytest.fixture(scope="session")
def sdist_files(sdist: Path) -> set[str]:
    """What the source distribution holds, without its one top folder."""
    with tarfile.open(sdist) as archive:
        names = [member.name for member in archive.getmembers() if member.isfile()]
    return {name.split("/", 1)[1] for name in names}


@pytest.fixture(scope="session")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel an installer builds from the source distribution, in isolation as installers do."""
    target = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--no-deps"]
    run([*pip, "--wheel-dir", target, sdist], target)
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def engine_sources(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked source distribution's engine/, a CMake project of its own."""
    target = tmp_path_factory.mktemp("sources")
    with tarfile.open(sdist) as archive:
        # Early releases of 3.10 and 3.11 know no filters; our own archive needs none.
        filtered = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        archive.extractall(target, **filtered)
    (source,) = target.iterdir()
    return source / "engine"


def install_engine(sources: Path, work: Path, *settings: str) -> Path:
    """Build and install the engines by CMake alone, as a user would; return the prefix."""
    prefix = work / "prefix"
    # As far from the sources as the package's build: the compiler cache then has its objects.
    build = sources.parent / "build" / "engine" / work.name
    run(["cmake", "-G", "Ninja", "-S", sources, "-B", build, *settings], work)
    run(["cmake", "--build", build, "--parallel", "2"], work)
    run(["cmake", "--install", build, "--prefix", prefix], work)
    return prefix


@pytest.fixture(scope="session")
def engine_install(engine_sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the engines are installed, all of them, compiled by GCC."""
    settings = ("-DCMAKE_CXX_COMPILER=g++",)
    return install_engine(engine_sources, tmp_path_factory.mktemp("engine"), *settings)


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """A clean environment that holds the wheel and nothing else."""
    environment = make_environment(tmp_path_factory.mktemp("clean") / "venv")
    environment.pip("install", "--no-index", wheel)
    return environment


@pytest.fixture
def source_copy(tmp_path: Path) -> Path:
    """A copy of the project's files that a test may change, in a folder with a space in its
    name."""
    copy = tmp_path / "a checkout"
    for name in project_files():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy / name)
    return copy
