"""A program that uses what only mainstay.plugins has, as type checkers see it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

from mainstay.plugins import (
    Answer,
    AsyncHookCaller,
    AsyncHookRelay,
    HookErrors,
    HookimplMarker,
    HookspecMarker,
    HookTimings,
    PluginManager,
    Report,
    Switches,
    Timing,
)
from typing_extensions import assert_type

hookspec = HookspecMarker("app")
hookimpl = HookimplMarker("app")


class Specs:
    """Hooks of several kinds."""

    @hookspec(waterfall="text")
    def render(self, text: str) -> str: ...  # type: ignore[empty-body]

    @hookspec(collect_errors=True)
    def close(self) -> None: ...


class Plugin:
    """Implementations that await, and wishes."""

    @hookimpl(before="audit", after=["slow", "slower"])
    async def render(self, text: str) -> str:
        return text.upper()

    @hookimpl(wrapper=True)
    async def close(self) -> AsyncGenerator[Any, list[object]]:
        results = yield
        yield [*results, "closed"]


def switched() -> PluginManager:
    """Switches, and what is loaded."""
    switches = Switches.from_environment("APP_PLUGINS", {"APP_PLUGINS": "-slow,+audit"})
    assert_type(switches, Switches)
    assert_type(switches.of("slow"), "bool | None")
    assert_type(switches.wants("slow", otherwise=False), bool)
    assert_type(switches.items, "tuple[tuple[str, bool], ...]")
    manager = PluginManager("app", switches=switches)
    assert_type(manager.switches, "Switches | None")
    loaded = manager.load_setuptools_entrypoints(
        "app", distributions=["app-plugins"], unmentioned=False
    )
    assert_type(loaded, int)
    assert_type(manager.left_out(), "dict[str, str]")
    assert_type(manager.unknown_names(), "dict[str, str]")
    return manager


async def awaited(manager: PluginManager) -> None:
    """Awaited hooks."""
    assert_type(manager.ahook, AsyncHookRelay)
    hook = manager.ahook.render
    if not manager.get_plugins():
        await hook("a")  # type: ignore[arg-type]  # arguments have names
    assert_type(hook, AsyncHookCaller)
    text: str = await hook(text="a")
    results: list[str] = await hook.gather(text=text)
    report = await hook.report(text=results[0])
    assert_type(report, Report)
    assert_type(report.answers, "tuple[Answer, ...]")
    answer: Answer = report.answers[0]
    assert_type(answer.plugin_name, str)
    assert_type(answer.error, "BaseException | None")
    assert_type(manager.awaiting(manager.hook.render), AsyncHookCaller)


def collected(manager: PluginManager) -> list[str]:
    """All errors at once."""
    try:
        manager.hook.close()
    except HookErrors as errors:
        assert_type(errors.plugin_names, "tuple[str, ...]")
        assert_type(errors.answers, "tuple[Answer, ...]")
        return [str(answer.error) for answer in errors.answers]
    assert_type(manager.hook.close.report(), Report)
    return []


def timed(manager: PluginManager, clock: Callable[[], float]) -> float:
    """Timings."""
    with manager.time_hooks(clock=clock) as timings:
        assert_type(timings, HookTimings)
        manager.hook.render(text="a")
    assert_type(timings["render"], Timing)
    for name, timing in timings.plugins("render").items():
        assert_type(name, str)
        assert_type(timing.calls, int)
    return timings["render"].seconds


if __name__ == "__main__":
    asyncio.run(awaited(switched()))


# Slips that are told before the program runs.
PluginManager("app", switches="-slow")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
PluginManager("app").time_hooks(clock=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
hookspec(waterfall=True)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
