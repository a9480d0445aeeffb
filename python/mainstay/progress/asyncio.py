"""Bars for `async for`, `as_completed` and `gather`.

>>> from mainstay.progress.asyncio import tqdm
>>> async def copy(source):
...     async for block in tqdm(source): ...
"""

from __future__ import annotations

import asyncio
from typing import Any

from .std import tqdm as std_tqdm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable, Iterator

__all__ = ["tarange", "tqdm", "tqdm_asyncio", "trange"]


class tqdm_asyncio(std_tqdm[Any]):
    """A bar over an iterable or an asynchronous one, for `async for` as well as `for`."""

    def __init__(self, iterable: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(iterable, *args, **kwargs)
        self.iterable_awaitable = hasattr(iterable, "__anext__") or hasattr(iterable, "__aiter__")
        if iterable is None:
            return
        step = "__anext__" if self.iterable_awaitable else "__next__"
        if not hasattr(iterable, step):
            begun = iterable.__aiter__() if self.iterable_awaitable else iter(iterable)
            iterable = self.iterable_iterator = begun
        self.iterable_next = getattr(iterable, step)

    def __aiter__(self) -> tqdm_asyncio:
        return self

    async def __anext__(self) -> Any:
        try:
            if self.iterable_awaitable:
                item = await self.iterable_next()
            else:
                item = self.iterable_next()
            self.update()
        except StopIteration:
            self.close()
            raise StopAsyncIteration from None
        except BaseException:
            self.close()
            raise
        return item

    def send(self, *args: Any, **kwargs: Any) -> Any:
        """Send to the generator that is iterated over."""
        return self.iterable.send(*args, **kwargs)  # type: ignore[union-attr]

    @classmethod
    def as_completed(
        cls,
        fs: Iterable[Awaitable[Any]],
        *,
        loop: Any = None,
        timeout: float | None = None,
        total: int | None = None,
        **tqdm_kwargs: Any,
    ) -> Iterator[Any]:
        """`asyncio.as_completed` with a bar. `loop` is ignored."""
        if total is None:
            total = len(fs)  # type: ignore[arg-type]
        done: Any = asyncio.as_completed(fs, timeout=timeout)
        yield from cls(done, total=total, **tqdm_kwargs)

    @classmethod
    async def gather(
        cls,
        *fs: Awaitable[Any],
        loop: Any = None,
        timeout: float | None = None,
        total: int | None = None,
        return_exceptions: bool = False,
        **tqdm_kwargs: Any,
    ) -> list[Any]:
        """`asyncio.gather` with a bar: the results in order. `loop` is ignored."""

        async def numbered(at: int, awaitable: Awaitable[Any]) -> tuple[int, Any]:
            try:
                return at, await awaitable
            except Exception as error:
                if not return_exceptions:
                    raise
                return at, error

        waiting = [numbered(at, each) for at, each in enumerate(fs)]
        results: list[Any] = [None] * len(waiting)
        for each in cls.as_completed(waiting, timeout=timeout, total=total, **tqdm_kwargs):
            at, results_at = await each
            results[at] = results_at
        return results


def tarange(*args: Any, **kwargs: Any) -> tqdm_asyncio:
    """`tqdm(range(*args), **kwargs)`."""
    return tqdm_asyncio(range(*args), **kwargs)


tqdm = tqdm_asyncio
trange = tarange
