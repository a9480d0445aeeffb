"""What `mainstay.retry` refuses, and that refusals name the argument, the value and a remedy."""

from __future__ import annotations

import signal
import threading
import time
import types
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import mainstay.retry as r
import pytest

from .doors import LENIENT, failing
from .refusals import REFUSALS


@pytest.mark.parametrize("what", REFUSALS)
def test_it_is_refused_with_argument_value_and_remedy(what: str) -> None:
    attempt, kind, words = REFUSALS[what]
    with pytest.raises(kind) as caught:
        attempt()
    text = str(caught.value)
    assert type(caught.value) is kind, text
    for word in words:
        assert word in text
    assert "\n" not in text
    assert not text.endswith(".")


@pytest.mark.parametrize(
    "value", [1, 1.0, Fraction(1), Decimal(1), timedelta(seconds=1)], ids=lambda v: type(v).__name__
)
def test_seconds_come_in_every_kind_of_number_and_are_kept_as_floats(value: Any) -> None:
    strategies = [
        r.wait_fixed(value),
        r.stop_after_delay(value),
        r.stop_before_delay(value),
        r.wait_incrementing(value, value, value),
        r.wait_random(value, value),
        r.wait_exponential_jitter(jitter=value, max=value),
    ]
    for strategy in strategies:
        for number in vars(strategy).values():
            assert type(number) is float


def test_an_index_is_a_count() -> None:
    class Three:
        def __index__(self) -> int:
            return 3

    assert r.stop_after_attempt(Three()).max_attempt_number == 3  # type: ignore[arg-type]


def test_a_negative_increment_makes_shorter_sleeps_that_end_at_none() -> None:
    slept: list[float] = []
    retrying = r.Retrying(
        sleep=slept.append,
        stop=r.stop_after_attempt(6),
        wait=r.wait_incrementing(start=timedelta(seconds=5), increment=timedelta(seconds=-2)),
    )
    with pytest.raises(r.RetryError):
        retrying(failing)
    assert slept == [5.0, 3.0, 1.0, 0.0, 0.0]


def test_zero_seconds_are_fine() -> None:
    assert r.wait_fixed(0) == r.wait_fixed(0.0)
    assert r.stop_after_delay(0).max_delay == 0.0
    assert r.wait_random(0, 0).wait_random_max == 0.0


@pytest.mark.parametrize("seconds", [1e10, 1e19, 1.7e308])
def test_a_sleep_longer_than_the_system_counts_is_the_longest_it_counts(
    seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    def wake(length: float) -> None:
        slept.append(length)
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", wake)
    event = types.SimpleNamespace(wait=lambda timeout: wake(timeout))
    for policy in (
        r.Retrying(wait=r.wait_fixed(seconds)),
        r.Retrying(wait=r.wait_fixed(seconds), before_sleep=lambda _: None),
        r.Retrying(wait=r.wait_fixed(seconds), sleep=r.sleep_using_event(event)),
    ):
        with pytest.raises(KeyboardInterrupt):
            policy(failing)
        with pytest.raises(KeyboardInterrupt):
            policy.wraps(failing)()
    assert slept == [4611686018.0] * 6


@pytest.mark.parametrize("hook", [None, lambda _: None], ids=["without a hook", "with a hook"])
def test_such_a_sleep_ends_by_what_a_signal_raises_and_not_by_an_error_of_its_own(
    hook: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Woken(BaseException):
        """Raised by the alarm."""

    def wake(*_: Any) -> None:
        raise Woken

    sleepy = r.retry(wait=r.wait_fixed(1e19), before_sleep=hook)(failing)
    before = signal.signal(signal.SIGALRM, wake)
    try:
        with pytest.raises(Woken):
            signal.setitimer(signal.ITIMER_REAL, 0.01)
            sleepy()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_hooks_may_be_absent_and_events_real() -> None:
    retrying = r.Retrying(before=None, after=None, before_sleep=None, retry_error_callback=None)
    assert retrying(int, "1") == 1
    assert r.stop_when_event_set(threading.Event())(None) is False


def test_a_long_value_is_shortened_in_the_message() -> None:
    with pytest.raises(TypeError) as caught:
        r.wait_fixed("x" * 1000)  # type: ignore[arg-type]
    assert len(str(caught.value)) < 200


def test_a_value_whose_repr_fails_is_refused_all_the_same() -> None:
    class Hostile:
        def __repr__(self) -> str:
            raise RuntimeError("no")

    with pytest.raises(TypeError, match="wait must be seconds"):
        r.wait_fixed(Hostile())  # type: ignore[arg-type]


def test_the_drop_in_takes_what_the_peer_takes() -> None:
    api = LENIENT.api
    assert api.wait_fixed(-1).wait_fixed == -1.0
    assert api.stop_after_attempt(0).max_attempt_number == 0
    assert api.wait_random(3, 1).wait_random_max == 1.0


def test_mocks_are_callables_like_any_other() -> None:
    from unittest.mock import AsyncMock, Mock

    hook, function = Mock(), Mock(return_value=3)
    assert r.Retrying(before=hook, retry=Mock(return_value=False))(function, 1) == 3
    assert function.call_args.args == (1,)
    assert hook.call_count == 1
    assert r.retry(stop=r.stop_never | Mock(return_value=True))(Mock(side_effect=[4]))() == 4
    r.AsyncRetrying(before_sleep=AsyncMock(), retry=AsyncMock())


@pytest.mark.parametrize("made", [classmethod, staticmethod])
def test_a_method_decorated_the_wrong_way_round_says_so(made: Any) -> None:
    for decorate in (r.retry, r.retry(stop=r.stop_after_attempt(2)), r.Retrying().wraps):
        with pytest.raises(TypeError, match=f"put @{made.__name__} above @retry") as caught:
            decorate(made(failing))
        assert "failing" in str(caught.value)


def test_an_attribute_that_is_nearly_a_part_is_refused_and_others_are_not() -> None:
    for policy in (r.Retrying(), r.AsyncRetrying()):
        for wrong, right in {
            "stpo": "stop",
            "waits": "wait",
            "before_sleeep": "before_sleep",
        }.items():
            with pytest.raises(AttributeError, match=f"{wrong!r}.*did you mean {right}\\?"):
                setattr(policy, wrong, 1)
        policy.label = "mine"
        policy._stop = 1
        policy.iter = policy.iter

    class Mine(r.Retrying):
        pass

    mine = Mine()
    mine.stops = [1]  # type: ignore[attr-defined]
    assert mine.stops == [1]  # type: ignore[attr-defined]
