"""Threads: plugins come and go by the thousand while hooks run; no running call is disturbed."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ..generated import share
from ..together import at_once, switching_often
from .conftest import project
from .doors import Door

CALLERS = 8
ROUNDS = share(1_000)  # plugins that come and go


@pytest.fixture(autouse=True)
def _switching_often() -> Iterator[None]:
    with switching_often():
        yield


def _ready(ours: Door) -> Any:
    api = project(ours)

    class Specs:
        @api.spec
        def enrich(self, record: int) -> int: ...

        @api.spec(firstresult=True)
        def choose(self, record: int) -> int: ...

    api.pm.add_hookspecs(Specs)
    return api


def _plain(api: Any, number: int) -> Any:
    class Plain:
        @api.impl
        def enrich(self, record: int) -> int:
            return number

        @api.impl
        def choose(self, record: int) -> int:
            return number

    return Plain()


def _around(api: Any, opened: list[int], closed: list[int]) -> Any:
    """A wrapper that notes that it was opened and closed, as often one as the other."""

    class Around:
        @api.impl(wrapper=True)
        def enrich(self, record: int) -> Iterator[None]:
            opened.append(record)
            try:
                return (yield)  # type: ignore[misc]
            finally:
                closed.append(record)

    return Around()


def test_plugins_come_and_go_while_eight_threads_call(ours: Door) -> None:
    api = _ready(ours)
    stays, opened, closed = _plain(api, 1), list[int](), list[int]()
    api.pm.register(stays)
    api.pm.register(_around(api, opened, closed))
    gone = threading.Event()
    calls = [0] * CALLERS

    def caller(number: int) -> Callable[[], None]:
        def work() -> None:
            while not gone.is_set() or calls[number] == 0:
                came = api.pm.hook.enrich(record=number)
                # Besides the one that stays there is at most one other at any time.
                assert came[-1] == 1 and len(came) <= 2
                assert 1 <= api.pm.hook.choose(record=number) < ROUNDS
                calls[number] += 1

        return work

    def come_and_go() -> None:
        try:
            for number in range(2, ROUNDS):
                plugin = _plain(api, number)
                api.pm.register(plugin)
                api.pm.unregister(plugin)
        finally:
            gone.set()

    at_once(come_and_go, *(caller(number) for number in range(CALLERS)))
    assert all(calls)
    assert sorted(opened) == sorted(closed)
    assert api.pm.hook.enrich(record=0) == [1]


def test_wrappers_come_and_go_while_eight_threads_call(ours: Door) -> None:
    api = _ready(ours)
    api.pm.register(_plain(api, 1))
    gone = threading.Event()
    opened, closed = list[int](), list[int]()

    def call() -> None:
        while not gone.is_set():
            assert api.pm.hook.enrich(record=5) == [1]

    def come_and_go() -> None:
        try:
            for _ in range(ROUNDS):
                wrapper = _around(api, opened, closed)
                api.pm.register(wrapper)
                assert api.pm.hook.enrich(record=6) == [1]
                api.pm.unregister(wrapper)
        finally:
            gone.set()

    at_once(come_and_go, *[call] * CALLERS)
    assert len(opened) == len(closed)
    assert opened.count(6) == closed.count(6) == ROUNDS


def test_subsets_and_monitors_follow_from_any_thread(ours: Door) -> None:
    api = _ready(ours)
    left_out, stays = _plain(api, 7), _plain(api, 1)
    api.pm.register(left_out)
    api.pm.register(stays)
    subset = api.pm.subset_hook_caller("enrich", [left_out])
    gone = threading.Event()

    def call() -> None:
        while not gone.is_set():
            came = subset(record=0)
            assert 7 not in came and 1 in came

    def come_and_go() -> None:
        try:
            for number in range(100, 100 + ROUNDS):
                plugin = _plain(api, number)
                api.pm.register(plugin)
                api.pm.unregister(plugin)
        finally:
            gone.set()

    def watch() -> None:
        while not gone.is_set():
            seen: list[str] = []
            undo = api.pm.add_hookcall_monitoring(
                lambda name, impls, kwargs, seen=seen: seen.append(name),
                lambda outcome, name, impls, kwargs: outcome.get_result(),
            )
            api.pm.hook.choose(record=1)
            undo()
            assert "choose" in seen

    at_once(come_and_go, watch, *[call] * (CALLERS - 1))


def test_a_call_under_way_does_not_see_who_comes_and_goes(door: Door) -> None:
    api = _ready(door)
    others = [_plain(api, number) for number in range(3)]

    class Meddling:
        @api.impl(tryfirst=True)
        def enrich(self, record: int) -> str:
            for other in others:
                if api.pm.is_registered(other):
                    api.pm.unregister(other)
                else:
                    api.pm.register(other)
            return "first"

    api.pm.register(Meddling())
    assert api.pm.hook.enrich(record=1) == ["first"]
    assert api.pm.hook.enrich(record=1) == ["first", 2, 1, 0]
    assert api.pm.hook.enrich(record=1) == ["first"]


def test_a_hook_may_lose_all_it_has_while_it_runs(door: Door) -> None:
    api = _ready(door)

    class Last:
        @api.impl(wrapper=True)
        def enrich(self, record: int) -> Iterator[None]:
            hook = api.pm.hook.enrich
            del hook._hookimpls[:]
            del api.pm.hook.__dict__["enrich"]
            del hook
            return (yield)  # type: ignore[misc]

    api.pm.register(_plain(api, 1))
    api.pm.register(Last())
    assert api.pm.hook.enrich(record=1) == [1]
    assert not hasattr(api.pm.hook, "enrich")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_child_process_goes_on_with_its_own(ours: Door) -> None:
    api = _ready(ours)
    api.pm.register(_plain(api, 1))
    assert api.pm.hook.enrich(record=1) == [1]
    child = os.fork()
    if child == 0:
        api.pm.register(_plain(api, 2))
        os._exit(0 if api.pm.hook.enrich(record=1) == [2, 1] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert api.pm.hook.enrich(record=1) == [1]
