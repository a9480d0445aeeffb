"""Bars around `enumerate`, `zip` and `map`; modules of this package around more.

>>> from mainstay.progress.contrib import tenumerate
>>> for at, each in tenumerate("abc", disable=True): ...
"""

from __future__ import annotations

import sys
from typing import Any
from warnings import warn

from .._errors import TqdmDeprecationWarning
from ..auto import tqdm as tqdm_auto
from ..std import tqdm
from ..utils import ObjectWrapper

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["tenumerate", "tmap", "tzip"]


class DummyTqdmFile(ObjectWrapper):
    """A stream that prints whole lines above the bars; the rest when it goes away."""

    def __init__(self, wrapped: Any) -> None:
        super().__init__(wrapped)
        self.wrapper_setattr("_rest", [])

    def write(self, x: Any, nolock: bool = False) -> None:
        """Print what is complete, text or bytes."""
        newline: Any = b"\n" if isinstance(x, bytes) else "\n"
        lines, end, rest = x.rpartition(newline)
        if not end:
            self._rest.append(x)
            return
        empty = type(newline)()
        text = empty.join([*self._rest, lines, end])
        tqdm.write(text, end=empty, file=self._wrapped, nolock=nolock)
        self.wrapper_setattr("_rest", [rest])

    def __del__(self) -> None:
        if self._rest:
            empty = type(self._rest[0])()
            try:
                tqdm.write(empty.join(self._rest), end=empty, file=self._wrapped)
            except (OSError, ValueError):
                pass


def builtin_iterable(func: Any) -> Any:
    """Deprecated: returns `func`."""
    warn(
        "This function has no effect, and will be removed in tqdm==5.0.0",
        TqdmDeprecationWarning,
        stacklevel=2,
    )
    return func


def tenumerate(
    iterable: Any,
    start: int = 0,
    total: int | None = None,
    tqdm_class: Any = tqdm_auto,
    **tqdm_kwargs: Any,
) -> Any:
    """`enumerate` with a bar; `numpy.ndenumerate` for arrays."""
    # An array exists only where numpy was imported.
    numpy = sys.modules.get("numpy")
    array = getattr(numpy, "ndarray", None)
    if numpy is not None and array is not None and isinstance(iterable, array):
        items = numpy.ndenumerate(iterable)
        return tqdm_class(items, total=total or iterable.size, **tqdm_kwargs)
    return enumerate(tqdm_class(iterable, total=total, **tqdm_kwargs), start)


def tzip(iter1: Iterable[Any], *iter2plus: Iterable[Any], **tqdm_kwargs: Any) -> Iterator[Any]:
    """`zip` with a bar over the first iterable, of the class `tqdm_class`."""
    kwargs = dict(tqdm_kwargs)
    tqdm_class = kwargs.pop("tqdm_class", tqdm_auto)
    yield from zip(tqdm_class(iter1, **kwargs), *iter2plus)  # noqa: B905 - as zip has it


def tmap(function: Any, *sequences: Iterable[Any], **tqdm_kwargs: Any) -> Iterator[Any]:
    """`map` with a bar, as `tzip`."""
    for each in tzip(*sequences, **tqdm_kwargs):
        yield function(*each)
