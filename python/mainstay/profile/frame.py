"""The call tree of a session as Python objects: frames, and groups of frames to hide.

Renderers and processors work on these when a program brings its own; with the built-in ones alone
the same is done natively, and no object is made. Trees may be as deep as memory allows: nothing
here recurses. Not for several threads at once.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Sequence
from typing import Protocol

from .frame_info import (
    ATTRIBUTE_MARKER_CLASS_NAME,
    ATTRIBUTE_MARKER_TRACEBACKHIDE,
    IDENTIFIER_SEP,
    parse_frame_info,
)

# Frames that no code of the program stands behind.
AWAIT_FRAME_IDENTIFIER = "[await]"
SELF_TIME_FRAME_IDENTIFIER = "[self]"
OUT_OF_CONTEXT_FRAME_IDENTIFIER = "[out-of-context]"
DUMMY_ROOT_FRAME_IDENTIFIER = "[root]"

# Of these, those that hold time of their own and never have children.
SYNTHETIC_LEAF_IDENTIFIERS = frozenset(
    (AWAIT_FRAME_IDENTIFIER, SELF_TIME_FRAME_IDENTIFIER, OUT_OF_CONTEXT_FRAME_IDENTIFIER)
)
SYNTHETIC_FRAME_IDENTIFIERS = SYNTHETIC_LEAF_IDENTIFIERS | {DUMMY_ROOT_FRAME_IDENTIFIER}


class FrameContext(Protocol):
    """What a frame asks its session."""

    def shorten_path(self, path: str) -> str: ...
    @property
    def sys_prefixes(self) -> Sequence[str]: ...


class Frame:
    """A function in the call tree, or a synthetic frame such as `[self]`.

    Times are in seconds. `absorbed_time` is that of frames that processors deleted below it;
    `attributes` says for how long each attribute was seen.
    """

    def __init__(
        self,
        identifier_or_frame_info: str = "",
        children: Sequence[Frame] | None = None,
        time: float = 0,
        context: FrameContext | None = None,
    ) -> None:
        self.identifier, attributes = parse_frame_info(identifier_or_frame_info)
        self.parent: Frame | None = None
        self.group: FrameGroup | None = None
        self.time: float = 0.0 + time
        self.absorbed_time: float = 0.0
        self.attributes: dict[str, float] = dict.fromkeys(attributes, time)
        self._children: list[Frame] = []
        self._context = context
        for child in children or ():
            self.add_child(child)

    def record_time_from_frame_info(self, frame_info: str, time: float) -> None:
        """Add `time` seconds, and the attributes that were seen meanwhile."""
        self.time += time
        for attribute in parse_frame_info(frame_info)[1]:
            self.attributes[attribute] = self.attributes.get(attribute, 0) + time

    # The tree.

    @property
    def children(self) -> Sequence[Frame]:
        """The frames called from here: a copy, so that changing the tree does not disturb loops."""
        return tuple(self._children)

    def add_child(self, frame: Frame, after: Frame | None = None) -> None:
        """Move `frame` below this one: last, or right behind the child `after`."""
        if self.identifier in SYNTHETIC_LEAF_IDENTIFIERS:
            raise ValueError(
                f"Cannot add children to a leaf-only frame: {self.identifier} stands for time, not "
                "for a call; add them to its parent"
            )
        frame.remove_from_parent()
        frame.parent = self
        if frame._context is not self._context:
            frame.set_context(self._context)
        place = len(self._children) if after is None else self._children.index(after) + 1
        self._children.insert(place, frame)

    def add_children(self, frames: Sequence[Frame], after: Frame | None = None) -> None:
        """Move several frames below this one, in their order."""
        for frame in frames:
            self.add_child(frame, after)
            after = after and frame

    def remove_from_parent(self) -> None:
        """Take this frame, and what is below it, out of its tree."""
        if self.parent is not None:
            self.parent._children.remove(self)
            self.parent = None

    def walk(self) -> Iterator[Frame]:
        """Yield this frame and all below it, parents first, as the tree is when each is reached."""
        waiting: list[Frame] = [self]
        while waiting:
            frame = waiting.pop()
            yield frame
            waiting.extend(reversed(frame._children))

    @property
    def context(self) -> FrameContext:
        """The session this frame belongs to; RuntimeError when it has none."""
        if self._context is None:
            raise RuntimeError("Frame has no context")
        return self._context

    def set_context(self, context: FrameContext | None) -> None:
        """Give this frame and all below it to another session."""
        for frame in self.walk():
            frame._context = context

    @staticmethod
    def new_subclass_with_frame_info(frame_info: str) -> Frame:
        """Return `Frame(frame_info)`."""
        return Frame(frame_info)

    # What it stands for.

    @property
    def function(self) -> str:
        """The name of the function, or the identifier of a synthetic frame."""
        return self.identifier.partition(IDENTIFIER_SEP)[0]

    @property
    def file_path(self) -> str | None:
        """The file of the code as the program knows it; None of a synthetic frame."""
        parts = self.identifier.split(IDENTIFIER_SEP, 2)
        return parts[1] if len(parts) > 1 else None

    @property
    def line_no(self) -> int | None:
        """The first line of the function."""
        parts = self.identifier.split(IDENTIFIER_SEP, 3)
        return int(parts[2]) if len(parts) > 2 else None

    @property
    def file_path_short(self) -> str | None:
        """The file, seen from the nearest folder of `sys.path`; that of its parent if synthetic."""
        frame = self
        while frame.is_synthetic and frame.parent is not None:
            frame = frame.parent
        file = frame.file_path
        return frame.context.shorten_path(file) if file else None

    def code_position_short(self) -> str | None:
        """`file:line`, the file as `file_path_short` says it."""
        file, line = self.file_path_short, self.line_no
        return f"{file}:{line}" if file and line else file

    @property
    def is_application_code(self) -> bool:
        """Whether the program's author wrote it: it is in no folder of Python or an environment."""
        frame = self
        while True:
            file = frame.file_path
            if not file or frame.is_synthetic:
                return False
            if file.startswith(tuple(frame.context.sys_prefixes)):
                return False
            if not file.startswith("<"):
                return True
            if file not in ("<string>", "<stdin>"):
                return file.startswith("<ipython-input-")  # else a library's generated code
            if frame.parent is None:
                return True  # `python -c`
            frame = frame.parent

    @property
    def is_synthetic(self) -> bool:
        """Whether no code of the program stands behind it."""
        return self.identifier in SYNTHETIC_FRAME_IDENTIFIERS

    @property
    def is_synthetic_leaf(self) -> bool:
        """Whether it is synthetic and holds time of its own."""
        return self.identifier in SYNTHETIC_LEAF_IDENTIFIERS

    def get_attribute_value(self, attribute_marker: str) -> str | None:
        """Return the value of an attribute; of several, the one that was seen longest."""
        found = [each for each in self.attributes if each.startswith(attribute_marker)]
        return max(found, key=self.attributes.__getitem__)[1:] if found else None

    @property
    def class_name(self) -> str | None:
        """The class of `self` or `cls`, for methods."""
        return self.get_attribute_value(ATTRIBUTE_MARKER_CLASS_NAME)

    @property
    def has_tracebackhide(self) -> bool:
        """Whether the function has a variable `__tracebackhide__`."""
        return self.get_attribute_value(ATTRIBUTE_MARKER_TRACEBACKHIDE) == "1"

    # Time.

    @property
    def proportion_of_parent(self) -> float:
        """Its share of the parent's time, 1 of a root; NaN when the parent has none."""
        if self.parent is None:
            return 1.0
        return self.time / self.parent.time if self.parent.time else math.nan

    @property
    def total_self_time(self) -> float:
        """Its time without that of the functions it called; synthetic children count as its own."""
        own = self.time
        for child in self._children:
            if not child.is_synthetic:
                own -= child.time
        return own

    def await_time(self) -> float:
        """The time below this frame that was spent awaiting."""
        return self._await_times()[id(self)]

    def _await_times(self) -> dict[int, float]:
        """`await_time()` of this frame and all below it, by the frame's `id`."""
        totals: dict[int, float] = {}
        for frame in reversed(list(self.walk())):
            total = frame.time if frame.identifier == AWAIT_FRAME_IDENTIFIER else 0
            totals[id(frame)] = total + sum(totals[id(child)] for child in frame._children)
        return totals

    def self_check(self, recursive: bool = True) -> None:
        """Raise AssertionError when times do not add up."""
        for frame in self.walk() if recursive else (self,):
            if frame.is_synthetic_leaf:
                assert not frame._children
                continue
            expected = sum(child.time for child in frame._children) + frame.absorbed_time
            assert math.isclose(expected, frame.time), (
                f"Frame time mismatch, should be {expected}, was {frame.time}, {frame.children}"
            )

    # Texts.

    def __repr__(self) -> str:
        return (
            f"Frame(identifier={self.identifier}, time={self.time:f}, "
            f"len(children)={len(self._children)}), group={self.group!r}"
        )

    def to_json_str(self) -> str:
        """Return the tree as JSON: identifier, time, attributes and children of each frame."""
        parts: list[str] = []
        waiting: list[Frame | str] = [self]
        while waiting:
            frame = waiting.pop()
            if isinstance(frame, str):
                parts.append(frame)
                continue
            parts.append(
                f'{{"identifier": {quote(frame.identifier)},"time": {frame.time:f},'
                f'"attributes": {json.dumps(frame.attributes)},"children": ['
            )
            waiting.append("]}")
            for at, child in enumerate(reversed(frame._children)):
                if at:
                    waiting.append(",")
                waiting.append(child)
        return "".join(parts)


quote = json.JSONEncoder(ensure_ascii=False).encode


def new_id() -> str:
    """Return a random UUID (version 4); the module that makes them takes long to import."""
    raw = bytearray(os.urandom(16))
    raw[6] = raw[6] & 0x0F | 0x40
    raw[8] = raw[8] & 0x3F | 0x80
    text = raw.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


class FrameGroup:
    """Frames of libraries below `root` that a report may show as one line."""

    def __init__(self, root: Frame) -> None:
        self.root = root
        self.id = new_id()
        self._frames: list[Frame] = []
        self._exit_frames: list[Frame] | None = None
        self.add_frame(root)

    @property
    def frames(self) -> Sequence[Frame]:
        """The members, in the order they were added: a copy."""
        return tuple(self._frames)

    def add_frame(self, frame: Frame) -> None:
        """Add a frame, taking it out of the group it was in."""
        if frame.group is not None:
            frame.group.remove_frame(frame)
        frame.group = self
        self._frames.append(frame)

    def remove_frame(self, frame: Frame) -> None:
        """Take a member out."""
        assert frame.group is self
        frame.group = None
        self._frames.remove(frame)

    @property
    def exit_frames(self) -> list[Frame]:
        """The members that call code outside the group; found once."""
        if self._exit_frames is None:
            self._exit_frames = [
                frame
                for frame in self._frames
                if any(child.group is not self for child in frame._children)
            ]
        return self._exit_frames

    def __repr__(self) -> str:
        return f"FrameGroup(len(frames)={len(self._frames)})"
