"""Reports and sessions: what the peer cannot render, and what must not run in a page."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from mainstay.profile import Profiler, renderers
from mainstay.profile._native import Samples
from mainstay.profile.frame import Frame
from mainstay.profile.session import Session

from .clocks import Clock

THREAD = "MainThread\x00<thread>\x001"
ALL = ["ConsoleRenderer", "JSONRenderer", "SpeedscopeRenderer", "PstatsRenderer"]


def session(records: list[Any], **changed: Any) -> Session:
    """A session with these records."""
    given: dict[str, Any] = {
        "start_time": 0.0,
        "duration": 1.0,
        "min_interval": 0.001,
        "max_interval": 0.001,
        "sample_count": len(records),
        "start_call_stack": [THREAD],
        "target_description": "a test",
        "cpu_time": 0.0,
        "sys_path": ["/app"],
        "sys_prefixes": ["/usr"],
    }
    return Session(frame_records=records, **{**given, **changed})


def keep(frame: Any, options: Any) -> Any:
    """A processor that has Python do the work."""
    return frame


@pytest.mark.parametrize("kind", [*ALL, "HTMLRenderer"])
def test_stacks_are_rendered_however_deep_they_are(kind: str) -> None:
    deep = [THREAD, *(f"f{depth}\x00/app/f.py\x00{depth}" for depth in range(5_000))]
    made = session([(deep, 1.0)])
    assert getattr(renderers, kind)().render(made)
    by_frames = getattr(renderers, kind)()
    chain = by_frames.preprocessors if kind == "HTMLRenderer" else by_frames.processors
    chain.clear()
    chain.append(keep)
    shallow = session([(deep[:3_000], 1.0)])  # deeper than Python may recurse
    assert sys.getrecursionlimit() < 3_000
    assert getattr(renderers, kind).render(by_frames, shallow)


def test_a_session_without_a_start_has_a_root() -> None:
    made = session([([THREAD, "f\x00/app/f.py\x001"], 1.0)], start_call_stack=[])
    root = made.root_frame()
    assert root is not None
    assert root.function == "MainThread"
    assert "1.000 f" in renderers.ConsoleRenderer().render(made)


def test_no_name_ends_the_script_of_a_page() -> None:
    evil = "</script><script>alert(1)</script><!--"
    made = session([([THREAD, f"{evil}\x00/app/{evil}\x001"], 1.0)], target_description=evil)
    for preprocessors in ([], [keep]):
        renderer = renderers.HTMLRenderer()
        renderer.preprocessors = list(preprocessors)
        page = renderer.render(made)
        assert evil not in page
        assert page.count("<script") == page.count("</script>") == 2
        data = re.search(r'type="application/json">(.*?)</script>', page, re.S)
        assert data is not None
        read = json.loads(data[1])
        assert read["session"]["target_description"] == evil
        assert [name[0] for name in read["tree"]["names"]] == ["MainThread", evil, "[self]"]
        assert read["tree"]["rows"] == [[0, 0, 1], [1, 1, 1], [2, 2, 1]]


def test_frames_of_the_program_are_blue_and_libraries_are_one_line() -> None:
    library = [f"step{n}\x00/usr/lib/tool/core.py\x00{n}" for n in range(5)]
    made = session([([THREAD, "main\x00/app/m.py\x001", *library], 1.0)])
    text = renderers.ConsoleRenderer().render(made)
    assert "[3 frames hidden]" in text
    assert "step2" not in text
    assert "step2" in renderers.ConsoleRenderer(show_all=True).render(made)


def test_a_renderer_that_overrides_its_line_is_asked_for_each_frame(clock: Clock) -> None:
    class Loud(renderers.ConsoleRenderer):
        def frame_description(self, frame: Frame, **options: Any) -> str:
            return super().frame_description(frame, **options).upper()

    with Profiler() as profiler:
        clock.pass_time(1)
    assert "CLOCK.PASS_TIME" in profiler.output(Loud())


def test_a_renderer_that_overrides_frames_is_asked_for_each_frame(clock: Clock) -> None:
    class Short(renderers.JSONRenderer):
        def render_frame(self, frame: Frame | None) -> str:
            assert frame is not None
            return json.dumps(frame.function) if not frame.children else super().render_frame(frame)

    with Profiler() as profiler:
        clock.pass_time(1)
        clock.pass_time(2)
    root = json.loads(profiler.output(Short()))["root_frame"]
    assert root["children"] == ["pass_time"]


def test_records_that_a_program_changes_are_what_is_rendered(clock: Clock) -> None:
    with Profiler() as profiler:
        clock.pass_time(1)
    made = profiler.last_session
    assert made is not None
    made.frame_records[:] = [([THREAD, "mine\x00/app/mine.py\x001"], 4.0)]
    assert "4.000 mine" in profiler.output_text()


def test_a_session_that_was_saved_is_read_again(tmp_path: Path, clock: Clock) -> None:
    with Profiler() as profiler:
        clock.pass_time(1)
    made = profiler.last_session
    assert made is not None
    made.save(tmp_path / "kept.pyisession")
    read = Session.load(tmp_path / "kept.pyisession")
    assert [(stack, time) for stack, time in read.frame_records] == made.frame_records
    assert read.to_json(include_frame_records=False) == made.to_json(include_frame_records=False)
    assert renderers.SessionRenderer().render(made) == (tmp_path / "kept.pyisession").read_text()


def test_restarting_adds_to_the_session(clock: Clock) -> None:
    profiler = Profiler()
    for seconds in (1, 2):
        with profiler:
            clock.pass_time(seconds)
    assert profiler.last_session is not None
    assert sum(time for _, time in profiler.last_session.frame_records) == 3
    assert "3.000 Clock.pass_time" in profiler.output_text()


def test_names_that_are_no_unicode_are_kept() -> None:
    odd = "f\x00/app/\udcff.py\x001"
    samples = Samples([([THREAD, odd], 0.5)])
    assert samples.records() == [([THREAD, odd], 0.5)]
    made = session([([THREAD, odd], 0.5)])
    assert "\udcff" in renderers.ConsoleRenderer().render(made)


def test_samples_say_what_they_cannot_take() -> None:
    with pytest.raises(TypeError, match="a frame must be a str, got int"):
        Samples([([1], 0.5)])  # type: ignore[list-item]
    with pytest.raises(ValueError, match=re.escape("a record must be (stack, seconds)")):
        Samples([(["a"],)])  # type: ignore[list-item]
    with pytest.raises(TypeError, match=re.escape("Samples() takes")):
        Samples([], [])  # type: ignore[call-arg]


def test_the_shapes_of_the_benchmark_are_rendered_natively(clock: Clock) -> None:
    with Profiler() as profiler:
        clock.pass_time(1)
    made = profiler.last_session
    assert made is not None
    for kind in ALL:
        renderer = getattr(renderers, kind)()
        assert renderer._native_tree(made, type(renderer)) is not None
    assert isinstance(made._records, Samples)
