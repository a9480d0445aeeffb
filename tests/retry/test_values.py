"""Strategies of `mainstay.retry` are values: immutable, equal by content, printed as written."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from datetime import timedelta
from typing import Any

import mainstay.retry as r
import mainstay.retry.asyncio as ra
import pytest
from mainstay.retry import testing

from . import pickled

NAMES = {name: getattr(r, name) for name in r.__all__}

VALUES: list[tuple[Any, str]] = [
    (r.stop_never, "stop_never"),
    (r.stop_after_attempt(3), "stop_after_attempt(max_attempt_number=3)"),
    (r.stop_after_delay(timedelta(minutes=1)), "stop_after_delay(max_delay=60.0)"),
    (r.stop_before_delay(0.5), "stop_before_delay(max_delay=0.5)"),
    (
        r.stop_after_attempt(3) | r.stop_never,
        "stop_any(stop_after_attempt(max_attempt_number=3), stop_never)",
    ),
    (r.stop_all(r.stop_never), "stop_all(stop_never)"),
    (r.wait_none(), "wait_none()"),
    (r.wait_fixed(2), "wait_fixed(wait=2.0)"),
    (r.wait_random(1, 2), "wait_random(min=1.0, max=2.0)"),
    (
        r.wait_incrementing(1, 2, 9),
        "wait_incrementing(start=1.0, increment=2.0, max=9.0)",
    ),
    (
        r.wait_exponential(max=10),
        "wait_exponential(multiplier=1.0, max=10.0, exp_base=2.0, min=0.0)",
    ),
    (
        r.wait_full_jitter(max=10),
        "wait_random_exponential(multiplier=1.0, max=10.0, exp_base=2.0, min=0.0)",
    ),
    (
        r.wait_exponential_jitter(max=10),
        "wait_exponential_jitter(multiplier=1.0, max=10.0, exp_base=2.0, jitter=1.0, min=0.0)",
    ),
    (r.wait_none() + r.wait_fixed(1), "wait_combine(wait_none(), wait_fixed(wait=1.0))"),
    (r.wait_chain(r.wait_none()), "wait_chain(wait_none())"),
    (r.retry_always, "retry_always"),
    (r.retry_never, "retry_never"),
    (
        r.retry_if_exception_message(message="x"),
        "retry_if_exception_message(message='x', match=None)",
    ),
    (r.retry_any(r.retry_never, r.retry_always), "retry_any(retry_never, retry_always)"),
    (r.retry_never & r.retry_always, "retry_all(retry_never, retry_always)"),
    (ra.retry_any(r.retry_never), "retry_any(retry_never)"),
]


def ids(value: Any) -> str:
    return str(value)[:40]


@pytest.mark.parametrize(("value", "text"), VALUES, ids=ids)
def test_a_strategy_prints_as_it_is_written(value: Any, text: str) -> None:
    assert repr(value) == str(value) == text


@pytest.mark.parametrize(("value", "text"), VALUES[:-1], ids=ids)
def test_what_it_prints_evaluates_to_an_equal_strategy(value: Any, text: str) -> None:
    again = eval(text, dict(NAMES))
    assert again == value
    assert hash(again) == hash(value)
    assert type(again) is type(value)


def test_types_and_patterns_print_too() -> None:
    assert repr(r.retry_if_exception_type(KeyError)) == (
        "retry_if_exception_type(exception_types=<class 'KeyError'>)"
    )
    assert repr(r.retry_if_exception_cause_type((KeyError,))) == (
        "retry_if_exception_cause_type(exception_types=(<class 'KeyError'>,))"
    )
    assert "match=re.compile('x')" in repr(r.retry_if_not_exception_message(match="x"))
    assert "is_odd" in repr(r.retry_if_result(pickled.is_odd))


SPECIMENS = {name: make(r) for name, make in pickled.STRATEGIES.items() if name[:3] != "sle"} | {
    name: make(ra) for name, make in pickled.ASYNC_STRATEGIES.items()
}


@pytest.mark.parametrize("name", SPECIMENS)
def test_no_attribute_can_be_changed_added_or_deleted(name: str) -> None:
    strategy = SPECIMENS[name]
    before = dict(vars(strategy))
    for attribute in [*before, "anything"]:
        with pytest.raises(AttributeError, match=rf"is immutable, cannot set '{attribute}'"):
            setattr(strategy, attribute, 1)
        with pytest.raises(AttributeError, match=rf"is immutable, cannot delete '{attribute}'"):
            delattr(strategy, attribute)
    assert vars(strategy) == before


@pytest.mark.parametrize("name", SPECIMENS)
def test_copies_and_pickles_are_equal_and_hash_alike(name: str) -> None:
    strategy = SPECIMENS[name]
    twins = [copy.copy(strategy)]
    if "event" not in name:  # an event is itself; so are copies of it not equal
        twins += [copy.deepcopy(strategy)]
        twins += [
            pickle.loads(pickle.dumps(strategy, protocol))
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
        ]
    for twin in twins:
        assert twin == strategy
        assert (twin != strategy) is False
        assert hash(twin) == hash(strategy)
        assert repr(twin) == repr(strategy)
        with pytest.raises(AttributeError):
            twin.anything = 1


@pytest.mark.parametrize("name", ["stop_never", "retry_always", "retry_never"])
def test_there_is_one_of_each_constant(name: str) -> None:
    constant = getattr(r, name)
    assert copy.copy(constant) is constant
    assert copy.deepcopy(constant) is constant
    assert pickle.loads(pickle.dumps(constant)) is constant


def test_all_specimens_differ() -> None:
    distinct = set(SPECIMENS.values())
    # wait_full_jitter is another name of wait_random_exponential, with other numbers here
    assert len(distinct) == len(SPECIMENS)


def test_equality_takes_the_exact_type_and_the_numbers() -> None:
    class Mine(r.wait_fixed):
        pass

    assert r.wait_fixed(1) != Mine(1)
    assert r.wait_fixed(0) != r.wait_none()
    assert r.wait_fixed(1) != r.wait_fixed(2)
    assert r.wait_exponential() != r.wait_random_exponential()
    assert r.wait_fixed(1) != 1.0
    assert r.wait_fixed(1).__eq__(1.0) is NotImplemented
    assert r.stop_any(r.stop_never) != r.stop_all(r.stop_never)


def test_equality_ignores_what_follows_from_the_rest() -> None:
    first, second = r.retry_if_exception_type(KeyError), r.retry_if_exception_type(KeyError)
    assert first.predicate is not second.predicate
    assert first == second
    assert {first: 1}[second] == 1
    assert first != r.retry_if_exception_type(OSError)


def test_a_strategy_with_something_unhashable_in_it_says_so() -> None:
    class Unhashable:
        __hash__ = None  # type: ignore[assignment]

        def is_set(self) -> bool:
            return True

    with pytest.raises(TypeError, match="unhashable"):
        hash(r.stop_when_event_set(Unhashable()))


class Growing(r.wait_base):
    """A wait of a program's own, filled by assignments."""

    def __init__(self, step: float) -> None:
        super().__init__()
        self.step = step

    def __call__(self, retry_state: Any) -> float:
        return self.step * retry_state.attempt_number


class Labelled(r.stop_after_attempt):
    """A built-in stop with something added."""

    def __init__(self, most: int, label: str) -> None:
        super().__init__(most)
        self.label = label


@dataclasses.dataclass
class Plain(r.wait_base):
    """A wait that is a dataclass."""

    length: float

    def __call__(self, retry_state: Any) -> float:
        return self.length


@dataclasses.dataclass(frozen=True)
class Frozen(r.retry_base):
    """A condition that is a frozen dataclass."""

    kind: type[BaseException]

    def __call__(self, retry_state: Any) -> bool:
        return isinstance(retry_state.outcome.exception(), self.kind)


def test_classes_of_a_programs_own_hold_what_they_like() -> None:
    slept: list[float] = []
    retrying = r.Retrying(
        stop=Labelled(3, "short"),
        wait=Growing(2) + Plain(0.5),
        retry=Frozen(ValueError),
        sleep=slept.append,
    )
    with pytest.raises(r.RetryError):
        retrying(int, "x")
    assert slept == [2.5, 4.5]
    assert repr(Labelled(3, "short")) == "Labelled(max_attempt_number=3, label='short')"
    assert Growing(2) == Growing(2) != Growing(3)
    assert hash(Frozen(KeyError)) == hash(Frozen(KeyError))


def test_what_they_hold_may_change_and_the_next_call_sees_it() -> None:
    growing, labelled = Growing(2), Labelled(3, "short")
    slept: list[float] = []
    policy = r.Retrying(stop=labelled, wait=growing, sleep=slept.append)
    for most, step in ((3, 2), (2, 7)):
        labelled.max_attempt_number, growing.step = most, step
        with pytest.raises(r.RetryError):
            policy(int, "x")
    del labelled.label
    assert slept == [2, 4, 7]
    assert not hasattr(labelled, "label")


@pytest.mark.parametrize(
    "own", [Growing(2), Labelled(3, "x"), Plain(1.0), Frozen(OSError)], ids=lambda own: repr(own)
)
def test_they_are_pickled_and_copied(own: Any) -> None:
    assert pickle.loads(pickle.dumps(own)) == own
    assert copy.deepcopy(own) == own


def test_a_subclass_may_keep_state_of_its_own_in_its_dict() -> None:
    class Counting(r.stop_base):
        def __init__(self) -> None:
            self._fill(calls=[])

        def __call__(self, retry_state: Any) -> bool:
            vars(self)["calls"].append(retry_state.attempt_number)
            return len(vars(self)["calls"]) == 2

    stop = Counting()
    with pytest.raises(r.RetryError):
        r.Retrying(stop=stop)(pickled.fail)
    assert repr(stop).endswith("Counting(calls=[1, 2])")


def test_drop_in_strategies_are_mutable_and_compare_by_identity_as_the_peers() -> None:
    from .doors import LENIENT, PEER

    for door in (PEER, LENIENT):
        strategy = door.api.wait_fixed(1)
        strategy.wait_fixed = 2
        assert strategy(None) == 2
        assert strategy != door.api.wait_fixed(2)
        del strategy.wait_fixed
        with pytest.raises(AttributeError, match="wait_fixed"):
            strategy(None)


@pytest.mark.parametrize(
    "made",
    [r.wait_fixed(1), r.stop_never, r.Retrying(), r.AsyncRetrying()],
    ids=lambda made: repr(made)[:12],
)
def test_what_vars_shows_cannot_be_written_past_the_checks(made: Any) -> None:
    before = dict(vars(made))
    with pytest.raises(TypeError):
        vars(made)["stop"] = 5
    with pytest.raises(AttributeError):
        vars(made).update(stop=5)
    assert vars(made) == before


def test_what_vars_shows_follows_assignments_and_stays_native() -> None:
    policy = r.Retrying()
    shown = vars(policy)
    policy.stop = r.stop_after_attempt(2)
    assert shown["stop"] == r.stop_after_attempt(2)
    decorated = policy.wraps(int)
    with testing.paths() as ways:
        decorated()
    assert ways == {"native": 1}


def test_a_class_of_a_programs_own_has_a_dict_to_write_to() -> None:
    class Mine(r.Retrying):
        pass

    policy, growing, labelled = Mine(), Growing(2), Labelled(3, "short")
    vars(policy)["stop"] = r.stop_after_attempt(2)
    vars(growing)["step"] = 5
    vars(labelled)["label"] = "long"
    assert (policy.stop, growing.step, labelled.label) == (r.stop_after_attempt(2), 5, "long")
