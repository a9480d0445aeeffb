"""A pytest fixture that makes retries quick. PYTEST_DONT_REWRITE

In the `conftest.py` at the top of the tests:

    pytest_plugins = ["mainstay.retry.pytest_plugin"]

A test, or a whole module by `pytestmark = pytest.mark.usefixtures("mainstay_quick_retries")`, then
asks for `mainstay_quick_retries`. Nothing is registered by itself: installing mainstay changes no
test run.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .testing import quick

__all__ = ["mainstay_quick_attempts", "mainstay_quick_retries"]


@pytest.fixture
def mainstay_quick_attempts() -> int | None:
    """How many attempts `mainstay_quick_retries` allows: 1. Override it where tests need more."""
    return 1


@pytest.fixture
def mainstay_quick_retries(mainstay_quick_attempts: int | None) -> Iterator[quick]:
    """No waits and capped attempts while the test runs: `mainstay.retry.testing.quick`."""
    with quick(mainstay_quick_attempts) as switch:
        yield switch
