"""Leaving a loop, however it ends, stores the count and closes the bar."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from mainstay.progress import _native, trange
from mainstay.progress.std import tqdm

from .programs import Terminal


def test_the_last_item_stores_the_count_and_closes_the_bar(screen: Terminal) -> None:
    bar = tqdm("abc", file=screen)
    assert list(bar) == ["a", "b", "c"]
    assert (bar.n, bar.disable) == (3, True)
    assert screen.getvalue().endswith("\n")


def test_break_closes_the_bar_at_once_with_the_item_in_hand_not_counted(screen: Terminal) -> None:
    bar = tqdm(range(9), file=screen)
    for each in bar:
        if each == 4:
            break
    assert (bar.n, bar.disable) == (4, True)


@pytest.mark.parametrize("kind", [KeyboardInterrupt, ValueError])
def test_an_error_in_the_body_closes_the_bar_and_goes_on(
    screen: Terminal, kind: type[BaseException]
) -> None:
    bar = tqdm(range(9), file=screen)

    def loop() -> None:
        for each in bar:
            if each == 2:
                raise kind("in the body")

    with pytest.raises(kind, match="in the body"):
        loop()
    assert (bar.n, bar.disable) == (2, True)


def test_an_error_of_the_iterable_closes_the_bar_and_is_raised(screen: Terminal) -> None:
    def items() -> Iterator[int]:
        yield 1
        raise OSError("no more")

    bar = tqdm(items(), file=screen)
    with pytest.raises(OSError, match="no more"):
        list(bar)
    assert (bar.n, bar.disable) == (1, True)


def test_an_iterable_that_is_none_closes_the_bar(screen: Terminal) -> None:
    bar: Any = tqdm(5, file=screen)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="'int' object is not iterable"):
        iter(bar).__next__()
    assert bar.disable is True


def test_a_loop_that_never_began_leaves_the_bar_open(screen: Terminal) -> None:
    bar = tqdm(range(3), file=screen)
    iter(bar)
    assert bar.disable is False
    bar.close()


def test_the_iterator_has_the_methods_of_a_generator(screen: Terminal) -> None:
    bar = tqdm(range(9), file=screen)
    loop: Any = iter(bar)
    with pytest.raises(TypeError, match="just-started generator"):
        loop.send(1)
    assert loop.send(None) == 0
    assert next(loop) == 1
    with pytest.raises(KeyError, match="thrown"):
        loop.throw(KeyError("thrown"))
    assert (bar.n, bar.disable) == (1, True)
    with pytest.raises(StopIteration):
        loop.send(None)

    again = tqdm(range(9), file=screen)
    loop = iter(again)
    assert next(loop) == 0
    loop.close()
    assert again.disable is True
    assert list(loop) == []


def test_send_reaches_the_generator_of_a_disabled_bar() -> None:
    def echo() -> Any:
        got = yield "first"
        while True:
            got = yield got

    loop: Any = iter(tqdm(echo(), disable=True))
    assert next(loop) == "first"
    assert loop.send(5) == 5


def test_an_iterable_that_asks_its_own_loop_for_an_item_is_refused(screen: Terminal) -> None:
    class Asking:
        def __iter__(self) -> Iterator[int]:
            with pytest.raises(ValueError, match="while the loop begins"):
                next(loop)
            return iter(range(3))

    loop: Any = iter(tqdm(Asking(), file=screen))
    assert list(loop) == [0, 1, 2]
    loop = iter(tqdm(Asking(), disable=True))
    assert list(loop) == [0, 1, 2]


def test_an_iterator_that_was_never_made_has_no_items() -> None:
    assert list(_native.Iterator.__new__(_native.Iterator)) == []


@pytest.mark.parametrize("initial", [2**53 - 3, 3 - 2**53, 2**53 + 1])
def test_counts_beyond_what_the_native_loop_knows_lose_no_items(
    screen: Terminal, initial: int
) -> None:
    bar = tqdm(iter(range(10)), initial=initial, mininterval=0, miniters=1, file=screen)
    assert list(bar) == list(range(10))
    assert bar.n == initial + 10


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), float("-inf"), 1e300])
def test_odd_numbers_in_a_bar_do_not_change_its_count(screen: Terminal, odd: float) -> None:
    bar = tqdm(range(10), mininterval=0, file=screen)
    bar.last_print_n = odd
    assert list(bar) == list(range(10))
    assert (bar.n, bar.disable) == (10, True)


def test_closing_a_loop_that_counts_in_python_closes_its_bar(screen: Terminal) -> None:
    bar: Any = tqdm(iter(range(9)), initial=Fraction(0), file=screen)  # type: ignore[arg-type]
    loop: Any = iter(bar)
    next(loop)
    next(loop)
    loop.close()
    assert (bar.n, bar.disable) == (1, True)


def test_bars_copy_and_those_that_do_nothing_pickle(screen: Terminal) -> None:
    quiet = tqdm(range(3), initial=2, disable=True)
    for made in (pickle.loads(pickle.dumps(quiet)), copy.deepcopy(quiet)):
        assert (made.n, made.total, made.disable, list(made)) == (2, 3, True, [0, 1, 2])
    with tqdm(total=9, initial=4, file=screen) as bar, copy.copy(bar) as other:
        assert (other.n, other.start_t, other.total) == (4, bar.start_t, 9)


def test_numbers_that_are_no_plain_ones_are_counted_in_python(screen: Terminal) -> None:
    bar: Any = tqdm(range(3), initial=Fraction(5), file=screen)  # type: ignore[arg-type]
    assert list(bar) == [0, 1, 2]
    assert bar.n == Fraction(8)

    bar = tqdm(total=9, file=screen)
    bar.update(Fraction(3, 2))
    bar.update(2)
    assert bar.n == Fraction(7, 2)
    bar.n = 2**70
    assert bar.n == 2**70
    bar.update()
    assert bar.n == 2**70 + 1
    bar.close()


def test_reversed_goes_backwards(screen: Terminal) -> None:
    assert list(reversed(tqdm(range(3), file=screen))) == [2, 1, 0]


def test_the_body_sees_the_numbers_as_they_are_and_may_set_them(screen: Terminal) -> None:
    bar = tqdm(range(4), file=screen, mininterval=0, miniters=1)
    seen = [(bar.n, bar.last_print_n) for _ in bar]
    assert seen == [(0, 0), (1, 1), (2, 2), (3, 3)]

    bar = tqdm(range(6), file=screen, mininterval=0, miniters=100)
    for each in bar:
        if each == 2:
            bar.miniters = 1
    assert bar.last_print_n == 5 or bar.n == 6


def test_deleted_numbers_are_missing(screen: Terminal) -> None:
    bar = tqdm(total=2, file=screen, mininterval=0)
    start = bar.start_t
    del bar.start_t
    assert not hasattr(bar, "start_t")
    with pytest.raises(AttributeError, match="'tqdm' object has no attribute 'start_t'"):
        bar.update()
    bar.start_t = start
    bar.close()


def test_methods_of_subclasses_are_called(screen: Terminal) -> None:
    class Counted(tqdm[int]):
        updates = 0

        def update(self, n: float | None = 1) -> bool | None:
            type(self).updates += 1
            return super().update(n)

    for _ in Counted(range(4), file=screen, mininterval=0, miniters=1):
        pass
    assert Counted.updates == 4


def test_a_closing_that_fails_is_raised_at_the_end_and_reported_in_the_middle(
    screen: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[Any] = []
    monkeypatch.setattr("sys.unraisablehook", reported.append)

    class Failing(tqdm[int]):
        def close(self) -> None:
            super().close()
            raise OSError("not closed")

        def __del__(self) -> None: ...

    with pytest.raises(OSError, match="not closed"):
        list(Failing(range(2), file=screen))
    for _ in Failing(range(2), file=screen):
        break
    assert [type(each.exc_value) for each in reported] == [OSError]


def test_a_bar_in_a_cycle_is_collected_and_closed(screen: Terminal) -> None:
    class Items(list[Any]):
        pass

    items = Items([1, 2])
    bar = tqdm(items, file=screen)
    loop = iter(bar)
    next(loop)
    items.append((bar, loop))
    gone = weakref.ref(bar)
    del bar, items, loop
    gc.collect()
    assert gone() is None


def test_the_clock_of_a_bar_is_asked_wherever_it_was_replaced(screen: Terminal) -> None:
    asked: list[float] = []

    def clock() -> float:
        asked.append(float(len(asked)))
        return asked[-1]

    bar = trange(3, file=screen, mininterval=0, miniters=1)
    bar._time = clock
    bar.start_t = bar.last_print_t = 0
    list(bar)
    assert len(asked) >= 9  # two looks and one drawing for each item

    bar = trange(3, file=screen)
    bar._time = lambda: 1 // 0
    with pytest.raises(ZeroDivisionError):
        list(bar)
    assert bar.disable is True
