"""Every capability has every slice, and `make shape` notices one that has not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "tools" / "template"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree with nothing but a new capability, `toy`."""
    (tmp_path / "tools" / "layers").mkdir(parents=True)
    shutil.copy(ROOT / "tools" / "layers" / "rules.py", tmp_path / "tools" / "layers")
    command = [sys.executable, ROOT / "tools" / "new_capability.py", "toy", "--into", tmp_path]
    subprocess.run(command, check=True, capture_output=True)
    return tmp_path


def complaints(tree: Path) -> list[str]:
    command = [sys.executable, ROOT / "tools" / "check_shape.py", tree]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return [line for line in done.stdout.splitlines() if "is missing" in line]


def test_what_make_new_writes_is_whole(tree: Path) -> None:
    assert complaints(tree) == []


@pytest.mark.parametrize(
    "path",
    [
        "engine/mainstay/toy/toy.hpp",
        "tests/toy/test_toy.py",
        "docs/capabilities/toy.md",
    ],
)
@pytest.mark.parametrize("emptied", [False, True], ids=["gone", "empty"])
def test_a_slice_that_is_gone_or_empty_is_named(tree: Path, path: str, emptied: bool) -> None:
    (tree / path).unlink()
    if emptied:
        (tree / path).touch()
    wanted = "tests/toy/test_*.py" if path.endswith("test_toy.py") else path
    [complaint] = complaints(tree)
    assert complaint.startswith("toy: ")
    assert complaint.endswith(f"is missing or empty; wanted {wanted}")
