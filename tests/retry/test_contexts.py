"""What was being handled when a call ended is the context of what it raises, as after `raise`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .doors import LENIENT, PEER, STRICT, Door, drive

OURS = pytest.mark.parametrize("door", [LENIENT, STRICT], ids=lambda door: door.name)


def fail() -> None:
    raise OSError("down")


def fail_while_handling() -> None:
    try:
        raise KeyError("inner")
    except KeyError:
        raise OSError("down")  # noqa: B904 - the context is what this is about


def stop() -> None:
    raise StopIteration("down")  # a RuntimeError where it comes out of a block


def contexts(call: Callable[[], Any], handling: bool) -> list[Any]:
    """What a call raised, and what that was raised while handling, and so on."""
    try:
        if handling:
            try:
                raise LookupError("outer")
            except LookupError:
                call()
        else:
            call()
    except BaseException as error:
        found: Any = error
        seen = []
        while found is not None:
            seen.append((type(found).__name__, repr(found.__cause__), found.__suppress_context__))
            found = found.__context__
        return seen
    return ["nothing raised"]


async def asleep(seconds: float) -> None:
    """A sleep for those who await."""


def in_block(api: Any, policy: dict[str, Any], function: Callable[[], Any]) -> None:
    for attempt in api.Retrying(**policy):
        with attempt:
            function()


async def in_async_block(api: Any, policy: dict[str, Any], function: Callable[[], Any]) -> None:
    async for attempt in api.AsyncRetrying(**{**policy, "sleep": asleep}):
        with attempt:
            function()


async def awaited(api: Any, policy: dict[str, Any], function: Callable[[], Any]) -> None:
    @api.retry(**{**policy, "sleep": asleep})  # type: ignore[untyped-decorator]
    async def call() -> None:
        function()

    await call()


FORMS: dict[str, Callable[[Any, dict[str, Any], Any], Any]] = {
    "decorated": lambda api, policy, function: api.retry(**policy)(function)(),
    "called": lambda api, policy, function: api.Retrying(**policy)(function),
    "block": in_block,
    "awaited": lambda api, policy, function: drive(awaited(api, policy, function)),
    "async block": lambda api, policy, function: drive(in_async_block(api, policy, function)),
}
POLICIES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "given up": lambda api: {},
    "reraised": lambda api: {"reraise": True},
    "reraised, with a hook": lambda api: {"reraise": True, "after": lambda state: None},
    "given back": lambda api: {"retry": api.retry_if_exception_type(KeyError)},
    "given back, with a hook": lambda api: {
        "retry": api.retry_if_exception_type(KeyError),
        "before": lambda state: None,
    },
    "callback": lambda api: {"retry_error_callback": lambda state: state.outcome.result()},
}


@OURS
@pytest.mark.parametrize("function", [fail, fail_while_handling, stop])
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("form", FORMS)
def test_a_call_raises_with_the_context_that_raise_gives(
    door: Door, form: str, policy: str, function: Callable[[], None]
) -> None:
    for handling in (False, True):

        def seen(door: Door, handling: bool = handling) -> list[Any]:
            api = door.api
            parts = {"stop": api.stop_after_attempt(2), "sleep": lambda seconds: None}
            parts |= POLICIES[policy](api)
            return contexts(lambda: FORMS[form](api, parts, function), handling)

        assert seen(door) == seen(PEER)


@OURS
@pytest.mark.parametrize("way", ["reraise", "result"])
@pytest.mark.parametrize("handling", [False, True])
def test_what_an_error_raises_later_has_its_context(door: Door, way: str, handling: bool) -> None:
    def seen(door: Door) -> list[Any]:
        with pytest.raises(door.api.RetryError) as raised:
            door.api.Retrying(stop=door.api.stop_after_attempt(1))(fail)
        error = raised.value
        call = error.reraise if way == "reraise" else error.last_attempt.result
        return contexts(call, handling)

    assert seen(door) == seen(PEER)
