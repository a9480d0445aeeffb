"""Hooks: when they are called, what they see, and what the ready-made ones log."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from .doors import LENIENT, PEER, STRICT, Clock, Door, drive, outcome_of


class Failing:
    """A callable that fails a few times, then returns 42."""

    def __init__(self, failures: int) -> None:
        self.failures = failures

    def __repr__(self) -> str:
        return "Failing()"

    def __call__(self) -> int:
        self.failures -= 1
        if self.failures >= 0:
            raise OSError(f"{self.failures} left")
        return 42


class Logger:
    """Takes messages down. All the hooks ask for is `log`."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, str]] = []

    def log(self, level: int, message: str, *args: Any) -> None:
        """As logging.Logger.log."""
        self.lines.append((level, message % args if args else message))


def parse(text: str = "nothing") -> int:
    return int(text)


async def parse_later(text: str = "nothing") -> int:
    return int(text)


def overriding(base: Any) -> Any:
    def note(self: Any, action: Any) -> Any:
        return base._add_action_func(self, action)

    return type("Mine", (base,), {"_add_action_func": note})


async def asleep(seconds: float) -> None:
    """A sleep for those who await."""


#: The forms of a call under a policy.
FORMS: dict[str, Any] = {
    "decorated": lambda api, policy, given: api.retry(**policy)(parse)(**given),
    "called": lambda api, policy, given: api.Retrying(**policy)(parse, **given),
    "wrapped": lambda api, policy, given: api.Retrying(**policy).wraps(parse)(**given),
    "overridden": lambda api, policy, given: overriding(api.Retrying)(**policy)(parse, **given),
    "decorated, awaited": lambda api, policy, given: drive(
        api.retry(**{**policy, "sleep": asleep})(parse_later)(**given)
    ),
    "called, awaited": lambda api, policy, given: drive(
        api.AsyncRetrying(**{**policy, "sleep": asleep})(parse_later, **given)
    ),
    "overridden, awaited": lambda api, policy, given: drive(
        overriding(api.AsyncRetrying)(**{**policy, "sleep": asleep})(parse_later, **given)
    ),
}
#: Who changes the arguments, and what it answers.
CHANGING = {"before": None, "after": None, "before_sleep": None, "wait": 0}


@pytest.mark.parametrize("given", [{}, {"text": "broken"}], ids=["default", "given"])
@pytest.mark.parametrize("part", [*CHANGING, "retry", "stop"])
@pytest.mark.parametrize("form", FORMS)
def test_arguments_that_are_changed_hold_for_the_next_attempt(
    door: Door, form: str, part: str, given: dict[str, Any]
) -> None:
    def change(state: Any) -> Any:
        state.kwargs["text"] = "1"
        answers = {
            "retry": state.outcome is not None and state.outcome.failed,
            "stop": state.attempt_number > 2,
        }
        return answers.get(part, CHANGING.get(part))

    policy = {"stop": door.api.stop_after_attempt(3), "sleep": lambda seconds: None, part: change}

    assert FORMS[form](door.api, policy, dict(given)) == 1


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("door", [LENIENT, STRICT], ids=lambda door: door.name)
def test_arguments_that_are_replaced_do_what_they_do_in_the_peer(door: Door, form: str) -> None:
    def replace(state: Any) -> None:
        state.fn, state.args, state.kwargs = int, ("1",), {"text": "1"}

    def called(door: Door) -> Any:
        policy = {"stop": door.api.stop_after_attempt(3), "sleep": lambda seconds: None}
        call = lambda: FORMS[form](door.api, {**policy, "before": replace, "reraise": True}, {})  # noqa: E731
        return outcome_of(call)

    assert called(door) == called(PEER)


def test_hooks_come_in_order_and_see_the_same_state(door: Door) -> None:
    log: list[Any] = []

    def hook(name: str) -> Any:
        def note(state: Any) -> str:
            log.append((name, state.attempt_number, state.upcoming_sleep, state.idle_for))
            assert state.retry_object is retrying
            return "ignored"

        return note

    retrying = door.api.Retrying(
        sleep=lambda seconds: log.append(("sleep", seconds)),
        wait=door.api.wait_incrementing(1, 1),
        before=hook("before"),
        after=hook("after"),
        before_sleep=hook("before_sleep"),
    )
    assert retrying(Failing(2)) == 42
    assert log == [
        ("before", 1, 0.0, 0.0),
        ("after", 1, 0.0, 0.0),
        ("before_sleep", 1, 1.0, 1.0),
        ("sleep", 1.0),
        ("before", 2, 1.0, 1.0),
        ("after", 2, 1.0, 1.0),
        ("before_sleep", 2, 2.0, 3.0),
        ("sleep", 2.0),
        ("before", 3, 2.0, 3.0),
    ]


def test_the_error_callback_gives_the_value_of_the_call(door: Door) -> None:
    retrying = door.api.Retrying(
        stop=door.api.stop_after_attempt(2),
        retry_error_callback=lambda state: (state.attempt_number, str(state.outcome.exception())),
    )
    assert retrying(Failing(9)) == (2, "7 left")


@pytest.mark.parametrize("where", ["before", "after", "before_sleep", "retry_error_callback"])
def test_an_error_in_a_hook_ends_the_call(door: Door, where: str) -> None:
    def hook(state: Any) -> None:
        raise KeyError(where)

    retrying = door.api.Retrying(stop=door.api.stop_after_attempt(3), **{where: hook})
    with pytest.raises(KeyError, match=where):
        retrying(Failing(9))


def test_a_hook_may_make_a_call_of_its_own_on_the_same_controller(door: Door) -> None:
    nested: list[int] = []

    def hook(state: Any) -> None:
        if state.fn is not int:
            nested.append(retrying(int, "7"))

    retrying = door.api.Retrying(stop=door.api.stop_after_attempt(3), before_sleep=hook)
    if door is PEER:
        return  # it moves the peer's pass: the outer call then ends with None
    assert retrying(Failing(2)) == 42
    assert nested == [7, 7]


MOMENTS = ["before_log", "after_log", "before_sleep_log"]


@pytest.mark.parametrize("name", [None, "job"])
@pytest.mark.parametrize("what", MOMENTS)
def test_logs_are_the_peers_to_the_letter(what: str, name: str | None) -> None:
    lines = []
    for door in (PEER, LENIENT, STRICT):
        logger, clock = Logger(), Clock()
        hook = getattr(door.api, what)(logger, logging.INFO)
        retrying = door.api.Retrying(
            stop=door.api.stop_after_attempt(25),
            wait=door.api.wait_exponential(multiplier=0.123456),
            name=name,
            **{what.removesuffix("_log"): hook},
        )
        with clock.patched():
            with pytest.raises(door.api.RetryError):
                retrying(Failing(99))
            for attempt in retrying:
                with attempt:
                    if attempt.retry_state.attempt_number < 3:
                        raise KeyError("k")
        assert logger.lines
        lines.append(logger.lines)
    assert lines[1] == lines[0]
    assert lines[2] == lines[0]


@pytest.mark.parametrize("sec_format", ["%.3g", "%0.3f", "%d"])
def test_seconds_are_formatted_as_asked(sec_format: str) -> None:
    lines = []
    for door in (PEER, LENIENT, STRICT):
        logger, clock = Logger(), Clock()
        retrying = door.api.Retrying(
            wait=door.api.wait_fixed(1234.56789),
            after=door.api.after_log(logger, 10, sec_format),
            before_sleep=door.api.before_sleep_log(logger, 20, sec_format=sec_format),
        )
        with clock.patched():
            assert retrying(Failing(2)) == 42
        lines.append(logger.lines)
    assert lines[1] == lines[2] == lines[0]


def test_the_traceback_follows_when_asked(door: Door) -> None:
    logger = Logger()
    retrying = door.api.Retrying(before_sleep=door.api.before_sleep_log(logger, 30, exc_info=True))
    assert retrying(Failing(1)) == 42
    (level, text), *rest = logger.lines
    assert (level, rest) == (30, [])
    assert text.splitlines()[1] == "Traceback (most recent call last):"
    assert text.endswith("OSError: 0 left")


def test_results_are_logged_as_results(door: Door) -> None:
    logger = Logger()
    answers = iter([None, 1])
    retrying = door.api.Retrying(
        retry=door.api.retry_if_result(lambda value: value is None),
        before_sleep=door.api.before_sleep_log(logger, 30, exc_info=True),
    )
    retrying(lambda: next(answers))
    assert logger.lines[0][1].endswith("in 0 seconds as it returned None.")


@pytest.mark.parametrize("what", MOMENTS)
def test_hooks_called_out_of_turn_do_as_the_peers(what: str) -> None:
    said: list[Any] = []
    for door in (PEER, LENIENT, STRICT):
        state = door.api.RetryCallState(door.api.Retrying(name="n"), None, (), {})
        logger = Logger()
        hook = getattr(door.api, what)(logger, 10)
        said.append((outcome_of(lambda: hook(state)), logger.lines))  # noqa: B023
        state.set_result(3)
        state.outcome_timestamp = state.start_time
        said[-1] += (outcome_of(lambda: hook(state)), list(logger.lines))  # noqa: B023
    assert said[1] == said[0]
    assert said[2] == said[0]


@pytest.mark.parametrize("number", [*range(25), 99, 100, 101, 111, 112, 113, 121, 1011, -1])
def test_ordinals_are_the_peers(number: int) -> None:
    assert LENIENT.module("_utils").to_ordinal(number) == PEER.module("_utils").to_ordinal(number)


def test_names_of_callables_are_the_peers() -> None:
    import functools

    class Plain:
        def method(self) -> None: ...

        def __call__(self) -> None: ...

    class Named(Plain):
        __name__ = "given"

        def __repr__(self) -> str:
            return "a Named"

    class Nameless(Plain):
        def __repr__(self) -> str:
            return "a Nameless"

    def homeless() -> None: ...

    homeless.__module__ = None  # type: ignore[assignment]
    callables: list[Any] = [
        len, Plain, Plain().method, Plain.method, Named(), Nameless(), homeless, lambda: None,
        functools.partial(len), print, [].append, str.join, type, functools.lru_cache(homeless),
    ]  # fmt: skip
    for one in callables:
        ours = LENIENT.module("_utils").get_callback_name(one)
        assert ours == PEER.module("_utils").get_callback_name(one)


def test_coroutine_callables_are_told_as_the_peer_tells_them() -> None:
    import functools

    async def coroutine() -> None: ...

    def plain() -> None: ...

    class Async:
        async def __call__(self) -> None: ...

        async def method(self) -> None: ...

    class Sync:
        def __call__(self) -> None: ...

    class Agen:
        async def __call__(self) -> Any:
            yield 1

    from unittest.mock import AsyncMock, MagicMock, Mock

    callables: list[Any] = [
        coroutine, plain, Async(), Async, Async().method, Async.method, Sync(), Sync, Agen(), len,
        functools.partial(coroutine), functools.partial(plain), functools.partial(Async()),
        functools.partial(functools.partial(coroutine)), functools.partial(Async().method),
        functools.partial(Async), AsyncMock(), MagicMock(), Mock(), None, 3, "x", type, print,
        functools.partial(Sync()), functools.wraps(coroutine)(plain), coroutine.__get__(3),
    ]  # fmt: skip
    for one in callables:
        ours = LENIENT.module("_utils").is_coroutine_callable(one)
        assert bool(ours) == bool(PEER.module("_utils").is_coroutine_callable(one)), one
