"""Managers that programs derive and poke at: what they override is asked, each time."""

from __future__ import annotations

from typing import Any

import pytest

from .doors import Door


def test_which_attributes_are_hooks_may_be_decided_by_name(door: Door) -> None:
    asked: list[str] = []

    class Manager(door.api.PluginManager):  # type: ignore[misc, name-defined]
        def parse_hookimpl_opts(self, plugin: Any, name: str) -> Any:
            asked.append(name)
            return {} if name.startswith("app_") else None

        def parse_hookspec_opts(self, module_or_class: Any, name: str) -> Any:
            return {"firstresult": True} if name.startswith("app_") else None

    class Specs:
        def app_call(self) -> Any: ...

    class Plugin:
        def app_call(self) -> Any:
            return 1

    manager = Manager("app")
    manager.add_hookspecs(Specs)
    plugin = Plugin()
    manager.register(plugin)
    assert asked == dir(plugin)
    assert manager.hook.app_call() == 1
    [impl] = manager.hook.app_call.get_hookimpls()
    assert impl.opts == {
        "tryfirst": False,
        "trylast": False,
        "wrapper": False,
        "hookwrapper": False,
        "optionalhook": False,
        "specname": None,
    }


def test_it_may_be_decided_on_the_manager_itself(api: Any) -> None:
    class Plugin:
        def call(self) -> Any:
            return 1

    api.pm.parse_hookimpl_opts = lambda plugin, name: {} if name == "call" else None
    api.pm.register(Plugin())
    assert api.pm.hook.call() == [1]


def test_an_attribute_that_cannot_be_bound_is_said_to_be_none(api: Any) -> None:
    class Plugin:
        call = 3

    api.pm.parse_hookimpl_opts = lambda plugin, name: {} if name == "call" else None
    with pytest.raises(AssertionError, match="call is not a hookable attribute"):
        api.pm.register(Plugin())
    assert api.pm.get_plugins() == set()


def test_the_canonical_name_may_be_another(door: Door) -> None:
    class Manager(door.api.PluginManager):  # type: ignore[misc, name-defined]
        def get_canonical_name(self, plugin: Any) -> str:
            return f"my {type(plugin).__name__}"

    manager = Manager("app")
    assert manager.register([], None) == "my list"


def test_registering_may_be_extended_as_pytest_does(door: Door) -> None:
    class Specs:
        @door.api.HookspecMarker("app")(historic=True)
        def registered(self, plugin: Any) -> None: ...

    class Manager(door.api.PluginManager):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__("app")
            self.seen: list[Any] = []
            self.add_hookspecs(Specs)
            self.register(self, "manager")

        @door.api.HookimplMarker("app")
        def registered(self, plugin: Any) -> None:
            self.seen.append(plugin)

        def register(self, plugin: Any, name: str | None = None) -> Any:
            result = super().register(plugin, name)
            self.hook.registered.call_historic(kwargs={"plugin": plugin})
            return result

    manager = Manager()
    manager.register("a plugin", "text")
    assert manager.seen == [manager, "a plugin"]


def test_an_overridden_hookexec_gets_every_call(door: Door) -> None:
    calls: list[Any] = []

    class Manager(door.api.PluginManager):  # type: ignore[misc, name-defined]
        def _hookexec(self, name: Any, impls: Any, kwargs: Any, firstresult: Any) -> Any:
            calls.append((name, [impl.plugin_name for impl in impls], dict(kwargs), firstresult))
            return super()._hookexec(name, impls, kwargs, firstresult)

    class Plugin:
        @door.api.HookimplMarker("app")
        def call(self, value: Any) -> Any:
            return value

    manager = Manager("app")
    manager.register(Plugin(), "me")
    assert manager.hook.call(value=3) == [3]
    assert manager.hook.call.call_extra([], {"value": 4}) == [4]
    assert calls == [("call", ["me"], {"value": 3}, False), ("call", ["me"], {"value": 4}, False)]


def test_an_assigned_inner_hookexec_gets_every_call(api: Any) -> None:
    class Plugin:
        @api.impl
        def call(self, value: Any) -> Any:
            return value

    api.pm.register(Plugin(), "me")
    inner = api.pm._inner_hookexec
    calls: list[Any] = []

    def watching(name: Any, impls: Any, kwargs: Any, firstresult: Any) -> Any:
        calls.append((name, len(impls), dict(kwargs), firstresult))
        return inner(name, impls, kwargs, firstresult)

    api.pm._inner_hookexec = watching
    assert api.pm.hook.call(value=3) == [3]
    api.pm._inner_hookexec = inner
    assert api.pm.hook.call(value=4) == [4]
    assert calls == [("call", 1, {"value": 3}, False)]


def test_hooks_may_be_replaced_on_the_relay(api: Any) -> None:
    class Plugin:
        @api.impl
        def call(self) -> Any:
            return "real"

    api.pm.register(Plugin())
    before = api.pm.hook.call
    api.pm.hook.call = lambda: "patched"
    assert api.pm.hook.call() == "patched"
    api.pm.hook.call = before
    assert api.pm.hook.call() == ["real"]


def test_a_derived_hook_caller_is_asked(lenient: Door) -> None:
    api = lenient.api

    class Caller(api.HookCaller):  # type: ignore[misc, name-defined]
        def __call__(self, **kwargs: Any) -> Any:
            return ("derived", super().__call__(**kwargs))

    manager = api.PluginManager("app")
    hook = Caller("call", manager._hookexec)
    hooks = lenient.module("_hooks")
    options = {"wrapper": False, "hookwrapper": False, "optionalhook": False}
    impl = hooks.HookImpl(
        "plugin", "me", lambda value: value, {**options, "tryfirst": False, "trylast": False}
    )
    hook._add_hookimpl(impl)
    assert hook(value=3) == ("derived", [3])
    assert hook.get_hookimpls() == [impl]


def test_the_call_loop_takes_dicts(lenient: Door) -> None:
    multicall = lenient.module("_callers")._multicall
    hooks = lenient.module("_hooks")
    options = {"wrapper": False, "hookwrapper": False, "optionalhook": False}
    impls = [
        hooks.HookImpl(None, "<temp>", function, {**options, "tryfirst": False, "trylast": False})
        for function in (lambda x: x + 1, lambda x, y=5: x + y)
    ]
    assert multicall("call", impls, {"x": 1}, False) == [6, 2]
    assert multicall("call", impls, {"x": 1, "y": 2}, True) == 3
    with pytest.raises(lenient.api.HookCallError, match="must provide argument 'x'"):
        multicall("call", impls, {}, False)


# What the peer has on these classes, or on their instances, under a private name.
KNOWN = {
    "PluginManager": {
        "_hookexec",
        "_inner_hookexec",
        "_name2plugin",
        "_plugin_distinfo",
        "_verify_hook",
    },
    "HookCaller": {
        "_add_hookimpl",
        "_apply_defaults",
        "_call_history",
        "_hookexec",
        "_hookimpls",
        "_maybe_apply_history",
        "_orig",  # of subsets
        "_remove_plugin",
        "_remove_plugins",
        "_verify_all_args_are_provided",
    },
    "HookImpl": set(),
    "HookRelay": set(),
    "Result": {"_exception", "_result", "_traceback"},
}


@pytest.mark.parametrize("name", KNOWN)
def test_what_a_program_names_privately_in_a_class_of_its_own_is_never_ours(
    ours: Door, name: str
) -> None:
    manager = ours.api.PluginManager("app")
    kind = getattr(ours.api, name)
    names = {*dir(kind), *(dir(manager) if name == "PluginManager" else ())}
    private = {each for each in names if each[0] == "_" and not each.endswith("__")}
    assert {each for each in private - KNOWN[name] if not each.startswith("_mainstay_")} == set()


def test_attributes_of_a_derived_manager_do_not_get_in_the_way(door: Door) -> None:
    class Manager(door.api.PluginManager):  # type: ignore[misc, name-defined]
        def __init__(self, project_name: str) -> None:
            super().__init__(project_name)
            for name in ("door", "tracer", "specifications", "implementations", "switches"):
                setattr(self, "_" + name, None)

        def parse_hookimpl_opts(self, plugin: Any, name: str) -> Any:
            return super().parse_hookimpl_opts(plugin, name)

        def _parse(self, text: str) -> list[str]:
            return text.split(".")

    spec, impl = door.api.HookspecMarker("app"), door.api.HookimplMarker("app")

    class Specs:
        @spec
        def call(self) -> Any: ...

    class Plugin:
        @impl
        def call(self) -> Any:
            return 1

    manager = Manager("app")
    manager.add_hookspecs(Specs)
    manager.register(Plugin())
    undo = manager.enable_tracing()
    assert manager.hook.call() == [1]
    undo()
    assert manager._parse("a.b") == ["a", "b"]
