"""Collections and evolvers that threads share."""

from __future__ import annotations

import threading
from collections.abc import Callable

from mainstay.persistent import m, pmap, pset, pvector, v

THREADS = 8
ROUNDS = 300


def in_threads(work: Callable[[int], None]) -> None:
    """Runs `work(number)` in all threads at once; what one raises is raised here."""
    failures: list[BaseException] = []
    ready = threading.Barrier(THREADS)

    def run(number: int) -> None:
        try:
            ready.wait(60)
            work(number)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=[number]) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def test_versions_that_threads_make_of_one_vector_do_not_meet() -> None:
    base = pvector(range(20))
    made: dict[int, object] = {}

    def work(number: int) -> None:
        mine = base
        for _ in range(ROUNDS):
            mine = mine.append(number)
        made[number] = mine
        assert base == list(range(20))

    in_threads(work)
    for number, vector in made.items():
        assert vector == [*range(20), *[number] * ROUNDS]


def test_an_evolver_of_a_map_loses_nothing_that_threads_write() -> None:
    evolver = pmap({i: 0 for i in range(100)}).evolver()

    def work(number: int) -> None:
        for i in range(ROUNDS):
            evolver[number, i] = i
            if i % 50 == 0:
                assert evolver.persistent()[number, i] == i

    in_threads(work)
    assert len(evolver.persistent()) == 100 + THREADS * ROUNDS


def test_evolvers_of_vectors_and_sets_lose_nothing() -> None:
    vector, set_ = v().evolver(), pset().evolver()

    def work(number: int) -> None:
        for i in range(ROUNDS):
            vector.append((number, i))
            set_.add((number, i))

    in_threads(work)
    everything = {(number, i) for number in range(THREADS) for i in range(ROUNDS)}
    assert len(vector.persistent()) == len(everything)
    assert set(vector.persistent()) == everything
    assert set_.persistent() == everything


def test_threads_read_hash_and_compare_one_structure() -> None:
    shared = pmap({f"key {i}": m(n=i, v=v(i)) for i in range(500)})
    copy = pmap({f"key {i}": m(n=i, v=v(i)) for i in range(500)})

    def work(number: int) -> None:
        for i in range(20):
            assert shared == copy
            assert hash(shared) == hash(copy)
            assert sum(each.n for each in shared.values()) == 500 * 499 // 2
            assert shared.transform([f"key {i}", "n"], number)[f"key {i}"].n == number

    in_threads(work)
