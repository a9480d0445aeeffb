"""Controllers are made natively from parts that need no question, and by their constructor else."""

from __future__ import annotations

import copy
import inspect
import pickle
import sys
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from mainstay.retry import _native

from .doors import LENIENT, PEER, STRICT, Door

OURS = pytest.mark.parametrize("ours", [LENIENT, STRICT], ids=lambda door: door.name)

PARTS = (
    *("sleep", "stop", "wait", "retry", "before", "after", "before_sleep", "reraise"),
    *("retry_error_cls", "retry_error_callback", "enabled"),
)


def hook(_: Any) -> None:
    """A plain function, good for every part that is called."""


async def awaited(_: Any) -> None:
    """A coroutine function."""


def constructors_run(make: Callable[[], Any]) -> int:
    """How many constructors written in Python a call goes through."""
    seen = 0

    def look(frame: Any, event: str, _: Any) -> None:
        nonlocal seen
        seen += event == "call" and frame.f_code.co_name == "__init__"

    sys.setprofile(look)
    try:
        make()
    finally:
        sys.setprofile(None)
    return seen


def policies(door: Door) -> list[dict[str, Any]]:
    api = door.api
    return [
        {},
        {"stop": api.stop_after_attempt(3)},
        {"stop": api.stop_after_attempt(3) | api.stop_after_delay(3), "reraise": True},
        {"wait": api.wait_fixed(1) + api.wait_random(0, 1), "sleep": hook, "name": "x"},
        {"retry": api.retry_if_exception_type(OSError) | api.retry_if_result(bool)},
        {"before": hook, "after": hook, "before_sleep": hook, "retry_error_callback": hook},
        {"enabled": False, "retry_error_cls": api.RetryError},
    ]


@OURS
@pytest.mark.parametrize("name", ["Retrying", "AsyncRetrying"])
def test_parts_that_need_no_question_run_no_constructor(ours: Door, name: str) -> None:
    kind = getattr(ours.api, name)
    for policy in policies(ours):
        assert constructors_run(lambda policy=policy: kind(**policy)) == 0
        made = kind(**policy)
        standard = kind()
        for part in PARTS:
            assert getattr(made, part) is policy.get(part, getattr(standard, part))
        assert str(made) == policy.get("name", "<unknown>")


def test_a_glance_at_a_policy_takes_what_needs_no_question_and_nothing_else() -> None:
    api = STRICT.api
    for policy in policies(STRICT)[:-1]:
        assert _native.takes(api.Retrying, policy)
        assert _native.takes(api.AsyncRetrying, policy)
    for policy in (
        {"stop": 3},
        {"wait": api.stop_never},
        {"retry": OSError},
        {"sleep": None},
        {"after": awaited},
        {"reraise": 1},
        {"name": 1},
        {"retry_error_cls": OSError},
        {"keep_exceptions": -1},
        {"keep_exceptions": 3},
        {"attempt_timeout": 1},
        {"stpo": api.stop_never},
    ):
        assert not _native.takes(api.Retrying, policy)
    assert _native.takes(api.AsyncRetrying, {"after": awaited})
    assert not _native.takes(type("Mine", (api.Retrying,), {}), {})


@OURS
def test_a_constructed_controller_is_as_the_constructor_makes_it(ours: Door) -> None:
    kind = ours.api.Retrying
    for policy in policies(ours):
        natively, in_python = kind(**policy), kind.__new__(kind)
        in_python.__init__(**policy)
        assert list(vars(natively).items()) == list(vars(in_python).items())


@pytest.mark.parametrize("wait", [None, 0, 0.0, hook])
def test_what_the_peer_takes_for_no_wait_is_no_wait(wait: Any) -> None:
    for door in (PEER, LENIENT):
        made = door.api.Retrying(wait=wait)
        assert type(made.wait) is (type(hook) if wait is hook else door.api.wait_none)


@pytest.mark.parametrize(
    "call",
    [
        lambda kind: kind(nope=1),
        lambda kind: kind(hook, sleep=hook),
        lambda kind: kind(*range(13)),
        lambda kind: kind(**{"stop": hook, "nope": 1}),
    ],
)
def test_a_call_that_does_not_fit_is_refused_in_the_peers_words(call: Any) -> None:
    for name in ("Retrying", "AsyncRetrying"):
        texts = []
        for door in (PEER, LENIENT):
            with pytest.raises(TypeError) as caught:
                call(getattr(door.api, name))
            texts.append(str(caught.value))
        assert texts[0] == texts[1]


def test_parts_given_by_position_are_those_of_the_peer() -> None:
    given = [object() for _ in PARTS]
    for door in (PEER, LENIENT):
        made = door.api.Retrying(*given[:-1], "a name", given[-1])
        assert [getattr(made, part) for part in PARTS] == given
        assert str(made) == "a name"


@OURS
def test_keywords_that_are_not_interned_are_keywords(ours: Door) -> None:
    made = ours.api.Retrying(**{"".join(["s", "top"]): hook})
    assert made.stop is hook


@OURS
def test_the_signature_is_still_there_to_be_read(ours: Door) -> None:
    parameters = inspect.signature(ours.api.Retrying).parameters
    assert {*PARTS, "name"} <= {*parameters}
    assert parameters["reraise"].default is False


@OURS
def test_a_constructor_that_a_program_exchanged_is_called(ours: Door) -> None:
    for name in ("Retrying", "BaseRetrying"):
        owner = getattr(ours.api, name)
        with mock.patch.object(owner, "__init__", return_value=None) as exchanged:
            assert not _native.takes(ours.api.Retrying, {})
            ours.api.Retrying(stop=hook)
        exchanged.assert_called_once_with(stop=hook)
        assert ours.api.Retrying(stop=hook).stop is hook


@OURS
def test_defaults_that_a_program_exchanged_are_the_defaults(ours: Door) -> None:
    constructor = ours.api.BaseRetrying.__init__
    by_position, by_keyword = constructor.__defaults__, constructor.__kwdefaults__
    try:
        if by_position:
            constructor.__defaults__ = (hook, *by_position[1:])
        else:
            constructor.__kwdefaults__ = {**by_keyword, "sleep": hook}
        assert ours.api.Retrying().sleep is hook
    finally:
        constructor.__defaults__, constructor.__kwdefaults__ = by_position, by_keyword


@OURS
def test_a_subclass_constructs_by_itself(ours: Door) -> None:
    seen = []

    class Quiet(ours.api.Retrying):  # type: ignore[misc, name-defined]
        def __init__(self, **policy: Any) -> None:
            super().__init__(**policy)
            self.label = "quiet"

        def __setattr__(self, name: str, value: Any) -> None:
            seen.append(name)
            super().__setattr__(name, value)

    made = Quiet(stop=hook)
    assert (made.stop, made.label) == (hook, "quiet")
    assert {*PARTS} <= {*seen}


@OURS
def test_a_second_construction_replaces_the_parts(ours: Door) -> None:
    made = ours.api.Retrying(stop=hook, reraise=True)
    made.__init__(stop=ours.api.stop_never)
    assert (made.stop, made.reraise) == (ours.api.stop_never, False)


@OURS
def test_copies_and_pickles_of_a_constructed_controller_are_whole(ours: Door) -> None:
    with ours.active():
        made = ours.api.Retrying(stop=ours.api.stop_after_attempt(2), before=hook)
        for again in (copy.copy(made), copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
            assert (again.stop.max_attempt_number, again.before) == (2, hook)
        assert made.copy().stop is made.stop


def test_the_strict_door_still_asks_where_there_is_a_question() -> None:
    for policy in (
        *({"stop": 3}, {"wait": 1}, {"retry": OSError}, {"sleep": None}, {"before": 1}),
        *({"reraise": 1}, {"enabled": None}, {"name": 1}, {"sleep": awaited}, {"after": awaited}),
        *({"stop": STRICT.api.wait_none()}, {"wait": STRICT.api.stop_never}),
        *({"retry": STRICT.api.stop_never}, {"retry_error_cls": OSError}),
        *({"attempt_timeout": 1}, {"keep_exceptions": -1}, {"stop": awaited}),
    ):
        with pytest.raises((TypeError, ValueError)):
            STRICT.api.Retrying(**policy)
    assert STRICT.api.AsyncRetrying(sleep=awaited).sleep is awaited
    assert STRICT.api.Retrying(keep_exceptions=2).keep_exceptions == 2


def test_one_strict_decorator_gives_each_function_a_policy_of_its_own() -> None:
    decorate = STRICT.api.retry(stop=STRICT.api.stop_after_attempt(2))
    first, second = decorate(hook), decorate(hook)
    asynchronous = decorate(awaited)
    assert first.retry is not second.retry
    assert type(asynchronous.retry) is STRICT.api.AsyncRetrying
    assert [one.retry.stop for one in (first, second, asynchronous)] == [first.retry.stop] * 3
