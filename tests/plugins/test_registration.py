"""Registering plugins and specifications: what is accepted, and what a failure leaves behind."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from .conftest import project
from .doors import STRICT, Door


def state(api: Any) -> Any:
    """What a manager shows of itself."""
    hooks = {
        name: (
            hook.has_spec(),
            [(impl.plugin_name, impl.function) for impl in hook.get_hookimpls()],
        )
        for name, hook in vars(api.pm.hook).items()
    }
    return hooks, api.pm.list_name_plugin(), api.pm.get_plugins()


def plugin(api: Any, **options: Any) -> Any:
    class Plugin:
        @api.impl(**options)
        def call(self, value: Any) -> Any:
            return value

    return Plugin()


def specify(api: Any, **options: Any) -> None:
    class Specs:
        @api.spec(**options)
        def call(self, value: Any) -> Any: ...

    api.pm.add_hookspecs(Specs)


def test_a_plugin_is_known_by_its_name_and_by_itself(api: Any) -> None:
    mine = plugin(api)
    assert api.pm.register(mine, "me") == "me"
    assert api.pm.is_registered(mine)
    assert api.pm.get_plugin("me") is mine
    assert api.pm.get_name(mine) == "me"
    assert api.pm.has_plugin("me")
    assert api.pm.get_plugins() == {mine}
    assert api.pm.list_name_plugin() == [("me", mine)]
    assert api.pm.get_hookcallers(mine) == [api.pm.hook.call]
    assert api.pm.unregister(name="me") is mine
    assert (api.pm.get_plugin("me"), api.pm.get_hookcallers(mine)) == (None, None)
    assert api.pm.hook.call.get_hookimpls() == []


def test_the_name_is_dunder_name_or_the_id(api: Any) -> None:
    module = ModuleType("a_module")
    mine = plugin(api)
    assert api.pm.register(module) == "a_module"
    assert api.pm.register(mine) == str(id(mine)) == api.pm.get_canonical_name(mine)


@pytest.mark.parametrize("second", ["same name", "same plugin"])
def test_registering_twice_is_refused_and_changes_nothing(api: Any, second: str) -> None:
    mine = plugin(api)
    api.pm.register(mine, "me")
    before = state(api)
    with pytest.raises(ValueError, match=r"registered|taken"):
        if second == "same name":
            api.pm.register(plugin(api), "me")
        else:
            api.pm.register(mine, "other")
    assert state(api) == before


def test_a_blocked_name_is_not_registered(api: Any) -> None:
    api.pm.register(plugin(api), "me")
    api.pm.set_blocked("me")
    assert api.pm.is_blocked("me")
    assert not api.pm.has_plugin("me")
    assert api.pm.register(plugin(api), "me") is None
    assert api.pm.hook.call.get_hookimpls() == []
    assert api.pm.unblock("me") is True
    assert api.pm.unblock("me") is False
    assert api.pm.register(plugin(api), "me") == "me"


def test_an_implementation_with_an_unknown_argument_is_refused_whole(api: Any) -> None:
    specify(api)

    class Plugin:
        @api.impl
        def another(self) -> None: ...
        @api.impl
        def call(self, valu: Any) -> None: ...

    before = state(api)
    with pytest.raises(api.PluginValidationError) as caught:
        mine = Plugin()
        api.pm.register(mine, "me")
    assert caught.value.plugin is mine
    assert "Plugin 'me' for hook 'call'" in str(caught.value)
    assert "hookimpl definition: call(" in str(caught.value)
    assert "Argument(s) {'valu'}" in str(caught.value)
    assert state(api) == before


def test_a_wrapper_without_a_yield_is_refused(door: Door) -> None:
    api = project(door)
    specify(api)

    class Plugin:
        def call(self, value: Any) -> Any:
            return value

    # The strict marker would refuse to write this.
    Plugin.call.app_impl = {"wrapper": True}  # type: ignore[attr-defined]
    with pytest.raises(api.PluginValidationError, match="not a generator function"):
        api.pm.register(Plugin())
    assert api.pm.get_plugins() == set()


def test_specifications_may_come_after_the_plugins(api: Any) -> None:
    api.pm.register(plugin(api))
    assert not api.pm.hook.call.has_spec()
    with pytest.raises(api.PluginValidationError, match="unknown hook 'call' in plugin"):
        api.pm.check_pending()
    specify(api, firstresult=True)
    api.pm.check_pending()
    assert api.pm.hook.call(value=3) == 3


def test_an_optional_hook_needs_no_specification(api: Any) -> None:
    api.pm.register(plugin(api, optionalhook=True))
    api.pm.check_pending()


def test_a_namespace_without_specifications_is_refused(api: Any) -> None:
    class Nothing:
        def call(self) -> None: ...

    with pytest.raises(ValueError, match="did not find any 'app' hooks in"):
        api.pm.add_hookspecs(Nothing)


def test_a_hook_is_specified_once(api: Any) -> None:
    specify(api)
    with pytest.raises(ValueError, match="'call' is "):
        specify(api)


def test_specname_names_another_hook(api: Any) -> None:
    specify(api)

    class Plugin:
        @api.impl(specname="call")
        def first(self, value: Any) -> Any:
            return ("first", value)

        @api.impl(specname="call")
        def second(self, value: Any) -> Any:
            return ("second", value)

    mine = Plugin()
    api.pm.register(mine)
    assert sorted(api.pm.hook.call(value=1)) == [("first", 1), ("second", 1)]
    assert api.pm.get_hookcallers(mine) == [api.pm.hook.call]
    api.pm.unregister(mine)
    assert api.pm.hook.call(value=1) == []


def test_warnings_of_a_specification_point_at_the_implementation(api: Any) -> None:
    specify(api, warn_on_impl=DeprecationWarning("gone soon"))
    with pytest.warns(DeprecationWarning, match="gone soon") as caught:
        api.pm.register(plugin(api))
    line = plugin.__code__.co_firstlineno + 2
    assert [(each.filename, each.lineno) for each in caught] == [(__file__, line)]


def test_warnings_of_arguments_come_when_they_are_asked_for(api: Any) -> None:
    specify(api, warn_on_impl_args={"value": UserWarning("not that one")})
    with pytest.warns(UserWarning, match="not that one"):
        api.pm.register(plugin(api))


# --- plugins that fail ---------------------------------------------------------------------------


class Boom(Exception):
    """What they raise."""


def failing(api: Any, where: str) -> Any:
    """A plugin that raises while it is looked at."""

    class Plugin:
        @api.impl
        def call(self, value: Any) -> Any:
            return value

        def __dir__(self) -> Any:
            if where == "dir":
                raise Boom
            return super().__dir__()

        def __getattr__(self, name: str) -> Any:
            if where == "name" and name == "__name__":
                raise Boom
            raise AttributeError(name)

        def __eq__(self, other: object) -> bool:
            if where == "eq":
                raise Boom
            return self is other

        __hash__ = object.__hash__

        @property
        def broken(self) -> Any:
            raise Boom("a property ran")

    return Plugin()


@pytest.mark.parametrize("where", ["dir", "name", "eq"])
def test_a_plugin_that_raises_while_it_is_registered_leaves_no_trace(api: Any, where: str) -> None:
    specify(api)
    api.pm.register(plugin(api), "first")
    before = state(api)
    with pytest.raises(Boom):
        api.pm.register(failing(api, where))
    assert state(api) == before


def test_properties_do_not_run(api: Any) -> None:
    mine = failing(api, "nowhere")
    api.pm.register(mine, "me")
    assert api.pm.hook.call(value=1) == [1]


def test_a_replayed_call_that_raises_registers_half_with_the_peer(lenient: Door) -> None:
    api, mine = replaying(lenient)
    with pytest.raises(Boom):
        api.pm.register(mine, "me")
    # Under its name, with the hooks that come before the one that raised.
    assert api.pm.has_plugin("me")
    counts = {name: len(hook.get_hookimpls()) for name, hook in vars(api.pm.hook).items()}
    assert counts == {"aaa": 1, "after": 1, "call": 0}


def test_a_replayed_call_that_raises_undoes_the_registration(ours: Door) -> None:
    if ours.name != "strict":
        return
    api, mine = replaying(ours)
    before = state(api)
    with pytest.raises(Boom):
        api.pm.register(mine, "me")
    assert state(api) == before


def replaying(door: Door) -> Any:
    """A manager whose history makes the plugin raise."""
    api = project(door)

    class Specs:
        @api.spec(historic=True)
        def call(self) -> Any: ...
        @api.spec
        def after(self) -> Any: ...
        @api.spec
        def aaa(self) -> Any: ...

    class Plugin:
        @api.impl
        def aaa(self) -> Any: ...
        @api.impl
        def after(self) -> Any: ...
        @api.impl
        def call(self) -> Any:
            raise Boom

        @api.impl
        def unspecified(self) -> Any: ...

    api.pm.add_hookspecs(Specs)
    api.pm.hook.call.call_historic()
    return api, Plugin()


def test_unregistering_what_is_not_there(lenient: Door) -> None:
    api = project(lenient)
    with pytest.raises(AssertionError, match="plugin is not registered"):
        api.pm.unregister(plugin(api))
    with pytest.raises(AssertionError, match="one of name or plugin"):
        api.pm.unregister()
    assert api.pm.unregister(name="nobody") is None


def test_none_is_no_plugin_and_is_ignored(lenient: Door) -> None:
    api = project(lenient)
    assert api.pm.register(None) is None
    assert api.pm.get_plugins() == set()


def test_plugin_and_name_must_agree(api: Any) -> None:
    mine, other = plugin(api), plugin(api)
    api.pm.register(mine, "me")
    api.pm.register(other, "other")
    with pytest.raises(ValueError, match="do not agree"):
        api.pm.unregister(mine, "other")
    assert api.pm.get_plugins() == {mine, other}


def test_many_plugins_come_and_go(api: Any) -> None:
    specify(api)
    plugins = [plugin(api) for _ in range(300)]
    for index, each in enumerate(plugins):
        api.pm.register(each, f"p{index}")
    assert api.pm.hook.call(value=1) == [1] * 300
    for each in plugins[::2]:
        api.pm.unregister(each)
    assert [impl.plugin for impl in api.pm.hook.call.get_hookimpls()] == plugins[1::2]


def passing_on(function: Any) -> Any:
    """A decorator as most are written."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


def named_alike(function: Any) -> Any:
    """Another one, whose first parameter has the name of the hook's argument."""

    @functools.wraps(function)
    def wrapper(args: Any, *rest: Any, **kwargs: Any) -> Any:
        return function(args, *rest, **kwargs)

    return wrapper


def bare(function: Any) -> Any:
    """One that does not say what it wraps."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


@pytest.mark.parametrize("decorator", [passing_on, named_alike])
def test_a_decorated_implementation_is_read_as_the_peer_reads_it(
    door: Door, decorator: Callable[[Any], Any]
) -> None:
    api = project(door)

    class Specs:
        @api.spec  # type: ignore[untyped-decorator]
        def parse(self, args: Any) -> Any: ...

    class Plugin:
        @api.impl  # type: ignore[untyped-decorator]
        @decorator
        def parse(self, args: Any) -> Any:
            return args

    api.pm.add_hookspecs(Specs)
    api.pm.register(Plugin())

    assert api.pm.hook.parse(args=3) == [3]


def test_a_star_argument_is_no_argument_of_a_hook(door: Door) -> None:
    api = project(door)

    class Specs:
        @api.spec  # type: ignore[untyped-decorator]
        def parse(self, args: Any) -> Any: ...

    class Plugin:
        @api.impl  # type: ignore[untyped-decorator]
        @bare
        def parse(self) -> Any:
            return "parsed"

    api.pm.add_hookspecs(Specs)
    api.pm.register(Plugin())

    assert api.pm.hook.parse(args=3) == ["parsed"]


def test_a_decorated_specification_begins_with_self_as_well(door: Door) -> None:
    api = project(door)

    class Specs:
        @api.spec  # type: ignore[untyped-decorator]
        @passing_on
        def parse(self, args: Any) -> Any: ...

    api.pm.add_hookspecs(Specs)

    assert api.pm.hook.parse.spec.argnames == ("args",)


def test_an_argument_named_cls_may_be_left_out_by_a_class_method(door: Door) -> None:
    api = project(door)

    class Specs:
        @api.spec  # type: ignore[untyped-decorator]
        def make(self, cls: Any) -> Any: ...

    class Plugin:
        @api.impl  # type: ignore[untyped-decorator]
        @classmethod
        def make(cls) -> Any:
            return cls.__name__

    api.pm.add_hookspecs(Specs)
    api.pm.register(Plugin())

    assert api.pm.hook.make(cls=int) == ["Plugin"]


def test_a_specification_that_wraps_itself_is_refused() -> None:
    api = project(STRICT)

    def turn(self: Any) -> None: ...

    turn.__wrapped__ = turn  # type: ignore[attr-defined]
    specs = type("Specs", (), {"turn": api.spec(turn)})

    with pytest.raises(ValueError, match="wrapper loop when unwrapping"):
        api.pm.add_hookspecs(specs)
