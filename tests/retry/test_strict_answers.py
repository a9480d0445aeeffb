"""What `mainstay.retry` refuses while a call runs: answers, blocks and results."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import mainstay.retry as r
import pytest
from mainstay.retry import testing

from .doors import LENIENT, drive, failing

NAN, INF = float("nan"), float("inf")


async def coroutine_function(_: Any) -> bool:
    return True


# --- what a wait of the program's own answers, when it is asked -----------------------------------


ANSWERS: dict[str, tuple[Any, type[Exception], list[str]]] = {
    "text": ("x", TypeError, ["seconds as a number", "'x' (str)"]),
    "nothing": (
        None,
        TypeError,
        ["seconds as a number", "None (NoneType)", "for no wait return 0"],
    ),
    "a truth": (True, TypeError, ["seconds as a number", "True (bool)"]),
    "a list": ([], TypeError, ["seconds as a number", "[] (list)"]),
    "a timedelta": (timedelta(seconds=1), TypeError, ["timedelta", "return its total_seconds()"]),
    "no number": (NAN, ValueError, ["finite number of seconds, 0 or more", "nan (float)"]),
    "a negative number": (-0.5, ValueError, ["0 or more", "-0.5 (float)", "for no wait return 0"]),
    "an endless wait": (INF, ValueError, ["finite", "inf (float)", "min(seconds, 60)"]),
    "more than a float holds": (10**400, ValueError, ["finite"]),
    "a signalling NaN": (Decimal("sNaN"), ValueError, ["finite", "Decimal('sNaN')"]),
}


def answering(answer: Any) -> Callable[[Any], Any]:
    def patience(retry_state: Any) -> Any:
        return answer

    return patience


WAITS: dict[str, Callable[[Any], tuple[Any, str]]] = {
    "a callable": lambda answer: (answering(answer), "answering.<locals>.patience"),
    "a predicate": lambda answer: (r.wait_exception(answering(answer)), "wait_exception("),
    "a callable in a chain": lambda answer: (r.wait_chain(answering(answer)), "wait_chain("),
}


@pytest.mark.parametrize("loop", ["call", "decorated", "block", "async"])
@pytest.mark.parametrize("wait", WAITS)
@pytest.mark.parametrize("what", ANSWERS)
def test_a_wait_that_answers_nonsense_is_refused_when_it_is_asked(
    what: str, wait: str, loop: str
) -> None:
    answer, kind, words = ANSWERS[what]
    policy, shown = WAITS[wait](answer)
    with pytest.raises(kind) as caught:
        run(loop, policy)
    text = str(caught.value)
    assert text.startswith("wait=")
    for word in [shown, "must return", *words]:
        assert word in text


def run(loop: str, wait: Any) -> None:
    stop = r.stop_after_attempt(3)
    if loop == "call":
        r.Retrying(wait=wait, stop=stop)(failing)
    elif loop == "decorated":
        r.retry(wait=wait, stop=stop)(failing)()
    elif loop == "block":
        for attempt in r.Retrying(wait=wait, stop=stop):
            with attempt:
                failing()
    else:

        async def nap(_: float) -> None:
            return None

        drive(r.AsyncRetrying(wait=wait, stop=stop, sleep=nap)(failing))


@pytest.mark.parametrize("what", ["text", "nothing", "a list", "a timedelta"])
def test_a_part_of_a_sum_that_answers_nonsense_is_named(what: str) -> None:
    answer, kind, words = ANSWERS[what]
    with pytest.raises(kind) as caught:
        run("call", r.wait_fixed(1) + answering(answer))
    for word in ["wait=", "answering.<locals>.patience must return", *words]:
        assert word in str(caught.value)


@pytest.mark.parametrize("answer", [0, 2, 0.5, Fraction(1, 2), Decimal("0.5")], ids=repr)
def test_a_wait_may_answer_any_number_of_seconds(answer: Any) -> None:
    slept: list[float] = []
    retrying = r.Retrying(wait=answering(answer), stop=r.stop_after_attempt(3), sleep=slept.append)
    with pytest.raises(r.RetryError):
        retrying(failing)
    assert slept == [float(answer)] * 2


def test_a_wait_that_has_to_be_awaited_inside_another_says_so() -> None:
    async def patience(_: Any) -> float:
        return 1.0

    answer = patience(None)
    try:
        with pytest.raises(TypeError, match="awaited by AsyncRetrying alone"):
            run("call", answering(answer))
    finally:
        answer.close()


# --- a block whose `with` was left out ------------------------------------------------------------


def hooked(_: Any) -> None:
    return None


FORGETFUL: dict[str, dict[str, Any]] = {
    "a plain policy": {},
    "a policy with a hook": {"before": hooked},
    "a policy that keeps exceptions": {"keep_exceptions": 1},
}


@pytest.mark.parametrize("what", FORGETFUL)
def test_a_block_that_never_enters_its_attempt_is_told_instead_of_going_on_for_ever(
    what: str,
) -> None:
    made = 0
    with pytest.raises(RuntimeError, match=r"attempt 1 of the block .* `with attempt:`"):
        for _ in r.Retrying(stop=r.stop_after_attempt(2), **FORGETFUL[what]):
            made += 1
    assert made == 1


@pytest.mark.parametrize("what", [*FORGETFUL, "a time limit"])
def test_so_is_an_async_block(what: str) -> None:
    made = 0

    async def main() -> None:
        nonlocal made
        policy = FORGETFUL.get(what, {"attempt_timeout": 5})
        async for _ in r.AsyncRetrying(stop=r.stop_after_attempt(2), **policy):
            made += 1

    with pytest.raises(RuntimeError, match=r"attempt 1 of the block .* `with attempt:`"):
        drive(main())
    assert made == 1


def test_a_block_may_tell_its_state_instead_of_entering() -> None:
    made = 0
    for attempt in r.Retrying(stop=r.stop_after_attempt(2)):
        made += 1
        attempt.retry_state.set_result(made)
    assert made == 1


async def never_awaited(*_: Any) -> bool:
    return False


@pytest.mark.parametrize("testing_on", [False, True])
@pytest.mark.parametrize("part", ["retry", "stop"])
def test_an_answer_that_has_to_be_awaited_is_neither_yes_nor_no(
    part: str, testing_on: bool
) -> None:
    words = [f"{part}=", "<lambda>", "True or False", "(coroutine)", "async def", "AsyncRetrying"]
    policy: dict[str, Any] = {part: lambda state: never_awaited(state)}

    async def fail_later() -> None:
        raise OSError

    with testing.quick() if testing_on else contextlib.nullcontext():
        for call in (
            lambda: r.retry(**policy)(failing)(),
            lambda: drive(r.retry(**policy)(fail_later)()),
        ):
            with pytest.raises(TypeError) as caught:
                call()
            for word in words:
                assert word in str(caught.value)


def test_a_later_attempt_that_is_not_entered_is_told_too() -> None:
    made = 0
    with pytest.raises(RuntimeError, match="attempt 2 of the block"):
        for attempt in r.Retrying(stop=r.stop_after_attempt(5)):
            made += 1
            if made == 1:
                with attempt:
                    failing()
    assert made == 2


# --- a coroutine that an ordinary function returns ------------------------------------------------


@pytest.mark.parametrize(
    "policy",
    [
        {},
        {"after": lambda _: None},
        {"before": lambda _: None},
        {"keep_exceptions": 1},
        {"retry": r.retry_if_result(lambda _: False)},
    ],
    ids=["nothing", "after", "before", "keep_exceptions", "retry"],
)
@pytest.mark.parametrize("way", ["call", "decorated"])
def test_a_coroutine_nobody_awaited_is_no_result(policy: dict[str, Any], way: str) -> None:
    made: list[Any] = []

    def forgetful() -> Any:
        made.append(coroutine_function(None))
        return made[-1]

    retrying = r.Retrying(**policy)
    with pytest.raises(TypeError) as caught:
        retrying(forgetful) if way == "call" else retrying.wraps(forgetful)()
    for words in ("forgetful is retried as an ordinary function", "(coroutine)", "`async def`"):
        assert words in str(caught.value)
    assert [coroutine.cr_frame for coroutine in made] == [None]  # closed, and asked for once


def test_the_drop_in_hands_such_a_coroutine_over() -> None:
    result = LENIENT.api.Retrying()(lambda: coroutine_function(None))
    assert drive(result) is True
    assert drive(LENIENT.api.retry(lambda: coroutine_function(None))()) is True
