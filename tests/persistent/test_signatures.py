"""What the package finds out about callables is what `inspect` finds, without importing it."""

from __future__ import annotations

import functools
import inspect
import operator
import subprocess
import sys
from typing import Any

import pytest
from mainstay.persistent import CheckedPVector, m, pmap, v
from mainstay.persistent._signatures import parameters


def plain(a: Any, b: Any = 1, *c: Any, d: Any, e: Any = 2, **f: Any) -> None: ...


class Called:
    def __init__(self, x: Any, y: Any = 2) -> None: ...
    def __call__(self, key: Any, value: Any) -> None: ...
    @classmethod
    def of(cls, key: Any) -> None: ...


@pytest.mark.parametrize(
    "function",
    [
        *(plain, Called, Called(1), Called.__call__, Called.of, Called(1).__call__, lambda: 1),
        *(functools.wraps(plain)(lambda *a: 0), functools.lru_cache(plain)),
        *(functools.partial(plain, 1), functools.partial(plain, a=1), functools.partial(len)),
        *(len, operator.contains, "x".__contains__, [].append, getattr, object),
        *(operator.itemgetter(1), CheckedPVector.create, pmap, v().append, m().transform),
    ],
)
def test_parameters_are_those_that_inspect_finds(function: Any) -> None:
    try:
        found = inspect.signature(function).parameters.values()
    except ValueError:
        with pytest.raises(ValueError, match="does not say"):
            parameters(function)
        return
    by_position = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    any_number = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    assert parameters(function) == {
        p.name: p.default is p.empty and p.kind in by_position
        for p in found
        if p.kind not in any_number
    }


def test_the_package_imports_no_inspect() -> None:
    program = "import sys, mainstay.persistent; print('inspect' in sys.modules)"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False"
