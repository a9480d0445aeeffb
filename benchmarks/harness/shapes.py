"""A callable in the shapes programs have: no, two and keyword arguments, and as a method.

`in_each_shape` gives one loop per shape and door. Each loop has code of its own: the interpreter
keeps what it learns about a call site in the code object, so implementations that shared one would
unlearn each other's specialisations in every round.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import repeat
from types import CodeType, FunctionType
from typing import Any

from .case import Loop

Errors = tuple[type[BaseException], ...]
Decorate = Callable[[Any], Any]


@dataclass(frozen=True)
class Functions:
    """The user's function, once per shape; `method` is defined in a class by `in_each_shape`."""

    plain: Callable[[], Any]
    two: Callable[[Any, Any], Any]
    keywords: Callable[..., Any]
    method: Callable[[Any], Any]


def shaped(work: Callable[[], Any]) -> Functions:
    """The shapes as one more call around `work`, the same on every side."""

    def plain() -> Any:
        return work()

    def two(first: object, second: object) -> Any:
        return work()

    def keywords(*, host: object, port: object) -> Any:
        return work()

    def method(self: object) -> Any:
        return work()

    return Functions(plain, two, keywords, method)


def shaped_async(work: Callable[[], Any]) -> Functions:
    """The shapes as coroutine functions around the ordinary callable `work`."""

    async def plain() -> Any:
        return work()

    async def two(first: object, second: object) -> Any:
        return work()

    async def keywords(*, host: object, port: object) -> Any:
        return work()

    async def method(self: object) -> Any:
        return work()

    return Functions(plain, two, keywords, method)


def in_each_shape(
    functions: Functions, decorate: Decorate, errors: Errors = ()
) -> Iterator[tuple[str, Loop]]:
    """The name of each shape, and a loop of calls in it; `errors` are expected and dropped."""
    owner = _owner(decorate(functions.method))
    yield "no arguments", own(_no_arguments)(decorate(functions.plain), errors)
    yield "two arguments", own(_two_arguments)(decorate(functions.two), errors)
    yield "keyword arguments", own(_keywords)(decorate(functions.keywords), errors)
    yield "method", own(_method)(owner, errors)


def in_each_async_shape(functions: Functions, decorate: Decorate) -> Iterator[tuple[str, Loop]]:
    """The same for coroutine functions: each loop is one `asyncio.run`."""
    owner = _owner(decorate(functions.method))
    yield "no arguments", own(_await_no_arguments)(decorate(functions.plain))
    yield "two arguments", own(_await_two_arguments)(decorate(functions.two))
    yield "keyword arguments", own(_await_keywords)(decorate(functions.keywords))
    yield "method", own(_await_method)(owner)


def _owner(method: Any) -> Any:
    return type("Owner", (), {"call": method})()


def own(function: Any) -> Any:
    """A copy of `function` whose code, nested functions included, is run by no other caller."""
    return FunctionType(_copied(function.__code__), function.__globals__, function.__name__)


def _copied(code: CodeType) -> CodeType:
    nested = tuple(_copied(c) if isinstance(c, CodeType) else c for c in code.co_consts)
    return code.replace(co_consts=nested)


def _no_arguments(function: Callable[[], Any], errors: Errors) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            try:
                function()
            except errors:
                pass

    return loop


def _two_arguments(function: Callable[[Any, Any], Any], errors: Errors) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            try:
                function("left", 2)
            except errors:
                pass

    return loop


def _keywords(function: Callable[..., Any], errors: Errors) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            try:
                function(host="localhost", port=80)
            except errors:
                pass

    return loop


def _method(owner: Any, errors: Errors) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            try:
                owner.call()
            except errors:
                pass

    return loop


def _await_no_arguments(function: Callable[[], Any]) -> Loop:
    async def calls(n: int) -> None:
        for _ in repeat(None, n):
            await function()

    return lambda n: asyncio.run(calls(n))


def _await_two_arguments(function: Callable[[Any, Any], Any]) -> Loop:
    async def calls(n: int) -> None:
        for _ in repeat(None, n):
            await function("left", 2)

    return lambda n: asyncio.run(calls(n))


def _await_keywords(function: Callable[..., Any]) -> Loop:
    async def calls(n: int) -> None:
        for _ in repeat(None, n):
            await function(host="localhost", port=80)

    return lambda n: asyncio.run(calls(n))


def _await_method(owner: Any) -> Loop:
    async def calls(n: int) -> None:
        for _ in repeat(None, n):
            await owner.call()

    return lambda n: asyncio.run(calls(n))
