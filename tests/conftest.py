"""What every test runs under."""

from __future__ import annotations

import gc

import pytest


def pytest_collection_finish() -> None:
    """Leave what was imported so far out of later collections, of which tests ask for many."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish() -> None:
    """What is imported for the summary may ask who refers to what."""
    gc.unfreeze()
