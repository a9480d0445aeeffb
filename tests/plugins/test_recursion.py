"""Hooks that call hooks keep their state, and depth without end is a RecursionError, no crash."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from .conftest import project
from .doors import Door

PROGRAM = """
import sys
import {module} as plugins
spec, impl = plugins.HookspecMarker("app"), plugins.HookimplMarker("app")
class Specs:
    @spec
    def dive(self, depth): ...
manager = plugins.PluginManager("app")
class Plugin:
    @impl
    def dive(self, depth):
        return {again}
class Around:
    @impl({kind}=True)
    def dive(self, depth):
        {around}
manager.add_hookspecs(Specs)
manager.register(Plugin())
{more}
sys.setrecursionlimit({limit})
try:
    {again}
except RecursionError:
    print("RecursionError")
sys.setrecursionlimit(1000)
print("alive")
"""
CALL = "manager.hook.dive(depth=1)"
KINDS = {
    "plain": {},
    "wrapper": {"around": "return (yield)", "more": "manager.register(Around())"},
    "recursing wrapper": {
        "around": "manager.hook.dive(depth=1); yield",
        "more": "manager.register(Around())",
    },
    "old-style": {
        "kind": "hookwrapper",
        "around": "yield",
        "more": "manager.register(Around())",
    },
    "recursing second half": {
        "around": "yield; manager.hook.dive(depth=1)",
        "more": "manager.register(Around())",
    },
    "monitored": {"more": "manager.add_hookcall_monitoring(lambda *a: None, lambda *a: None)"},
    "call_extra": {"again": "manager.hook.dive.call_extra([], dict(depth=1))"},
    "a dict": {"again": "manager._hookexec('dive', manager.hook.dive._hookimpls, {'depth': 1}, 0)"},
}
DOORS = {
    "strict": (["-c"], "mainstay.plugins"),
    "lenient": (["-m", "mainstay", "run", "-c"], "pluggy"),
}


@pytest.mark.parametrize("limit", [1_000, 1_000_000])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("which", DOORS)
def test_a_hook_that_calls_itself_without_end(which: str, kind: str, limit: int) -> None:
    arguments, module = DOORS[which]
    parts = {"kind": "wrapper", "around": "return (yield)", "more": "", "again": CALL}
    program = PROGRAM.format(module=module, limit=limit, **parts | KINDS[kind])
    done = subprocess.run(
        [sys.executable, *arguments, program],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "RecursionError\nalive\n"), done.stderr[-2000:]


def test_nested_calls_keep_their_own_results(door: Door) -> None:
    api = project(door)

    class Specs:
        @api.spec
        def count(self, depth: int) -> Any: ...

    class Plugin:
        @api.impl
        def count(self, depth: int) -> Any:
            return depth if depth == 0 else [depth, api.pm.hook.count(depth=depth - 1)]

    class Around:
        @api.impl(wrapper=True)
        def count(self, depth: int) -> Iterator[None]:
            results: Any = yield
            return [*results, f"around {depth}"]  # type: ignore[return-value]

    api.pm.add_hookspecs(Specs)
    api.pm.register(Plugin())
    api.pm.register(Around())
    expected: Any = [0, "around 0"]
    for depth in range(1, 20):
        expected = [[depth, expected], f"around {depth}"]
    assert api.pm.hook.count(depth=19) == expected


def test_a_recursion_error_goes_through_the_wrappers_like_any_other(door: Door) -> None:
    api = project(door)
    seen: list[str] = []

    class Plugin:
        @api.impl
        def fall(self) -> Any:
            return api.pm.hook.fall()

    class Around:
        @api.impl(wrapper=True)
        def fall(self) -> Iterator[None]:
            try:
                return (yield)  # type: ignore[misc]
            except RecursionError:
                seen.append("seen")
                raise

    api.pm.register(Plugin())
    api.pm.register(Around())
    with pytest.raises(RecursionError):
        api.pm.hook.fall()
    assert seen
