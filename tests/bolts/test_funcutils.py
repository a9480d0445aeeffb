"""Functions: what users reported of wrappers (boltons issues 510 and 511), and refusals."""

from __future__ import annotations

import inspect
import threading
from typing import Any

import pytest
from mainstay.bolts.funcutils import FunctionBuilder, once, wraps


def _pass_on(function: Any) -> Any:
    @wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


def test_a_wrapper_keeps_positional_only_arguments() -> None:
    def wrapped(a: int, b: int = 2, /, c: int = 3, *, d: int = 4) -> tuple[int, ...]:
        return a, b, c, d

    made = _pass_on(wrapped)
    expected = inspect.signature(wrapped)
    assert inspect.signature(made, follow_wrapped=False) == expected
    assert made(1, 5, d=6) == (1, 5, 3, 6)
    with pytest.raises(TypeError):
        made(a=1)


def test_an_argument_may_be_called_as_the_wrapper_is() -> None:
    def wrapped(_call: int, _func: int = 0) -> tuple[int, int]:
        return _call, _func

    assert _pass_on(wrapped)(1, _func=2) == (1, 2)


def test_a_lambda_can_be_wrapped() -> None:
    made = _pass_on(lambda x: x + 1)
    assert (made(1), made.__name__) == (2, "<lambda>")


def test_a_required_argument_does_not_take_the_default_of_another() -> None:
    builder = FunctionBuilder.from_func(lambda a, b=1: (a, b))
    with pytest.raises(ValueError, match="give it a default"):
        builder.add_arg("c")
    builder.add_arg("c", 3)
    builder.body = "return a, b, c"
    assert builder.get_func()(0) == (0, 1, 3)


def test_once_runs_again_after_an_error_and_once_for_all_threads() -> None:
    runs: list[int] = []

    @once
    def start() -> int:
        runs.append(len(runs))
        if len(runs) == 1:
            raise OSError("not yet")
        return len(runs)

    with pytest.raises(OSError, match="not yet"):
        start()
    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (start(), runs) == (2, [0, 1])
