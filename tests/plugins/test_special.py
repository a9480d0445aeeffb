"""Special calls by the plan: the same as the general way has it, and proved by the counter."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Generator
from typing import Any

import pytest
from mainstay.plugins import Answer, HookErrors, PluginManager, Report, testing

from .strict import add, hookimpl, hookspec, manager

Outcome = tuple[str, Any]


def ignored(*_: object) -> None:
    """Looks at nothing; enough to keep calls from their plan."""


def outcome_of(call: Callable[[], Any]) -> Outcome:
    """A result, or an error with all that is in it."""
    try:
        value = call()
    except HookErrors as errors:
        return "errors", (str(errors), errors.plugin_names, list(map(repr, errors.answers)))
    except BaseException as error:
        return "error", (type(error), error.args)
    return "value", repr(value)


def both(pm: PluginManager, call: Callable[[], Any], way: str = "native") -> Outcome:
    """What a call comes to by the plan, and that the general way comes to the same."""
    with testing.paths() as ways:
        by_plan = outcome_of(call)
    assert ways == {way: 1}
    undo = pm.add_hookcall_monitoring(ignored, ignored)
    with testing.paths() as ways:
        generally = outcome_of(call)
    undo()
    assert ways["calls are monitored"] == 1
    assert "native" not in ways
    assert by_plan == generally
    return by_plan


# --- waterfalls ----------------------------------------------------------------------------------


class Falls:
    """One that hands on an argument with a default, beside two others."""

    @hookspec(waterfall="text")
    def hook(self, before: str, text: str = "start", after: str = "!") -> str: ...


def falls(*functions: Callable[..., Any]) -> PluginManager:
    pm = PluginManager("app")
    pm.add_hookspecs(Falls)
    for number, function in enumerate(functions):
        add(pm, f"plugin {number}", function)
    return pm


def appends(text: str, before: str) -> str:
    return f"{before}{text}"


def closes(after: str, text: str) -> str:
    return text + after


def silent(text: str) -> None:
    """Has nothing to say."""


def test_a_waterfall_carries_a_default_as_well_as_what_is_given() -> None:
    pm = falls(appends, silent, closes)
    assert both(pm, lambda: pm.hook.hook(before="<")) == ("value", "'<start!'")
    assert both(pm, lambda: pm.hook.hook(before="<", text="x")) == ("value", "'<x!'")
    assert both(pm, lambda: pm.hook.hook(after=">", text="x", before="<")) == ("value", "'<x>'")


def test_names_that_are_equal_but_not_the_same_object_will_do() -> None:
    pm = falls(appends, closes)
    given = {"".join(["te", "xt"]): "x", "".join(["be", "fore"]): "<"}
    assert both(pm, lambda: pm.hook.hook(**given)) == ("value", "'<x!'")


def test_a_waterfall_does_not_change_the_default() -> None:
    pm = falls(appends)
    assert pm.hook.hook(before="<") == pm.hook.hook(before="<") == "<start"


def test_wrappers_of_a_waterfall_get_what_goes_in_and_see_what_comes_out() -> None:
    pm, log = falls(appends, closes), []

    def look(text: str) -> Generator[None, str, str]:
        log.append(text)
        result = yield
        log.append(result)
        return result.upper()

    def old(text: str) -> Generator[None, Any, None]:
        outcome = yield
        log.append(outcome.get_result())
        outcome.force_result(outcome.get_result() + "o")

    add(pm, "look", look, wrapper=True)
    add(pm, "old", old, hookwrapper=True)
    assert both(pm, lambda: pm.hook.hook(before="<", text="x")) == ("value", "'<X!o'")
    assert log[:3] == ["x", "<x!", "<X!"]


def test_a_waterfall_may_call_itself() -> None:
    def deeper(text: str) -> str:
        return text if len(text) > 3 else str(pm.hook.hook(before="<", text=text + "."))

    pm = falls(deeper, appends)
    with testing.paths() as ways:
        assert pm.hook.hook(before="<", text="") == "<<<.."
    assert ways == {"native": 3}


def test_a_value_that_was_handed_on_is_let_go_of() -> None:
    class Value:
        pass

    seen: list[weakref.ref[Value]] = []

    def replace(value: object) -> Value:
        # What the one before returned is alive as long as this call needs it.
        assert all(each() is None for each in seen[:-1])
        made = Value()
        seen.append(weakref.ref(made))
        return made

    pm = manager(waterfall="value")
    for number in range(4):
        add(pm, f"plugin {number}", replace)
    result = pm.hook.hook(value=None)
    assert [each() is None for each in seen] == [True, True, True, False]
    assert result is seen[-1]()


def test_a_waterfall_ends_at_the_first_error() -> None:
    def fail(text: str) -> None:
        raise KeyError(text)

    pm = falls(appends, fail, closes)
    assert both(pm, lambda: pm.hook.hook(before="<", text="x")) == ("error", (KeyError, ("x!",)))


def test_a_specification_may_be_replaced_during_a_waterfall() -> None:
    def meddle(value: Any) -> Any:
        pm.hook.hook._hookexec = pm._hookexec
        gc.collect()
        return value + 1

    pm = manager(waterfall="value")
    add(pm, "inner", lambda value: value * 2)
    add(pm, "meddle", meddle)
    assert pm.hook.hook(value=1) == 4
    assert pm.hook.hook(value=1) == [2, 2]


# --- collected errors ----------------------------------------------------------------------------


def says(value: object) -> object:
    return value


def fails(value: object) -> None:
    raise ValueError(value)


def stops(value: object) -> None:
    raise StopIteration(value)


def exits(value: object) -> None:
    raise SystemExit(value)


@pytest.mark.parametrize(
    "functions",
    [[], [says], [fails], [says, fails, lambda value: None, stops], [fails, exits, says]],
    ids=["none", "result", "error", "mixed", "exit"],
)
@pytest.mark.parametrize("wrapped", [False, True])
def test_errors_are_collected_alike(functions: list[Any], wrapped: bool) -> None:
    pm = manager(collect_errors=True)
    for number, function in enumerate(functions):
        add(pm, f"plugin {number}", function)
    if wrapped:

        def passes() -> Generator[None, Any, Any]:
            return (yield)

        add(pm, "wrapper", passes, wrapper=True)
    both(pm, lambda: pm.hook.hook(value=1))


def test_a_missing_argument_is_an_error_of_whom_it_misses() -> None:
    class Specs:
        @hookspec(collect_errors=True)
        def hook(self, value: object = 1) -> object: ...

    pm = PluginManager("app")
    pm.add_hookspecs(Specs)
    add(pm, "says", says)
    add(pm, "misses", lambda value: value)
    pm.hook.hook.spec.kwargdefaults.pop("value")
    pm.hook.hook.spec.argnames = ()
    kind, (text, names, _) = both(pm, lambda: pm.hook.hook())
    assert kind == "errors"
    assert names == ("misses", "says")
    assert text.startswith("hook 'hook': 2 of 2 implementations failed, of 'misses', 'says'")


def test_a_wrapper_that_fails_first_is_no_collected_error() -> None:
    def early() -> Generator[None, Any, Any]:
        raise KeyError("early")
        yield

    pm = manager(collect_errors=True)
    add(pm, "fails", fails)
    add(pm, "early", early, wrapper=True)
    assert both(pm, lambda: pm.hook.hook(value=1)) == ("error", (KeyError, ("early",)))


def test_collected_errors_have_the_plugin_s_line_in_their_traceback() -> None:
    pm = manager(collect_errors=True)
    add(pm, "fails", fails)
    with pytest.raises(HookErrors) as caught:
        pm.hook.hook(value=1)
    [error] = caught.value.exceptions
    traceback = error.__traceback__
    assert traceback is not None
    assert traceback.tb_frame.f_code is fails.__code__
    assert traceback.tb_next is None


# --- reports -------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"firstresult": True}, {"waterfall": "value"}], ids=repr)
@pytest.mark.parametrize("functions", [[], [says], [says, lambda: None, says], [says, fails]])
def test_reports_are_alike(options: dict[str, Any], functions: list[Any]) -> None:
    pm = manager(**options)
    for number, function in enumerate(functions):
        add(pm, f"plugin {number}", function)
    both(pm, lambda: pm.hook.hook.report(value=1))


def test_a_report_of_collected_errors_raises_them() -> None:
    pm = manager(collect_errors=True)
    add(pm, "fails", fails)
    add(pm, "says", says)
    kind, (_, names, answers) = both(pm, lambda: pm.hook.hook.report(value=1))
    assert (kind, names) == ("errors", ("fails",))
    assert answers == ["Answer('says', 1)", "Answer('fails', error=ValueError(1))"]


def test_a_report_refuses_what_a_call_refuses() -> None:
    pm = manager()
    for call in (
        lambda: pm.hook.hook.report(1),  # type: ignore[call-arg]
        lambda: pm.hook.hook.report(),
        lambda: pm.hook.hook.report(valu=1),
    ):
        assert outcome_of(call)[0] == "error"
    with pytest.raises(TypeError, match=r"got 1 without a name; write hook\(value=...\)"):
        pm.hook.hook.report(1)  # type: ignore[call-arg]


def test_answers_and_reports_cannot_be_changed() -> None:
    answer = Answer("name", "plugin", 1)
    report = Report(1, (answer,))
    for thing, field in [(answer, "value"), (answer, "plugin"), (report, "result")]:
        with pytest.raises(AttributeError):
            setattr(thing, field, 2)
    assert answer.error is None


def test_reports_hold_their_plugins_and_can_be_collected() -> None:
    class Plugin:
        @hookimpl
        def hook(self, value: Any) -> Any:
            return value

    pm, plugin = manager(), Plugin()
    pm.register(plugin, "plugin")
    gone = weakref.ref(plugin)
    box: list[Any] = []
    box.append(pm.hook.hook.report(value=box))  # a circle through the answer's value
    pm.unregister(plugin)
    del plugin
    assert gone() is not None
    del box
    gc.collect()
    assert gone() is None


def test_monitors_and_timings_take_a_special_call_from_its_plan() -> None:
    pm = manager(waterfall="value")
    add(pm, "says", says)
    with testing.paths() as ways, pm.time_hooks() as timings:
        assert pm.hook.hook(value=1) == 1
    assert ways == {"the manager's execution is overridden": 1}
    assert timings["hook"].calls == 1
    with testing.paths() as ways:
        assert pm.hook.hook(value=1) == 1
    assert ways == {"native": 1}


def test_a_managers_cycle_through_a_special_hook_is_collected() -> None:
    pm = manager(waterfall="value")
    add(pm, "says", says)
    assert pm.hook.hook(value=1) == 1
    gone = weakref.ref(pm)
    del pm
    gc.collect()
    assert gone() is None
