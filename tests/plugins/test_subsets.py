"""A hook without some plugins, on the peer and on both doors."""

from __future__ import annotations

from typing import Any


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
