"""A hook without some plugins, on the peer and on both doors."""

from __future__ import annotations

from typing import Any

import pytest
from mainstay.plugins.testing import paths

from .conftest import project
from .doors import STRICT


def plugin(api: Any, answer: Any) -> Any:
    class Plugin:
        @api.impl
        def call(self) -> Any:
            return answer

        def __repr__(self) -> str:
            return f"<{answer}>"

    return Plugin()


def test_a_subset_leaves_out_some_plugins_and_follows_the_hook(api: Any) -> None:
    a, b = plugin(api, "a"), plugin(api, "b")
    api.pm.register(a)
    api.pm.register(b)
    subset = api.pm.subset_hook_caller("call", [a])
    assert subset() == ["b"]
    api.pm.register(plugin(api, "c"))
    assert subset() == ["c", "b"]
    api.pm.unregister(b)
    assert subset() == ["c"]
    assert api.pm.hook.call() == ["c", "a"]
    assert [impl.plugin for impl in subset.get_hookimpls()] != []


def test_a_subset_of_ours_becomes_what_the_hook_becomes() -> None:
    api = project(STRICT)

    class Specs:
        @api.spec(waterfall="t")
        def call(self, t: str) -> str: ...

    class Plugin:
        def __init__(self, sign: str) -> None:
            self.sign = sign

        @api.impl
        def call(self, t: str) -> str:
            return t + self.sign

    a, b, c = map(Plugin, "abc")
    for each in (a, b, c):
        api.pm.register(each)
    subset = api.pm.subset_hook_caller("call", [a])
    assert subset(t="x") == ["xc", "xb"]
    api.pm.add_hookspecs(Specs)
    assert api.pm.hook.call(t="x") == "xcba"
    with paths() as ways:
        assert subset(t="x") == "xcb"
    assert ways == {"native": 1}
    assert subset._hookexec is api.pm.hook.call._hookexec
    undo = api.pm.add_hookcall_monitoring(lambda *_: None, lambda *_: None)
    with paths() as ways:
        assert subset(t="x") == "xcb"
    assert ways == {"calls are monitored": 1}
    undo()


def test_a_subset_of_ours_refuses_asynchronous_wrappers_as_the_hook_does() -> None:
    api = project(STRICT)
    a = plugin(api, "a")
    api.pm.register(a)
    api.pm.register(plugin(api, "b"))
    subset = api.pm.subset_hook_caller("call", [a])

    class Around:
        @api.impl(wrapper=True)
        async def call(self) -> Any:
            yield

    around = Around()
    api.pm.register(around)
    for hook in (subset, api.pm.hook.call):
        with pytest.raises(TypeError, match=r"write: await manager\.ahook\.call"):
            hook()
    api.pm.unregister(around)
    assert subset() == ["b"]


def test_nothing_to_leave_out_is_the_hook_itself(api: Any) -> None:
    a = plugin(api, "a")
    api.pm.register(a)
    assert api.pm.subset_hook_caller("call", []) is api.pm.hook.call
    assert api.pm.subset_hook_caller("call", [object()]) is api.pm.hook.call


def test_plugins_are_left_out_by_equality(api: Any) -> None:
    class Same:
        def __init__(self, answer: str) -> None:
            self.answer = answer

        @api.impl
        def call(self) -> str:
            return self.answer

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Same) and other.answer == self.answer

        def __hash__(self) -> int:
            return 1

    api.pm.register(Same("a"))
    api.pm.register(Same("b"))
    assert api.pm.subset_hook_caller("call", [Same("a")])() == ["b"]


def test_a_subset_of_a_subset_shares_the_specification(api: Any) -> None:
    class Specs:
        @api.spec(firstresult=True)
        def call(self) -> Any: ...

    a = plugin(api, "a")
    api.pm.register(a)
    api.pm.register(plugin(api, "b"))
    subset = api.pm.subset_hook_caller("call", [a])
    assert not subset.has_spec()
    api.pm.add_hookspecs(Specs)
    assert subset.has_spec()
    assert subset() == "b"


def test_a_subset_takes_extra_functions(api: Any) -> None:
    a = plugin(api, "a")
    api.pm.register(a)
    api.pm.register(plugin(api, "b"))
    subset = api.pm.subset_hook_caller("call", [a])
    assert subset.call_extra([lambda: "extra"], {}) == ["extra", "b"]
