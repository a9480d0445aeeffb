"""`for attempt in Retrying(...)` with its `with` block, and the same awaited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .doors import LENIENT, PEER, Door, drive


def policy(door: Door, **changes: Any) -> Any:
    return door.api.Retrying(**{"stop": door.api.stop_after_attempt(3), **changes})


async def no_sleep(seconds: float) -> None:
    """A coroutine sleep."""


def async_policy(door: Door, **changes: Any) -> Any:
    given = {"stop": door.api.stop_after_attempt(3), "sleep": no_sleep, **changes}
    return door.api.AsyncRetrying(**given)


def test_a_block_that_succeeds_runs_once(door: Door) -> None:
    retrying, runs = policy(door), 0
    for attempt in retrying:
        with attempt:
            runs += 1
    assert runs == 1
    assert attempt.retry_state.attempt_number == 1
    assert attempt.retry_state.outcome.result() is None
    assert retrying.statistics["attempt_number"] == 1


def test_a_block_that_fails_is_run_again_and_its_error_kept(door: Door) -> None:
    errors: list[OSError] = []
    for attempt in policy(door):
        with attempt:
            if len(errors) < 2:
                errors.append(OSError(len(errors)))
                raise errors[-1]
        outcome = attempt.retry_state.outcome
        assert outcome.exception() is (errors[-1] if outcome.failed else None)
    assert attempt.retry_state.attempt_number == 3


def test_a_block_without_another_attempt_raises(door: Door) -> None:
    with pytest.raises(door.api.RetryError) as caught:
        for attempt in policy(door):
            with attempt:
                raise KeyError("k")
    assert caught.value.last_attempt.attempt_number == 3
    assert isinstance(caught.value.__cause__, KeyError)
    with pytest.raises(KeyError, match="k"):
        for attempt in policy(door, reraise=True):
            with attempt:
                raise KeyError("k")


def test_a_block_may_be_left_by_break_continue_and_return(door: Door) -> None:
    def leave(how: str) -> list[int]:
        seen = []
        for attempt in policy(door):
            with attempt:
                seen.append(attempt.retry_state.attempt_number)
                if how == "break":
                    break
                if how == "return":
                    return seen
                if how == "continue":
                    continue
                raise OSError
            if how == "break after":
                break
        return seen

    assert leave("break") == leave("return") == leave("continue") == leave("break after") == [1]


def test_what_is_raised_outside_the_with_passes_through(door: Door) -> None:
    with pytest.raises(ZeroDivisionError):
        for attempt in policy(door):
            with attempt:
                pass
            raise ZeroDivisionError
    with pytest.raises(KeyboardInterrupt):
        for attempt in policy(door):
            with attempt:
                raise KeyboardInterrupt


def test_a_loop_without_its_with_makes_one_attempt_after_the_other() -> None:
    # There never is an outcome, so each pass asks for the attempt again: the peer's behaviour.
    # The strict door refuses that: test_strict_arguments.py.
    for door in (PEER, LENIENT):
        attempts = iter(policy(door))
        first, second = next(attempts), next(attempts)
        assert first.retry_state is second.retry_state
        assert first.retry_state.attempt_number == 1
        attempts.close()


def test_a_result_set_on_the_attempt_is_judged(door: Door) -> None:
    given = iter([None, None, "value"])
    retrying = policy(door, retry=door.api.retry_if_result(lambda value: value is None))
    for attempt in retrying:
        with attempt:
            pass
        attempt.retry_state.set_result(next(given))
    assert attempt.retry_state.outcome.result() == "value"
    assert retrying.statistics["attempt_number"] == 3


def test_a_controller_serves_one_block_after_another_and_within_another(door: Door) -> None:
    retrying, log = policy(door), []
    for outer in retrying:
        with outer:
            for inner in retrying:
                with inner:
                    log.append((outer.retry_state.attempt_number, inner.retry_state.attempt_number))
                    if inner.retry_state.attempt_number < 2:
                        raise OSError
            if outer.retry_state.attempt_number < 2:
                raise OSError
    assert log == [(1, 1), (1, 2), (2, 1), (2, 2)]


def test_a_block_has_no_function_and_goes_by_the_policys_name(door: Door) -> None:
    for attempt in policy(door, name="reading"):
        with attempt:
            state = attempt.retry_state
            assert (state.fn, state.args, state.kwargs) == (None, (), {})
            assert state.get_fn_name() == "reading"
    for attempt in policy(door):
        with attempt:
            assert attempt.retry_state.get_fn_name() == "<unknown>"


def test_the_error_callback_ends_a_block_quietly(door: Door) -> None:
    seen: list[Any] = []
    for attempt in policy(door, retry_error_callback=seen.append):
        with attempt:
            raise OSError
    assert [state.attempt_number for state in seen] == [3]


def test_a_disabled_block_runs_once_and_raises_what_it_raised(door: Door) -> None:
    runs = 0
    with pytest.raises(OSError, match="o"):
        for attempt in policy(door, enabled=False):
            with attempt:
                runs += 1
                raise OSError("o")
    for attempt in policy(door, enabled=False):
        with attempt:
            runs += 1
    assert runs == 2


# --- awaited -------------------------------------------------------------------------------------


def test_an_async_block_runs_until_it_succeeds(door: Door) -> None:
    retrying = async_policy(door)

    async def run() -> list[int]:
        seen = []
        async for attempt in retrying:
            with attempt:
                seen.append(attempt.retry_state.attempt_number)
                if len(seen) < 3:
                    raise OSError
        return seen

    assert drive(run()) == [1, 2, 3]
    assert retrying.statistics["attempt_number"] == 3


def test_an_async_with_does_the_same(door: Door) -> None:
    async def run() -> list[int]:
        seen = []
        async for attempt in async_policy(door):
            async with attempt:
                seen.append(attempt.retry_state.attempt_number)
                if len(seen) < 2:
                    raise OSError
        return seen

    assert drive(run()) == [1, 2]


def test_an_async_block_without_another_attempt_raises(door: Door) -> None:
    async def run() -> None:
        async for attempt in async_policy(door):
            with attempt:
                raise KeyError("k")

    with pytest.raises(door.api.RetryError) as caught:
        drive(run())
    assert caught.value.last_attempt.attempt_number == 3


@pytest.mark.parametrize("how", ["break", "return"])
def test_an_async_block_may_be_left(door: Door, how: str) -> None:
    async def run() -> int:
        async for attempt in async_policy(door):
            with attempt:
                if how == "break":
                    break
                return 1
        return 1

    assert drive(run()) == 1


def test_anext_and_aiter_work_by_hand(door: Door) -> None:
    async def run() -> list[int]:
        retrying = async_policy(door)
        attempts = aiter(retrying)
        seen = []
        for failing in (True, True, False):
            attempt = await anext(attempts)
            with attempt:
                seen.append(attempt.retry_state.attempt_number)
                if failing:
                    raise OSError
        with pytest.raises(StopAsyncIteration):
            await anext(attempts)
        return seen

    assert drive(run()) == [1, 2, 3]


def test_anext_of_the_controller_means_its_newest_loop(door: Door) -> None:
    async def run() -> int:
        retrying = async_policy(door)
        aiter(retrying)
        attempt = await anext(retrying)
        with attempt:
            pass
        with pytest.raises(StopAsyncIteration):
            await anext(retrying)
        return int(attempt.retry_state.attempt_number)

    assert drive(run()) == 1


def test_anext_before_any_loop_is_an_error(ours: Door) -> None:
    with pytest.raises(TypeError, match="no loop under way"):
        drive(anext(async_policy(ours)))


def test_a_disabled_async_block_runs_once(door: Door) -> None:
    async def run(fail: bool) -> int:
        runs = 0
        async for attempt in async_policy(door, enabled=False):
            with attempt:
                runs += 1
                if fail:
                    raise OSError("o")
        return runs

    assert drive(run(False)) == 1
    with pytest.raises(OSError, match="o"):
        drive(run(True))


ENTER: list[Callable[[Any], Any]] = [lambda a: a.__enter__(), lambda a: drive(a.__aenter__())]


@pytest.mark.parametrize("enter", ENTER)
def test_entering_an_attempt_gives_nothing(door: Door, enter: Callable[[Any], Any]) -> None:
    state = door.api.RetryCallState(door.api.Retrying(), None, (), {})
    assert enter(door.api.AttemptManager(state)) is None
