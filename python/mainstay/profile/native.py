"""From renderers and sessions to native trees, and from these to frames.

A tree is processed natively when a renderer's processors are all functions of `processors`, and
nothing a report looks at is overridden. Otherwise it becomes `Frame` objects, and Python does the
rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import processors
from ._native import Tree
from .frame import Frame, FrameContext, new_id

if TYPE_CHECKING:
    from .session import Session


def to_frames(tree: Tree, context: FrameContext) -> Frame | None:
    """Return the root of the tree as a `Frame` with all that is below it."""
    frames: list[Frame] = []
    for parent, identifier, time, attributes in tree.frames():
        frame = Frame(identifier, time=time, context=context)
        frame.attributes = attributes
        if parent >= 0:
            frame.parent = frames[parent]
            frames[parent]._children.append(frame)
        frames.append(frame)
    return frames[0] if frames else None


def _remove_irrelevant_nodes(tree: Tree, options: dict[str, Any], _: Session) -> None:
    tree.remove_irrelevant_nodes(options.get("filter_threshold", 0.01))


def _group_library_frames(tree: Tree, options: dict[str, Any], session: Session) -> None:
    hide, show = options.get("hide_regex"), options.get("show_regex")

    def decide(file: str) -> bool | None:
        if show is not None and re.match(show, file):
            return True
        return False if hide is not None and re.match(hide, file) else None

    tree.set_prefixes(session.sys_prefixes)
    tree.group(None if hide is None and show is None else decide, new_id)


_NATIVE: dict[Any, Callable[[Tree, dict[str, Any], Session], None]] = {
    processors.remove_importlib: lambda tree, *_: tree.remove_importlib(),
    processors.remove_tracebackhide: lambda tree, *_: tree.remove_tracebackhide(),
    processors.merge_consecutive_self_time: lambda tree, *_: tree.merge_consecutive_self_time(),
    processors.aggregate_repeated_calls: lambda tree, *_: tree.aggregate_repeated_calls(),
    processors.remove_irrelevant_nodes: _remove_irrelevant_nodes,
    processors.remove_unnecessary_self_time_nodes: (
        lambda tree, *_: tree.remove_unnecessary_self_time_nodes()
    ),
    processors.remove_first_pyinstrument_frames_processor: (
        lambda tree, *_: tree.remove_first_pyinstrument_frames_processor()
    ),
    processors.group_library_frames_processor: _group_library_frames,
}


def native_tree(session: Session, chain: list[Any], options: dict[str, Any]) -> Tree | None:
    """Return the tree of a session after these processors; None when that takes Python."""
    try:
        steps = [_NATIVE[each] for each in chain]
    except (KeyError, TypeError):  # a program's own; it may be unhashable
        return None
    if not session._is_plain():
        return None
    tree = session._tree()
    for step in steps:
        step(tree, options, session)
    if tree:
        tree.set_prefixes(session.sys_prefixes)
    return tree
