"""Pickles of the peer load under drop-in and work there, and the other way round."""

from __future__ import annotations

import copy
import io
import marshal
import pickle
import random
import subprocess
import sys
import types
from collections.abc import Callable
from typing import Any

import pytest

from . import pickled
from .doors import LENIENT, PEER, STRICT, Door, drive, outcome_of

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
CROSSINGS = [(PEER, LENIENT), (LENIENT, PEER), (LENIENT, LENIENT), (STRICT, STRICT)]
crossings = pytest.mark.parametrize(
    "crossing", CROSSINGS, ids=lambda pair: f"{pair[0].name}_to_{pair[1].name}"
)


def built(door: Door, name: str) -> Any:
    if name in pickled.STRATEGIES:
        return pickled.STRATEGIES[name](door.api)
    return pickled.ASYNC_STRATEGIES[name](door.asynchronous)


def sent(value: Any, crossing: tuple[Door, Door], protocol: int) -> Any:
    """What the receiving door makes of a value of the sending door."""
    sender, receiver = crossing
    with sender.active():
        data = pickle.dumps(value, protocol)
    with receiver.active():
        return pickle.loads(data)


def moments(door: Door) -> list[Any]:
    """States in which strategies are asked, of the door's own classes."""
    made = []
    for attempt, outcome in [(1, KeyError("k")), (2, OSError("o")), (7, 3), (4, 4)]:
        state = door.api.RetryCallState(door.api.Retrying(), pickled.fail, (), {})
        state.attempt_number = attempt
        failed = isinstance(outcome, BaseException)
        state.outcome = door.api.Future.construct(attempt, outcome, failed)
        state.start_time, state.outcome_timestamp, state.upcoming_sleep = 1.0, 3.0, 0.75
        made.append(state)
    return made


def answers(door: Door, strategy: Any) -> list[Any]:
    """What a strategy says in those states, with the same luck."""
    random.seed(3)
    said = []
    for state in moments(door):
        answer = outcome_of(lambda state=state: strategy(state))  # type: ignore[misc]
        if answer[1] == "coroutine":
            answer = outcome_of(lambda state=state: drive(strategy(state)))  # type: ignore[misc]
        said.append(answer)
    return said


@pytest.mark.filterwarnings("ignore:coroutine")
@pytest.mark.parametrize("name", [*pickled.STRATEGIES, *pickled.ASYNC_STRATEGIES])
@crossings
def test_a_strategy_arrives_as_it_was_sent(crossing: tuple[Door, Door], name: str) -> None:
    sender, receiver = crossing
    original = built(sender, name)
    for protocol in PROTOCOLS:
        arrived = sent(original, crossing, protocol)
        assert type(arrived) is type(built(receiver, name))
        assert type(arrived).__qualname__ == type(original).__qualname__
        if name != "sleep_using_event":
            assert answers(receiver, arrived) == answers(sender, original)


@pytest.mark.parametrize("name", pickled.controllers(PEER))
@crossings
def test_a_controller_arrives_and_works(crossing: tuple[Door, Door], name: str) -> None:
    sender, receiver = crossing
    original = pickled.controllers(sender)[name]
    for protocol in PROTOCOLS:
        arrived = sent(original, crossing, protocol)
        assert type(arrived) is getattr(receiver.api, type(original).__name__)
        assert arrived.statistics == {}  # they belong to the process they were made in
        assert str(arrived) == str(original)
        assert (arrived.reraise, arrived.enabled) == (original.reraise, original.enabled)
        arrived.stop = receiver.api.stop_after_attempt(2)
        if isinstance(arrived, receiver.api.AsyncRetrying):
            arrived.sleep = pickled.noop_async
            with pytest.raises(receiver.api.RetryError):
                drive(arrived(pickled.fail))
            assert arrived.statistics["attempt_number"] == 2
            continue
        arrived.sleep = pickled.noop
        if not arrived.enabled:
            with pytest.raises(KeyError):
                arrived(pickled.fail)
            continue
        error = pickled.ended(receiver.api, lambda arrived=arrived: arrived(pickled.fail))  # type: ignore[misc]
        assert error.last_attempt.attempt_number == 2
        assert arrived.statistics["attempt_number"] == 2


@pytest.mark.parametrize("name", [*pickled.STRATEGIES, *pickled.ASYNC_STRATEGIES])
def test_a_drop_in_strategy_pickles_to_the_peers_bytes(name: str) -> None:
    for protocol in PROTOCOLS:
        data = []
        for door in (PEER, LENIENT):
            # Until 3.10 an empty __dict__ is pickled once somebody has looked at it.
            for constant in (door.api.stop_never, door.api.retry_always, door.api.retry_never):
                assert vars(constant) == {}
            with door.active():
                data.append(pickle.dumps(built(door, name), protocol))
        assert data[1] == data[0]


@pytest.mark.parametrize("name", pickled.small_things(PEER))
@crossings
def test_small_things_arrive(crossing: tuple[Door, Door], name: str) -> None:
    original = pickled.small_things(crossing[0])[name]
    for protocol in PROTOCOLS:
        arrived = sent(original, crossing, protocol)
        assert type(arrived).__name__ == type(original).__name__
        if name != "do_attempt":
            assert repr(arrived) == repr(original)


def ended_by(door: Door, function: Callable[[], Any]) -> Any:
    """The RetryError of a call, after somebody has looked at it: its future has a lock then."""
    policy = {"stop": door.api.stop_after_attempt(2), "retry": door.api.retry_always}
    with pytest.raises(door.api.RetryError) as raised:
        door.api.Retrying(sleep=pickled.noop, **policy)(function)
    error = raised.value
    error.note = f"{error} {error!r} {error.last_attempt.done()}"
    return error


@pytest.mark.parametrize("protocol", PROTOCOLS)
@crossings
def test_a_retry_error_arrives_with_its_last_attempt(
    crossing: tuple[Door, Door], protocol: int
) -> None:
    if crossing[0] is PEER:
        return  # whose never pickles
    for function, failed in ((pickled.fail, True), (list, False)):
        error = ended_by(crossing[0], function)

        arrived = sent(error, crossing, protocol)

        last = arrived.last_attempt
        assert (type(arrived), type(last)) == (crossing[1].api.RetryError, crossing[1].api.Future)
        assert arrived.args == (last,)
        assert (last.attempt_number, last.failed, arrived.note) == (2, failed, error.note)
        assert repr(last.exception()) == ("KeyError('k')" if failed else "None")
        seen: list[Any] = []
        last.add_done_callback(seen.append)  # which takes the lock
        assert seen == [last]


@pytest.mark.parametrize("door", [LENIENT, STRICT], ids=lambda door: door.name)
def test_a_retry_error_whose_attempt_is_under_way_arrives(door: Door) -> None:
    error = door.api.RetryError(door.api.Future(3))
    with door.active():
        arrived = pickle.loads(pickle.dumps(error))
    assert (arrived.last_attempt.attempt_number, arrived.last_attempt.done()) == (3, False)


@crossings
def test_a_call_state_without_outcome_arrives(crossing: tuple[Door, Door]) -> None:
    sender, receiver = crossing
    seen: list[Any] = []
    retrying = sender.api.Retrying(before=seen.append)
    retrying(int, "42")
    state = seen[0]
    assert state.outcome is not None
    state.outcome = None
    state.idle_for = 2.5
    arrived = sent(state, crossing, 4)
    assert type(arrived) is receiver.api.RetryCallState
    assert (arrived.idle_for, arrived.args, arrived.fn) == (2.5, ("42",), int)
    assert set(vars(arrived)) == set(vars(receiver.api.RetryCallState(None, None, (), {})))
    assert type(arrived.retry_object) is receiver.api.Retrying


def test_deep_copies_of_policies_work(door: Door) -> None:
    with door.active():
        for make in pickled.STRATEGIES.values():
            strategy = make(door.api)
            assert type(copy.deepcopy(strategy)) is type(strategy)
            assert type(copy.copy(strategy)) is type(strategy)
        twin = copy.deepcopy(pickled.controllers(door)["retrying_used"])
    assert twin.statistics == {}
    assert twin(abs, -4) == 4


class ByValue(pickle.Pickler):
    """Takes closures apart, as tools do that send them to where their module is not."""

    def reducer_override(self, value: Any) -> Any:
        if type(value) is not types.FunctionType or value.__closure__ is None:
            return NotImplemented
        cells = [cell.cell_contents for cell in value.__closure__]
        made = (empty_function, (marshal.dumps(value.__code__), len(cells)))
        return (*made, (cells, value.__dict__), None, None, fill_function)


def empty_function(code: bytes, cells: int) -> Any:
    closure = tuple(types.CellType() for _ in range(cells))
    return types.FunctionType(marshal.loads(code), {}, None, None, closure)


def fill_function(function: Any, state: Any) -> None:
    for cell, content in zip(function.__closure__, state[0], strict=True):
        cell.cell_contents = content
    function.__dict__.update(state[1])


def test_a_coroutine_function_pickled_by_value_counts_for_itself() -> None:
    decorated = STRICT.api.retry(stop=STRICT.api.stop_after_attempt(2))(pickled.noop_async)
    buffer = io.BytesIO()
    ByValue(buffer).dump(decorated)
    arrived = pickle.loads(buffer.getvalue())
    drive(arrived())
    assert arrived.statistics["attempt_number"] == 1
    assert arrived.retry.statistics is arrived.statistics
    assert decorated.statistics == {}


def test_a_controller_survives_the_way_to_another_interpreter_and_back() -> None:
    # The peer in one whole process, drop-in in another: nothing of this process helps.
    make = (
        "import pickle, sys, tenacity\n"
        "r = tenacity.Retrying(stop=tenacity.stop_after_attempt(3) | tenacity.stop_after_delay(9),"
        " wait=tenacity.wait_chain(tenacity.wait_none()), name='job')\n"
        "r(abs, -1)\n"
        "a = tenacity.AsyncRetrying(wait=tenacity.wait_random(0, 1))\n"
        "sys.stdout.buffer.write(pickle.dumps((r, a)))\n"
    )
    take = (
        "import pickle, sys, tenacity\n"
        "r, a = pickle.loads(sys.stdin.buffer.read())\n"
        "tries = []\n"
        "def fail():\n"
        "    tries.append(1)\n"
        "    raise KeyError\n"
        "try:\n"
        "    r(fail)\n"
        "except tenacity.RetryError as error:\n"
        "    print(len(tries), r.statistics['attempt_number'], str(r), type(a).__module__,\n"
        "          tenacity.__file__.endswith('dropin/peers/tenacity/__init__.py'))\n"
    )
    peer = [sys.executable, "-c"]
    ours = [sys.executable, "-m", "mainstay", "run", "-c"]
    for sender, receiver, is_ours in [(peer, ours, True), (ours, peer, False)]:
        data = subprocess.run([*sender, make], stdout=subprocess.PIPE, check=True, timeout=120)
        got = subprocess.run(
            [*receiver, take], input=data.stdout, stdout=subprocess.PIPE, check=True, timeout=120
        )
        assert got.stdout.decode().split() == ["3", "3", "job", "tenacity.asyncio", str(is_ours)]
