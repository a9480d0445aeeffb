"""Wrappers of the old form that never get a result, on the peer and on both doors.

That happens to those around a wrapper that yields twice: nobody asks them any more. And a generator
may be closed by somebody else while the call is under way.
"""

from __future__ import annotations

import gc
import sys
import warnings
from collections.abc import Callable, Generator
from typing import Any

import pytest

from .conftest import project
from .doors import LENIENT, PEER, STRICT, Door

Log = list[Any]
Body = Callable[[Log], Generator[None, Any, Any]]


def told(result: Any) -> str:
    """What a wrapper can see of its result."""
    try:
        return f"result {result.get_result()!r}"
    except BaseException as error:
        return f"{type(error).__name__} {error}"


def looks(log: Log) -> Generator[None, Any, None]:
    log.append("looks: opened")
    result = yield
    log.append(f"looks: {told(result)}")


def forces_a_result(log: Log) -> Generator[None, Any, None]:
    log.append("forces: opened")
    (yield).force_result("forced")
    log.append("forces: done")


def forces_an_exception(log: Log) -> Generator[None, Any, None]:
    log.append("forces: opened")
    (yield).force_exception(KeyError("forced"))
    log.append("forces: done")


def raises(log: Log) -> Generator[None, Any, None]:
    log.append("raises: opened")
    yield
    log.append("raises: now")
    raise ValueError("in the teardown")


def raises_generator_exit(log: Log) -> Generator[None, Any, None]:
    log.append("exits: opened")
    yield
    log.append("exits: now")
    raise GeneratorExit


def yields_again(log: Log) -> Generator[None, Any, None]:
    log.append("again: opened")
    yield
    try:
        yield
    finally:
        log.append("again: closed")


def ignores_the_end(log: Log) -> Generator[None, Any, None]:
    log.append("ignores: opened")
    yield
    try:
        yield
    except GeneratorExit:
        log.append("ignores: told to end")
        yield


GIVEN_UP: dict[str, Body] = {
    body.__name__: body
    for body in (
        looks,
        forces_a_result,
        forces_an_exception,
        raises,
        raises_generator_exit,
        yields_again,
        ignores_the_end,
    )
}


def register(api: Any, log: Log, name: str, body: Body, **options: Any) -> None:
    """Register a wrapper whose generator `body` makes."""

    def call() -> Generator[None, Any, Any]:
        return (yield from body(log))

    class Plugin:
        hook = staticmethod(api.impl(specname="hook", **options)(call))

    api.pm.register(Plugin(), name)


def newer(log: Log) -> Generator[None, Any, Any]:
    log.append("newer: opened")
    try:
        return (yield)
    except BaseException as error:
        log.append(f"newer: {type(error).__name__}")
        raise


def yields_twice(log: Log) -> Generator[None, Any, None]:
    yield
    log.append("twice: yields again")
    yield


def logged(door: Door, outer: list[tuple[Body, dict[str, bool]]]) -> tuple[Log, Log]:
    """What happens to `outer`, the innermost first, around a wrapper that yields twice.

    Returns what they said themselves with what nobody could be told, and the warnings.
    """
    api, log = project(door), []

    class Plain:
        @api.impl
        def hook(self) -> str:
            log.append("plain")
            return "plain"

    api.pm.register(Plain())
    register(api, log, "twice", yields_twice, wrapper=True)
    for number, (body, options) in enumerate(outer):
        register(api, log, f"outer {number}", body, **options)
    unheard, before = [], sys.unraisablehook
    sys.unraisablehook = lambda args: unheard.append((args.exc_type.__name__, str(args.exc_value)))
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with pytest.raises(RuntimeError, match="has second yield") as raised:
                api.pm.hook.hook()
            # With the peer the wrappers live on in frames that the traceback holds.
            raised.value.__traceback__ = None
            del raised
            gc.collect()
    finally:
        sys.unraisablehook = before
    texts = [(each.category.__name__, str(each.message)) for each in caught]
    return [*log, *unheard], texts


OLD, NEW = {"hookwrapper": True}, {"wrapper": True}


@pytest.mark.parametrize("name", GIVEN_UP)
def test_an_old_wrapper_that_is_given_up_is_told_so(name: str) -> None:
    outer = [(GIVEN_UP[name], OLD)]
    peer, said = logged(PEER, outer)
    assert "plain" in peer and len(peer) > 3
    assert logged(LENIENT, outer) == (peer, said)
    strict, its_warnings = logged(STRICT, outer)
    assert strict == peer
    assert len(its_warnings) == len(said)


def test_an_old_wrapper_that_is_given_up_sees_the_generator_exit() -> None:
    log, said = logged(STRICT, [(looks, OLD)])
    assert log == ["looks: opened", "plain", "twice: yields again", "looks: GeneratorExit "]
    assert said == []


def test_what_a_given_up_wrapper_raises_is_warned_about_and_nobody_is_told() -> None:
    log, [(category, text)] = logged(STRICT, [(raises, OLD)])
    assert log[-2:] == ["raises: now", ("ValueError", "in the teardown")]
    assert category == "PluginTeardownRaisedWarning"
    assert "Hook: hook\nValueError: in the teardown" in text


@pytest.mark.parametrize("first", GIVEN_UP)
def test_several_are_given_up_each_by_itself(first: str) -> None:
    # In which order is not promised: the peer leaves it to whoever lets go of the traceback.
    outer = [(GIVEN_UP[first], OLD), (newer, NEW), (looks, OLD)]
    peer, said = logged(PEER, outer)
    lenient, its_warnings = logged(LENIENT, outer)
    strict, _ = logged(STRICT, outer)
    assert sorted(map(str, lenient)) == sorted(map(str, peer))
    assert sorted(map(str, strict)) == sorted(map(str, peer))
    assert its_warnings == said


@pytest.mark.parametrize("option", ["hookwrapper", "wrapper"])
@pytest.mark.parametrize("fails", [False, True], ids=["result", "exception"])
def test_a_generator_that_others_close_meanwhile(option: str, fails: bool) -> None:
    def run(door: Door) -> Log:
        api, log, made = project(door), [], []

        def body() -> Generator[None, Any, Any]:
            try:
                yield
            finally:
                log.append("closed")

        class Wrapper:
            @staticmethod
            def hook() -> Any:
                made.append(body())
                return made[-1]

        class Plain:
            @api.impl
            def hook(self) -> str:
                made.pop().close()
                log.append("plain")
                if fails:
                    raise KeyError("plain")
                return "plain"

        api.impl(optionalhook=True)(Wrapper.hook)
        Wrapper.hook.app_impl[option] = True  # type: ignore[attr-defined]
        api.pm.register(Plain())
        api.pm.register(Wrapper())
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                log.append(api.pm.hook.hook())
            except KeyError as error:
                log.append(repr(error))
        return [*log, *[str(each.message) for each in caught]]

    peer = run(PEER)
    assert peer[:2] == ["closed", "plain"]
    assert run(LENIENT) == peer
    assert run(STRICT) == peer
