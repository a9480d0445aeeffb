"""A cache in a folder of its own, for each test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from mainstay.cache import Cache


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    with Cache(tmp_path / "cache") as opened:
        yield opened


@pytest.fixture
def pickling(tmp_path: Path) -> Iterator[Cache]:
    """A cache that may pickle."""
    with Cache(tmp_path / "pickling", pickle="allow") as opened:
        yield opened
