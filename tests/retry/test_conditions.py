"""Conditions: what they repeat, how they combine, and where their chains end."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest

from .doors import LENIENT, PEER, STRICT, Door, outcome_of


def asked(door: Door, condition: Any, outcome: Any) -> Any:
    """The condition's answer about a result, or an exception."""
    state = door.api.RetryCallState(door.api.Retrying(), None, (), {})
    state.outcome = door.api.Future.construct(1, outcome, isinstance(outcome, BaseException))
    return condition(state)


def caused(error: BaseException, *causes: BaseException) -> BaseException:
    """An error with a chain of causes."""
    current = error
    for cause in causes:
        current.__cause__ = cause
        current = cause
    return error


def circle(*errors: BaseException) -> BaseException:
    """Errors that are each other's cause, round and round."""
    return caused(*errors, errors[0])


Build = Callable[[Any], Any]
TABLE: dict[str, tuple[Build, list[Any], list[Any]]] = {
    "type": (
        lambda api: api.retry_if_exception_type(LookupError),
        [KeyError(), IndexError(), LookupError()],
        [OSError(), "value", None, KeyboardInterrupt()],
    ),
    "default type": (
        lambda api: api.retry_if_exception_type(),
        [KeyError(), Exception()],
        [KeyboardInterrupt(), SystemExit(), GeneratorExit(), 0],
    ),
    "types": (
        lambda api: api.retry_if_exception_type((KeyError, OSError)),
        [KeyError(), FileNotFoundError()],
        [IndexError(), None],
    ),
    "not type": (
        lambda api: api.retry_if_not_exception_type((KeyError, OSError)),
        [IndexError(), KeyboardInterrupt()],
        [KeyError(), "value"],
    ),
    "unless type": (
        lambda api: api.retry_unless_exception_type(KeyError),
        [IndexError(), "value", None],
        [KeyError()],
    ),
    "cause": (
        lambda api: api.retry_if_exception_cause_type(KeyError),
        [
            caused(OSError(), KeyError()),
            caused(OSError(), ValueError(), TypeError(), KeyError()),
            caused(KeyError(), KeyError()),
            circle(KeyError(), OSError()),
        ],
        [KeyError(), OSError(), "value", caused(KeyError(), OSError())],
    ),
    "circular causes": (
        lambda api: api.retry_if_exception_cause_type(IndexError),
        [],
        [
            circle(KeyError()),
            circle(KeyError(), OSError()),
            caused(ValueError(), circle(KeyError())),
        ],
    ),
    "message": (
        lambda api: api.retry_if_exception_message(message="a.c"),
        [OSError("a.c"), KeyboardInterrupt("a.c")],
        [OSError("abc"), OSError("a.c!"), OSError(), "a.c"],
    ),
    "empty message": (
        lambda api: api.retry_if_exception_message(message=""),
        [OSError(), OSError("")],
        [OSError("x")],
    ),
    "match": (
        lambda api: api.retry_if_exception_message(match="a.c"),
        [OSError("abc"), OSError("a.cdef")],
        [OSError("xabc"), OSError(), "abc"],
    ),
    "compiled match": (
        lambda api: api.retry_if_exception_message(match=re.compile("ABC", re.IGNORECASE)),
        [OSError("abcd")],
        [OSError("bc")],
    ),
    "not message": (
        lambda api: api.retry_if_not_exception_message(message="x"),
        [OSError("y"), "value", None],
        [OSError("x")],
    ),
    "not match": (
        lambda api: api.retry_if_not_exception_message(match="x"),
        [OSError("y"), "xylophone"],
        [OSError("xyz")],
    ),
    "result": (
        lambda api: api.retry_if_result(lambda value: value is None),
        [None],
        [0, "", KeyError()],
    ),
    "not result": (
        lambda api: api.retry_if_not_result(lambda value: value == "done"),
        [None, "more"],
        ["done", KeyError()],
    ),
    "exception": (
        lambda api: api.retry_if_exception(lambda error: error.args == (1,)),
        [OSError(1)],
        [OSError(2), (1,)],
    ),
    "always": (lambda api: api.retry_always, [None, KeyError()], []),
    "never": (lambda api: api.retry_never, [], [None, KeyError()]),
    "all of nothing": (lambda api: api.retry_all(), [None, KeyError()], []),
    "any of nothing": (lambda api: api.retry_any(), [], [None, KeyError()]),
}


@pytest.mark.parametrize("what", TABLE)
def test_it_repeats_what_it_says_and_nothing_else(door: Door, what: str) -> None:
    build, repeated, taken = TABLE[what]
    condition = build(door.api)
    assert [outcome for outcome in repeated if asked(door, condition, outcome) is not True] == []
    assert [outcome for outcome in taken if asked(door, condition, outcome) is not False] == []


@pytest.mark.parametrize(
    "what", [what for what in TABLE if "all" not in what and "any" not in what]
)
def test_without_an_outcome_it_says_so_in_the_peers_words(what: str) -> None:
    said = []
    for door in (PEER, LENIENT, STRICT):
        state = door.api.RetryCallState(door.api.Retrying(), None, (), {})
        condition = TABLE[what][0](door.api)
        said.append(outcome_of(lambda: condition(state)))  # noqa: B023 - called at once
    assert said[1] == said[0]
    assert said[2] == said[0]


# --- combinations ------------------------------------------------------------------------------


def by_callable(_: Any) -> bool:
    return True


OPERANDS: dict[str, Build] = {
    "never": lambda api: api.retry_never,
    "callable": lambda api: by_callable,
    "any": lambda api: api.retry_any(api.retry_never, api.retry_always),
    "all": lambda api: api.retry_all(api.retry_never, api.retry_always),
    "any of one": lambda api: api.retry_any(api.retry_always),
    "nothing": lambda api: api.retry_any(),
}
ASYNC_OPERANDS: dict[str, Build] = {
    "async": lambda asynchronous: asynchronous.retry_if_result(by_callable),
    "async any": lambda asynchronous: asynchronous.retry_any(by_callable),
    "async all": lambda asynchronous: asynchronous.retry_all(by_callable),
}


def shape(value: Any) -> Any:
    """A combination as nested tuples of names."""
    if not hasattr(value, "retries"):
        return getattr(value, "__name__", type(value).__name__)
    kind = type(value).__module__.rpartition("asyncio")[1] + type(value).__name__
    return (kind, *map(shape, value.retries))


def operand(door: Door, name: str) -> Any:
    if name in OPERANDS:
        return OPERANDS[name](door.api)
    return ASYNC_OPERANDS[name](door.asynchronous)


EVERY = [*OPERANDS, *ASYNC_OPERANDS]
PAIRS = [pair for pair in itertools.product(EVERY, EVERY) if pair != ("callable", "callable")]


@pytest.mark.parametrize("sign", ["|", "&"])
@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_two_combine_as_the_peers_do(left: str, right: str, sign: str) -> None:
    shapes = []
    for door in (PEER, LENIENT, STRICT):
        a, b = operand(door, left), operand(door, right)
        shapes.append(shape(a | b if sign == "|" else a & b))
    assert shapes[1] == shapes[0]
    assert shapes[2] == shapes[0]


def test_chains_stay_flat(ours: Door) -> None:
    api = ours.api
    chain = api.retry_never | by_callable | api.retry_always | (api.retry_never | api.retry_always)
    assert shape(chain) == (
        "retry_any",
        "_retry_never",
        "by_callable",
        "_retry_always",
        "_retry_never",
        "_retry_always",
    )


def test_asking_ends_with_the_first_answer_that_decides(door: Door) -> None:
    log: list[str] = []

    def says(name: str, answer: Any) -> Callable[[Any], Any]:
        def condition(_: Any) -> Any:
            log.append(name)
            return answer

        return condition

    api = door.api
    assert asked(door, api.retry_any(says("a", 0), says("b", 1), says("c", 1)), None) is True
    assert asked(door, api.retry_all(says("d", 1), says("e", []), says("f", 1)), None) is False
    assert log == ["a", "b", "d", "e"]


def test_stops_combine_from_left_to_right_and_no_further_than_needed(door: Door) -> None:
    log: list[str] = []

    def says(name: str, answer: bool) -> Any:
        def stop(_: Any) -> bool:
            log.append(name)
            return answer

        return stop

    api = door.api
    assert (api.stop_never | says("a", True) | says("b", True))(None) is True
    assert (api.stop_any(says("c", True)) & says("d", False) & says("e", True))(None) is False
    if door is not STRICT:  # which refuses a combination of nothing
        assert api.stop_any()(None) is False
        assert api.stop_all()(None) is True
    assert log == ["a", "c", "d"]


def test_an_error_in_a_part_is_the_combinations_error(door: Door) -> None:
    def fails(_: Any) -> bool:
        raise OSError("part")

    for combination in (door.api.stop_any(fails), door.api.stop_all(fails)):
        with pytest.raises(OSError, match="part"):
            combination(None)
    with pytest.raises(OSError, match="part"):
        door.api.wait_combine(fails)(None)


def test_waits_add_up_from_either_side_and_by_sum(door: Door) -> None:
    api = door.api

    def half(_: Any) -> float:
        return 0.5

    assert (api.wait_fixed(1) + half)(None) == 1.5
    assert (half + api.wait_fixed(1))(None) == 1.5
    assert sum([api.wait_fixed(1), api.wait_fixed(2), api.wait_none()])(None) == 3.0
    assert 0 + api.wait_none() is not None


def test_callables_on_the_left_of_stops_are_the_peers_error_and_our_addition() -> None:
    for door in (PEER, LENIENT):
        with pytest.raises(TypeError, match="unsupported operand"):
            by_callable | door.api.stop_never
    assert (by_callable | STRICT.api.stop_never)(None) is True
    assert (by_callable & STRICT.api.stop_never)(None) is False
