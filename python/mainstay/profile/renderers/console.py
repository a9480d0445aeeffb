"""The processed call tree as lines of text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from time import localtime, strftime
from typing import Any, Literal

from .._version import __version__
from ..frame import Frame, FrameGroup
from ..session import Session
from ..util import truncate
from .base import FrameRenderer, ProcessorList, Renderer, usual_processors

FlatTimeMode = Literal["self", "total"]

_ASCII = ("|- ", "|  ", "`- ", "   ")
_UNICODE = ("├─ ", "│  ", "└─ ", "   ")
_GROUPED = ("      ",) * 4
_UNSEEN = ("",) * 4


class ConsoleRenderer(FrameRenderer):
    """Writes a line per frame: its time, its name, where it is.

    `unicode` draws the tree with box characters, `color` uses ANSI sequences, `time` gives seconds
    or shares (`percent_of_total`). `flat` writes a line per function, with its own time or, by
    `flat_time="total"`, with that of what it calls. `short_mode` leaves out the head.
    """

    def __init__(
        self,
        show_all: bool = False,
        timeline: bool = False,
        processor_options: dict[str, Any] | None = None,
        unicode: bool = False,
        color: bool = False,
        flat: bool = False,
        time: Literal["seconds", "percent_of_total"] = "seconds",
        flat_time: FlatTimeMode = "self",
        short_mode: bool = False,
    ) -> None:
        super().__init__(show_all=show_all, timeline=timeline, processor_options=processor_options)
        if flat and timeline:
            raise Renderer.MisconfigurationError("Cannot use timeline and flat options together.")
        self.unicode = unicode
        self.color = color
        self.flat = flat
        self.time = time
        self.flat_time = flat_time
        self.short_mode = short_mode
        self.colors: Any = self.colors_enabled if color else self.colors_disabled

    def render(self, session: Session) -> str:
        """Return the report."""
        indent = ".  " if self.short_mode else ""
        precision = math.ceil(-math.log10(min(max(1e-9, session.max_interval), 1)))
        parts = [self.render_preamble(session)]
        body = self._native_body(session, precision, indent)
        if body is None:
            frame = self.preprocess(session.root_frame())
            if frame is None:
                body = ""
            else:
                self.root_frame = frame
                if self.flat:
                    body = self.render_frame_flat(frame, precision=precision)
                else:
                    body = self.render_frame(
                        frame, precision=precision, indent=indent, child_indent=indent
                    )
            parts.append(body if frame is not None else f"{indent}No samples were recorded.\n")
        else:
            parts.append(body or f"{indent}No samples were recorded.\n")
        parts.append(f"{indent}\n")
        if self.short_mode:
            parts.append("." * 53 + "\n\n")
        return "".join(parts)

    def _native_body(self, session: Session, precision: int, indent: str) -> str | None:
        if self.colors is not (self.colors_enabled if self.color else self.colors_disabled):
            return None
        tree = self._native_tree(session, ConsoleRenderer)
        if not tree:
            return None if tree is None else ""
        tree.set_short_names(session.shorten_path)
        return tree.text(
            self.unicode,
            self.color,
            self.time == "percent_of_total",
            precision,
            self.flat,
            self.flat_time != "self",
            self.show_all,
            indent,
        )

    def render_preamble(self, session: Session) -> str:
        """Return the head: when and how long it was recorded, and what."""
        if self.short_mode:
            dots = "." * 40
            return f"\npyinstrument {dots}\n.\n.  {session.target_description}\n.\n"
        recorded = strftime("%X", localtime(session.start_time))
        first = f" Recorded: {recorded:<9} Samples:  {session.sample_count}"
        second = f" Duration: {session.duration:<9.3f} CPU time: {session.cpu_time:.3f}"
        return (
            f"\n  _     ._   __/__   _ _  _  _ _/_  {first}"
            f"\n /_//_/// /_\\ / //_// / //_'/ //    {second}"
            f"\n/   _/        {'v' + __version__:>20}"
            f"\n\n{session.target_description}\n\n"
        )

    # Which frames are seen.

    def should_render_frame(self, frame: Frame) -> bool:
        """Whether a frame gets a line of its own."""
        if frame.group is None or self.should_ignore_group(frame.group):
            return True
        return self.should_render_frame_in_group(frame)

    def should_render_frame_in_group(self, frame: Frame) -> bool:
        """Whether a member of a hidden group is seen: its root, what is slow, what leads out."""
        assert frame.group
        if frame.group.root is frame or frame in frame.group.exit_frames:
            return True
        return frame.total_self_time > 0.2 * self.root_frame.time

    def should_ignore_group(self, group: FrameGroup) -> bool:
        """Whether to show all of a group, because hiding it saves no line."""
        hidden = 0
        for each in group.frames:
            hidden += not self.should_render_frame_in_group(each)
        return hidden < 2

    def group_description(self, group: FrameGroup) -> str:
        """Return the line that stands for the hidden frames of a group."""
        hidden = [each for each in group.frames if not self.should_render_frame(each)]
        libraries = truncate(", ".join(self.libraries_for_frames(hidden)), 40)
        return f"[{len(hidden)} frames hidden]  {self.colors.faint}{libraries}{self.colors.end}\n"

    def libraries_for_frames(self, frames: Iterable[Frame]) -> list[str]:
        """Return the names of the packages these frames are in, each once."""
        names = (re.split(r"[\\/.]", each.file_path_short or "", maxsplit=1)[0] for each in frames)
        return list(dict.fromkeys(name for name in names if name))

    # Lines.

    def render_frame(
        self, frame: Frame, precision: int, indent: str = "", child_indent: str = ""
    ) -> str:
        """Return the lines of a frame and all below it."""
        overridden = type(self).render_frame is not ConsoleRenderer.render_frame
        parts: list[str] = []
        waiting = [(frame, indent, child_indent)]
        while waiting:
            each, indent, child_indent = waiting.pop()
            if overridden and each is not frame:
                parts.append(
                    self.render_frame(
                        each, precision=precision, indent=indent, child_indent=child_indent
                    )
                )
                continue
            strokes = _UNSEEN
            if self.should_render_frame(each):
                strokes = _UNICODE if self.unicode else _ASCII
                parts.append(f"{indent}{self.frame_description(each, precision=precision)}\n")
                group = each.group
                if group and group.root is each and not self.should_ignore_group(group):
                    strokes = _GROUPED
                    parts.append(f"{child_indent}   {self.group_description(group)}")
            branch, line, last, none = strokes
            follows = False  # a line of a sibling
            for child in reversed(each.children):
                ends = (branch, line) if follows else (last, none)
                waiting.append((child, child_indent + ends[0], child_indent + ends[1]))
                follows = follows or self.should_render_frame(child)
        return "".join(parts)

    def render_frame_flat(self, frame: Frame, precision: int) -> str:
        """Return a line per function of the tree."""
        times: dict[str, float] = {}
        frames: dict[str, Frame] = {}
        for each in frame.walk():
            frames[each.identifier] = each
            if self.flat_time == "self":
                times[each.identifier] = times.get(each.identifier, 0) + each.total_self_time
            else:
                times[each.identifier] = each.time
        order = sorted(times, key=times.__getitem__, reverse=True)
        if not self.show_all:
            order = [each for each in order if times[each] > 0.001 * self.root_frame.time]
        return "".join(
            self.frame_description(frames[each], precision=precision, override_time=times[each])
            + "\n"
            for each in order
        )

    def frame_description(
        self, frame: Frame, *, precision: int = 3, override_time: float | None = None
    ) -> str:
        """Return the text of a frame's line."""
        seconds = frame.time if override_time is None else override_time
        amount = f"{seconds:.{precision}f}"
        if self.time == "percent_of_total":
            amount = f"{self.frame_proportion_of_total_time(seconds) * 100:.1f}%"
        end = self.colors.end
        name = f"{frame.class_name}.{frame.function}" if frame.class_name else frame.function
        where = frame.code_position_short()
        return (
            f"{self._ansi_color_for_time(seconds)}{amount}{end} "
            f"{self._ansi_color_for_name(frame)}{name}{end}  "
            + (f"{self.colors.faint}{where}{end}" if where else "")
        )

    def frame_proportion_of_total_time(self, time: float) -> float:
        """Return the share of the total, from 0 to 1."""
        return time / self.root_frame.time if self.root_frame.time else 1

    def _ansi_color_for_time(self, seconds: float) -> str:
        share = self.frame_proportion_of_total_time(seconds)
        colors = self.colors
        for least, color in ((0.6, colors.red), (0.2, colors.yellow), (0.05, colors.green)):
            if share > least:
                return str(color)
        return f"{colors.bright_green}{colors.faint}"

    def _ansi_color_for_name(self, frame: Frame) -> str:
        if not frame.is_application_code:
            return ""
        return f"{self.colors.bg_dark_blue_255}{self.colors.white_255}"

    def default_processors(self) -> ProcessorList:
        """Return the list to begin with: all of the module."""
        return usual_processors()

    class colors_enabled:  # the peer's name
        """ANSI sequences."""

        red = "\033[31m"
        green = "\033[32m"
        yellow = "\033[33m"
        blue = "\033[34m"
        cyan = "\033[36m"
        bright_green = "\033[92m"
        white = "\033[37m\033[97m"
        bg_dark_blue_255 = "\033[48;5;24m"
        white_255 = "\033[38;5;15m"
        bold = "\033[1m"
        faint = "\033[2m"
        end = "\033[0m"

    class colors_disabled:
        """Nothing in their place."""

        red = green = yellow = blue = cyan = bright_green = white = ""
        bg_dark_blue_255 = white_255 = bold = faint = end = ""
