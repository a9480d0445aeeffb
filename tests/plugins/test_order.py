"""Before and after: the order among named plugins."""

from __future__ import annotations

import copy
from collections.abc import Generator
from typing import Any

import pytest
from mainstay.plugins import PluginValidationError, testing

from .strict import add, hookimpl, manager, plugin


def names(pm: Any) -> list[str]:
    """Who is called, first to last."""
    called: list[str] = pm.hook.hook(value=0)
    return called


def says(name: str) -> Any:
    return lambda value: name


def test_without_wishes_the_last_registered_is_called_first():
    pm = manager()
    for name in "abc":
        add(pm, name, says(name))
    assert names(pm) == ["c", "b", "a"]


@pytest.mark.parametrize("wish", ["c", ["c"], ("c", "nobody")])
def test_before_comes_earlier(wish: Any):
    pm = manager()
    add(pm, "a", says("a"), before=wish)
    add(pm, "b", says("b"))
    add(pm, "c", says("c"))
    assert names(pm) == ["b", "a", "c"]


def test_after_comes_later_also_behind_who_is_not_there_yet():
    pm = manager()
    add(pm, "a", says("a"))
    add(pm, "b", says("b"), after="c")
    assert names(pm) == ["b", "a"]
    add(pm, "c", says("c"))
    assert names(pm) == ["c", "b", "a"]
    add(pm, "d", says("d"), after="a")
    assert names(pm) == ["c", "b", "a", "d"]


def test_wishes_are_stronger_than_tryfirst_and_trylast():
    pm = manager()
    add(pm, "last", says("last"), trylast=True, before="first")
    add(pm, "first", says("first"), tryfirst=True)
    add(pm, "middle", says("middle"))
    assert names(pm) == ["middle", "last", "first"]


def test_when_a_plugin_goes_its_place_in_the_order_goes_too():
    pm = manager()
    add(pm, "a", says("a"), before="b")
    add(pm, "b", says("b"), before="c")
    add(pm, "c", says("c"))
    assert names(pm) == ["a", "b", "c"]
    pm.unregister(name="b")
    assert names(pm) == ["c", "a"]


def test_wrappers_are_ordered_among_themselves():
    pm = manager()
    order: list[str] = []

    def wrapper(name: str) -> Any:
        def around(value: Any) -> Generator[None, Any, Any]:
            order.append(name)
            return (yield)

        return around

    add(pm, "outer", wrapper("outer"), wrapper=True, before="inner")
    add(pm, "inner", wrapper("inner"), wrapper=True)
    names(pm)
    assert order == ["outer", "inner"]


def test_a_circle_is_named_and_changes_nothing():
    pm = manager()
    add(pm, "a", says("a"), before="b")
    add(pm, "b", says("b"), before="c")
    with pytest.raises(
        PluginValidationError,
        match=r'hook \'hook\': before and after go in a circle: "\w" before "\w" before "\w" '
        r"before .*drop one of these wishes",
    ) as caught:
        add(pm, "c", says("c"), before="a")
    assert type(caught.value.plugin).__name__ == "Plugin"
    assert not pm.has_plugin("c")
    assert names(pm) == ["a", "b"]


def test_a_circle_is_found_before_a_historic_call_is_made_again():
    pm = manager(historic=True)
    pm.hook.hook.call_historic(kwargs={"value": 1})
    said: list[str] = []
    add(pm, "H1", lambda value: said.append("H1"), before="q")
    second = plugin(lambda value: said.append("q"), before="H1")
    with pytest.raises(PluginValidationError, match="go in a circle"):
        pm.register(second, "q")
    assert said == ["H1"]


def test_a_circle_in_one_hook_keeps_the_plugin_s_others_from_being_called_again():
    pm = manager(historic=True)
    pm.hook.hook.call_historic(kwargs={"value": 1})
    said: list[int] = []

    class Other:
        @hookimpl(before="q")
        def later(self) -> None: ...

    class Plugin:
        @hookimpl
        def hook(self, value: int) -> None:
            said.append(value)

        @hookimpl(before="other")
        def later(self) -> None: ...

    pm.register(Other(), "other")
    with pytest.raises(PluginValidationError, match="go in a circle"):
        pm.register(Plugin(), "q")
    assert said == []
    assert pm.register(Plugin(), "p") == "p"
    assert said == [1]


def test_ordered_hooks_are_called_natively():
    pm = manager()
    add(pm, "a", says("a"), before="b")
    add(pm, "b", says("b"))
    with testing.paths() as ways:
        assert names(pm) == ["a", "b"]
    assert ways["native"] == 1


def test_names_nobody_has_are_told():
    pm = manager()
    add(pm, "a", says("a"), before=("b", "c"))
    assert pm.unknown_names() == {"b": "plugin 'a'", "c": "plugin 'a'"}
    add(pm, "b", says("b"))
    pm.set_blocked("c")
    assert pm.unknown_names() == {}


def test_a_copied_manager_keeps_the_order_and_what_is_special():
    pm = manager(waterfall="value")
    add(pm, "b", lambda value: value + "b")
    add(pm, "a", lambda value: value + "a", after="c")
    add(pm, "c", lambda value: value + "c")
    assert repr(pm.ahook)
    copied = copy.deepcopy(pm)
    assert pm.hook.hook(value="") == copied.hook.hook(value="") == "cab"
    add(copied, "d", lambda value: value + "d", before="a")
    assert copied.hook.hook(value="") == "dcab"
    assert pm.hook.hook(value="") == "cab"
