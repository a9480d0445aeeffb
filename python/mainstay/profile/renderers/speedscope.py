"""The call tree in the order of time, for https://www.speedscope.app."""

from __future__ import annotations

import json
import time
from typing import Any

from ... import _bring, _serves_drop_in
from ..frame import Frame
from ..session import Session
from .base import FrameRenderer, ProcessorList, usual_processors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._speedscope import (
        SpeedscopeEncoder,
        SpeedscopeEvent,
        SpeedscopeEventType,
        SpeedscopeFile,
        SpeedscopeFrame,
        SpeedscopeProfile,
    )

_PARTS = (
    "SpeedscopeEncoder",
    "SpeedscopeEvent",
    "SpeedscopeEventType",
    "SpeedscopeFile",
    "SpeedscopeFrame",
    "SpeedscopeProfile",
)


def __getattr__(name: str) -> Any:
    if name not in _PARTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    _bring(globals(), "_speedscope", _PARTS)
    return globals()[name]


# Under drop-in importing is to cost what it costs the peer. Else they come now: the child of a fork
# must not be the first to import.
if not _serves_drop_in("pyinstrument"):
    _bring(globals(), "_speedscope", _PARTS)


class SpeedscopeRenderer(FrameRenderer):
    """Writes each call with its begin and end; calls are not summed up."""

    output_file_extension = "speedscope.json"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._event_time = 0.0
        self._frame_to_index: dict[SpeedscopeFrame, int] = {}

    def render_frame(self, frame: Frame | None) -> list[SpeedscopeEvent]:
        """Return the events of a frame and all below it."""
        _bring(globals(), "_speedscope", _PARTS)
        overridden = type(self).render_frame is not SpeedscopeRenderer.render_frame
        events: list[SpeedscopeEvent] = []
        waiting: list[tuple[Frame, int]] = [(frame, -1)] if frame is not None else []
        while waiting:
            each, number = waiting.pop()
            if number >= 0:
                self._event_time += each.absorbed_time
                if each.is_synthetic_leaf:
                    self._event_time += each.time
                close = SpeedscopeEventType.CLOSE
                events.append(SpeedscopeEvent(close, self._event_time, number))
                continue
            if overridden and each is not frame:
                events += self.render_frame(each)
                continue
            function = SpeedscopeFrame(each.function, each.file_path, each.line_no)
            number = self._frame_to_index.setdefault(function, len(self._frame_to_index))
            events.append(SpeedscopeEvent(SpeedscopeEventType.OPEN, self._event_time, number))
            waiting.append((each, number))
            waiting += [(child, -1) for child in reversed(each.children)]
        return events

    def render(self, session: Session) -> str:
        """Return the file, one JSON object and a newline."""
        moment = time.strftime("%Y-%m-%dT%H-%M-%S", time.localtime(session.start_time))
        name = f"CPU profile for '{session.target_description}' at {moment}"
        tree = self._native_tree(session, SpeedscopeRenderer)
        if tree is not None:
            return tree.speedscope(name, session.duration)
        self._event_time = 0.0
        self._frame_to_index = {}
        events = self.render_frame(self.preprocess(session.root_frame()))
        profile = SpeedscopeProfile(name, events, session.duration)
        file = SpeedscopeFile(name, [profile], {"frames": list(self._frame_to_index)})
        return json.dumps(file, cls=SpeedscopeEncoder) + "\n"

    def default_processors(self) -> ProcessorList:
        """Return the list to begin with: those that leave the order of time."""
        return usual_processors(aggregate=False, group=False)
