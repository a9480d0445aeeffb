"""The tools of `itertools` for async iterables, and for plain ones in async code.

Every step looks for a cancellation before it takes an item, and gives other tasks a turn after it:
a cancelled step loses nothing.
"""

from __future__ import annotations

__all__ = (
    "Chain",
    "accumulate",
    "batched",
    "combinations",
    "combinations_with_replacement",
    "compress",
    "count",
    "cycle",
    "dropwhile",
    "filterfalse",
    "groupby",
    "islice",
    "pairwise",
    "permutations",
    "product",
    "repeat",
    "starmap",
    "takewhile",
    "tee",
    "zip_longest",
)

import itertools
import operator
import sys
from collections.abc import AsyncIterable, AsyncIterator
from typing import Any, Generic, TypeVar, cast, overload

from ._core._synchronization import Lock
from .lowlevel import cancel_shielded_checkpoint, checkpoint, checkpoint_if_cancelled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
    from typing import TypeAlias

T = TypeVar("T")
R = TypeVar("R")
if TYPE_CHECKING:
    AnyIterable: TypeAlias = Iterable[T] | AsyncIterable[T]

_END: Any = object()


class _Stepping(AsyncIterator[T]):
    """A plain iterator as an async one."""

    def __init__(self, iterable: Iterable[T]) -> None:
        self._iterator = iter(iterable)

    async def __anext__(self) -> T:
        await checkpoint_if_cancelled()
        item = next(self._iterator, _END)
        await cancel_shielded_checkpoint()
        if item is _END:
            raise StopAsyncIteration
        return cast("T", item)


def _iterate(iterable: AnyIterable[T]) -> AsyncIterator[T]:
    if isinstance(iterable, AsyncIterable):
        return aiter(iterable)
    return _Stepping(iterable)


async def _all_of(iterable: AnyIterable[T]) -> tuple[T, ...]:
    return tuple([item async for item in _iterate(iterable)])


async def _operator_add(x: Any, y: Any) -> Any:
    return x + y


async def accumulate(
    iterable: AnyIterable[T],
    function: Callable[[T, T], Awaitable[T]] = _operator_add,
    *,
    initial: T | None = None,
) -> AsyncGenerator[T, None]:
    """Running totals, or what `function` makes of the last result and each item."""
    total: T = _END
    if initial is not None:
        await checkpoint()
        total = initial
        yield total
    async for item in _iterate(iterable):
        total = item if total is _END else await function(total, item)
        yield total


async def batched(
    iterable: AnyIterable[T], n: int, *, strict: bool = False
) -> AsyncGenerator[tuple[T, ...], None]:
    """Tuples of `n` items. A last, shorter one is a ValueError with `strict`."""
    if n < 1:
        raise ValueError("n must be at least one")
    batch: list[T] = []
    async for item in _iterate(iterable):
        batch.append(item)
        if len(batch) == n:
            yield tuple(batch)
            batch.clear()
    if batch and strict:
        raise ValueError("batched(): incomplete batch")
    if batch:
        yield tuple(batch)


class Chain:
    """What `chain` is: call it with iterables, or `from_iterable` with an iterable of them."""

    def __call__(self, *iterables: AnyIterable[T]) -> AsyncGenerator[T, None]:
        return self.from_iterable(iterables)

    async def from_iterable(
        self, iterables: AnyIterable[Iterable[T] | AsyncIterable[T]]
    ) -> AsyncGenerator[T, None]:
        """The items of each iterable, one after the other."""
        # An async generator that was begun must be closed: do not begin one in a cancelled task.
        await checkpoint_if_cancelled()
        async for iterable in _iterate(iterables):
            async for item in _iterate(iterable):
                yield item


chain: Chain = Chain()


async def combinations(iterable: AnyIterable[T], r: int) -> AsyncGenerator[tuple[T, ...], None]:
    """Selections of `r` items, in the order of the input."""
    pool = await _all_of(iterable)
    async for selection in _Stepping(itertools.combinations(pool, r)):
        yield selection


async def combinations_with_replacement(
    iterable: AnyIterable[T], r: int
) -> AsyncGenerator[tuple[T, ...], None]:
    """Selections of `r` items where an item may come again."""
    pool = await _all_of(iterable)
    async for selection in _Stepping(itertools.combinations_with_replacement(pool, r)):
        yield selection


async def compress(data: AnyIterable[T], selectors: AnyIterable[object]) -> AsyncGenerator[T, None]:
    """The items whose selector is true; the shorter input ends it."""
    chosen = _iterate(selectors)
    async for item in _iterate(data):
        selector = await anext(chosen, _END)
        if selector is _END:
            return
        if selector:
            yield item


async def count(start: int = 0, step: int = 1) -> AsyncGenerator[int, None]:
    """Numbers from `start` on, for ever."""
    async for number in _Stepping(itertools.count(start, step)):
        yield number


async def cycle(iterable: AnyIterable[T]) -> AsyncGenerator[T, None]:
    """The items again and again, for ever; they are kept."""
    kept: list[T] = []
    async for item in _iterate(iterable):
        kept.append(item)
        yield item
    if kept:
        async for item in _Stepping(itertools.cycle(kept)):
            yield item


async def dropwhile(
    predicate: Callable[[T], Awaitable[object]], iterable: AnyIterable[T]
) -> AsyncGenerator[T, None]:
    """The items from the first one on for which `predicate` is false."""
    dropping = True
    async for item in _iterate(iterable):
        dropping = dropping and bool(await predicate(item))
        if not dropping:
            yield item


async def filterfalse(
    predicate: Callable[[T], Awaitable[object]], iterable: AnyIterable[T]
) -> AsyncGenerator[T, None]:
    """The items for which `predicate` is false."""
    async for item in _iterate(iterable):
        if not await predicate(item):
            yield item


@overload
def groupby(iterable: AnyIterable[T]) -> AsyncGenerator[tuple[T, list[T]], None]: ...


@overload
def groupby(
    iterable: AnyIterable[T], key: Callable[[T], Awaitable[R]]
) -> AsyncGenerator[tuple[R, list[T]], None]: ...


async def groupby(
    iterable: AnyIterable[T], key: Callable[[T], Awaitable[object]] | None = None
) -> AsyncGenerator[tuple[object, list[T]], None]:
    """Neighbours with the same key, as pairs of the key and a list."""
    group: list[T] = []
    common: object = None
    async for item in _iterate(iterable):
        found = item if key is None else await key(item)
        if group and found != common:
            yield common, group
            group = []
        if not group:
            common = found
        group.append(item)
    if group:
        yield common, group


def _slice_number(value: Any, default: int | None, smallest: int, problem: str) -> int | None:
    """`value` as a number of at least `smallest`, or `default` for None."""
    if value is None:
        return default
    try:
        number = operator.index(value)
    except TypeError:
        number = smallest - 1
    if not smallest <= number <= sys.maxsize:
        raise ValueError(problem)
    return number


@overload
def islice(iterable: AnyIterable[T], stop: int | None, /) -> AsyncGenerator[T, None]: ...


@overload
def islice(
    iterable: AnyIterable[T], start: int | None, stop: int | None, step: int | None = 1, /
) -> AsyncGenerator[T, None]: ...


async def islice(iterable: AnyIterable[T], *args: int | None) -> AsyncGenerator[T, None]:
    """Selected items by position, like slicing; the input is used up to the end of the slice."""
    if not args:
        raise TypeError("islice expected at least 2 arguments, got 1")
    if len(args) > 3:
        raise TypeError(f"islice expected at most 4 arguments, got {len(args) + 1}")
    first, last, stride = (None, args[0], None) if len(args) == 1 else (*args, None)[:3]
    limits = "must be None or an integer: 0 <= x <= sys.maxsize."
    position = _slice_number(first, 0, 0, f"Indices for islice() {limits}") or 0
    stop = _slice_number(last, None, 0, f"Stop argument for islice() {limits}")
    step = _slice_number(stride, 1, 1, "Step for islice() must be a positive integer or None.")

    # What is before the start is taken in any case, also when nothing is given out.
    end = None if stop is None else max(position, stop)
    if end == 0:
        await checkpoint()
        return
    taken = 0
    async for item in _iterate(iterable):
        if taken == position and (stop is None or taken < stop):
            position += step or 1
            yield item
        taken += 1
        if taken == end:
            return


async def pairwise(iterable: AnyIterable[T]) -> AsyncGenerator[tuple[T, T], None]:
    """Each item with the one after it."""
    previous: T = _END
    async for item in _iterate(iterable):
        if previous is not _END:
            yield previous, item
        previous = item


async def permutations(
    iterable: AnyIterable[T], r: int | None = None
) -> AsyncGenerator[tuple[T, ...], None]:
    """Arrangements of `r` items, or of all."""
    pool = await _all_of(iterable)
    async for arrangement in _Stepping(itertools.permutations(pool, r)):
        yield arrangement


async def product(
    *iterables: AnyIterable[T], repeat: int = 1
) -> AsyncGenerator[tuple[T, ...], None]:
    """One item of each iterable, in all ways; `repeat` takes the iterables so many times."""
    times = operator.index(repeat)
    if times < 0:
        raise ValueError("repeat argument cannot be negative")
    pools = [await _all_of(iterable) for iterable in iterables] if times else []
    async for choice in _Stepping(itertools.product(*pools, repeat=times)):
        yield choice


async def repeat(element: T, times: int | None = None) -> AsyncGenerator[T, None]:
    """The same object for ever, or `times` times."""
    same = (
        itertools.repeat(element)
        if times is None
        else itertools.repeat(element, operator.index(times))
    )
    async for each in _Stepping(same):
        yield each


async def starmap(
    function: Callable[..., Awaitable[R]],
    iterable: AnyIterable[Iterable[object] | AsyncIterable[object]],
) -> AsyncGenerator[R, None]:
    """Results of `function`, called with the items of each iterable as arguments."""
    async for arguments in _iterate(iterable):
        values = arguments
        if isinstance(arguments, AsyncIterable):
            values = await _all_of(arguments)
        yield await function(*cast("Iterable[object]", values))


class _Link(Generic[T]):
    """A place in the chain of items that tee's iterators walk; the last one is empty."""

    __slots__ = ("item", "next")

    def __init__(self) -> None:
        self.item: T = _END
        self.next: _Link[T] | None = None


class _Source(Generic[T]):
    """What tee's iterators share: the input, and a lock so that one of them asks it at a time."""

    def __init__(self, iterator: AsyncIterator[T]) -> None:
        self._iterator = iterator
        self._lock = Lock()

    async def fill(self, link: _Link[T]) -> bool:
        """Put the next item into `link` unless another task did; False at the end of input."""
        async with self._lock:
            if link.next is None:
                item = await anext(self._iterator, _END)
                if item is _END:
                    return False
                link.item = item
                link.next = _Link()
        return True


class _Tee(AsyncIterator[T]):
    def __init__(self, source: _Source[T], link: _Link[T]) -> None:
        self._source = source
        self._link = link

    async def __anext__(self) -> T:
        link = self._link
        if link.next is None:
            if not await self._source.fill(link):
                raise StopAsyncIteration
        else:
            await checkpoint()
        # Two tasks at one iterator: the second one takes what follows.
        if self._link is not link:
            return await self.__anext__()
        assert link.next is not None
        self._link = link.next
        return link.item

    def fork(self) -> _Tee[T]:
        return _Tee(self._source, self._link)


def tee(iterable: AnyIterable[T], n: int = 2) -> tuple[AsyncIterator[T], ...]:
    """`n` iterators over the same items, each at its own pace; items wait for the slowest.

    Different tasks may use them. Of an iterator that came from `tee` it makes copies, which begin
    where that one is.
    """
    wanted = operator.index(n)
    if wanted < 0:
        raise ValueError("n must be >= 0")
    if isinstance(iterable, _Tee):
        first: _Tee[T] = iterable.fork()
    else:
        first = _Tee(_Source(_iterate(iterable)), _Link())
    return tuple([first, *(first.fork() for _ in range(wanted - 1))][:wanted])


async def takewhile(
    predicate: Callable[[T], Awaitable[object]], iterable: AnyIterable[T]
) -> AsyncGenerator[T, None]:
    """The items up to the first one for which `predicate` is false, which is used up."""
    async for item in _iterate(iterable):
        if not await predicate(item):
            return
        yield item


async def zip_longest(
    *iterables: AnyIterable[object], fillvalue: object = None
) -> AsyncGenerator[tuple[object, ...], None]:
    """Tuples with one item of each iterable; `fillvalue` stands in for those that ended."""
    open_ones: list[AsyncIterator[object] | None] = [_iterate(each) for each in iterables]
    if not open_ones:
        await checkpoint()
    while any(each is not None for each in open_ones):
        row: list[object] = []
        for place, iterator in enumerate(open_ones):
            item = _END if iterator is None else await anext(iterator, _END)
            if item is _END:
                open_ones[place] = None
            row.append(fillvalue if item is _END else item)
        if any(each is not None for each in open_ones):
            yield tuple(row)
