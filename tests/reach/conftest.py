"""What all tests of reach share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from mainstay.reach import core


@pytest.fixture(autouse=True)
def registry_as_before() -> Iterator[None]:
    """The texts of errors name all registered types: other tests must not see those of these."""
    registry = core._DEFAULT_REGISTRY
    before = dict(registry._op_type_map), dict(registry._op_type_tree)
    yield
    registry._op_type_map, registry._op_type_tree = before
    registry._type_cache = {}
    registry._changed()
