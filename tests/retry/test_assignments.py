"""Attributes of strategies and controllers may be assigned by any means Python has.

`object.__setattr__` is how frozen dataclasses fill themselves; an assignment by it counts like any
other, for calls that run by a plan as for those that do not.
"""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

import pytest
from mainstay.retry import testing

from .doors import STRICT, Door

FIRST: Any = SimpleNamespace(attempt_number=1, outcome=None)


class Failing:
    """A function that always fails, and counts."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> None:
        self.calls += 1
        raise ValueError


def calls_of(door: Door, decorated: Any, failing: Failing) -> int:
    """How often the function is called before the policy gives up."""
    failing.calls = 0
    with pytest.raises(door.api.RetryError):
        decorated()
    return failing.calls


def bases(door: Door) -> dict[str, Any]:
    """The abstract bases of the strategies."""
    if door is STRICT:
        from mainstay.retry import retry_base, stop_base, wait_base
    else:
        stop_base = door.module("stop").stop_base
        wait_base = door.module("wait").wait_base
        retry_base = door.api.retry_base
    return {"stop": stop_base, "wait": wait_base, "retry": retry_base}


@pytest.mark.parametrize("part", ["stop", "wait", "retry"])
def test_a_strategy_may_be_a_frozen_dataclass(door: Door, part: str) -> None:
    @dataclasses.dataclass(frozen=True)
    class Mine(bases(door)[part]):  # type: ignore[misc]
        factor: float

        def __call__(self, retry_state: Any) -> Any:
            return self.factor * retry_state.attempt_number

    mine = Mine(3)

    assert (mine(FIRST), mine, mine == Mine(3)) == (3, Mine(3), True)
    with pytest.raises(dataclasses.FrozenInstanceError):
        mine.factor = 4  # type: ignore[misc]


def test_a_controller_may_be_a_frozen_dataclass_that_fills_itself(door: Door) -> None:
    @dataclasses.dataclass(frozen=True)
    class Mine(door.api.Retrying):  # type: ignore[misc]
        limit: int

        def __post_init__(self) -> None:
            given = door.api.Retrying(stop=door.api.stop_after_attempt(self.limit))
            for name, value in vars(given).items():
                object.__setattr__(self, name, value)

    failing = Failing()

    assert calls_of(door, lambda: Mine(3)(failing), failing) == 3


def test_an_assignment_past_setattr_to_a_strategy_counts_for_the_next_call(door: Door) -> None:
    stop = door.api.stop_after_attempt(2)
    failing = Failing()
    decorated = door.api.retry(stop=stop)(failing)
    before = calls_of(door, decorated, failing)

    object.__setattr__(stop, "max_attempt_number", 4)

    assert (before, calls_of(door, decorated, failing)) == (2, 4)


def test_an_assignment_past_setattr_to_a_strategy_counts_when_it_is_called(door: Door) -> None:
    wait = door.api.wait_fixed(1)
    before = wait(FIRST)

    object.__setattr__(wait, "wait_fixed", 2.0)

    assert (before, wait(FIRST), vars(wait)) == (1.0, 2.0, {"wait_fixed": 2.0})


def test_an_assignment_past_setattr_to_a_controller_counts_for_the_next_call(door: Door) -> None:
    failing = Failing()
    decorated = door.api.retry(stop=door.api.stop_after_attempt(2))(failing)
    before = calls_of(door, decorated, failing)

    object.__setattr__(decorated.retry, "stop", door.api.stop_after_attempt(3))

    assert (before, calls_of(door, decorated, failing)) == (2, 3)


def test_calls_after_an_assignment_past_setattr_run_natively_again(ours: Door) -> None:
    api = ours.api
    failing = Failing()
    # Not the door's own strategies, which another test may have looked into.
    decorated = api.retry(
        stop=api.stop_after_attempt(2), wait=api.wait_fixed(0), retry=api.retry_if_exception_type()
    )(failing)
    calls_of(ours, decorated, failing)
    object.__setattr__(decorated.retry, "stop", ours.api.stop_after_attempt(3))
    before = testing.paths()["native"]

    calls_of(ours, decorated, failing)

    assert testing.paths()["native"] == before + 1


def test_an_option_assigned_past_setattr_counts_for_the_next_call() -> None:
    failing = Failing()
    decorated = STRICT.api.retry(stop=STRICT.api.stop_after_attempt(2))(failing)
    calls_of(STRICT, decorated, failing)
    controller: Any = decorated.retry

    object.__setattr__(controller, "keep_exceptions", 5)
    with pytest.raises(STRICT.api.RetryError) as kept:
        decorated()
    object.__setattr__(controller, "keep_exceptions", 0)
    with pytest.raises(STRICT.api.RetryError) as none:
        decorated()

    assert (len(kept.value.exceptions), none.value.exceptions) == (2, ())


def test_a_part_deleted_past_setattr_is_gone(door: Door) -> None:
    controller = door.api.Retrying()

    object.__delattr__(controller, "stop")

    assert not hasattr(controller, "stop")
    with pytest.raises(AttributeError):
        object.__delattr__(controller, "stop")


def test_a_class_does_not_have_what_its_instances_are_given(door: Door) -> None:
    api = door.api
    found = [
        (cls.__name__, name)
        for cls, example in [
            (api.stop_after_attempt, api.stop_after_attempt(1)),
            (api.wait_fixed, api.wait_fixed(1)),
            (api.wait_exponential, api.wait_exponential()),
            (api.Retrying, api.Retrying()),
        ]
        for name in vars(example)
        if hasattr(cls, name)
    ]

    assert found == []


def test_a_dataclass_may_name_a_field_as_a_built_in_strategy_does(door: Door) -> None:
    @dataclasses.dataclass
    class Mine(door.api.wait_fixed):  # type: ignore[misc]
        wait_fixed: float

        __setattr__ = object.__setattr__

    with pytest.raises(TypeError, match="wait_fixed"):
        Mine()  # type: ignore[call-arg]

    assert Mine(4.0)(FIRST) == 4.0
