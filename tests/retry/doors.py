"""The peer, its drop-in and the strict door, side by side in one process.

The peer and its drop-in have the same module names, so at most one of them is in `sys.modules`:
within `door.active()`, which pickles and lazy imports need. Outside neither is.
"""

from __future__ import annotations

import importlib
import pathlib
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any
from unittest import mock

import mainstay.dropin
import mainstay.retry
import mainstay.retry.asyncio

SUBMODULES = [
    "_utils",
    "after",
    "asyncio",
    "asyncio.retry",
    "before",
    "before_sleep",
    "nap",
    "retry",
    "stop",
    "tornadoweb",
    "wait",
]


@dataclass(frozen=True)
class Door:
    """One implementation: its names, and the modules it consists of."""

    name: str
    api: Any
    asynchronous: Any
    modules: dict[str, ModuleType] = field(repr=False)

    @contextmanager
    def active(self) -> Iterator[Any]:
        """Make this door what `import tenacity` means while the block runs."""
        before = {name: sys.modules.pop(name) for name in list(sys.modules) if is_peer(name)}
        sys.modules.update(self.modules)
        try:
            yield self.api
        finally:
            for name in list(sys.modules):
                if is_peer(name):
                    del sys.modules[name]
            sys.modules.update(before)

    def module(self, name: str) -> Any:
        """A submodule, `wait` for tenacity.wait; the package for the empty name."""
        return self.modules[f"tenacity.{name}" if name else "tenacity"]


def is_peer(name: str) -> bool:
    """Whether a module belongs to the peer, whoever provides it."""
    return name.partition(".")[0] == "tenacity"


def _load(name: str) -> Door:
    package = importlib.import_module("tenacity")
    for submodule in SUBMODULES:
        importlib.import_module(f"tenacity.{submodule}")
    modules = {name: module for name, module in sys.modules.items() if is_peer(name)}
    return Door(name, package, modules["tenacity.asyncio"], modules)


def _is_drop_in(door: Door) -> bool:
    # By place, not by name: a checkout named mainstay holds the peer in a `mainstay/.venv`.
    home = pathlib.Path(mainstay.dropin.__file__).parent.resolve()
    return pathlib.Path(str(door.api.__file__)).resolve().is_relative_to(home)


def _load_peer() -> Door:
    door = _load("peer")
    assert not _is_drop_in(door), "the peer under test is mainstay itself"
    for name in door.modules:
        del sys.modules[name]
    return door


def _load_lenient() -> Door:
    mainstay.dropin.install("tenacity")
    door = _load("lenient")
    mainstay.dropin.uninstall("tenacity")
    assert _is_drop_in(door), "drop-in did not win over the installed peer"
    return door


assert not any(map(is_peer, sys.modules)), (
    "tenacity is imported already; run these tests without MAINSTAY_DROPIN"
)
PEER = _load_peer()
LENIENT = _load_lenient()
STRICT = Door("strict", mainstay.retry, mainstay.retry.asyncio, {})


class Clock:
    """A clock that stands still, but for sleeps and `advance`. Remembers the sleeps."""

    def __init__(self, now: float = 0.0) -> None:
        self.now = now
        self.slept: list[Any] = []

    def monotonic(self) -> float:
        """The present, in seconds."""
        return self.now

    def sleep(self, seconds: Any) -> None:
        """Let that much time pass at once."""
        self.slept.append(seconds)
        self.now += seconds

    async def sleep_async(self, seconds: Any) -> None:
        """The same for a loop that awaits its sleep."""
        self.sleep(seconds)

    @contextmanager
    def patched(self) -> Iterator[Clock]:
        """Make this the process's clock: `time.monotonic` and `time.sleep`."""
        with (
            mock.patch.object(time, "monotonic", self.monotonic),
            mock.patch.object(time, "sleep", self.sleep),
        ):
            yield self


class Draws:
    """`random.random` that answers what it was told, and counts."""

    def __init__(self, *answers: float) -> None:
        self.answers = list(answers)

    def random(self) -> float:
        """The next answer."""
        return self.answers.pop(0)

    def uniform(self, a: Any, b: Any) -> Any:
        """As the standard library defines it, from the next answer."""
        return a + (b - a) * self.random()

    @contextmanager
    def patched(self) -> Iterator[Draws]:
        """Make this the process's randomness."""
        with (
            mock.patch.object(random, "random", self.random),
            mock.patch.object(random, "uniform", self.uniform),
        ):
            yield self


def drive(awaitable: Any) -> Any:
    """Run a coroutine that never really waits, without any event loop."""
    try:
        awaitable.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("the coroutine waited for something")


def outcome_of(call: Callable[[], Any]) -> tuple[Any, ...]:
    """What a call came to, in a form that can be compared between doors."""
    try:
        value = call()
    except BaseException as error:
        return ("raised", type(error).__name__, str(error))
    return ("returned", type(value).__name__, repr(value))


def failing() -> None:
    """What a policy is tried with where nothing but the failure matters."""
    raise OSError("down")
