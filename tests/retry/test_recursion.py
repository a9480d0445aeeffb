"""Nested calls keep their own state, and depth without end is a RecursionError, never a crash."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from .doors import Door, drive

DEEP = """
import sys
{imports}
depth = 100_000
state = {door}.RetryCallState({door}.Retrying(), None, (), {{}})
state.set_exception((KeyError, KeyError("k"), None))
tree = {leaf}
for _ in range(depth):
    tree = {node}
try:
    {ask}
except RecursionError as error:
    print("RecursionError")
else:
    print("no error")
# Freeing it must not crash either.
del tree
print("freed")
"""

TREES = {
    "stop_any": ("{door}.stop_never", "{door}.stop_any(tree)", "tree(state)"),
    "stop_all": ("{door}.stop_never", "{door}.stop_all(tree)", "tree(state)"),
    "wait_combine": ("{door}.wait_none()", "{door}.wait_combine(tree)", "tree(state)"),
    "wait_chain": ("{door}.wait_none()", "{door}.wait_chain(tree)", "tree(state)"),
    "retry_any": ("{door}.retry_never", "{door}.retry_any(tree)", "tree(state)"),
    "retry_all": ("{door}.retry_always", "{door}.retry_all(tree)", "tree(state)"),
    "mixed_by_signs": ("{door}.stop_never", "({door}.stop_never | tree) & tree", "tree(state)"),
    "in_a_call": (
        "{door}.stop_never",
        "{door}.stop_any(tree)",
        "{door}.Retrying(stop=tree)(int, 'x')",
    ),
    "repr": (
        "{door}.stop_never",
        "{door}.stop_any(tree)",
        "sys.setrecursionlimit(500); repr(tree)",
    ),
    "hash": ("{door}.stop_never", "{door}.stop_any(tree)", "hash(tree)"),
}
DOORS = {
    "strict": (["-c"], "import mainstay.retry as r", "r"),
    "lenient": (["-m", "mainstay", "run", "-c"], "import tenacity", "tenacity"),
}


@pytest.mark.parametrize("name", TREES)
@pytest.mark.parametrize("which", DOORS)
def test_a_tree_without_end_is_a_recursion_error(which: str, name: str) -> None:
    arguments, imports, door = DOORS[which]
    leaf, node, ask = (text.format(door=door) for text in TREES[name])
    program = DEEP.format(imports=imports, door=door, leaf=leaf, node=node, ask=ask)
    if name not in ("stop_any", "wait_combine", "wait_chain"):
        program = program.replace("100_000", "20_000")  # as deep as it need be, and sooner built
    done = subprocess.run(
        [sys.executable, *arguments, program],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    expected = "no error" if which == "lenient" and name in ("repr", "hash") else "RecursionError"
    assert done.stdout.split("\n")[:2] == [expected, "freed"]


def test_a_decorated_function_may_call_itself(door: Door) -> None:
    failed: set[int] = set()
    states: list[Any] = []

    @door.api.retry(before=states.append)
    def factorial(n: int) -> int:
        if n not in failed:
            failed.add(n)
            raise OSError(n)
        return 1 if n < 2 else n * int(factorial(n - 1))

    assert factorial(6) == 720
    assert len({id(state) for state in states}) == 6
    assert [state.attempt_number for state in dict.fromkeys(states)] == [2] * 6


def test_nested_calls_of_one_controller_keep_their_own_attempts(door: Door) -> None:
    log: list[Any] = []
    retrying = door.api.Retrying(stop=door.api.stop_after_attempt(3))

    def inner() -> None:
        log.append("inner")
        raise KeyError

    def outer() -> None:
        log.append("outer")
        retrying(inner)

    with pytest.raises(door.api.RetryError):
        retrying(outer)
    assert log == ["outer", "inner", "inner", "inner"] * 3


def test_recursion_without_end_ends_in_a_recursion_error(door: Door) -> None:
    @door.api.retry(
        stop=door.api.stop_after_attempt(2),
        retry=door.api.retry_if_exception_type(OSError),
    )
    def down(depth: int) -> Any:
        return down(depth + 1)

    with pytest.raises(RecursionError):
        down(0)


def test_a_hundred_levels_of_decorated_calls_are_no_problem(door: Door) -> None:
    @door.api.retry
    def down(depth: int) -> Any:
        return down(depth - 1) if depth else "bottom"

    assert down(100) == "bottom"


def test_nested_coroutines_keep_their_own_state(door: Door) -> None:
    failed: set[int] = set()

    async def sleep(seconds: float) -> None: ...

    @door.api.retry(sleep=sleep)
    async def down(depth: int) -> Any:
        if depth not in failed:
            failed.add(depth)
            raise OSError
        return await down(depth - 1) if depth else "bottom"

    assert drive(down(20)) == "bottom"
    assert down.statistics["attempt_number"] == 2


ENDLESS = """
import sys, threading
{imports}
sys.setrecursionlimit({limit})

@{door}.retry(
    stop={door}.stop_after_attempt(2), retry={door}.retry_if_exception_type(OSError){more}
)
def down(depth):
    return down(depth + 1)

def program():
    try:
        down(0)
    except RecursionError:
        print("RecursionError")

thread = threading.Thread(target=program)
thread.start()
thread.join()
program()
"""
WAYS = {"natively": "", "in_python": ", before=lambda state: None"}


@pytest.mark.parametrize("limit", [1_000, 20_000, 1_000_000])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("which", DOORS)
def test_no_recursion_limit_makes_recursion_a_crash(which: str, way: str, limit: int) -> None:
    arguments, imports, door = DOORS[which]
    program = ENDLESS.format(imports=imports, door=door, more=WAYS[way], limit=limit)
    done = subprocess.run(
        [sys.executable, *arguments, program],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "RecursionError\n" * 2), done.stderr[-2000:]


def test_recursion_in_a_thread_with_a_small_stack_is_no_crash_either(ours: Door) -> None:
    which = "strict" if ours.name == "strict" else "lenient"
    arguments, imports, door = DOORS[which]
    program = ENDLESS.format(imports=imports, door=door, more="", limit=100_000)
    program = program.replace("thread =", "threading.stack_size(512 * 1024)\nthread =")
    done = subprocess.run(
        [sys.executable, *arguments, program],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "RecursionError\n" * 2), done.stderr[-2000:]
