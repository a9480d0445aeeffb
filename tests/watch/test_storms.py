"""A bounded version of storms.py: 30 trees changed at random by three processes, three bursts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ..generated import share
from .storms import Writers, a_burst, random_changes


@pytest.fixture(scope="module")
def writers() -> Iterator[Writers]:
    made = Writers()
    yield made
    made.close()


@pytest.mark.parametrize("seed", range(share(30)))
def test_a_mirror_built_from_events_equals_the_disk(writers: Writers, seed: int) -> None:
    assert random_changes(writers, seed)


@pytest.mark.parametrize("seed", range(3))
def test_each_file_of_a_burst_is_told_of_beside_busy_threads(writers: Writers, seed: int) -> None:
    assert a_burst(writers, seed, 6_000)
