"""What the tests of the harness share: the harness itself, and figures made up for them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # `benchmarks` is a package of the checkout, not of an installation

from benchmarks.harness.doors import DROPIN, PEER  # noqa: E402
from benchmarks.harness.figures import Measured, figures  # noqa: E402


@pytest.fixture
def measured() -> Callable[..., Measured]:
    """Makes a case whose drop-in is so many times as fast as the peer."""

    def make(row: str, ratio: float, variant: str = "no arguments") -> Measured:
        samples = {PEER: [1e-6] * 3, DROPIN: [1e-6 / ratio] * 3}
        return Measured(row, variant, figures(samples), {DROPIN: "native"})

    return make
