"""Functions over iterables: chunks and windows, groups, unique values, nested data, GUIDs.

Each `*_iter` is lazy and has a sibling that returns a list. The functions keep no state; the two
generators of GUIDs, `guid_iter` and `seq_guid_iter`, may be shared by threads.
"""

from __future__ import annotations

import math
import os
import random
from _collections_abc import Iterable
from functools import partial
from itertools import chain, count, islice, repeat, tee
from operator import eq

from . import _native
from ._nested import (
    PathAccessError,
    default_enter,
    default_exit,
    default_visit,
    get_path,
    remap,
    research,
)
from ._sentinels import Sentinel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    Key = Callable[[Any], Any] | str | None

# fmt: off
__all__ = [
    "GUIDerator", "PathAccessError", "SequentialGUIDerator", "backoff", "backoff_iter",
    "bucketize", "chunk_ranges", "chunked", "chunked_iter", "default_enter", "default_exit",
    "default_visit", "first", "flatten", "flatten_iter", "frange", "get_path", "guid_iter",
    "is_collection", "is_iterable", "is_scalar", "lstrip", "lstrip_iter", "one", "pairwise",
    "pairwise_iter", "partition", "redundant", "remap", "research", "rstrip", "rstrip_iter",
    "same", "seq_guid_iter", "soft_sorted", "split", "split_iter", "strip", "strip_iter",
    "unique", "unique_iter", "untyped_sorted", "windowed", "windowed_iter", "xfrange",
]
# fmt: on

_UNSET: Any = Sentinel("_UNSET", __name__)


def is_iterable(obj: object) -> bool:
    """Whether `iter(obj)` works.

    >>> is_iterable([]), is_iterable(1)
    (True, False)
    """
    try:
        return iter(obj) is not None  # type: ignore[call-overload]
    except TypeError:
        return False


def is_scalar(obj: object) -> bool:
    """Whether a value is one thing: a text, bytes, or nothing that can be iterated."""
    return isinstance(obj, (str, bytes)) or not is_iterable(obj)


def is_collection(obj: object) -> bool:
    """Whether a value can be iterated and is neither text nor bytes."""
    return not is_scalar(obj)


def _iterable(src: Any) -> Any:
    if not is_iterable(src):
        raise TypeError("expected an iterable")
    return src


def _natural(value: Any, name: str, least: int = 1) -> int:
    number = int(value)
    if number < least:
        raise ValueError("expected a positive integer " + name)
    return number


def split(src: Iterable[Any], sep: Any = None, maxsplit: int | None = None) -> list[list[Any]]:
    """A list of the parts between separators; see `split_iter`.

    >>> split([1, 2, None, None, 3])
    [[1, 2], [3]]
    """
    return list(split_iter(src, sep, maxsplit))


def split_iter(
    src: Iterable[Any], sep: Any = None, maxsplit: int | None = None
) -> Iterator[list[Any]]:
    """Yields the parts between separators as lists, as `str.split` does with texts.

    `sep` is a value, an iterable of values, or a function that says which values separate. Without
    it None separates, and several in a row count as one. At most `maxsplit` splits are made.
    """
    _iterable(src)
    left = -1 if maxsplit is None else int(maxsplit)
    values = iter(src)
    separates: Callable[[Any], Any]
    if callable(sep):
        separates = sep
    elif is_scalar(sep):
        separates = partial(eq, sep)
    else:
        separates = frozenset(sep).__contains__
    part: list[Any] = []
    if maxsplit is not None and left <= 0:
        part.extend(values)
    for value in values:
        if not separates(value):
            part.append(value)
        elif part or sep is not None:
            yield part
            part = []
            left -= 1
            if left == 0:
                part.extend(values)
    if part or sep is not None or left == 0 == maxsplit:
        yield part


def lstrip(iterable: Iterable[Any], strip_value: Any = None) -> list[Any]:
    """A list without the leading values that equal `strip_value`."""
    return list(lstrip_iter(iterable, strip_value))


def lstrip_iter(iterable: Iterable[Any], strip_value: Any = None) -> Iterator[Any]:
    """Yields what follows the leading values that equal `strip_value`."""
    values = iter(iterable)
    for value in values:
        if value != strip_value:
            yield value
            break
    yield from values


def rstrip(iterable: Iterable[Any], strip_value: Any = None) -> list[Any]:
    """A list without the values at the end that equal `strip_value`."""
    return list(rstrip_iter(iterable, strip_value))


def rstrip_iter(iterable: Iterable[Any], strip_value: Any = None) -> Iterator[Any]:
    """Yields values; holds those that equal `strip_value` back until another one follows."""
    held: list[Any] = []
    for value in iterable:
        if value == strip_value:
            held.append(value)
            continue
        if held:
            yield from held
            held = []
        yield value


def strip(iterable: Iterable[Any], strip_value: Any = None) -> list[Any]:
    """A list without the values at both ends that equal `strip_value`.

    >>> strip([0, 1, 0, 2, 0], 0)
    [1, 0, 2]
    """
    return list(strip_iter(iterable, strip_value))


def strip_iter(iterable: Iterable[Any], strip_value: Any = None) -> Iterator[Any]:
    """Yields values without those at both ends that equal `strip_value`."""
    return rstrip_iter(lstrip_iter(iterable, strip_value), strip_value)


def chunked(src: Iterable[Any], size: int, count: int | None = None, **kw: Any) -> list[Any]:
    """A list of chunks of `size` values, at most `count` of them; see `chunked_iter`.

    >>> chunked(range(5), 2, fill=None)
    [[0, 1], [2, 3], [4, None]]
    """
    return list(islice(chunked_iter(src, size, **kw), count))


def chunked_iter(src: Iterable[Any], size: int, **kw: Any) -> Iterator[Any]:
    """Yields lists of `size` values; the last is shorter unless a `fill` is given.

    Chunks of a text are texts, those of bytes are bytes.
    """
    _iterable(src)
    size = _natural(size, "chunk size")
    fill = kw.pop("fill", _UNSET)
    if kw:
        raise ValueError(f"got unexpected keyword arguments: {kw.keys()!r}")
    if type(src) is list and fill is _UNSET:
        for start in range(0, len(src), size):
            yield src[start : start + size]
        return
    values = iter(src)
    while chunk := list(islice(values, size)):
        if fill is not _UNSET:
            chunk.extend(repeat(fill, size - len(chunk)))
        if isinstance(src, str):
            yield "".join(chunk)
        elif isinstance(src, bytes):
            yield bytes(chunk)
        else:
            yield chunk


def chunk_ranges(
    input_size: int,
    chunk_size: int,
    input_offset: int = 0,
    overlap_size: int = 0,
    align: bool = False,
) -> Iterator[tuple[int, int]]:
    """Yields (start, end) of chunks that cover `input_size` places from `input_offset` on.

    Neighbours share `overlap_size` places. With `align` each but the first starts at a multiple of
    `chunk_size - overlap_size`.

    >>> list(chunk_ranges(10, 5, input_offset=10, overlap_size=1))
    [(10, 15), (14, 19), (18, 20)]
    """
    input_size = _natural(input_size, "input_size", 0)
    chunk_size = _natural(chunk_size, "chunk_size")
    start = _natural(input_offset, "input_offset", 0)
    overlap_size = _natural(overlap_size, "overlap_size", 0)
    stop, stride = start + input_size, chunk_size - overlap_size
    if align:
        length = chunk_size - start % stride
        if length != overlap_size:  # else the next one holds all of it
            yield (start, min(start + length, stop))
            if start + length >= stop:
                return
        start += length - overlap_size
    for place in range(start, stop, stride):
        yield (place, min(place + chunk_size, stop))
        if place + chunk_size >= stop:
            return


def pairwise(src: Iterable[Any], end: Any = _UNSET) -> list[tuple[Any, Any]]:
    """A list of neighbours: windows of size 2.

    >>> pairwise(range(3)), pairwise(range(3), end=None)
    ([(0, 1), (1, 2)], [(0, 1), (1, 2), (2, None)])
    """
    return list(windowed_iter(src, 2, end))


def pairwise_iter(src: Iterable[Any], end: Any = _UNSET) -> Iterator[tuple[Any, Any]]:
    """Iterates over neighbours; with `end` the last value has it as its neighbour."""
    return windowed_iter(src, 2, end)


def windowed(src: Iterable[Any], size: int, fill: Any = _UNSET) -> list[tuple[Any, ...]]:
    """A list of windows; see `windowed_iter`."""
    return list(windowed_iter(src, size, fill))


def windowed_iter(src: Iterable[Any], size: int, fill: Any = _UNSET) -> Iterator[Any]:
    """Iterates over tuples of `size` neighbours.

    Without `fill` only full windows come; with it one starts at each value.

    >>> list(windowed_iter("abcd", 3))
    [('a', 'b', 'c'), ('b', 'c', 'd')]
    """
    # Of these, iterators that stand at different places cost less than tee's.
    steady = type(src) in (list, tuple, str, range) and size > 0
    again = repeat(src, size) if steady else tee(src, size)
    shifted: list[Any] = [
        islice(values, skipped, None) if skipped else values for skipped, values in enumerate(again)
    ]
    if fill is not _UNSET:
        shifted[1:] = [chain(values, repeat(fill)) for values in shifted[1:]]
    return zip(*shifted)  # noqa: B905


def xfrange(stop: float, start: float | None = None, step: float = 1.0) -> Iterator[float]:
    """Yields floats from `start` up to `stop`, which is left out; see `frange`."""
    if not step:
        raise ValueError("step must be non-zero")
    # With two numbers the first is where it starts, as with range().
    begin, end = (0.0, stop) if start is None else (stop, start)
    value = begin * 1.0
    for _ in range(math.ceil((end * 1.0 - value) / step)):
        yield value
        value += step


def frange(stop: float, start: float | None = None, step: float = 1.0) -> list[float]:
    """A list as `range` would give, of floats.

    >>> frange(1, 3, 0.75)
    [1.0, 1.75, 2.5]
    """
    return list(xfrange(stop, start, step))


def backoff(
    start: float,
    stop: float,
    count: int | str | None = None,
    factor: float = 2.0,
    jitter: float = False,
) -> list[float]:
    """A list of growing waits; see `backoff_iter`. `count` must be a number.

    >>> backoff(1, 10)
    [1.0, 2.0, 4.0, 8.0, 10.0]
    """
    if count == "repeat":
        raise ValueError("'repeat' supported in backoff_iter, not backoff")
    return list(backoff_iter(start, stop, count=count, factor=factor, jitter=jitter))


def backoff_iter(
    start: float,
    stop: float,
    count: int | str | None = None,
    factor: float = 2.0,
    jitter: float = False,
) -> Iterator[float]:
    """Yields floats that grow by `factor` from `start` to `stop`, at which they stay.

    Without `count` it ends when `stop` is reached; "repeat" goes on without an end. With `jitter`
    of -1.0 to 1.0 each is moved at random by up to that part of it: down, or up where negative.
    """
    start, stop, factor = float(start), float(stop), float(factor)
    if start < 0:
        raise ValueError(f"expected start >= 0, not {start!r}")
    if factor < 1.0:
        raise ValueError(f"expected factor >= 1.0, not {factor!r}")
    if stop == 0.0:
        raise ValueError("expected stop >= 0")
    if stop < start:
        raise ValueError(f"expected stop >= start, not {stop!r}")
    if count is None:
        count = _steps(start, stop, factor)
    elif count != "repeat" and int(count) < 0:
        raise ValueError(f'count must be positive or "repeat", not {count!r}')
    jitter = float(jitter)
    if not -1.0 <= jitter <= 1.0:
        raise ValueError(f"expected jitter -1 <= j <= 1, not: {jitter!r}")
    value = start
    for _ in repeat(None) if count == "repeat" else range(int(count)):
        yield value - value * jitter * random.random() if jitter else value
        value = min(value * factor, stop) if value else min(1.0, stop)


def _steps(start: float, stop: float, factor: float) -> int:
    """How many waits reach `stop`: the first, and one for each time it is multiplied."""
    if start == stop:
        return 1
    if factor == 1.0:
        raise ValueError(
            f"expected factor > 1.0 when count is None and start != stop, not {factor!r}"
        )
    grown = 1 + math.ceil(math.log(stop / (start or 1.0), factor))
    return grown if start else grown + 1


def bucketize(
    src: Iterable[Any],
    key: Any = bool,
    value_transform: Callable[[Any], Any] | None = None,
    key_filter: Callable[[Any], Any] | None = None,
) -> dict[Any, list[Any]]:
    """A dict of lists: the values of `src` by what `key` says of each.

    `key` is a function, the name of an attribute, or a list with the key of each value.
    `value_transform` changes what is put in; keys that `key_filter` refuses are left out.

    >>> bucketize(range(6), lambda n: n % 3)
    {0: [0, 3], 1: [1, 4], 2: [2, 5]}
    """
    _iterable(src)
    if isinstance(key, list):
        if len(key) != len(src):  # type: ignore[arg-type]
            raise ValueError("key and src have to be the same length")
        keys = iter(key)
        key = lambda value: next(keys)  # noqa: E731
    elif not callable(key) and not isinstance(key, str):
        raise TypeError("expected key to be callable or a string or a list")
    if value_transform is not None and not callable(value_transform):
        raise TypeError("expected callable value transform function")
    return _native.bucketize(src, key, value_transform, key_filter)


def partition(src: Iterable[Any], key: Any = bool, *keys: Any) -> tuple[list[Any], ...]:
    """Lists of the values for which each predicate is the first to be true; the last has the rest.

    >>> partition(["", "a", "", "b"])
    (['a', 'b'], ['', ''])
    """
    _iterable(src)
    tests = (key, *keys)
    if not all(callable(each) or isinstance(each, str) for each in tests):
        raise TypeError("expected key to be callable or a string")
    return _native.partition(src, tests)


def unique(src: Iterable[Any], key: Key = None) -> list[Any]:
    """A list of the values whose key comes for the first time; see `unique_iter`.

    >>> unique([1, 2, 1, 3, 2])
    [1, 2, 3]
    """
    _checked_key(src, key)
    return _native.unique(src, key)


def unique_iter(src: Iterable[Any], key: Key = None) -> Iterator[Any]:
    """Yields the values whose key comes for the first time, in order.

    `key` is a function or the name of an attribute; without it, or where a value has no such
    attribute, the value is its own key.
    """
    _checked_key(src, key)
    seen = set()
    for value in src:
        if key is None:
            found = value
        else:
            found = getattr(value, key, value) if isinstance(key, str) else key(value)
        if found not in seen:
            seen.add(found)
            yield value


def _checked_key(src: Any, key: Key) -> None:
    if not is_iterable(src):
        raise TypeError(f"expected an iterable, not {type(src)!r}")
    if key is not None and not callable(key) and not isinstance(key, str):
        raise TypeError(f'"key" expected a string or callable, not {key!r}')


def redundant(src: Iterable[Any], key: Key = None, groups: bool = False) -> list[Any]:
    """A list of the values that come again: of each the second one, or with `groups` all of them.

    >>> redundant([1, 2, 3, 2, 3, 3]), redundant([1, 2, 3, 2, 3, 3], groups=True)
    ([2, 3], [[2, 2], [3, 3, 3]])
    """
    _checked_key((), key)
    return _native.redundant(src, key, groups)


def one(src: Iterable[Any], default: Any = None, key: Any = None) -> Any:
    """The only value that is true (or for which `key` is); `default` if none or several are.

    >>> one((0, 0, "a")), one((1, 2), default="several")
    ('a', 'several')
    """
    found = list(islice(filter(key, src), 2))
    return found[0] if len(found) == 1 else default


def first(iterable: Iterable[Any], default: Any = None, key: Any = None) -> Any:
    """The first value that is true (or for which `key` is); `default` if none is.

    >>> first([0, None, 42])
    42
    """
    return next(filter(key, iterable), default)


def flatten_iter(iterable: Iterable[Any]) -> Iterator[Any]:
    """Yields what nested iterables hold; texts and bytes stay whole."""
    for value in iterable:
        if isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
            yield from flatten_iter(value)
        else:
            yield value


def flatten(iterable: Iterable[Any]) -> list[Any]:
    """A list of what nested iterables hold; texts and bytes stay whole.

    >>> flatten([[1, 2], [[3], "four"]])
    [1, 2, 3, 'four']
    """
    return _native.flatten(iterable, Iterable)


def same(iterable: Iterable[Any], ref: Any = _UNSET) -> bool:
    """Whether all values equal each other, or `ref`; true where there is none."""
    values = iter(iterable)
    wanted = next(values, ref) if ref is _UNSET else ref
    return all(value == wanted for value in values)


def soft_sorted(
    iterable: Iterable[Any],
    first: Any = None,
    last: Any = None,
    key: Callable[[Any], Any] | None = None,
    reverse: bool = False,
) -> list[Any]:
    """A sorted list in which the keys in `first` lead and those in `last` end, in their order.

    >>> soft_sorted(["two", "b", "one", "a"], first=["one", "two"])
    ['one', 'two', 'a', 'b']
    """
    heads, middle, tails = [], [], []
    for value in iterable:
        found = value if key is None else key(value)
        if first and found in first:
            heads.append((first.index(found), value))
        elif last and found in last:
            tails.append((last.index(found), value))
        else:
            middle.append(value)
    middle.sort(key=key, reverse=reverse)
    for part in (heads, tails):
        part.sort(key=lambda pair: pair[0])
    return [value for _, value in heads] + middle + [value for _, value in tails]


class _Rank:
    """A key that orders by the values and, where they have no order, by their types' names."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: _Rank) -> Any:
        mine, theirs = self.value, other.value
        try:
            return mine < theirs
        except TypeError:
            kinds = [(type(each).__name__, id(type(each))) for each in (mine, theirs)]
            return kinds[0] < kinds[1] or (kinds[0] == kinds[1] and mine < theirs)


def untyped_sorted(
    iterable: Iterable[Any], key: Callable[[Any], Any] | None = None, reverse: bool = False
) -> list[Any]:
    """A sorted list of values of any types; those without an order go by the names of their types.

    >>> untyped_sorted(["abc", 2.0, 1, "def"])
    [1, 2.0, 'abc', 'def']
    """
    if key is not None and not callable(key):
        raise TypeError(f"expected function or callable object for key, not: {key!r}")
    rank = _Rank if key is None else lambda value: _Rank(key(value))
    return sorted(iterable, key=rank, reverse=reverse)


class GUIDerator:
    """An endless iterator of random hexadecimal texts of `size` digits, 20 to 36.

    The digits come from the system, so a forked child goes on with others. Safe for threads.
    """

    def __init__(self, size: int = 24) -> None:
        if not 20 <= size <= 36:
            raise ValueError("expected 20 <= size <= 36")
        self.size = size
        self.count = count()
        self.reseed()

    def reseed(self) -> None:
        """Begins anew; done by itself in a forked child."""
        self.pid = os.getpid()
        self.salt = os.urandom(18).hex()

    def __iter__(self) -> GUIDerator:
        return self

    def __next__(self) -> str:
        return os.urandom(18).hex()[: self.size]

    next = __next__


class SequentialGUIDerator(GUIDerator):
    """An endless iterator of hexadecimal texts that begins at a random one and counts up.

    The texts are in order and of equal length. A forked child begins anew. Safe for threads.
    """

    def reseed(self) -> None:
        super().reseed()
        # The first digit is 4 to 7, so that no count in sight adds a digit.
        self.start = int("4" + self.salt[1 : self.size], 16)

    def __next__(self) -> str:
        if os.getpid() != self.pid:
            self.reseed()
        return f"{self.start + next(self.count):x}"

    next = __next__


guid_iter = GUIDerator()
seq_guid_iter = SequentialGUIDerator()
