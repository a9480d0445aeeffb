"""Native functions refuse wrong arguments in the words of the peer's functions of Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import project
from .doors import LENIENT, PEER

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


def refusal(door: Any, wrong: Callable[[Any, Any, Any], Any]) -> str:
    with door.active():
        api = project(door)

        class Specs:
            @api.spec  # type: ignore[untyped-decorator]
            def call(self, value: Any) -> Any: ...

        api.pm.add_hookspecs(Specs)
        with pytest.raises(TypeError) as caught:
            wrong(api, api.pm.hook.call, api.Result(1, None))
        return str(caught.value)


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_wrong_arguments_are_refused_in_the_peers_words(number: int) -> None:
    assert refusal(LENIENT, WRONG[number]) == refusal(PEER, WRONG[number])
