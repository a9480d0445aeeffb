"""What a new manager has, also where it is made only when somebody asks."""

from __future__ import annotations

import copy
import threading
from typing import Any

import pytest

from .doors import Door


def test_a_tracer_stays_the_manager_s_own(api: Any) -> None:
    said: list[str] = []
    api.pm.trace.root.setwriter(said.append)
    api.pm.trace("here")
    assert said == ["here [pluginmanage]\n"]
    assert api.pm.trace is api.pm.trace
    assert api.pm.trace.root is not api.door.api.PluginManager("app").trace.root


def test_a_tracer_can_be_replaced(api: Any) -> None:
    mine = object()
    api.pm.trace = mine
    assert api.pm.trace is mine
    assert vars(api.pm)["trace"] is mine


@pytest.mark.parametrize("asked_before", [False, True])
def test_copies_share_the_tracer(api: Any, asked_before: bool) -> None:
    if asked_before:
        api.pm.trace.root.indent = 1
    copied = copy.copy(api.pm)
    assert copied.trace is api.pm.trace
    assert copy.deepcopy(api.pm).trace is not api.pm.trace


def test_nothing_was_loaded_yet(api: Any) -> None:
    assert api.pm._plugin_distinfo == []
    assert api.pm._plugin_distinfo is api.pm._plugin_distinfo
    assert api.door.api.PluginManager("app")._plugin_distinfo is not api.pm._plugin_distinfo


def test_the_class_has_none_of_it(door: Door) -> None:
    for name in ("trace", "hook", "project_name", "_plugin_distinfo"):
        with pytest.raises(AttributeError, match=f"'PluginManager' has no attribute '{name}'"):
            getattr(door.api.PluginManager, name)


def test_threads_that_ask_at_once_get_the_same(ours: Door) -> None:
    for _ in range(50):
        manager, start = ours.api.PluginManager("app"), threading.Barrier(3)
        seen: list[Any] = []

        def ask(manager: Any = manager, start: Any = start, seen: list[Any] = seen) -> None:
            start.wait()
            seen.append(manager.trace)

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(map(id, seen))) == 1


def test_a_derived_manager_decides_by_name_however_it_says_so(api: Any) -> None:
    class Plugin:
        def greet(self) -> str:
            return "hello"

    def by_name(plugin: object, name: str) -> Any:
        return {} if name == "greet" else None

    overridden = type(
        "Derived",
        (type(api.pm),),
        {"parse_hookimpl_opts": lambda self, plugin, name: by_name(plugin, name)},
    )("app")
    overridden.register(Plugin())
    patched = type(api.pm)("app")
    patched.parse_hookimpl_opts = by_name
    patched.register(Plugin())
    assert overridden.hook.greet() == patched.hook.greet() == ["hello"]
    untouched = type(api.pm)("app")
    untouched.register(Plugin())
    assert not hasattr(untouched.hook, "greet")
