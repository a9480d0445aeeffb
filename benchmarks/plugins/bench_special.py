"""Hooks of kinds the peer does not have, beside what its users write in their place.

A program on the peer, or on its drop-in, calls implementations itself where it wants more of a hook
than a list: it goes through `get_hookimpls()` and picks each one's arguments, or awaits what an
ordinary call returned. Those loops know no wrappers, and their users find no errors in words; they
are the least that does the work. The strict door has such hooks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import repeat
from typing import Any

from benchmarks.harness.case import Case, Loop
from benchmarks.harness.doors import STRICT, Door
from benchmarks.harness.shapes import own
from benchmarks.plugins.managers import PROJECT, many, registered

WATERFALL = "a waterfall over 5 implementations"
COLLECTED = "5 implementations, errors collected"
REPORT = "who gave which result, 5 implementations"
AWAITED = "5 implementations awaited in order"
GATHERED = "5 implementations awaited at the same time"
BY_PLAN = "native"


class Failure(Exception):
    """What a failing implementation raises."""


def cases(door: Door) -> Iterator[Case]:
    """Five methods each; awaited ones are mixed, two of them ordinary."""
    ours = door.name == STRICT
    kit = _Kit(door.api, ours)
    plain = many(kit.plain, 5)
    relay = registered(kit.manager(), plain).hook
    path = BY_PLAN if ours else None
    falls = _waterfalls if ours else _waterfalls_by_hand
    yield Case(WATERFALL, "one argument", own(falls)(relay), path=path)
    collects = _collections if ours else _collections_by_hand
    yield Case(COLLECTED, "none raises", own(collects)(relay), path=path)
    failing = registered(kit.manager(), [*many(kit.plain, 4), kit.failing()]).hook
    yield Case(COLLECTED, "one of them raises", own(collects)(failing), path=path)
    reports = _reports if ours else _reports_by_hand
    yield Case(REPORT, "two arguments of three", own(reports)(relay), path=path)
    manager = registered(kit.manager(), [*many(kit.plain, 2), *many(kit.asynchronous, 3)])
    awaits = _awaits(manager.ahook) if ours else _awaits_by_hand(manager.hook)
    yield Case(AWAITED, "2 ordinary ones, 3 coroutines", awaits, path=path)
    gathers = _gathers(manager.ahook) if ours else _gathers_by_hand(manager.hook)
    yield Case(GATHERED, "2 ordinary ones, 3 coroutines", gathers, path=path)


class _Kit:
    """Specifications and plugins; options of the strict door are given to it alone."""

    def __init__(self, api: Any, ours: bool) -> None:
        self.api = api
        self.impl = api.HookimplMarker(PROJECT)
        self.ours = ours

    def manager(self) -> Any:
        spec = self.api.HookspecMarker(PROJECT)
        falls = {"waterfall": "text"} if self.ours else {}
        collects = {"collect_errors": True} if self.ours else {}

        class Specs:
            @spec(**falls)
            def polish(self, text: object) -> object:
                """Hands the text on."""

            @spec(**collects)
            def close(self, value: object) -> object:
                """Everybody is asked."""

            @spec
            def three(self, first: object, second: object, third: object) -> object:
                """Takes three, of which implementations ask for what they need."""

        manager = self.api.PluginManager(PROJECT)
        manager.add_hookspecs(Specs)
        return manager

    def plain(self) -> Any:
        impl = self.impl

        class Plain:
            @impl
            def polish(self, text: object) -> object:
                return text

            @impl
            def close(self, value: object) -> object:
                return value

            @impl
            def three(self, first: object, third: object) -> object:
                return third

        return Plain()

    def failing(self) -> Any:
        impl = self.impl

        class Failing:
            @impl
            def close(self, value: object) -> object:
                raise Failure

        return Failing()

    def asynchronous(self) -> Any:
        impl = self.impl

        class Asynchronous:
            @impl
            async def three(self, first: object, third: object) -> object:
                return third

        return Asynchronous()


# --- the strict door -----------------------------------------------------------------------------


def _waterfalls(relay: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            relay.polish(text="text")

    return loop


def _collections(relay: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            try:
                relay.close(value=1)
            except Exception:
                pass

    return loop


def _reports(relay: Any) -> Loop:
    def loop(n: int) -> None:
        for _ in repeat(None, n):
            relay.three.report(first=1, second=2, third=3)

    return loop


def _awaits(relay: Any) -> Loop:
    async def loop(n: int) -> None:
        for _ in repeat(None, n):
            await relay.three(first=1, second=2, third=3)

    return lambda n: asyncio.run(loop(n))


def _gathers(relay: Any) -> Loop:
    async def loop(n: int) -> None:
        for _ in repeat(None, n):
            await relay.three.gather(first=1, second=2, third=3)

    return lambda n: asyncio.run(loop(n))


# --- what is written in its place ----------------------------------------------------------------


def _waterfalls_by_hand(relay: Any) -> Loop:
    def polished(kwargs: dict[str, Any]) -> Any:
        for impl in reversed(relay.polish.get_hookimpls()):
            result = impl.function(*[kwargs[name] for name in impl.argnames])
            if result is not None:
                kwargs["text"] = result
        return kwargs["text"]

    def loop(n: int) -> None:
        for _ in repeat(None, n):
            polished({"text": "text"})

    return loop


def _collections_by_hand(relay: Any) -> Loop:
    def closed(kwargs: dict[str, Any]) -> list[Any]:
        results, errors = [], []
        for impl in reversed(relay.close.get_hookimpls()):
            try:
                result = impl.function(*[kwargs[name] for name in impl.argnames])
            except Exception as error:
                errors.append((impl.plugin_name, error))
            else:
                if result is not None:
                    results.append(result)
        if errors:
            raise Failure(f"{len(errors)} implementations failed: {errors}")
        return results

    def loop(n: int) -> None:
        for _ in repeat(None, n):
            try:
                closed({"value": 1})
            except Exception:
                pass

    return loop


def _reports_by_hand(relay: Any) -> Loop:
    def reported(kwargs: dict[str, Any]) -> list[tuple[Any, Any, Any]]:
        answers = []
        for impl in reversed(relay.three.get_hookimpls()):
            result = impl.function(*[kwargs[name] for name in impl.argnames])
            answers.append((impl.plugin_name, impl.plugin, result))
        return answers

    def loop(n: int) -> None:
        for _ in repeat(None, n):
            reported({"first": 1, "second": 2, "third": 3})

    return loop


def _awaits_by_hand(relay: Any) -> Loop:
    async def asked(**kwargs: Any) -> list[Any]:
        results = []
        for result in relay.three(**kwargs):
            value = await result if hasattr(result, "__await__") else result
            if value is not None:
                results.append(value)
        return results

    async def loop(n: int) -> None:
        for _ in repeat(None, n):
            await asked(first=1, second=2, third=3)

    return lambda n: asyncio.run(loop(n))


def _gathers_by_hand(relay: Any) -> Loop:
    async def value_of(result: Any) -> Any:
        return await result if hasattr(result, "__await__") else result

    async def asked(**kwargs: Any) -> list[Any]:
        values = await asyncio.gather(*map(value_of, relay.three(**kwargs)))
        return [value for value in values if value is not None]

    async def loop(n: int) -> None:
        for _ in repeat(None, n):
            await asked(first=1, second=2, third=3)

    return lambda n: asyncio.run(loop(n))
