"""Processors: functions that change a call tree before it is rendered.

Each takes the root and a dict of options and returns the root, which may be another frame:
`frame = processor(frame, options=options)`. None, the tree of an empty session, stays None.
Renderers run the functions of this module natively, on a tree without Python objects, as long as
only these are in their list (`native.py`). Trees may be as deep as memory allows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any, Union

from .frame import SELF_TIME_FRAME_IDENTIFIER, Frame, FrameGroup
from .frame_ops import combine_frames, delete_frame_from_tree

ProcessorType = Callable[..., Union[Frame, None]]
ProcessorOptions = dict[str, Any]


def _upwards(root: Frame) -> Iterator[Frame]:
    """Yield all frames below `root`, children before their parents."""
    waiting = [(root, iter(root.children))]
    while waiting:
        frame, children = waiting[-1]
        child = next(children, None)
        if child is not None:
            waiting.append((child, iter(child.children)))
            continue
        waiting.pop()
        if frame is not root:
            yield frame


def remove_importlib(frame: Frame | None, options: ProcessorOptions) -> Frame | None:
    """Remove the frames of Python's import system; what they call stays."""
    for each in _upwards(frame) if frame else ():
        if "<frozen importlib._bootstrap" in (each.file_path or ""):
            delete_frame_from_tree(each, replace_with="children")
    return frame


def remove_tracebackhide(frame: Frame | None, options: ProcessorOptions) -> Frame | None:
    """Remove the frames of functions that have a variable `__tracebackhide__`."""
    for each in _upwards(frame) if frame else ():
        if each.has_tracebackhide:
            delete_frame_from_tree(each, replace_with="children")
    return frame


def aggregate_repeated_calls(frame: Frame | None, options: ProcessorOptions) -> Frame | None:
    """Make one frame of all calls of a function from one place, and put the longest first.

    The order of time is lost: for reports that sum up.
    """
    for each in frame.walk() if frame else ():
        first: dict[str, Frame] = {}
        for child in each.children:
            into = first.setdefault(child.identifier, child)
            if into is not child:
                combine_frames(child, into=into)
    # Sorted once all times are final; sorting is stable, so equal times keep the order of calls.
    for each in frame.walk() if frame else ():
        each._children.sort(key=attrgetter("time"), reverse=True)
    return frame


def group_library_frames_processor(frame: Frame | None, options: ProcessorOptions) -> Frame | None:
    """Put frames that are not the program's own into groups, which reports show as one line.

    `hide_regex` and `show_regex`, matched with a frame's file, say otherwise; showing wins. A
    frame that calls no other library frame forms no group.
    """
    if frame is None:
        return None
    hide, show = options.get("hide_regex"), options.get("show_regex")

    def hidden(each: Frame) -> bool:
        file = each.file_path or ""
        if show is not None and re.match(show, file):
            return False
        if hide is not None and re.match(hide, file):
            return True
        return not each.is_application_code

    for each in frame.walk():
        if each is frame or each.group or not hidden(each):
            continue
        if any(hidden(child) for child in each.children):
            group = FrameGroup(each)
            waiting = [child for child in reversed(each.children) if hidden(child)]
            while waiting:
                member = waiting.pop()
                group.add_frame(member)
                waiting.extend(child for child in reversed(member.children) if hidden(child))
    return frame


def merge_consecutive_self_time(
    frame: Frame | None, options: ProcessorOptions, recursive: bool = True
) -> Frame | None:
    """Make one `[self]` frame of those that follow each other."""
    if frame is None:
        return None
    for each in frame.walk() if recursive else (frame,):
        last: Frame | None = None
        for child in each.children:
            if child.identifier != SELF_TIME_FRAME_IDENTIFIER:
                last = None
            elif last is None:
                last = child
            else:
                last.time += child.time
                child.remove_from_parent()
    return frame


def remove_unnecessary_self_time_nodes(
    frame: Frame | None, options: ProcessorOptions
) -> Frame | None:
    """Let frames absorb a `[self]` frame that is their only child: it says nothing new."""
    for each in frame.walk() if frame else ():
        children = each.children
        if len(children) == 1 and children[0].identifier == SELF_TIME_FRAME_IDENTIFIER:
            delete_frame_from_tree(children[0], replace_with="nothing")
    return frame


def remove_irrelevant_nodes(
    frame: Frame | None, options: ProcessorOptions, total_time: float | None = None
) -> Frame | None:
    """Remove frames with less than `filter_threshold` (0.01) of the time; parents absorb it."""
    if frame is None:
        return None
    if total_time is None:
        total_time = frame.time if frame.time > 0 else 1e-44
    least = options.get("filter_threshold", 0.01)
    for each in frame.walk():
        for child in each.children:
            if child.time / total_time < least:
                delete_frame_from_tree(child, replace_with="nothing")
    return frame


# Our own command first, then the peer's, whose sessions can be loaded.
_COMMAND = re.compile(r".*(mainstay[/\\]profile|pyinstrument)[/\\]__main__.py")
_RUNPY = re.compile(r".*runpy.py|.*<frozen runpy>")


def remove_first_pyinstrument_frames_processor(
    frame: Frame | None, options: ProcessorOptions
) -> Frame | None:
    """Take the program as root where the command line ran it: without our frames and runpy's."""
    if frame is None or not _leads_on(frame, _COMMAND):
        return frame
    program = frame.children[0]
    if program.proportion_of_parent <= 0.8 or not _leads_on(program, re.compile(".*<string>")):
        return frame
    program = program.children[0]
    while program.proportion_of_parent > 0.8 and _leads_on(program, _RUNPY):
        program = program.children[0]
    program.remove_from_parent()
    return program


def _leads_on(frame: Frame, file: re.Pattern[str]) -> bool:
    return bool(frame.children and file.match(frame.file_path or ""))
