"""Who said what: reports of calls, waterfalls, and errors that are collected."""

from __future__ import annotations

import asyncio
import builtins
import gc
import pickle
import sys
import weakref
from collections.abc import Generator
from typing import Any

import pytest
from mainstay.plugins import (
    Answer,
    HookCallError,
    HookErrors,
    HookspecMarker,
    PluginManager,
    Report,
    testing,
)

from .strict import add, hookspec, manager


class Boom(Exception):
    """What plugins raise."""


def raising(error: BaseException) -> Any:
    def fail(value: Any) -> Any:
        raise error

    return fail


# --- reports -------------------------------------------------------------------------------------


def test_a_report_has_each_answer_with_its_plugin_in_the_order_of_the_calls():
    pm = manager()
    first = add(pm, "first", lambda value: value + 1)
    silent = add(pm, "silent", lambda value: None)
    last = add(pm, "last", lambda value: value + 2)
    report = pm.hook.hook.report(value=1)
    assert report.result == pm.hook.hook(value=1) == [3, 2]
    assert report.answers == (
        Answer("last", last, 3),
        Answer("silent", silent, None),
        Answer("first", first, 2),
    )


def test_a_report_of_a_first_result_ends_with_who_gave_it():
    pm = manager(firstresult=True)
    add(pm, "never asked", raising(AssertionError("asked")))
    add(pm, "answers", lambda value: value)
    add(pm, "passes", lambda value: None)
    report = pm.hook.hook.report(value="yes")
    assert report.result == "yes"
    assert [answer.plugin_name for answer in report.answers] == ["passes", "answers"]


def test_a_wrapper_changes_the_result_of_a_report_and_not_its_answers():
    pm = manager()
    add(pm, "plain", lambda value: value)

    def double(value: Any) -> Generator[None, list[int], list[int]]:
        return [each * 2 for each in (yield)]

    add(pm, "wrapper", double, wrapper=True)
    report = pm.hook.hook.report(value=4)
    assert report.result == [8]
    assert [answer.value for answer in report.answers] == [4]


def test_a_report_raises_what_the_call_raises():
    pm = manager()
    error = KeyError("boom")
    add(pm, "fails", raising(error))
    with pytest.raises(KeyError) as caught:
        pm.hook.hook.report(value=1)
    assert caught.value is error


def plain_report(pm: Any) -> Any:
    return pm.hook.hook.report(value=1)


def watched_report(pm: Any) -> Any:
    undo = pm.add_hookcall_monitoring(lambda *_: None, lambda *_: None)
    try:
        return pm.hook.hook.report(value=1)
    finally:
        undo()


def timed_report(pm: Any) -> Any:
    with pm.time_hooks():
        return pm.hook.hook.report(value=1)


def awaited_report(pm: Any) -> Any:
    return driven(pm.ahook.hook.report(value=1))


def awaited_and_watched_report(pm: Any) -> Any:
    undo = pm.add_hookcall_monitoring(lambda *_: None, lambda *_: None)
    try:
        return driven(pm.ahook.hook.report(value=1))
    finally:
        undo()


def driven(coroutine: Any) -> Any:
    """What a coroutine that waits for nothing returns. An event loop's frames would keep it."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("it waits")


@pytest.mark.parametrize(
    "report",
    [plain_report, watched_report, timed_report, awaited_report, awaited_and_watched_report],
)
@pytest.mark.parametrize("collects", [False, True])
def test_a_report_that_a_wrapper_saved_has_who_failed(report: Any, collects: bool):
    pm = manager(collect_errors=True) if collects else manager()
    add(pm, "late", lambda value: "late")

    def fails(value: Any) -> Any:
        raise Boom

    add(pm, "fails", fails)
    add(pm, "early", lambda value: "early")

    def save(value: Any) -> Generator[None, Any, Any]:
        try:
            return (yield)
        except Exception:
            return "saved"

    add(pm, "save", save, wrapper=True)
    gc.collect()
    gc.disable()
    try:
        said = report(pm)
        assert said.result == "saved"
        expected = [("early", "early", type(None)), ("fails", None, Boom)]
        if collects:
            expected.append(("late", "late", type(None)))
        answers = [(each.plugin_name, each.value, type(each.error)) for each in said.answers]
        assert answers == expected
        error = weakref.ref(said.answers[1].error)
        del said
        assert error() is None, "the report is part of a cycle"
    finally:
        gc.enable()


def test_what_is_no_exception_is_reported_too_when_a_wrapper_saves_the_call():
    pm = manager(collect_errors=True)
    stop = KeyboardInterrupt()
    add(pm, "late", lambda value: "late")
    add(pm, "stop", raising(stop))

    def save(value: Any) -> Generator[None, Any, Any]:
        try:
            return (yield)
        except KeyboardInterrupt:
            return "saved"

    add(pm, "save", save, wrapper=True)
    for report in (plain_report, watched_report):
        assert [each.error for each in report(pm).answers] == [stop]


def test_a_manager_that_executes_calls_itself_refuses_what_would_pass_it_by():
    calls: list[str] = []

    class Manager(PluginManager):
        def _hookexec(self, hook_name: str, *rest: Any) -> Any:
            calls.append(hook_name)
            return super()._hookexec(hook_name, *rest)

    class Specs:
        @hookspec
        def plain(self, value: Any) -> Any: ...

    class Waterfall:
        @hookspec(waterfall="value")
        def falls(self, value: Any) -> Any: ...

    class Collects:
        @hookspec(collect_errors=True)
        def collects(self, value: Any) -> Any: ...

    pm = Manager("app")
    pm.add_hookspecs(Specs)
    assert pm.hook.plain(value=1) == []
    assert calls == ["plain"]
    said = "Manager overrides _hookexec, which gives back results and cannot do"
    with pytest.raises(TypeError, match=f"{said} the report of hook 'plain'"):
        pm.hook.plain.report(value=1)
    with pytest.raises(TypeError, match=f"{said} awaiting hook 'plain'"):
        asyncio.run(pm.ahook.plain(value=1))
    for specs, option in [(Waterfall, "waterfall"), (Collects, "collect_errors")]:
        with pytest.raises(TypeError, match=f"{said} {option} of hook"):
            pm.add_hookspecs(specs)
    assert list(vars(pm.hook)) == ["plain"]
    assert calls == ["plain"]


def test_a_subset_reports_without_those_left_out():
    pm = manager()
    out = add(pm, "out", lambda value: "out")
    add(pm, "in", lambda value: "in")
    report = pm.subset_hook_caller("hook", [out]).report(value=1)
    assert [answer.plugin_name for answer in report.answers] == ["in"]


def test_a_historic_hook_has_no_report():
    pm = manager(historic=True)
    with pytest.raises(ValueError, match=r"'hook' is historic .* result_callback"):
        pm.hook.hook.report(value=1)


def test_answers_and_reports_show_what_they_hold():
    pm = manager()
    add(pm, "one", lambda value: 1)
    report = pm.hook.hook.report(value=0)
    assert repr(report) == "Report([1], answers=(Answer('one', 1),))"
    assert repr(Answer("two", None, None, KeyError("x"))) == "Answer('two', error=KeyError('x'))"
    match report:
        case Report(result=[1], answers=(Answer("one", value, None),)):
            assert value == 1
        case _:
            raise AssertionError("the pattern does not match")


def test_ordinary_calls_stay_native_beside_reports():
    pm = manager()
    add(pm, "one", lambda value: 1)
    pm.hook.hook.report(value=0)
    with testing.paths() as ways:
        pm.hook.hook(value=0)
    assert ways["native"] == 1


# --- waterfalls ----------------------------------------------------------------------------------


def test_a_waterfall_hands_each_result_to_the_next_and_the_last_to_the_caller():
    pm = manager(waterfall="value")
    add(pm, "b", lambda value: value + "b")
    add(pm, "nothing to say", lambda value: None)
    add(pm, "a", lambda value: value + "a")
    assert pm.hook.hook(value="-") == "-ab"
    assert [answer.value for answer in pm.hook.hook.report(value="-").answers] == [
        "-a",
        None,
        "-ab",
    ]


def test_a_waterfall_without_plugins_is_what_goes_in():
    assert manager(waterfall="value").hook.hook(value="as it was") == "as it was"


def test_wrappers_surround_a_waterfall_and_see_its_result():
    pm = manager(waterfall="value")
    add(pm, "plus", lambda value: value + 1)

    def around(value: int) -> Generator[None, int, int]:
        return (yield) * 10 + value

    add(pm, "around", around, wrapper=True)
    assert pm.hook.hook(value=1) == 21


def test_a_waterfall_needs_the_value_it_passes_on():
    pm = manager(waterfall="value")
    with pytest.raises(HookCallError, match="value"):
        pm.hook.hook()


def test_a_specification_that_comes_later_makes_a_waterfall_too():
    pm = manager()
    vars(pm.hook).clear()
    add(pm, "plus", lambda value: value + 1)
    add(pm, "times", lambda value: value * 10)

    class Specs:
        @HookspecMarker("app")(waterfall="value")
        def hook(self, value: int) -> int: ...

    assert pm.hook.hook(value=1) == [10, 2]
    pm.add_hookspecs(Specs)
    assert pm.hook.hook(value=1) == 11


def test_monitors_see_a_waterfall_as_one_call():
    pm = manager(waterfall="value")
    add(pm, "plus", lambda value: value + 1)
    seen: list[Any] = []
    undo = pm.add_hookcall_monitoring(
        lambda name, impls, kwargs: seen.append((name, len(impls), dict(kwargs))),
        lambda outcome, name, impls, kwargs: seen.append(outcome.get_result()),
    )
    assert pm.hook.hook(value=1) == 2
    undo()
    assert pm.hook.hook(value=1) == 2
    assert seen == [("hook", 1, {"value": 1}), 2]


# --- errors that are collected -------------------------------------------------------------------


def test_all_are_asked_and_all_errors_raised_together():
    pm = manager(collect_errors=True)
    errors = ValueError("early"), KeyError("late")
    add(pm, "late", raising(errors[1]))
    add(pm, "fine", lambda value: value)
    add(pm, "early", raising(errors[0]))
    with pytest.raises(HookErrors) as caught:
        pm.hook.hook(value=7)
    group = caught.value
    assert group.exceptions == errors
    assert group.plugin_names == ("early", "late")
    assert [answer.value for answer in group.answers] == [None, 7, None]
    assert group.message == ("hook 'hook': 2 of 3 implementations failed, of 'early', 'late'")
    assert str(group) == f"{group.message} (2 sub-exceptions)"


def test_without_errors_there_is_nothing_to_collect():
    pm = manager(collect_errors=True)
    add(pm, "fine", lambda value: value)
    assert pm.hook.hook(value=7) == [7]


def test_what_is_no_exception_ends_the_call_at_once():
    pm = manager(collect_errors=True)
    add(pm, "never asked", raising(AssertionError("asked")))
    add(pm, "stop", raising(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        pm.hook.hook(value=7)


def test_a_wrapper_may_answer_for_all_errors():
    pm = manager(collect_errors=True)
    add(pm, "fails", raising(ValueError("boom")))

    def rescue(value: Any) -> Generator[None, Any, Any]:
        try:
            return (yield)
        except HookErrors as group:
            return list(group.plugin_names)

    add(pm, "rescue", rescue, wrapper=True)
    assert pm.hook.hook(value=7) == ["fails"]


def test_a_group_is_taken_apart_by_kind():
    pm = manager(collect_errors=True)
    add(pm, "value", raising(ValueError("boom")))
    add(pm, "key", raising(KeyError("x")))
    with pytest.raises(HookErrors) as caught:
        pm.hook.hook(value=7)
    keys, rest = caught.value.split(KeyError)
    assert isinstance(keys, HookErrors) and isinstance(rest, HookErrors)
    assert [type(error) for error in keys.exceptions] == [KeyError]
    assert [type(error) for error in rest.exceptions] == [ValueError]
    assert (keys.plugin_names, rest.plugin_names) == (("key",), ("value",))
    assert [answer.plugin_name for answer in keys.answers] == ["key"]
    whole = "hook 'hook': 2 of 2 implementations failed, of 'key', 'value'"
    assert str(keys) == f"{whole}; here of 'key' (1 sub-exception)"
    again = keys.derive(keys.exceptions)
    assert (again.plugin_names, again.message) == (keys.plugin_names, keys.message)
    assert caught.value.subgroup(OSError) is None
    assert caught.value.subgroup(lambda error: "boom" in str(error)) is not None
    if sys.version_info >= (3, 11):
        assert isinstance(caught.value, builtins.ExceptionGroup)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="there are no groups")
def test_a_part_of_a_plugins_own_group_is_still_its():
    pm = manager(collect_errors=True)
    own = builtins.ExceptionGroup("own", [ValueError("a"), KeyError("b")])
    add(pm, "value", raising(ValueError("boom")))
    add(pm, "group", raising(own))
    with pytest.raises(HookErrors) as caught:
        pm.hook.hook(value=7)
    keys, rest = caught.value.split(KeyError)
    assert keys.plugin_names == ("group",)
    assert rest.plugin_names == ("group", "value")
    made = HookErrors("of somebody's own", [ValueError("a"), KeyError("b")]).subgroup(KeyError)
    assert (made.message, made.plugin_names, made.answers) == ("of somebody's own", (), ())


def test_a_group_travels_without_the_plugins():
    pm = manager(collect_errors=True)
    add(pm, "fails", raising(ValueError("boom")))
    with pytest.raises(HookErrors) as caught:
        pm.hook.hook(value=7)
    loaded = pickle.loads(pickle.dumps(caught.value))
    assert type(loaded) is HookErrors
    assert (loaded.message, loaded.plugin_names) == (caught.value.message, ("fails",))
    assert repr(loaded.exceptions) == "(ValueError('boom'),)"
    assert loaded.answers == ()


def test_errors_of_replayed_historic_calls_are_collected_call_by_call():
    pm = manager(collect_errors=True, historic=True)
    pm.hook.hook.call_historic(kwargs={"value": 1})
    with pytest.raises(HookErrors):
        add(pm, "fails", raising(ValueError("boom")))
    assert not pm.has_plugin("fails")
