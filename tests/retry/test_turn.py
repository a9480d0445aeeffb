"""The engine's order of one decision, as Python loops consult it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from mainstay.retry import _native

NAMES = {
    value: name.removeprefix("ASK_").lower()
    for name, value in vars(_native).items()
    if name.startswith("ASK_")
}


def order(kind: int, retry: Any = None, stop: Any = None) -> list[str]:
    """Everything a turn asks, given the answers to its two questions."""
    turn = _native.Turn(kind)
    asked = []
    while True:
        ask = turn.ask
        asked.append(NAMES[ask])
        if ask == _native.ASK_RETRY:
            assert turn.answer(retry) == turn.ask
        elif ask == _native.ASK_STOP:
            assert turn.answer(stop) == turn.ask
        elif ask in LAST:
            return asked
        else:
            assert turn.done() == turn.ask


LAST = (
    _native.ASK_ATTEMPT,
    _native.ASK_GIVE_BACK,
    _native.ASK_GIVE_UP,
    _native.ASK_SLEEP,
)


def test_every_ask_has_a_number_of_its_own() -> None:
    assert len(NAMES) == 11


def test_before_the_first_outcome_comes_the_attempt() -> None:
    assert order(_native.OUTCOME_NONE) == ["before", "attempt"]


@pytest.mark.parametrize("kind", [_native.OUTCOME_VALUE, _native.OUTCOME_ERROR])
def test_an_outcome_that_is_not_to_be_repeated_is_given_back(kind: int) -> None:
    assert order(kind, retry=False) == ["retry", "give_back"]


@pytest.mark.parametrize("kind", [_native.OUTCOME_VALUE, _native.OUTCOME_ERROR])
def test_the_wait_is_computed_before_the_stop_is_asked(kind: int) -> None:
    assert order(kind, retry=True, stop=True) == ["retry", "after", "wait", "stop", "give_up"]
    assert order(kind, retry=True, stop=False) == [
        "retry",
        "after",
        "wait",
        "stop",
        "record",
        "before_sleep",
        "sleep",
    ]


def test_an_explicit_try_again_is_not_asked_about() -> None:
    assert order(_native.OUTCOME_TRY_AGAIN, stop=True) == ["after", "wait", "stop", "give_up"]
    assert order(_native.OUTCOME_TRY_AGAIN, stop=False)[-3:] == ["record", "before_sleep", "sleep"]


@pytest.mark.parametrize(("answer", "asked"), [("yes", "after"), ("", "give_back"), (2, "after")])
def test_answers_count_by_their_truth(answer: Any, asked: str) -> None:
    turn = _native.Turn(_native.OUTCOME_VALUE)
    assert NAMES[turn.answer(answer)] == asked


def test_an_answer_without_a_truth_raises_and_may_be_given_again() -> None:
    class Neither:
        def __bool__(self) -> bool:
            raise KeyError("neither")

    turn = _native.Turn(_native.OUTCOME_VALUE)
    with pytest.raises(KeyError):
        turn.answer(Neither())
    assert turn.ask == _native.ASK_RETRY
    assert turn.answer(False) == _native.ASK_GIVE_BACK


def over() -> _native.Turn:
    turn = _native.Turn(_native.OUTCOME_VALUE)
    turn.answer(False)
    return turn


MISUSE: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "unknown kind": (lambda: _native.Turn(99), ValueError, r"OUTCOME_ constants.*got 99"),
    "negative kind": (lambda: _native.Turn(-1), ValueError, r"got -1"),
    "huge kind": (lambda: _native.Turn(2**80), OverflowError, "int"),
    "no kind": (lambda: _native.Turn(), TypeError, "argument"),  # type: ignore[call-arg]
    "text kind": (lambda: _native.Turn("x"), TypeError, "str"),  # type: ignore[arg-type]
    "keyword": (
        lambda: _native.Turn(kind=0),  # type: ignore[call-arg]
        TypeError,
        "takes no keyword arguments",
    ),
    "answer to a step": (
        lambda: _native.Turn(_native.OUTCOME_NONE).answer(True),
        RuntimeError,
        r"no question now.*done\(\)",
    ),
    "done with a question": (
        lambda: _native.Turn(_native.OUTCOME_VALUE).done(),
        RuntimeError,
        r"asks a question.*answer\(bool\)",
    ),
    "done when over": (lambda: over().done(), RuntimeError, "make a new Turn"),
    "answer when over": (lambda: over().answer(True), RuntimeError, "no question now"),
    "a write": (
        lambda: setattr(_native.Turn(0), "ask", 3),
        AttributeError,
        "ask",
    ),
    "a subclass": (lambda: type("Mine", (_native.Turn,), {}), TypeError, "not an acceptable base"),
    "a pickle": (lambda: __import__("pickle").dumps(_native.Turn(0)), TypeError, "pickle"),
}


@pytest.mark.parametrize("what", MISUSE)
def test_misuse_is_an_error_that_says_what_to_do(what: str) -> None:
    attempt, kind, text = MISUSE[what]
    with pytest.raises(kind, match=text):
        attempt()


def test_turns_keep_no_answer() -> None:
    class Watched:
        """An answer."""

    answer = Watched()
    before = sys.getrefcount(answer)
    for _ in range(100):
        _native.Turn(_native.OUTCOME_VALUE).answer(answer)
    assert sys.getrefcount(answer) == before


def test_the_native_module_says_where_it_comes_from() -> None:
    assert _native.__name__ == "mainstay.retry._native"
    assert _native.Turn.__module__ == "mainstay.retry._native"
