"""Threads that share data, results and deltas; forks; interrupts; what the collector takes."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from mainstay.diff import DeepDiff, DeepHash, DeepSearch, Delta

OLD = {"rows": [{"id": n, "tags": ["a", "b"], "at": (n, 1.5)} for n in range(60)], "s": {1, 2}}
NEW = {"rows": [{"id": n + n % 7, "tags": ["b"], "at": (n, 2.5)} for n in range(61)], "s": {2, 3}}
KEYWORDS: list[dict[str, Any]] = [{}, {"ignore_order": True}, {"verbose_level": 2}]


def _everything(number: int) -> list[Any]:
    keywords = KEYWORDS[number % len(KEYWORDS)]
    return [
        DeepDiff(OLD, NEW, **keywords),
        DeepHash(NEW)[NEW],
        DeepSearch(NEW["rows"], "a"),
        OLD + Delta(DeepDiff(OLD, NEW)),
    ]


def test_threads_that_share_data_get_what_one_thread_gets() -> None:
    expected = [_everything(number) for number in range(3)]
    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(_everything, range(48)))
    assert all(found == expected[number % 3] for number, found in enumerate(results))


def test_a_result_is_read_by_several_threads_at_once() -> None:
    diff = DeepDiff(OLD, NEW, view="tree")

    def read(number: int) -> Any:
        return [diff.pretty, diff.to_json, lambda: sorted(diff.to_dict())][number % 3]()

    expected = [read(number) for number in range(3)]
    diff = DeepDiff(OLD, NEW, view="tree")
    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(read, range(24)))
    assert all(found == expected[number % 3] for number, found in enumerate(results))


def test_data_that_another_thread_changes_does_no_harm() -> None:
    shared: dict[str, Any] = {"list": list(range(300)), "dict": {n: n for n in range(300)}}
    done = threading.Event()

    def change() -> None:
        while not done.is_set():
            shared["list"].append(shared["list"].pop(0))
            shared["dict"][len(shared["dict"])] = shared["dict"].pop(next(iter(shared["dict"])))

    changing = threading.Thread(target=change)
    changing.start()
    try:
        for keywords in KEYWORDS * 10:
            try:
                DeepDiff(shared, {"list": [1, 2], "dict": {1: 2}}, **keywords)
                DeepHash(shared)
                shared + Delta({"values_changed": {"root['list'][0]": {"new_value": 5}}})
            except RuntimeError:
                pass  # changed during iteration, as Python says it
    finally:
        done.set()
        changing.join()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.skipif(
    not getattr(sys, "_is_gil_enabled", lambda: True)(),
    reason="Python itself leaves locks of objects taken in a child without its lock",
)
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_child_forked_while_other_threads_compare_can_compare() -> None:
    done = threading.Event()

    def compare() -> None:
        while not done.is_set():
            _everything(0)

    comparing = [threading.Thread(target=compare) for _ in range(3)]
    for each in comparing:
        each.start()
    try:
        expected = _everything(1)
        for _ in range(5):
            child = os.fork()
            if child == 0:
                os._exit(0 if _everything(1) == expected else 1)
            assert os.waitpid(child, 0)[1] == 0
    finally:
        done.set()
        for each in comparing:
            each.join()


class _Interrupted(BaseException):
    pass


def _rows(count: int, changed: bool = False) -> list[Any]:
    return [[n, "new" if changed and n % 3 == 0 else "old"] for n in range(count)]


LONG: list[Callable[[], Any]] = [
    lambda: DeepDiff(_rows(9000), _rows(9000, changed=True), ignore_order=True),
    lambda: DeepDiff([n % 2 for n in range(60_000)], [n % 3 % 2 for n in range(60_000)]),
    lambda: [DeepHash(_rows(40_000)) for _ in range(100)],
    lambda: [DeepSearch(_rows(100_000), "x") for _ in range(100)],
]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there are no timers here")
@pytest.mark.parametrize("work", LONG)
def test_long_work_ends_when_a_signal_handler_raises(work: Callable[[], Any]) -> None:
    def handler(*_: Any) -> None:
        raise _Interrupted

    before = signal.signal(signal.SIGALRM, handler)
    gc.disable()  # an exception in a callback of the collector, such as hypothesis's, would be lost
    try:
        with pytest.raises(_Interrupted):
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            work()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        gc.enable()
        signal.signal(signal.SIGALRM, before)


class Node:
    """Refers to what refers to it."""

    other: Any = None


@pytest.mark.parametrize("view", ["text", "tree"])
def test_cycles_through_results_are_collected(view: Any) -> None:
    node = Node()
    diff = DeepDiff({"node": node, "list": [1, node]}, {"node": 5, "list": [1, 2]}, view=view)
    node.other = (diff, Delta(diff), DeepHash(node), diff.pretty())
    gone = weakref.ref(node)
    del node, diff
    gc.collect()
    assert gone() is None


def test_what_was_compared_is_let_go_with_the_result() -> None:
    node = Node()
    gone = weakref.ref(node)
    for keywords in KEYWORDS:
        DeepDiff([node, 1], [node, 2], **keywords)
        DeepSearch([node], "x")
        DeepHash([node, {1: node}])
        assert [node] + Delta({"values_changed": {"root[0]": {"new_value": 1}}}) == [1]
    del node
    gc.collect()
    assert gone() is None
