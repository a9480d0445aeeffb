"""The source distribution: all that building takes, and nothing that could not be run from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import ROOT, project_files

NEEDED = ("LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", "CMakeLists.txt")
MADE = ("PKG-INFO",)  # by the build backend
FOLDERS = ("engine/mainstay/", "engine/cmake/", "binding/", "python/")
ENGINE_ALONE = "engine/CMakeLists.txt"


@pytest.mark.parametrize("name", NEEDED)
def test_it_holds_what_describes_the_project(sdist_files: set[str], name: str) -> None:
    assert name in sdist_files


@pytest.mark.parametrize("folder", FOLDERS)
def test_it_holds_every_source_that_is_built(sdist_files: set[str], folder: str) -> None:
    sources = {name for name in project_files() if name.startswith(folder)}
    assert sources
    assert sources - sdist_files == set()


def test_it_holds_nothing_besides(sdist_files: set[str]) -> None:
    allowed = {*NEEDED, *MADE, ENGINE_ALONE}
    strangers = {n for n in sdist_files if n not in allowed and not n.startswith(FOLDERS)}
    assert strangers == set()


def test_the_engines_build_and_install_from_it_by_cmake_alone(engine_install: Path) -> None:
    headers = {
        p.relative_to(ROOT / "engine").as_posix() for p in ROOT.glob("engine/mainstay/**/*.hpp")
    }
    assert headers
    installed = {
        p.relative_to(engine_install / "include").as_posix()
        for p in engine_install.glob("include/**/*.hpp")
    }
    assert headers - installed == set()


def test_it_holds_nothing_that_was_built_or_downloaded(sdist_files: set[str]) -> None:
    left_over = ("build/", "dist/", ".venv/", ".cache/", ".git/")
    assert {name for name in sdist_files if name.startswith(left_over)} == set()
    built = (".so", ".o", ".a", ".pyc", ".whl")
    assert {name for name in sdist_files if name.endswith(built)} == set()
