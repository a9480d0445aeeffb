"""The source distribution: all that building takes, and nothing of the machine it was made on."""

from __future__ import annotations

import pytest

from .conftest import project_files

NEEDED = ("LICENSE", "README.md", "pyproject.toml", "CMakeLists.txt")
FOLDERS = ("engine/mainstay/", "engine/cmake/", "binding/", "python/")


@pytest.mark.parametrize("name", NEEDED)
def test_it_holds_what_describes_the_project(sdist_files: set[str], name: str) -> None:
    assert name in sdist_files


@pytest.mark.parametrize("folder", FOLDERS)
def test_it_holds_every_source_that_is_built(sdist_files: set[str], folder: str) -> None:
    sources = {name for name in project_files() if name.startswith(folder)}
    assert sources
    assert sources - sdist_files == set()


def test_it_holds_nothing_that_was_built_or_downloaded(sdist_files: set[str]) -> None:
    left_over = ("build/", "dist/", ".venv/", ".cache/", ".git/")
    assert {name for name in sdist_files if name.startswith(left_over)} == set()
    built = (".so", ".o", ".a", ".pyc", ".whl")
    assert {name for name in sdist_files if name.endswith(built)} == set()
