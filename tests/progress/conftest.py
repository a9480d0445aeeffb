"""Bars in memory, and none left behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from mainstay.progress.std import tqdm

from .programs import Terminal


@pytest.fixture
def screen() -> Terminal:
    """Where a bar is drawn."""
    return Terminal()


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    left = list(tqdm._instances)
    tqdm._instances.clear()
    assert not left, f"bars are left open: {left}"
