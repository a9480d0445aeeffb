"""Native functions refuse wrong arguments in the words of the peer's functions of Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import project
from .doors import LENIENT, PEER, Door

# Each is given a project with a hook `call(value)`, its manager's `hook.call` and a Result.
WRONG: list[Callable[[Any, Any, Any], Any]] = [
    lambda api, call, result: call.call_extra(),
    lambda api, call, result: call.call_extra([]),
    lambda api, call, result: call.call_extra([], {}, 1),
    lambda api, call, result: call.call_extra([], kwargs={}, methods=[]),
    lambda api, call, result: call.call_extra([], odd={}),
    lambda api, call, result: call.call_extra([], {}, self=1),
    lambda api, call, result: call.call_historic(proc=5, kwargs={}),
    lambda api, call, result: call.call_historic(1, 2, 3),
    lambda api, call, result: call.set_specification(),
    lambda api, call, result: call.set_specification(1, 2, 3),
    lambda api, call, result: result.force_result(),
    lambda api, call, result: result.force_result(1, 2),
    lambda api, call, result: result.force_exception(error=1),
    lambda api, call, result: type(result)(),
    lambda api, call, result: type(result)(1),
    lambda api, call, result: type(result)(1, 2, 3),
    lambda api, call, result: type(result).from_call(),
    lambda api, call, result: type(result).from_call(len, func=len),
    lambda api, call, result: call.has_spec(1),
    lambda api, call, result: call.is_historic(of="now"),
    lambda api, call, result: call.get_hookimpls(1, 2),
    lambda api, call, result: call._add_hookimpl(),
    lambda api, call, result: call._add_hookimpl(1, hookimpl=2),
    lambda api, call, result: call._remove_plugin(1, 2),
    lambda api, call, result: call._maybe_apply_history(impl=1),
    lambda api, call, result: call._apply_defaults(),
    lambda api, call, result: call._verify_all_args_are_provided({}, {}),
    lambda api, call, result: result.get_result(1),
    lambda api, call, result: result.get_result(self=result),
    lambda api, call, result: api.HookImpl(1, 2),
    lambda api, call, result: api.HookImpl(),
    lambda api, call, result: api.HookImpl(1, 2, 3, 4, 5),
    lambda api, call, result: type(call)("name"),
    lambda api, call, result: type(call)(1, 2, 3, 4, 5),
    lambda api, call, result: api.pm._hookexec("name"),
    lambda api, call, result: api.pm._hookexec("name", [], {}, False, 1),
    lambda api, call, result: api.pm._hookexec("name", hooks=[]),
    lambda api, call, result: type(call.spec)(1),
    lambda api, call, result: api.door.module("_callers")._multicall("name", []),
    lambda api, call, result: api.door.module("_callers")._multicall("name", [], {}, False, 1),
]


def with_a_hook(door: Any) -> Any:
    api = project(door)

    class Specs:
        @api.spec  # type: ignore[untyped-decorator]
        def call(self, value: Any) -> Any: ...

    api.pm.add_hookspecs(Specs)
    return api


def refusal(door: Any, wrong: Callable[[Any, Any, Any], Any]) -> str:
    with door.active():
        api = with_a_hook(door)
        with pytest.raises(TypeError) as caught:
            wrong(api, api.pm.hook.call, api.Result(1, None))
        return str(caught.value)


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_wrong_arguments_are_refused_in_the_peers_words(number: int) -> None:
    assert refusal(LENIENT, WRONG[number]) == refusal(PEER, WRONG[number])


def test_what_hooks_take_by_position_they_take_by_name(door: Door) -> None:
    api = with_a_hook(door)
    call, plugin = api.pm.hook.call, object()
    traits = ("wrapper", "hookwrapper", "optionalhook", "tryfirst", "trylast")
    impl = api.HookImpl(plugin, "name", lambda value: value, dict.fromkeys(traits, False))
    call._add_hookimpl(hookimpl=impl)
    assert call(value=1) == [1]
    call._maybe_apply_history(method=impl)
    assert call._apply_defaults(kwargs={"value": 2}) == {"value": 2}
    call._verify_all_args_are_provided(kwargs={"value": 2})
    call._remove_plugin(plugin=plugin)
    assert call.get_hookimpls() == []
