"""What wrappers see and may change, on the peer and on both doors."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Generator
from typing import Any

import pytest


def register(api: Any, function: Any, **options: Any) -> None:
    class Plugin:
        call = staticmethod(api.impl(**options)(function))

    api.pm.register(Plugin())


@pytest.fixture
def log(api: Any) -> list[Any]:
    """A list that a plain implementation writes to."""
    entries: list[Any] = []

    def call() -> str:
        entries.append("call")
        return "result"

    register(api, call)
    return entries


def test_a_wrapper_runs_around_the_others_and_replaces_the_result(api: Any, log: list[Any]) -> None:
    def call() -> Generator[None, list[str], Any]:
        log.append("before")
        result = yield
        log.append(result)
        return "replaced"

    register(api, call, wrapper=True)
    assert api.pm.hook.call() == "replaced"
    assert log == ["before", "call", ["result"]]


def test_a_wrapper_sees_the_exception_and_may_answer_for_it(api: Any, log: list[Any]) -> None:
    def fail() -> None:
        raise KeyError("boom")

    def call() -> Generator[None, Any, Any]:
        try:
            return (yield)
        except KeyError as error:
            return error.args

    register(api, fail, specname="call")
    register(api, call, wrapper=True)
    assert api.pm.hook.call() == ("boom",)


def test_a_wrapper_may_replace_the_exception(api: Any, log: list[Any]) -> None:
    def fail() -> None:
        raise KeyError("boom")

    def call() -> Generator[None, Any, Any]:
        try:
            return (yield)
        except KeyError as error:
            raise ValueError("instead") from error

    register(api, fail, specname="call")
    register(api, call, wrapper=True)
    with pytest.raises(ValueError, match="instead") as caught:
        api.pm.hook.call()
    assert isinstance(caught.value.__cause__, KeyError)


def test_an_exception_before_the_yield_closes_those_that_are_open(api: Any, log: list[Any]) -> None:
    def fail() -> Generator[None, Any, Any]:
        raise KeyError("boom")
        yield

    def call() -> Generator[None, Any, Any]:
        try:
            return (yield)
        finally:
            log.append("closed")

    register(api, fail, wrapper=True, specname="call")
    register(api, call, wrapper=True)
    with pytest.raises(KeyError, match="boom"):
        api.pm.hook.call()
    assert log == ["closed"]


def test_stop_iteration_passes_through_a_wrapper_as_itself(api: Any, log: list[Any]) -> None:
    stop = StopIteration("mine")

    def fail() -> None:
        raise stop

    def call() -> Generator[None, Any, Any]:
        return (yield)

    register(api, fail, specname="call")
    register(api, call, wrapper=True)
    register(api, call, wrapper=True)
    with pytest.raises(StopIteration) as caught:
        api.pm.hook.call()
    assert caught.value is stop


@pytest.mark.parametrize("old", [False, True], ids=["wrapper", "hookwrapper"])
def test_a_wrapper_that_does_not_yield_is_an_error_that_says_where(
    api: Any, log: list[Any], old: bool
) -> None:
    def call() -> Generator[None, Any, Any]:
        if log:
            yield
        return None

    register(api, call, **{"hookwrapper" if old else "wrapper": True})
    code = call.__code__
    with pytest.raises(RuntimeError) as caught:
        api.pm.hook.call()
    where = f"{code.co_filename}:{code.co_firstlineno}"
    assert str(caught.value) == f"wrap_controller at 'call' {where} did not yield"
    assert log == []


@pytest.mark.parametrize("old", [False, True], ids=["wrapper", "hookwrapper"])
def test_a_wrapper_that_yields_twice_is_an_error_and_is_closed(
    api: Any, log: list[Any], old: bool
) -> None:
    def call() -> Generator[None, Any, Any]:
        try:
            yield
            yield
        finally:
            log.append("closed")

    register(api, call, **{"hookwrapper" if old else "wrapper": True})
    with pytest.raises(RuntimeError, match="has second yield"):
        api.pm.hook.call()
    assert log == ["call", "closed"]


def test_an_old_wrapper_gets_a_result_to_look_at_and_to_change(api: Any, log: list[Any]) -> None:
    def call() -> Generator[None, Any, None]:
        outcome = yield
        assert type(outcome) is api.Result
        log.append((outcome.get_result(), outcome.exception, outcome.excinfo))
        outcome.force_result("forced")

    register(api, call, hookwrapper=True)
    assert api.pm.hook.call() == "forced"
    assert log == ["call", (["result"], None, None)]


def test_an_old_wrapper_may_force_an_exception(api: Any, log: list[Any]) -> None:
    boom = KeyError("boom")

    def call() -> Generator[None, Any, None]:
        outcome = yield
        outcome.force_exception(boom)

    register(api, call, hookwrapper=True)
    with pytest.raises(KeyError) as caught:
        api.pm.hook.call()
    assert caught.value is boom


def test_an_old_wrapper_that_raises_is_warned_about_at_the_line_of_the_call(
    api: Any, log: list[Any]
) -> None:
    def call() -> Generator[None, Any, None]:
        yield
        raise ZeroDivisionError("in the teardown")

    register(api, call, hookwrapper=True)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises(ZeroDivisionError, match="in the teardown"):
            api.pm.hook.call()
    [warning] = caught
    assert warning.category.__name__.endswith("TeardownRaisedWarning")
    assert "Hook: call\nZeroDivisionError: in the teardown" in str(warning.message)
    assert warning.filename == __file__


def test_old_and_new_wrappers_nest_in_the_order_of_registration(api: Any, log: list[Any]) -> None:
    def new() -> Generator[None, Any, Any]:
        log.append("new")
        result = yield
        return ("new", result)

    def old() -> Generator[None, Any, None]:
        log.append("old")
        outcome = yield
        outcome.force_result(("old", outcome.get_result()))

    register(api, new, wrapper=True, specname="call")
    register(api, old, hookwrapper=True, specname="call")
    register(api, new, wrapper=True, specname="call")
    assert api.pm.hook.call() == ("new", ("old", ("new", ["result"])))
    assert log == ["new", "old", "new", "call"]


def test_no_generator_is_left_behind(api: Any, log: list[Any]) -> None:
    def call() -> Generator[None, Any, Any]:
        return (yield)

    register(api, call, wrapper=True)
    gc.collect()
    before = sum(isinstance(each, Generator) for each in gc.get_objects())
    for _ in range(10):
        api.pm.hook.call()
    assert sum(isinstance(each, Generator) for each in gc.get_objects()) == before


class Iterating:
    """A wrapper that is no generator but behaves like one."""

    def __init__(self, log: list[Any]) -> None:
        self.log = log

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> None:
        self.log.append("next")

    def send(self, value: Any) -> None:
        self.log.append(("send", value))
        raise StopIteration("answer")

    def throw(self, error: BaseException) -> None:
        raise error

    def close(self) -> None:
        self.log.append("close")


def test_what_behaves_like_a_generator_will_do(api: Any, log: list[Any]) -> None:
    class Plugin:
        @staticmethod
        def call() -> Any:
            return Iterating(log)

    options = {"wrapper": True, "hookwrapper": False, "optionalhook": False}
    Plugin.call.app_impl = {**options, "tryfirst": False, "trylast": False, "specname": None}  # type: ignore[attr-defined]
    api.pm.register(Plugin())
    assert api.pm.hook.call() == "answer"
    assert log == ["next", "call", ("send", ["result"])]
