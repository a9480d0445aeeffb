"""The call tree as the statistics that `pstats`, gprof2dot and snakeviz read."""

from __future__ import annotations

import marshal
from typing import Any

from ..frame import Frame
from ..session import Session
from .base import FrameRenderer, ProcessorList, usual_processors

FrameKey = tuple[str, int, str]
CallerValue = tuple[float, int, float, float]
FrameValue = tuple[float, int, float, float, dict[FrameKey, CallerValue]]
StatsDict = dict[FrameKey, FrameValue]


class PstatsRenderer(FrameRenderer):
    """Sums up each function over all places it was called from.

    Calls are not counted by sampling: their number is given as -1.
    """

    output_file_extension = "pstats"
    output_is_binary = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def frame_key(self, frame: Frame) -> FrameKey:
        """Return what names a frame's function: file, line, name."""
        return frame.file_path or "", frame.line_no or 0, frame.function

    def render_frame(self, frame: Frame | None, stats: StatsDict) -> None:
        """Add a frame and all below it to `stats`."""
        overridden = type(self).render_frame is not PstatsRenderer.render_frame
        waiting = [frame] if frame is not None else []
        while waiting:
            each = waiting.pop()
            if overridden and each is not frame:
                self.render_frame(each, stats)
                continue
            own, total = each.total_self_time, each.time
            key = self.frame_key(each)
            _, _, before_own, before_total, callers = stats.get(key, (-1, -1, 0, 0, {}))
            stats[key] = (-1, -1, before_own + own, before_total + total, callers)
            if each.parent is not None:
                caller = self.frame_key(each.parent)
                _, _, called_own, called_total = callers.get(caller, (-1, -1, 0, 0))
                callers[caller] = (-1, -1, called_own + own, called_total + total)
            waiting.extend(child for child in reversed(each.children) if not child.is_synthetic)

    def render(self, session: Session) -> str:
        """Return the marshalled statistics; encode with UTF-8 and surrogateescape."""
        tree = self._native_tree(session, PstatsRenderer)
        stats: StatsDict = {}
        if tree is not None:
            stats = tree.pstats()
        else:
            self.render_frame(self.preprocess(session.root_frame()), stats)
        return marshal.dumps(stats).decode("utf-8", "surrogateescape")

    def default_processors(self) -> ProcessorList:
        """Return the list to begin with: all but the one that groups."""
        return usual_processors(group=False)
