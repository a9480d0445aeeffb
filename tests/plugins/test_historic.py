"""Calls that are remembered for plugins that come later, on the peer and on both doors."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def hook(api: Any) -> Any:
    """A historic hook."""

    class Specs:
        @api.spec(historic=True)
        def call(self, value: Any) -> Any: ...

    api.pm.add_hookspecs(Specs)
    return api.pm.hook.call


def plugin(api: Any, function: Any) -> Any:
    class Plugin:
        @api.impl
        def call(self, value: Any) -> Any:
            return function(value)

    return Plugin()


def test_a_plugin_that_comes_later_gets_the_calls_there_were(api: Any, hook: Any) -> None:
    seen: list[Any] = []
    api.pm.register(plugin(api, lambda value: seen.append(("early", value))))
    hook.call_historic(kwargs={"value": 1})
    hook.call_historic(kwargs={"value": 2})
    api.pm.register(plugin(api, lambda value: seen.append(("late", value))))
    assert seen == [("early", 1), ("early", 2), ("late", 1), ("late", 2)]


def test_results_go_to_the_callback_early_and_late(api: Any, hook: Any) -> None:
    results: list[Any] = []
    api.pm.register(plugin(api, lambda value: ("early", value)))
    hook.call_historic(results.append, {"value": 1})
    api.pm.register(plugin(api, lambda value: None))
    api.pm.register(plugin(api, lambda value: ("late", value)))
    assert results == [("early", 1), ("late", 1)]


def test_a_historic_hook_cannot_be_called_directly(api: Any, hook: Any) -> None:
    assert hook.is_historic()
    refused = (TypeError, r"write call\.call_historic")
    if api.door.name != "strict":
        refused = (AssertionError, "use call_historic instead")
    with pytest.raises(refused[0], match=refused[1]):
        hook(value=1)
    with pytest.raises(refused[0], match=refused[1]):
        hook.call_extra([], {"value": 1})


def test_an_ordinary_hook_cannot_be_called_historically(api: Any) -> None:
    api.pm.register(plugin(api, lambda value: None))
    kind = TypeError if api.door.name == "strict" else AssertionError
    with pytest.raises(kind):
        api.pm.hook.call.call_historic(kwargs={"value": 1})


def test_wrappers_of_historic_hooks_are_refused(api: Any, hook: Any) -> None:
    class Plugin:
        @api.impl(wrapper=True)
        def call(self) -> Any:
            return (yield)

    with pytest.raises(api.PluginValidationError, match="historic incompatible with yield"):
        api.pm.register(Plugin())
    assert api.pm.get_plugins() == set()
    assert hook.get_hookimpls() == []


def test_a_subset_replays_nothing_and_calls_all_but_the_removed(api: Any, hook: Any) -> None:
    seen: list[Any] = []
    removed = plugin(api, lambda value: seen.append("removed"))
    api.pm.register(removed)
    api.pm.register(plugin(api, lambda value: seen.append("kept")))
    subset = api.pm.subset_hook_caller("call", [removed])
    subset.call_historic(kwargs={"value": 1})
    assert seen == ["kept"]
    # The call is in the one history of the hook.
    api.pm.register(plugin(api, lambda value: seen.append("late")))
    assert seen == ["kept", "late"]
