"""Whole programs on diskcache and on mainstay: the same answers, errors and items."""

from __future__ import annotations

import collections
import itertools
import shutil
import sqlite3
import tempfile
import time
from fractions import Fraction
from typing import Any
from unittest import mock

import diskcache
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mainstay import cache as ours

# Named, so that programs print short.
LARGE: dict[Any, Any] = {
    "<text>": "x" * 40_000,
    "<bytes>": b"x" * 40_000,
    "<list>": list(range(20_000)),
}
KEYS = st.sampled_from([0, 1, 1.0, 2.5, "a", "b", b"a", ("a", 1), True, None, 2**70])
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**66), 2**66),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    st.binary(max_size=5),
    st.sampled_from([*LARGE, Fraction(1, 3)]),
    st.lists(st.dictionaries(st.text("ab"), st.integers(), max_size=2), max_size=2),
)
EXPIRY = st.sampled_from([None, None, None, -1, 0.5, 5, 10_000])
TAGS = st.sampled_from([None, None, "red", "blue", 1, 1.0, b"x"])
PREFIXES = st.sampled_from([None, "q"])
SIDES = st.sampled_from(["front", "back"])
FLAGS = st.fixed_dictionaries({}, optional={"expire_time": st.booleans(), "tag": st.booleans()})


def call(name: str, *args: Any, **kwargs: Any) -> Any:
    """A call of a method: name, positional arguments, then named ones."""
    named = st.fixed_dictionaries(kwargs)
    return st.tuples(st.just(name), st.tuples(*args), named)


STEPS = st.one_of(
    call("set", KEYS, VALUES, expire=EXPIRY, tag=TAGS),
    call("__setitem__", KEYS, VALUES),
    call("add", KEYS, VALUES, expire=EXPIRY, tag=TAGS),
    st.tuples(st.just("get"), st.tuples(KEYS, st.just("default")), FLAGS),
    st.tuples(st.just("pop"), st.tuples(KEYS, st.just("default")), FLAGS),
    call("__getitem__", KEYS),
    call("__contains__", KEYS),
    call("touch", KEYS, EXPIRY),
    call("delete", KEYS),
    call("__delitem__", KEYS),
    call("incr", KEYS, st.sampled_from([1, -3, 2.5, 2**62]), st.sampled_from([0, None, 5])),
    call("decr", KEYS),
    call("push", VALUES, PREFIXES, SIDES, expire=EXPIRY),
    st.tuples(st.just("pull"), st.tuples(PREFIXES, st.just(("none", 0)), SIDES), FLAGS),
    st.tuples(st.just("peek"), st.tuples(PREFIXES, st.just(("none", 0)), SIDES), FLAGS),
    st.tuples(st.just("peekitem"), st.tuples(st.booleans()), FLAGS),
    call("expire"),
    call("evict", TAGS),
    call("cull"),
    call("stats", st.booleans(), st.booleans()),
    call("begin"),
    call("commit"),
    call("rollback"),
    call("wait", st.sampled_from([0.3, 3.0])),
)


class Rollback(Exception):
    pass


def run(cache: Any, steps: list[Any], clock: list[float] | None) -> list[Any]:
    """What a program answers, step by step, and the items it leaves."""
    answers: list[Any] = []
    open_blocks: list[Any] = []
    # The peer loses large values that a rolled-back transaction replaced.
    large = {} if any(name == "rollback" for name, _, _ in steps) else LARGE
    for name, drawn, kwargs in steps:
        args = [large.get(arg, arg) if isinstance(arg, str) else arg for arg in drawn]
        try:
            if name == "begin":
                open_blocks.append(cache.transact())
                open_blocks[-1].__enter__()
            elif name in ("commit", "rollback"):
                if open_blocks and (name == "commit" or len(open_blocks) == 1):
                    raised = () if name == "commit" else (Rollback, Rollback(), None)
                    open_blocks.pop().__exit__(*(raised or (None, None, None)))
            elif name == "wait":
                if clock is not None:
                    clock[0] += args[0]
            else:
                answers.append((name, getattr(cache, name)(*args, **kwargs)))
        except Exception as error:
            if name != "rollback":
                kind = type(error)
                taken = kind is sqlite3.IntegrityError  # a queue grew onto another key
                answers.append((name, ours.StoreError if taken else kind))
    while open_blocks:
        open_blocks.pop().__exit__(None, None, None)
    # The other keys are sorted by what is stored of them, which is not the same.
    raw = {int, float, str, bytes}
    for reverse in (False, True):
        keys = cache.iterkeys(reverse=reverse)
        answers.append([key for key in keys if type(key) in raw and key != 2**70])
    answers += [list(cache), list(reversed(cache)), len(cache)]
    answers.append([cache.get(key, tag=True) for key in cache])
    if isinstance(cache, ours.Cache):  # the peer leaves files behind
        assert [str(found.message) for found in cache.check()] == []
    return answers


def rounded(answer: Any) -> Any:
    """Times of expiry without the time the program ran at; types beside numbers."""
    if isinstance(answer, (list, tuple)):
        return type(answer), [rounded(part) for part in answer]
    if isinstance(answer, float) and answer > 1e9 and answer < 1e10:
        return "time"
    return type(answer), answer


# diskcache leaves connections to the collector, which Python 3.13 warns of.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <sqlite3.Connection")
@settings(max_examples=200, deadline=None)
@given(st.lists(STEPS, max_size=25), st.booleans(), st.sampled_from(sorted(ours.EVICTION_POLICY)))
def test_programs_answer_the_same(steps: list[Any], frozen: bool, policy: str) -> None:
    results = []
    for kind, options in ((diskcache.Cache, {}), (ours.Cache, {"pickle": "allow"})):
        directory, clock = tempfile.mkdtemp(), [time.time()]
        try:
            with kind(directory, eviction_policy=policy, **options) as cache:
                if frozen:
                    with mock.patch("time.time", lambda clock=clock: clock[0]):
                        results.append(rounded(run(cache, steps, clock)))
                else:
                    short = [step for step in steps if step[2].get("expire") not in (0.5, 5)]
                    results.append(rounded(run(cache, short, None)))
        finally:
            shutil.rmtree(directory)
    assert results[0] == results[1]


NUMBERS = st.integers(0, 3)
DEQUE_STEPS = st.one_of(
    call("append", NUMBERS),
    call("appendleft", NUMBERS),
    call("pop"),
    call("popleft"),
    call("remove", NUMBERS),
    call("count", NUMBERS),
    call("rotate", st.integers(-5, 5)),
    call("reverse"),
    call("extend", st.lists(NUMBERS, max_size=3)),
    call("extendleft", st.lists(NUMBERS, max_size=3)),
    call("__getitem__", st.integers(-4, 4)),
    call("__setitem__", st.integers(-4, 4), NUMBERS),
    call("__delitem__", st.integers(-4, 4)),
    call("__len__"),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(NUMBERS), st.lists(DEQUE_STEPS, max_size=15), st.sampled_from([None, 0, 3]))
def test_a_deque_is_that_of_the_standard_library(
    start: list[int], steps: list[Any], maxlen: int | None
) -> None:
    directory = tempfile.mkdtemp()
    try:
        mine, standard = ours.Deque(start, directory, maxlen), collections.deque(start, maxlen)
        for name, args, _ in steps:
            outcomes: list[Any] = []
            for each in (mine, standard):
                try:
                    outcomes.append(getattr(each, name)(*args))
                except Exception as error:
                    outcomes.append(type(error))
            assert outcomes[0] == outcomes[1], name
            assert list(mine) == list(standard), name
        assert list(itertools.chain(reversed(mine))) == list(reversed(standard))
        mine.cache.close()
    finally:
        shutil.rmtree(directory)
