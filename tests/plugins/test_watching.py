"""Monitoring and tracing: who sees which calls, and what it is shown."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from mainstay.plugins.testing import paths

from .conftest import project
from .doors import STRICT, Door


def register(api: Any, function: Any, name: str = "me") -> None:
    class Plugin:
        call = staticmethod(api.impl(function))

    api.pm.register(Plugin(), name)


def test_a_monitor_is_told_before_and_after(api: Any) -> None:
    told: list[Any] = []

    def call(value: Any) -> Any:
        return value

    register(api, call)
    undo = api.pm.add_hookcall_monitoring(
        lambda name, impls, kwargs: told.append(
            (name, [impl.plugin_name for impl in impls], dict(kwargs))
        ),
        lambda outcome, name, impls, kwargs: told.append((outcome.get_result(), name)),
    )
    assert api.pm.hook.call(value=1) == [1]
    assert told == [("call", ["me"], {"value": 1}), ([1], "call")]
    undo()
    api.pm.hook.call(value=2)
    assert len(told) == 2


def test_a_monitor_sees_the_exception_which_still_reaches_the_caller(api: Any) -> None:
    boom = KeyError("boom")
    seen: list[Any] = []

    def call() -> Any:
        raise boom

    register(api, call)
    api.pm.add_hookcall_monitoring(
        lambda *told: None, lambda outcome, *told: seen.append(outcome.exception)
    )
    with pytest.raises(KeyError) as caught:
        api.pm.hook.call()
    assert caught.value is boom
    assert seen == [boom]


def test_a_monitor_may_change_what_comes_out(api: Any) -> None:
    register(api, lambda: 1)
    api.pm.add_hookcall_monitoring(
        lambda *told: None, lambda outcome, *told: outcome.force_result("forced")
    )
    assert api.pm.hook.call() == "forced"


def watch(pm: Any, told: list[str], name: str) -> Any:
    return pm.add_hookcall_monitoring(
        lambda *_: told.append(f"{name} before"), lambda *_: told.append(f"{name} after")
    )


def test_monitors_nest(api: Any) -> None:
    told: list[str] = []
    register(api, lambda: None)
    watch(api.pm, told, "first")
    watch(api.pm, told, "second")
    api.pm.hook.call()
    assert told == ["second before", "first before", "first after", "second after"]


def test_undoing_the_first_monitor_restores_what_there_was_before_it(lenient: Door) -> None:
    api = project(lenient)
    told: list[str] = []
    register(api, lambda: None)
    undo = watch(api.pm, told, "first")
    watch(api.pm, told, "second")
    undo()
    api.pm.hook.call()
    assert told == []


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0)])
def test_each_monitor_of_ours_ends_by_itself_in_any_order(order: tuple[int, ...]) -> None:
    api = project(STRICT)
    told: list[str] = []
    register(api, lambda: None)
    undos = [watch(api.pm, told, name) for name in "abc"]
    left = list("abc")
    for at in order:
        undos[at]()
        undos[at]()  # a second time does nothing
        left.remove("abc"[at])
        expected = [f"{name} before" for name in reversed(left)]
        expected += [f"{name} after" for name in left]
        for call in (api.pm.hook.call, lambda: asyncio.run(_awaited(api.pm))):
            del told[:]
            call()
            assert told == expected
    with paths() as ways:
        api.pm.hook.call()
    assert ways == {"native": 1}


async def _awaited(pm: Any) -> Any:
    return await pm.ahook.call()


def test_a_monitor_is_two_functions() -> None:
    pm = project(STRICT).pm
    for given, wrong in [((None, print), "before=None"), ((print, 5), "after=5")]:
        with pytest.raises(TypeError, match=f"takes functions, got {wrong}"):
            pm.add_hookcall_monitoring(*given)


def test_every_way_of_calling_is_seen(api: Any) -> None:
    class Specs:
        @api.spec(historic=True)
        def old(self) -> Any: ...

    class Plugin:
        @api.impl
        def old(self) -> Any: ...

    seen: list[Any] = []
    mine = Plugin()
    api.pm.add_hookspecs(Specs)
    register(api, lambda: 1)
    api.pm.add_hookcall_monitoring(
        lambda name, impls, kwargs: seen.append((name, len(impls))), lambda *told: None
    )
    api.pm.hook.call()
    api.pm.hook.call.call_extra([lambda: 2], {})
    api.pm.hook.old.call_historic()
    api.pm.register(mine)
    api.pm.subset_hook_caller("old", [mine]).call_historic()
    assert seen == [("call", 1), ("call", 2), ("old", 0), ("old", 1), ("old", 0)]


def test_tracing_writes_calls_and_results(api: Any) -> None:
    lines: list[str] = []
    register(api, lambda value: [value])
    api.pm.trace.root.setwriter(lines.append)
    undo = api.pm.enable_tracing()
    api.pm.hook.call(value="a b")
    undo()
    api.pm.hook.call(value="unseen")
    assert lines == [
        "  call [hook]\n      value: 'a b'\n",
        "  finish call --> [['a b']] [hook]\n",
    ]


def test_a_tracer_writes_under_its_tags(api: Any) -> None:
    lines: list[str] = []
    root = api.pm.trace.root
    root.setwriter(lines.append)
    api.pm.trace("message", {"key": 1})
    root.get("a").get("b")("deeper")
    root.indent += 1
    root.get("a")("indented", 2)
    assert lines == [
        "message [pluginmanage]\n    key: 1\n",
        "deeper [a:b]\n",
        "  indented 2 [a]\n",
    ]


def test_a_processor_gets_the_objects(api: Any) -> None:
    got: list[Any] = []
    api.pm.trace.root.setprocessor("a:b", lambda tags, args: got.append((tags, args)))
    api.pm.trace.root.get("a").get("b")("text", 1)
    api.pm.trace.root.get("a")("not this one")
    assert got == [(("a", "b"), ("text", 1))]


class Unspeakable:
    """An object whose texts raise."""

    def __str__(self) -> str:
        raise RuntimeError("no")

    __repr__ = __str__


def test_what_cannot_be_shown_is_described(api: Any) -> None:
    lines: list[str] = []
    api.pm.trace.root.setwriter(lines.append)
    it = Unspeakable()
    api.pm.trace(it, {"it": it, "surrogate": "\ud800"})
    shown = f"<[RuntimeError('no') raised in str()] Unspeakable object at {id(it):#x}>"
    assert lines == [f"{shown} [pluginmanage]\n    it: {shown}\n    surrogate: '\\ud800'\n"]


def test_who_listens_may_come_and_go_while_calls_are_traced(api: Any) -> None:
    said: list[Any] = []
    register(api, lambda value: value)

    def nested(value: Any) -> Any:
        return api.pm.hook.call(value=value - 1) if value else None

    undo = api.pm.enable_tracing()
    api.pm.hook.call(value=1)
    assert (said, api.pm.trace.root.indent) == ([], 0)
    register(api, nested, "nested")
    api.pm.trace.root.setwriter(said.append)
    api.pm.hook.call(value=1)
    assert [text.split()[0] for text in said] == ["call", "call", "finish", "finish"]
    assert [len(text) - len(text.lstrip()) for text in said] == [2, 4, 4, 2]
    said.clear()
    api.pm.trace.root.setwriter(None)
    api.pm.hook.call(value=0)
    assert said == []
    api.pm.trace.root.setprocessor("hook", lambda tags, args: said.append((tags, args[0])))
    api.pm.hook.call(value=0)
    assert said == [(("hook",), "call"), (("hook",), "finish")]
    undo()
    api.pm.hook.call(value=0)
    assert len(said) == 2


@pytest.mark.parametrize("where", ["the tracer", "the class of the root", "the root"])
def test_a_tracer_of_somebody_s_own_gets_every_message(api: Any, where: str) -> None:
    said: list[Any] = []
    original = api.pm.trace

    class Root(type(original.root)):  # type: ignore[misc]
        def _processmessage(self, tags: Any, args: Any) -> None:
            said.append(args[0])

    class Sub(type(original)):  # type: ignore[misc]
        def __call__(self, *args: Any) -> None:
            said.append(args[0])

    if where == "the root":
        original.root._processmessage = lambda tags, args: said.append(args[0])
    elif where == "the tracer":
        original.root.get = lambda name: Sub(original.root, (name,))
    else:
        api.pm.trace = type(original)(Root(), ("pluginmanage",))
    register(api, lambda value: value)
    api.pm.enable_tracing()
    api.pm.hook.call(value=1)
    assert said == ["call", "finish"]


def test_arguments_of_a_monitored_call_are_checked_as_those_of_any() -> None:
    from .strict import add, hookspec, manager

    class More:
        @hookspec
        def more(self, first: Any, second: Any = 2) -> Any: ...

    pm = manager()
    pm.add_hookspecs(More)
    add(pm, "plain", lambda first, second: (first, second), specname="more")
    calls: dict[str, Any] = {
        "all": lambda: pm.hook.more(first=1, second=3),
        "default": lambda: pm.hook.more(first=1),
        "not interned": lambda: pm.hook.more(**{"".join(["fi", "rst"]): 1}),
        "missing": lambda: pm.hook.more(second=1),
        "unknown": lambda: pm.hook.more(first=1, thrid=1),
        "both": lambda: pm.hook.more(thrid=1),
        "nothing": lambda: pm.hook.more(),
    }

    def outcomes() -> dict[str, Any]:
        came_to = {}
        for name, call in calls.items():
            try:
                came_to[name] = call()
            except Exception as error:
                came_to[name] = type(error), str(error)
        return came_to

    plain = outcomes()
    pm.add_hookcall_monitoring(lambda *_: None, lambda *_: None)
    assert outcomes() == plain
    assert plain["not interned"] == plain["default"] == [(1, 2)]
    refused = [plain[name][0].__name__ for name in ("missing", "unknown", "both", "nothing")]
    assert refused == ["HookCallError", "TypeError", "TypeError", "HookCallError"]
