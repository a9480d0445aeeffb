"""Tracebacks: text of any kind is read back whole, and dicts become call points again."""

from __future__ import annotations

import json
import traceback

import pytest
from mainstay.bolts.excutils import ExceptionCauseMixin
from mainstay.bolts.tbutils import ContextualTracebackInfo, ParsedException, TracebackInfo


def _raise_deep(depth: int) -> None:
    if depth:
        _raise_deep(depth - 1)
    compile("a b", "some.py", "exec")


def test_what_python_prints_is_read_and_written_back() -> None:
    try:
        _raise_deep(6)
    except SyntaxError:
        text = traceback.format_exc()
    parsed = ParsedException.from_string(text)
    assert parsed.exc_type == "SyntaxError"
    assert parsed.frames[-1]["filepath"] == "some.py"
    assert "funcname" not in parsed.frames[-1]
    lines = [line for line in text.rstrip().splitlines() if "Previous line" not in line]
    assert parsed.to_string().splitlines() == lines


@pytest.mark.parametrize("text", ["", "ValueError: x", "  \n", "nothing here"])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="unrecognized traceback"):
        ParsedException.from_string(text)


@pytest.mark.parametrize("kind", [TracebackInfo, ContextualTracebackInfo])
def test_a_traceback_comes_back_from_json(kind: type[TracebackInfo]) -> None:
    try:
        _raise_deep(1)
    except SyntaxError:
        taken = kind.from_traceback()
    again = kind.from_dict(json.loads(json.dumps(taken.to_dict())))
    assert again.get_formatted() == taken.get_formatted()
    assert type(again.frames[0]) is kind.callpoint_type


def test_an_exception_tells_the_way_to_its_cause() -> None:
    class JobError(ExceptionCauseMixin, ValueError):
        pass

    try:
        try:
            _raise_deep(1)
        except SyntaxError as error:
            raise JobError(error, "job 7") from error
    except JobError as error:
        text, cause = error.get_str(), error.root_cause
    assert isinstance(cause, SyntaxError)
    assert text.count("in _raise_deep") == 2
    assert text.endswith(
        "JobError: job 7 (caused by SyntaxError: invalid syntax (some.py, line 1))"
    )
    assert str(JobError("alone")) == "alone"
