"""What programs look at from outside, on the peer and its drop-in: signatures, slots, warnings."""

from __future__ import annotations

import inspect
import warnings
from typing import Any
from unittest import mock

import pytest

from .conftest import project
from .doors import LENIENT, PEER, Door


@pytest.fixture
def api(lenient: Door) -> Any:
    """A project of the peer, or of its drop-in."""
    return project(lenient)


def specified(api: Any, **options: Any) -> Any:
    class Specs:
        @api.spec(**options)
        def call(self, value: int) -> Any: ...

    api.pm.add_hookspecs(Specs)
    return api.pm.hook.call


def test_a_hook_has_the_signature_of_its_call(api: Any) -> None:
    hook = specified(api)
    assert str(inspect.signature(hook)) == "(**kwargs: 'object') -> 'Any'"
    assert list(inspect.signature(type(hook)).parameters)[:2] == ["name", "hook_execute"]
    assert mock.create_autospec(hook)(value=1) is not None


def test_hooks_of_the_strict_door_have_one_too(ours: Door) -> None:
    hook = specified(project(ours))
    assert list(inspect.signature(hook).parameters) == ["kwargs"]
    assert list(inspect.signature(type(hook)).parameters)[:2] == ["name", "hook_execute"]


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("_caller", "HookCaller"),
        ("_caller", "_SubsetHookCaller"),
        ("_impl", "HookImpl"),
        ("_decorators", "HookSpec"),
        ("_result", "Result"),
    ],
)
def test_classes_list_the_same_slots(module: str, name: str) -> None:
    theirs = getattr(PEER.module(module), name).__slots__
    assert sorted(getattr(LENIENT.module(module), name).__slots__) == sorted(theirs)


def add_without_self(api: Any) -> None:
    class Specs:
        @api.spec
        def call(value: int) -> Any: ...  # type: ignore[misc]  # noqa: N805

    api.pm.add_hookspecs(Specs)


def test_the_warning_about_a_missing_self_is_one_of_pluggy(api: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="pluggy")
        add_without_self(api)
    assert api.pm.hook.call.spec.argnames == ("value",)
    with warnings.catch_warnings():
        warnings.filterwarnings("error", module=r"pluggy\._decorators")
        with pytest.raises(DeprecationWarning, match="its first parameter 'value' is not 'self'"):
            add_without_self(project(api.door))


def test_the_warning_about_a_missing_self_comes_once_for_a_method(api: Any) -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("default")
        for _ in range(2):
            add_without_self(project(api.door))
    assert len(told) == 1


def test_a_caller_that_says_it_is_not_historic_replays_nothing(api: Any) -> None:
    class Forgetful(type(specified(api, historic=True))):  # type: ignore[misc]
        def is_historic(self) -> bool:
            return forgets is False

    hook = Forgetful("call", api.pm._hookexec, api.pm.hook.call.spec.namespace, {"historic": True})
    seen: list[int] = []

    def call(value: int) -> None:
        seen.append(value)

    options = dict.fromkeys(
        ("wrapper", "hookwrapper", "optionalhook", "tryfirst", "trylast"), False
    )
    impl = api.HookImpl(object(), "me", call, {**options, "specname": None})
    forgets = False
    hook.call_historic(kwargs={"value": 1})
    hook._maybe_apply_history(impl)
    assert seen == [1]
    forgets = True
    hook._maybe_apply_history(impl)
    assert seen == [1]


def test_which_plugins_a_subset_leaves_out_may_be_exchanged(api: Any) -> None:
    class Plugin:
        def __init__(self, sign: str) -> None:
            self.sign = sign

        @api.impl
        def call(self) -> str:
            return self.sign

    a, b = Plugin("a"), Plugin("b")
    api.pm.register(a)
    api.pm.register(b)
    subset = api.pm.subset_hook_caller("call", [a])
    assert subset() == ["b"]
    subset._remove_plugins = {b}
    assert subset() == ["a"]
    subset._remove_plugins = set()
    assert subset() == ["b", "a"]


@pytest.mark.parametrize("group", [None, 5, ("app",)])
def test_a_group_that_is_no_text_has_no_entry_points(api: Any, group: Any) -> None:
    assert api.pm.load_setuptools_entrypoints(group) == 0


def test_a_patched_call_loop_is_what_new_managers_begin_with(lenient: Door) -> None:
    home = lenient.module("_manager")
    loop = home._multicall
    with mock.patch.object(home, "_multicall", return_value="patched") as patched:
        pm = project(lenient).pm
    assert (home._multicall, project(lenient).pm._inner_hookexec) == (loop, loop)
    with lenient.active():
        assert loop is lenient.module("_callers")._multicall
    pm.register(type("Plugin", (), {"call": project(lenient).impl(lambda: 1)}))
    assert pm.hook.call() == "patched"
    assert patched.call_count == 1
