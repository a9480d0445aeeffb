"""A user's program, for the type checkers: a profiler, its session, a processor of its own."""

from __future__ import annotations

from typing import Any

from mainstay.profile import Profiler, profile
from mainstay.profile.frame import Frame
from mainstay.profile.renderers import ConsoleRenderer, FrameRenderer, JSONRenderer
from mainstay.profile.session import Session
from typing_extensions import assert_type

with Profiler(interval=0.01, async_mode="disabled") as profiler:
    pass
assert_type(profiler.last_session, Session | None)
assert_type(profiler.output_text(unicode=True, flat_time="total"), str)
assert_type(profiler.output(JSONRenderer(timeline=True)), str)


@profile
def plain(number: int) -> str:
    return str(number)


@profile(interval=0.01, target_description="described")
def described(number: int) -> str:
    return str(number)


assert_type(plain(1), str)
assert_type(described(1), str)


def without_tests(frame: Frame | None, options: dict[str, Any]) -> Frame | None:
    return frame


renderer: FrameRenderer = ConsoleRenderer(show_all=True, time="percent_of_total")
renderer.processors.append(without_tests)

session = profiler.stop()
assert_type(session, Session)
assert_type(session.frame_records, list[tuple[list[str], float]])
root = session.root_frame()
if root is not None:
    assert_type(root.children[0].function, str)
