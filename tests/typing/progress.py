"""A user's program, for the type checkers: a bar gives the items of its iterable."""

from __future__ import annotations

from typing import Any

from mainstay.progress import TqdmKeyError, tqdm, trange
from mainstay.progress.asyncio import tqdm_asyncio
from mainstay.progress.contrib.concurrent import thread_map
from mainstay.progress.contrib.logging import logging_redirect_tqdm
from typing_extensions import assert_type

for word in tqdm(["a", "b"], desc="words"):
    assert_type(word, str)
for number in trange(3):
    assert_type(number, int)

with tqdm[Any](total=3, disable=True) as bar:
    bar.update(2)
    bar.set_postfix(loss=0.5, refresh=False)
    bar.set_description("copy")
    bar.miniters = 5

assert_type(thread_map(len, ["a"], disable=True), list[Any])
assert_type(tqdm.format_interval(60), str)


async def over(source: Any) -> None:
    async for _ in tqdm_asyncio(source):
        pass


def refused() -> None:
    try:
        tqdm[int](total=1, colr="red")
    except TqdmKeyError:
        pass
    with logging_redirect_tqdm():
        pass
