"""What programs override, patch and change in place counts at the next event."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from mainstay import log
from mainstay.log import processors

from .conftest import json_chain

MakeLogger = Callable[..., Any]
FILTERING: Any = log.make_filtering_bound_logger("info")


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_list_of_processors_is_read_anew_at_each_event(
    logger: MakeLogger, target: Path
) -> None:
    chain = json_chain()
    made = log.wrap_logger(logger()._logger, chain, FILTERING).bind()
    made.info("one")
    chain.insert(0, lambda logger, name, event: {**event, "more": name})
    made.info("two")
    del chain[:-1]
    made.info("three")
    assert [sorted(line) for line in lines(target)] == [
        ["event", "level", "timestamp"],
        ["event", "level", "more", "timestamp"],
        ["event"],
    ]


def test_captured_logs_are_those_of_loggers_that_exist(logger: MakeLogger, target: Path) -> None:
    chain = json_chain()
    log.configure(processors=chain)
    made = log.wrap_logger(logger()._logger, chain, FILTERING).bind(a=1)
    with log.testing.capture_logs() as captured:
        made.info("seen", b=2)
    made.info("written")
    assert captured == [{"a": 1, "b": 2, "event": "seen", "log_level": "info"}]
    assert [line["event"] for line in lines(target)] == ["written"]


def test_overridden_methods_are_called() -> None:
    class Doubling(log.make_filtering_bound_logger("info")):  # type: ignore[misc]
        def _process_event(self, method_name: str, event: Any, event_kw: Any) -> Any:
            return super()._process_event(method_name, f"{event}{event}", event_kw)

    class Silent(log.make_filtering_bound_logger("info")):  # type: ignore[misc]
        def _proxy_to_logger(self, method_name: str, event: Any = None, **event_kw: Any) -> Any:
            return method_name, event, event_kw

    chain = [processors.JSONRenderer()]
    doubling: Any = Doubling(log.ReturnLogger(), chain, {})
    assert doubling.info("ab") == '{"event": "abab"}'
    silent: Any = Silent(log.ReturnLogger(), chain, {})
    assert silent.info("ab", c=1) == ("info", "ab", {"c": 1})


def test_a_method_replaced_on_one_logger_is_called() -> None:
    made: Any = FILTERING(log.ReturnLogger(), [processors.JSONRenderer()], {})
    made._process_event = lambda method_name, event, event_kw: ((event, event_kw), {})
    assert made.info("ab", c=1) == (("ab", {"c": 1}), {})


def test_another_class_of_context_is_kept() -> None:
    class Context(dict[str, Any]):
        def copy(self) -> Context:
            return Context(self)

        def update(self, *args: Any, **kw: Any) -> None:
            super().update({key.upper(): value for key, value in kw.items()})

    made: Any = FILTERING(log.ReturnLogger(), [processors.JSONRenderer()], Context(a=1))
    assert made.info("e", b=2) == '{"a": 1, "B": 2, "event": "e"}'
    assert type(made.bind(c=3)._context) is Context


def test_a_key_keeps_the_place_where_it_came_first() -> None:
    made: Any = FILTERING(log.ReturnLogger(), [processors.JSONRenderer()], {"a": 1, "b": 2})
    assert made.info("e", c=3, a=4) == '{"a": 4, "b": 2, "c": 3, "event": "e"}'


def test_more_fields_than_the_fast_path_holds_are_all_written() -> None:
    made: Any = FILTERING(log.ReturnLogger(), [processors.JSONRenderer()], {})
    fields = {f"key_{number}": number for number in range(100)}
    assert json.loads(made.info("e", **fields)) == {**fields, "event": "e"}


@pytest.mark.parametrize("fmt", ["iso", "%Y-%m-%d %H:%M:%S", None])
def test_patched_clocks_count_for_stampers_that_exist(fmt: str | None) -> None:
    stamper = processors.TimeStamper(fmt)
    with time_machine.travel(86_400.5, tick=False):
        stamped: Any = stamper(None, "info", {})
    wanted = {"iso": "1970-01-02T00:00:00.500000Z", None: 86_400.5}
    assert stamped["timestamp"] == wanted.get(fmt, "1970-01-02 00:00:00")


def test_a_replaced_datetime_class_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    import datetime

    class Frozen(datetime.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Frozen:
            return cls(2001, 2, 3, tzinfo=tz)

    monkeypatch.setattr(datetime, "datetime", Frozen)
    made: Any = FILTERING(
        log.ReturnLogger(), [processors.TimeStamper("iso"), processors.JSONRenderer()], {}
    )
    assert made.info("e") == '{"event": "e", "timestamp": "2001-02-03T00:00:00Z"}'


def test_names_of_parameters_are_refused_as_keys() -> None:
    made: Any = FILTERING(log.ReturnLogger(), [processors.JSONRenderer()], {})
    with pytest.raises(TypeError, match="multiple values for argument 'event'"):
        made.info("e", event="other")
    with pytest.raises(TypeError, match="multiple values for argument 'method_name'"):
        made.info("e", method_name="m")
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'event'"):
        made.info(a=1)
    assert made.info(event="by name") == '{"event": "by name"}'


def test_a_value_that_contains_itself_is_an_error() -> None:
    loop: list[Any] = []
    loop.append(loop)
    made: Any = FILTERING(log.ReturnLogger(), [processors.JSONRenderer()], {})
    with pytest.raises(ValueError, match="Circular reference"):
        made.info("e", loop=loop)


def test_a_value_that_is_nested_without_end_is_an_error() -> None:
    deep: Any = 1
    for _ in range(100_000):
        deep = [deep]
    made: Any = FILTERING(log.ReturnLogger(), [processors.JSONRenderer()], {})
    with pytest.raises(RecursionError):
        made.info("e", deep=deep)


def test_a_repr_that_changes_its_dict_does_not_change_the_line() -> None:
    class Changing:
        def __init__(self, change: Callable[[], object]) -> None:
            self.change = change

        def __repr__(self) -> str:
            self.change()
            return "it"

    cleared: dict[str, Any] = {"first": 1}
    cleared |= {"it": Changing(cleared.clear), "last": 2}
    grown: dict[Any, Any] = {}
    grown["it"] = Changing(lambda: grown.update({len(grown): grown["it"]}))
    made: Any = FILTERING(log.ReturnLogger(), [processors.JSONRenderer()], {})
    line = made.info("e", cleared=cleared, grown=grown)
    assert json.loads(line) == {
        "cleared": {"first": 1, "it": "it", "last": 2},
        "grown": {"it": "it"},
        "event": "e",
    }


def test_an_empty_dict_is_empty_whatever_its_items_say() -> None:
    class Lazy(dict[str, int]):
        def items(self) -> Any:
            return [("a", 1)]

    assert processors.JSONRenderer()(None, "info", {"lazy": Lazy()}) == '{"lazy": {}}'


def test_processors_that_were_never_initialised_say_so() -> None:
    for kind in (processors.JSONRenderer, processors.TimeStamper):
        half: Any = kind.__new__(kind)
        made: Any = FILTERING(log.ReturnLogger(), [half], {})
        for use in (half.__reduce__, lambda made=made: made.info("e")):
            with pytest.raises(AttributeError, match="not initialised"):
                use()


def test_a_repr_may_log_and_change_the_event(logger: MakeLogger, target: Path) -> None:
    event: dict[str, Any] = {}

    class Talkative:
        def __repr__(self) -> str:
            logger(processors.JSONRenderer()).info("from a repr")
            event.update({str(number): number for number in range(100)})
            return "talkative"

    event.update(a=Talkative(), b=2)
    assert '"a": "talkative"' in str(processors.JSONRenderer()(None, "info", event))
    logger(processors.JSONRenderer()).info("e", it=Talkative())
    assert [line["event"] for line in lines(target)] == ["from a repr", "from a repr", "e"]


def test_no_python_function_runs_for_a_json_line(logger: MakeLogger) -> None:
    import sys

    made = logger(user="ada")
    log.contextvars.bind_contextvars(request=1)
    made.info("warm")
    entered: list[str] = []
    sys.setprofile(
        lambda frame, event, arg: entered.append(frame.f_code.co_name) if event == "call" else None
    )
    try:
        made.info("fast", a=1, b="two", c=3.5)
    finally:
        sys.setprofile(None)
    assert entered == []
