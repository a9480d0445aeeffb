"""What a call of a hook does, on the peer and on both doors."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import project
from .doors import Door


def plugin(api: Any, answer: Any, **options: Any) -> Any:
    class Plugin:
        @api.impl(**options)
        def call(self, value: Any) -> Any:
            return answer(value) if callable(answer) else answer

    return Plugin()


def specify(api: Any, **options: Any) -> None:
    class Specs:
        @api.spec(**options)
        def call(self, value: Any) -> Any: ...

    api.pm.add_hookspecs(Specs)


def test_the_plugin_registered_last_is_called_first(api: Any) -> None:
    specify(api)
    for name in "abc":
        api.pm.register(plugin(api, name))
    assert api.pm.hook.call(value=1) == ["c", "b", "a"]


def test_tryfirst_and_trylast_move_to_the_ends(api: Any) -> None:
    specify(api)
    api.pm.register(plugin(api, "first", tryfirst=True))
    api.pm.register(plugin(api, "last", trylast=True))
    api.pm.register(plugin(api, "plain"))
    assert api.pm.hook.call(value=1) == ["first", "plain", "last"]


def test_results_that_are_none_are_left_out(api: Any) -> None:
    specify(api)
    api.pm.register(plugin(api, None))
    api.pm.register(plugin(api, 0))
    assert api.pm.hook.call(value=1) == [0]


def test_firstresult_stops_at_the_first_result(api: Any) -> None:
    specify(api, firstresult=True)
    asked: list[Any] = []
    api.pm.register(plugin(api, asked.append))
    api.pm.register(plugin(api, lambda value: value))
    assert api.pm.hook.call(value=7) == 7
    assert asked == []


def test_firstresult_without_a_result_is_none(api: Any) -> None:
    specify(api, firstresult=True)
    api.pm.register(plugin(api, None))
    assert api.pm.hook.call(value=7) is None


def test_firstresult_may_be_changed_in_the_options_between_calls(api: Any) -> None:
    specify(api)
    api.pm.register(plugin(api, "other"), "other")
    api.pm.register(plugin(api, "mine"))
    call, opts = api.pm.hook.call, api.pm.hook.call.spec.opts
    assert call(value=1) == ["mine", "other"]
    for value, is_first in [(True, True), (False, False), (1, True), ([], False), (True, True)]:
        opts["firstresult"] = value
        expected = "mine" if is_first else ["mine", "other"]
        assert [call(value=1), call(value=1)] == [expected, expected]
    del opts["firstresult"]
    assert call(value=1) == ["mine", "other"]
    opts.update(firstresult=True)
    assert call(value=1) == "mine"
    call.spec.opts = {**opts, "firstresult": False}
    assert call(value=1) == ["mine", "other"]


def test_a_hook_nobody_implements_returns_an_empty_list(api: Any) -> None:
    specify(api)
    assert api.pm.hook.call(value=7) == []


def test_an_implementation_takes_the_arguments_it_names(api: Any) -> None:
    class Specs:
        @api.spec
        def call(self, a: Any, b: Any, c: Any) -> Any: ...

    class Plugin:
        @api.impl
        def call(self, c: Any, a: Any) -> Any:
            return (c, a)

    api.pm.add_hookspecs(Specs)
    api.pm.register(Plugin())
    assert api.pm.hook.call(a=1, b=2, c=3) == [(3, 1)]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [({"a": 1}, (1, "spec")), ({"a": 1, "b": 2}, (1, 2))],
    ids=["the specification's default", "the call's value"],
)
def test_the_call_wins_over_the_specification_and_that_over_the_implementation(
    api: Any, given: dict[str, Any], wanted: Any
) -> None:
    class Specs:
        @api.spec
        def call(self, a: Any, b: Any = "spec") -> Any: ...

    class Plugin:
        @api.impl
        def call(self, a: Any, b: Any = "impl") -> Any:
            return (a, b)

    api.pm.add_hookspecs(Specs)
    api.pm.register(Plugin())
    assert api.pm.hook.call(**given) == [wanted]


def test_without_a_specification_an_implementations_default_holds(api: Any) -> None:
    class Plugin:
        @api.impl
        def call(self, a: Any, b: Any = "impl") -> Any:
            return (a, b)

    api.pm.register(Plugin())
    assert api.pm.hook.call(a=1) == [(1, "impl")]
    assert api.pm.hook.call(a=1, b=2) == [(1, 2)]


def test_an_argument_nobody_gave_is_an_error(api: Any) -> None:
    class Plugin:
        @api.impl
        def call(self, value: Any) -> Any:
            return value

    api.pm.register(Plugin())
    with pytest.raises(api.HookCallError, match="hook call must provide argument 'value'"):
        api.pm.hook.call(other=1)


def test_positional_arguments_are_refused(api: Any) -> None:
    specify(api)
    with pytest.raises(TypeError):
        api.pm.hook.call(1)


def test_an_exception_ends_the_call_and_reaches_the_caller(api: Any) -> None:
    specify(api)
    asked: list[Any] = []
    boom = KeyError("boom")

    def fail(value: Any) -> None:
        raise boom

    api.pm.register(plugin(api, asked.append))
    api.pm.register(plugin(api, fail))
    with pytest.raises(KeyError) as caught:
        api.pm.hook.call(value=1)
    assert caught.value is boom
    assert asked == []


def test_a_call_does_not_see_what_is_registered_while_it_runs(api: Any) -> None:
    specify(api)
    api.pm.register(plugin(api, lambda value: api.pm.register(plugin(api, "late"), "late")))
    assert api.pm.hook.call(value=1) == ["late"]
    assert len(api.pm.hook.call.get_hookimpls()) == 2


def test_a_call_goes_on_with_what_is_unregistered_while_it_runs(api: Any) -> None:
    specify(api)
    victim = plugin(api, "victim")
    api.pm.register(victim, "victim")
    api.pm.register(plugin(api, lambda value: api.pm.unregister(victim) and None))
    assert api.pm.hook.call(value=1) == ["victim"]
    assert len(api.pm.hook.call.get_hookimpls()) == 1


def test_hooks_may_call_hooks(api: Any) -> None:
    specify(api)
    api.pm.register(plugin(api, lambda value: value and api.pm.hook.call(value=value - 1)))
    assert api.pm.hook.call(value=2) == [[[0]]]


def test_call_extra_adds_functions_behind_the_ordinary_ones(api: Any) -> None:
    specify(api)
    api.pm.register(plugin(api, "first", tryfirst=True))
    api.pm.register(plugin(api, "plain"))
    result = api.pm.hook.call.call_extra([lambda value: "extra"], {"value": 1})
    assert result == ["first", "extra", "plain"]
    assert api.pm.hook.call(value=1) == ["first", "plain"]


@pytest.mark.parametrize("given", [None, 5, "a", ["value"], {"value"}, [("value", 1)]])
def test_arguments_that_are_no_mapping_are_refused_where_defaults_join_them(
    lenient: Door, given: Any
) -> None:
    api = project(lenient)

    class Specs:
        @api.spec  # type: ignore[untyped-decorator]
        def call(self, value: Any, more: Any = 1) -> Any: ...

        @api.spec(historic=True)  # type: ignore[untyped-decorator]
        def keep(self, value: Any, more: Any = 1) -> Any: ...

    api.pm.add_hookspecs(Specs)
    kind = type(given).__name__
    with pytest.raises(TypeError, match=f"'{kind}' object is not a mapping"):
        api.pm.hook.call.call_extra([], given)
    if given:
        with pytest.raises(TypeError, match=f"'{kind}' object is not a mapping"):
            api.pm.hook.keep.call_historic(kwargs=given)


def test_hookimpls_are_handed_out_as_a_copy(api: Any) -> None:
    specify(api)
    api.pm.register(plugin(api, "x"))
    api.pm.hook.call.get_hookimpls().clear()
    assert api.pm.hook.call(value=1) == ["x"]


def test_a_hook_says_what_it_is(api: Any) -> None:
    specify(api)
    hook = api.pm.hook.call
    assert repr(hook) == "<HookCaller 'call'>"
    assert (hook.name, hook.has_spec(), hook.is_historic()) == ("call", True, False)
    assert (hook.spec.name, hook.spec.argnames, hook.spec.kwargnames) == ("call", ("value",), ())


def test_an_implementation_says_what_it_is(api: Any) -> None:
    mine = plugin(api, "x", trylast=True)
    api.pm.register(mine, "me")
    [impl] = api.pm.hook.call.get_hookimpls()
    assert (impl.plugin, impl.plugin_name, impl.function) == (mine, "me", mine.call)
    assert (impl.argnames, impl.kwargnames) == (("value",), ())
    assert (impl.wrapper, impl.hookwrapper, impl.optionalhook) == (False, False, False)
    assert (impl.tryfirst, impl.trylast) == (False, True)
    assert impl.opts["trylast"] is True
