"""`itertools` with bars, whose totals are computed."""

from __future__ import annotations

import itertools
import math
from typing import Any

from ..auto import tqdm as tqdm_auto

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "batched",
    "chain",
    "combinations",
    "combinations_with_replacement",
    "permutations",
    "product",
]


def _lengths(*iterables: Any) -> list[int] | None:
    """Their lengths; None where one has none."""
    try:
        return [len(each) for each in iterables]
    except (TypeError, AttributeError):
        return None


def chain(
    *iterables: Any, total: int | None = None, tqdm_class: Any = tqdm_auto, **kwargs: Any
) -> Any:
    """`itertools.chain` with a bar."""
    if total is None and (known := _lengths(*iterables)) is not None:
        total = sum(known)
    return tqdm_class(itertools.chain(*iterables), total=total, **kwargs)


def product(
    *iterables: Any,
    repeat: int = 1,
    total: int | None = None,
    tqdm_class: Any = tqdm_auto,
    **kwargs: Any,
) -> Iterator[Any]:
    """`itertools.product` with a bar."""
    if total is None and (known := _lengths(*iterables)) is not None:
        total = math.prod(known) ** repeat
    yield from tqdm_class(itertools.product(*iterables, repeat=repeat), total=total, **kwargs)


def permutations(
    iterable: Any,
    r: int | None = None,
    total: int | None = None,
    tqdm_class: Any = tqdm_auto,
    **kwargs: Any,
) -> Any:
    """`itertools.permutations` with a bar."""
    if total is None and (known := _lengths(iterable)) is not None:
        total = math.perm(known[0], r)
    return tqdm_class(itertools.permutations(iterable, r), total=total, **kwargs)


def combinations(
    iterable: Any,
    r: int,
    total: int | None = None,
    tqdm_class: Any = tqdm_auto,
    **kwargs: Any,
) -> Any:
    """`itertools.combinations` with a bar."""
    if total is None and (known := _lengths(iterable)) is not None:
        total = math.comb(known[0], r)
    return tqdm_class(itertools.combinations(iterable, r), total=total, **kwargs)


def combinations_with_replacement(
    iterable: Any,
    r: int,
    total: int | None = None,
    tqdm_class: Any = tqdm_auto,
    **kwargs: Any,
) -> Any:
    """`itertools.combinations_with_replacement` with a bar."""
    if total is None and (known := _lengths(iterable)) is not None:
        # From nothing, nothing can be taken r times, but once zero times.
        total = math.comb(known[0] + r - 1, r) if known[0] or r else 1
    items = itertools.combinations_with_replacement(iterable, r)
    return tqdm_class(items, total=total, **kwargs)


def batched(
    iterable: Any,
    n: int,
    total: int | None = None,
    tqdm_class: Any = tqdm_auto,
    **kwargs: Any,
) -> Any:
    """`itertools.batched` (Python 3.12) with a bar that counts items."""
    if total is None and (known := _lengths(iterable)) is not None:
        total = known[0]
    batches = None if total is None else -(-total // n)
    items: Any = itertools.batched(iterable, n)  # type: ignore[attr-defined,unused-ignore]
    return tqdm_class(items, unit_scale=n, total=batches, **kwargs)
