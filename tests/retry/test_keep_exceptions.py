"""`keep_exceptions`: the error at the end of a call carries what the last attempts raised."""

from __future__ import annotations

import copy
import gc
import pickle
import sys
import weakref
from collections.abc import Callable
from typing import Any

import pytest
from mainstay.retry import (
    AsyncRetrying,
    RetryCallState,
    RetryError,
    Retrying,
    TryAgain,
    retry,
    retry_if_result,
    stop_after_attempt,
    testing,
)

from .doors import LENIENT, Clock, drive

NOTES = sys.version_info >= (3, 11)


class Failing:
    """Raises another error each time, numbered from 1."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> None:
        self.calls += 1
        raise OSError(f"error {self.calls}")


def by_decorator(**policy: Any) -> None:
    retry(stop=stop_after_attempt(4), **policy)(Failing().__call__)()


def by_controller(**policy: Any) -> None:
    Retrying(stop=stop_after_attempt(4), **policy)(Failing())


def by_block(**policy: Any) -> None:
    failing = Failing()
    for attempt in Retrying(stop=stop_after_attempt(4), **policy):
        with attempt:
            failing()


def by_coroutine(**policy: Any) -> None:
    failing = Failing()

    @retry(stop=stop_after_attempt(4), sleep=Clock().sleep_async, **policy)
    async def fail() -> None:
        failing()

    drive(fail())


def by_async_block(**policy: Any) -> None:
    failing = Failing()

    async def block() -> None:
        sleep = Clock().sleep_async
        async for attempt in AsyncRetrying(stop=stop_after_attempt(4), sleep=sleep, **policy):
            with attempt:
                failing()

    drive(block())


@pytest.fixture(params=[by_decorator, by_controller, by_block, by_coroutine, by_async_block])
def way(request: pytest.FixtureRequest) -> Callable[..., None]:
    """One kind of loop, that makes four attempts and fails."""
    kind: Callable[..., None] = request.param
    return kind


def texts(exceptions: tuple[BaseException, ...]) -> list[str]:
    return [str(exception) for exception in exceptions]


def notes(error: BaseException) -> list[str]:
    return list(getattr(error, "__notes__", []))


def test_the_error_carries_the_last_exceptions_oldest_first(way: Callable[..., None]) -> None:
    with pytest.raises(RetryError) as caught:
        way(keep_exceptions=3)
    assert texts(caught.value.exceptions) == ["error 2", "error 3", "error 4"]
    assert caught.value.exceptions[-1] is caught.value.__cause__


def test_fewer_attempts_than_asked_for_are_all_carried(way: Callable[..., None]) -> None:
    with pytest.raises(RetryError) as caught:
        way(keep_exceptions=100)
    assert texts(caught.value.exceptions) == ["error 1", "error 2", "error 3", "error 4"]


def test_without_the_option_there_are_none_and_the_path_is_native() -> None:
    with testing.paths() as ways, pytest.raises(RetryError) as caught:
        by_decorator()
    assert ways == {"native": 1}
    assert caught.value.exceptions == ()
    assert notes(caught.value) == []
    with testing.paths() as ways, pytest.raises(RetryError):
        by_decorator(keep_exceptions=1)
    assert ways == {"exceptions are kept": 1}
    assert "keep_exceptions" not in Retrying().__getstate__()


@pytest.mark.skipif(not NOTES, reason="exceptions have notes since Python 3.11")
@pytest.mark.parametrize("reraise", [False, True])
def test_a_note_sums_up_the_earlier_attempts(way: Callable[..., None], reraise: bool) -> None:
    with pytest.raises(OSError if reraise else RetryError) as caught:
        way(keep_exceptions=3, reraise=reraise)
    (note,) = notes(caught.value)
    head, *lines = note.splitlines()
    assert head.startswith("Earlier attempts of ")
    assert head.endswith(", kept by keep_exceptions=3:")
    assert lines == ["  attempt 2: OSError: error 2", "  attempt 3: OSError: error 3"]


@pytest.mark.skipif(not NOTES, reason="exceptions have notes since Python 3.11")
def test_the_note_names_what_was_tried() -> None:
    for way, name in ((by_controller, repr(Failing)), (by_block, "the block")):
        with pytest.raises(RetryError) as caught:
            way(keep_exceptions=2)
        shown = notes(caught.value)[0].splitlines()[0]
        assert name.strip("<>").rpartition(".")[2].strip("'") in shown
    with pytest.raises(RetryError) as caught:
        by_block(keep_exceptions=2, name="orders")
    assert notes(caught.value)[0].startswith("Earlier attempts of orders, ")


def test_a_single_attempt_has_nothing_to_note() -> None:
    with pytest.raises(RetryError) as caught:
        Retrying(stop=stop_after_attempt(1), keep_exceptions=5)(Failing())
    assert texts(caught.value.exceptions) == ["error 1"]
    assert notes(caught.value) == []


def test_the_same_exception_raised_by_many_calls_tells_of_the_newest_only() -> None:
    error = OSError("always the same")

    @retry(stop=stop_after_attempt(3), keep_exceptions=2, reraise=True)
    def fail() -> None:
        raise error

    for _ in range(5):
        with pytest.raises(OSError, match="always the same"):
            fail()
    assert len(notes(error)) == (1 if NOTES else 0)


def test_nested_calls_note_each_their_own_attempts() -> None:
    inner, outer = Failing(), Retrying(stop=stop_after_attempt(2), keep_exceptions=2, reraise=True)

    @retry(stop=stop_after_attempt(2), keep_exceptions=2)
    def call() -> None:
        inner()

    with pytest.raises(RetryError) as caught:
        outer(call)
    # The error is the inner call's: its exceptions stay, the outer call adds a note.
    assert texts(caught.value.exceptions) == ["error 3", "error 4"]
    assert len(notes(caught.value)) == (2 if NOTES else 0)


def test_attempts_that_returned_have_no_exception_to_keep() -> None:
    outcomes = iter([OSError("first"), "unwelcome", OSError("third"), "unwelcome"])

    def answer() -> str:
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    from mainstay.retry import retry_if_exception_type

    unwelcome = retry_if_result(lambda value: value == "unwelcome") | retry_if_exception_type()
    with pytest.raises(RetryError) as caught:
        Retrying(stop=stop_after_attempt(4), retry=unwelcome, keep_exceptions=4)(answer)
    assert texts(caught.value.exceptions) == ["first", "third"]


def test_requests_for_another_attempt_are_kept_as_well() -> None:
    def ask() -> None:
        raise TryAgain

    with pytest.raises(RetryError) as caught:
        Retrying(stop=stop_after_attempt(2), keep_exceptions=5)(ask)
    assert [type(error) for error in caught.value.exceptions] == [TryAgain, TryAgain]


def test_hooks_and_the_callback_at_the_end_see_what_is_kept() -> None:
    seen: list[list[str]] = []

    def look(state: RetryCallState) -> None:
        seen.append(texts(state.exceptions))

    by_controller(keep_exceptions=2, before_sleep=look, retry_error_callback=look)
    assert seen == [
        ["error 1"],
        ["error 1", "error 2"],
        ["error 2", "error 3"],
        ["error 2", "error 3"],
    ]


def test_copies_keep_the_option(way: Callable[..., None]) -> None:
    retrying = Retrying(stop=stop_after_attempt(3), keep_exceptions=2)
    for same in (
        retrying.copy(),
        retrying.copy(reraise=False),
        pickle.loads(pickle.dumps(retrying)),
        copy.copy(retrying),
    ):
        assert same.keep_exceptions == 2
        with pytest.raises(RetryError) as caught:
            same(Failing())
        assert texts(caught.value.exceptions) == ["error 2", "error 3"]
    assert retrying.copy(keep_exceptions=0).keep_exceptions == 0
    assert retrying.copy(keep_exceptions=7).keep_exceptions == 7


def test_a_decorated_function_may_be_given_the_option_later() -> None:
    decorated = retry(stop=stop_after_attempt(2))(Failing().__call__)
    with pytest.raises(RetryError) as caught:
        decorated.retry_with(keep_exceptions=2)()
    assert texts(caught.value.exceptions) == ["error 1", "error 2"]
    decorated.retry.keep_exceptions = 1
    with pytest.raises(RetryError) as caught:
        decorated()
    assert texts(caught.value.exceptions) == ["error 4"]
    decorated.retry.keep_exceptions = 0
    with testing.paths() as ways, pytest.raises(RetryError) as caught:
        decorated()
    assert caught.value.exceptions == ()
    assert ways == {"native": 1}


def test_the_error_is_pickled_with_its_exceptions() -> None:
    with pytest.raises(RetryError) as caught:
        by_controller(keep_exceptions=2)
    error = RetryError("last attempt")
    error.exceptions = caught.value.exceptions
    again = pickle.loads(pickle.dumps(error))
    assert texts(again.exceptions) == ["error 3", "error 4"]


def test_an_exception_that_takes_no_note_is_raised_without() -> None:
    class Rigid(Exception):
        def __setattr__(self, name: str, value: Any) -> None:
            raise AttributeError("frozen")

        def __str__(self) -> str:
            raise ZeroDivisionError

    def fail() -> None:
        raise Rigid

    with pytest.raises(Rigid):
        Retrying(stop=stop_after_attempt(3), keep_exceptions=2, reraise=True)(fail)


def test_long_texts_are_cut_and_stay_on_one_line() -> None:
    def fail() -> None:
        raise OSError("long\n" * 1000)

    with pytest.raises(RetryError) as caught:
        Retrying(stop=stop_after_attempt(2), keep_exceptions=2)(fail)
    for note in notes(caught.value):
        assert len(note.splitlines()) == 2
        assert len(note) < 500


def test_a_call_that_succeeds_lets_go_of_what_it_kept() -> None:
    class Heavy(Exception):
        """An error worth being rid of."""

    gone: list[weakref.ref[Heavy]] = []

    def fail_twice() -> int:
        if len(gone) < 2:
            error = Heavy()
            gone.append(weakref.ref(error))
            try:
                raise error
            finally:
                del error
        return 42

    assert Retrying(keep_exceptions=5)(fail_twice) == 42
    gc.collect()
    assert [reference() for reference in gone] == [None, None]


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (-1, ValueError, "keep_exceptions must not be negative, got -1; to keep none use 0"),
        (True, TypeError, "keep_exceptions must be a whole number, got True"),
        (False, TypeError, "keep_exceptions must be a whole number, got False"),
        (None, TypeError, "keep_exceptions must be a whole number, got None"),
        (2.0, TypeError, "keep_exceptions must be a whole number, got 2.0"),
        ("3", TypeError, "keep_exceptions must be a whole number, got '3'"),
    ],
)
def test_impossible_numbers_are_refused(value: Any, error: type[Exception], text: str) -> None:
    for make in (Retrying, AsyncRetrying, retry):
        with pytest.raises(error, match=text):
            make(keep_exceptions=value)
    with pytest.raises(error, match=text):
        Retrying().keep_exceptions = value


def test_the_drop_in_does_not_know_the_option() -> None:
    with pytest.raises(TypeError, match="keep_exceptions"):
        LENIENT.api.Retrying(keep_exceptions=2)
