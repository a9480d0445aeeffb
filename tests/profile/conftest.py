"""No test leaves a profile function behind."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from mainstay.profile import stack_sampler

from .clocks import Clock


@pytest.fixture(autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    yield
    left = sys.getprofile()
    sys.setprofile(None)
    stack_sampler.thread_locals.__dict__.clear()
    assert left is None


@pytest.fixture
def clock() -> Iterator[Clock]:
    """The clock of this thread's sampler, moved by the test."""
    sampler = stack_sampler.get_stack_sampler()
    made = Clock()
    sampler.timer_func = made.now
    yield made
    sampler.timer_func = None
