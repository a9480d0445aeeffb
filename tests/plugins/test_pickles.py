"""What can be pickled and copied with the peer can be with us, and the other way round."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from mainstay.plugins import testing

from .doors import LENIENT, PEER, STRICT, Door


def implementation(value: Any) -> Any:
    """What a plugin brings."""
    return value


OPTIONS = {
    "wrapper": False,
    "hookwrapper": False,
    "optionalhook": True,
    "tryfirst": False,
    "trylast": True,
    "specname": None,
}
MAKERS: dict[str, Callable[[Door], Any]] = {
    "marker": lambda door: door.api.HookimplMarker("app"),
    "spec marker": lambda door: door.api.HookspecMarker("app"),
    "implementation": lambda door: door.api.HookImpl("plugin", "me", implementation, OPTIONS),
    "result": lambda door: door.api.Result([1], None),
    "call error": lambda door: door.api.HookCallError("text"),
    "warning": lambda door: door.api.PluggyWarning("text"),
    "tracer": lambda door: door.module("_tracing").TagTracer().get("a"),
    "relay": lambda door: door.api.HookRelay(),
}


def fields(thing: Any) -> Any:
    """What is in it, however it is kept."""
    names = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
    names += getattr(thing, "__dict__", {})
    if type(thing).__name__ == "HookImpl":
        names = ["function", "argnames", "kwargnames", "plugin", "plugin_name", "opts", "trylast"]
    if type(thing).__name__ == "Result":
        return thing.get_result(), thing.exception
    return {
        name: getattr(thing, name) if name != "root" else type(thing.root).__name__
        for name in names
        if name != "__dict__" and not name.startswith("_")
    }, getattr(thing, "args", None)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize(("writer", "reader"), [(PEER, LENIENT), (LENIENT, PEER)])
def test_pickles_cross(writer: Door, reader: Door, kind: str, protocol: int) -> None:
    with writer.active():
        made = MAKERS[kind](writer)
        written = pickle.dumps(made, protocol)
    with reader.active():
        read = pickle.loads(written)
        assert type(read) is type(MAKERS[kind](reader))
    assert fields(read) == fields(made)


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("how", [copy.copy, copy.deepcopy])
def test_copies_are_as_with_the_peer(how: Callable[[Any], Any], kind: str) -> None:
    results = []
    for door in (PEER, LENIENT):
        with door.active():
            made = MAKERS[kind](door)
            results.append(fields(how(made)))
    assert results[0] == results[1]


class Plugin:
    """A plugin that a pickle can name."""

    def call(self, value: Any) -> Any:
        """Its hook, marked for "app"."""
        return value

    call.app_impl = OPTIONS  # type: ignore[attr-defined]


def manager(door: Door) -> Any:
    """One with a plugin."""
    made = door.api.PluginManager("app")
    made.register(Plugin(), "me")
    return made


@pytest.mark.parametrize("how", [copy.copy, copy.deepcopy])
def test_a_copied_manager_goes_on_by_itself(how: Callable[[Any], Any], door: Door) -> None:
    with door.active():
        original = manager(door)
        copied = how(original)
        assert copied.hook.call(value=3) == [3]
        assert copied.list_name_plugin()[0][0] == "me"
        copied.register(Plugin(), "another")
        assert copied.hook.call(value=3) == [3, 3]
        # A shallow copy shares what it holds, a deep one nothing.
        assert len(original.hook.call(value=3)) == (2 if how is copy.copy else 1)


def test_a_deep_copy_of_a_manager_runs_natively(ours: Door) -> None:
    copied = copy.deepcopy(manager(ours))
    with testing.paths() as ways:
        copied.hook.call(value=3)
    assert ways["native"] == 1


@pytest.mark.parametrize(
    ("writer", "reader"),
    [(PEER, LENIENT), (LENIENT, PEER), (LENIENT, LENIENT), (STRICT, STRICT)],
    ids=lambda door: door.name,
)
def test_a_manager_can_be_pickled(writer: Door, reader: Door) -> None:
    with writer.active():
        original = manager(writer)
        written = pickle.dumps((original, original.hook.call))
    with reader.active():
        read, hook = pickle.loads(written)
        assert hook is read.hook.call
        assert hook(value=3) == [3]
        read.register(Plugin(), "another")
        assert hook(value=3) == [3, 3]
        [subset] = pickle.loads(pickle.dumps([read.subset_hook_caller("call", [])]))
        assert subset(value=3) == [3, 3]


def test_a_subset_can_be_copied(ours: Door) -> None:
    with ours.active():
        original = manager(ours)
        subset = original.subset_hook_caller("call", [original.get_plugin("me")])
        assert copy.copy(subset)(value=3) == []
        assert copy.copy(original.hook.call)(value=3) == [3]


def test_results_of_the_strict_door_are_pickled_as_its_own() -> None:
    result = pickle.loads(pickle.dumps(STRICT.api.Result("value", None)))
    assert type(result) is STRICT.api.Result
    assert result.get_result() == "value"


SPEC = STRICT.api.HookspecMarker("app")
IMPL = STRICT.api.HookimplMarker("app")


class Specs:
    @SPEC
    def call(self, value: Any) -> Any: ...

    @SPEC(waterfall="value")
    def pass_on(self, value: Any) -> Any: ...

    @SPEC(historic=True)
    def keep(self, value: Any) -> Any: ...


class Adding:
    @IMPL
    def call(self, value: Any) -> Any:
        return value

    @IMPL(before=["other"])
    def pass_on(self, value: Any) -> Any:
        return value + 1


class Doubling:
    @IMPL
    def pass_on(self, value: Any) -> Any:
        return value * 2


def test_a_strict_manager_with_specifications_can_be_pickled() -> None:
    original = STRICT.api.PluginManager("app")
    original.add_hookspecs(Specs)
    adding, doubling = Adding(), Doubling()
    original.register(adding, "adding")
    original.register(doubling, "other")
    original.hook.keep.call_historic(kwargs={"value": 1})
    subset = original.subset_hook_caller("pass_on", [doubling])
    read, read_subset, spec = pickle.loads(
        pickle.dumps((original, subset, original.hook.call.spec))
    )
    assert type(read) is STRICT.api.PluginManager
    assert read.hook.call(value=3) == [3]
    assert read.hook.pass_on(value=3) == original.hook.pass_on(value=3) == 8
    assert read_subset(value=3) == 4
    assert spec is read.hook.call.spec
    assert read.hook.keep._call_history == [({"value": 1}, None)]
    with testing.paths() as ways:
        read.hook.call(value=3)
    assert ways["native"] == 1


@pytest.mark.parametrize("plugin", ["a plugin", pickle], ids=["one that pickles", "a module"])
@pytest.mark.parametrize(
    ("writer", "reader"),
    [(LENIENT, PEER), (LENIENT, LENIENT), (STRICT, STRICT)],
    ids=["lenient to peer", "lenient", "strict"],
)
def test_a_validation_error_arrives(writer: Door, reader: Door, plugin: Any) -> None:
    error = writer.api.PluginValidationError(plugin, "it does not fit")
    error.note = "seen"

    with writer.active():
        data = pickle.dumps(error)
    with reader.active():
        arrived = pickle.loads(data)

    assert type(arrived) is reader.api.PluginValidationError
    assert arrived.args == ("it does not fit",)
    assert arrived.note == "seen"
    assert arrived.plugin == (plugin if isinstance(plugin, str) else repr(plugin))
