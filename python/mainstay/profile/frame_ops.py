"""Making and changing call trees. Not for several threads at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Union

from .frame import DUMMY_ROOT_FRAME_IDENTIFIER, SELF_TIME_FRAME_IDENTIFIER, Frame, FrameContext
from .frame_info import frame_info_get_identifier
from .typing import assert_never

FrameRecordType = tuple[list[str], float]


class IdentifierDoesntMatchException(ValueError):
    """A frame is not the one that was expected."""


def build_frame_tree(
    frame_records: Sequence[FrameRecordType], context: FrameContext
) -> Union[Frame, None]:
    """Return the call tree of recorded stacks, in the order of time; None of no records.

    Stacks that follow each other share their frames as far as they agree. The root is the frame all
    stacks begin with, or `[root]`.
    """
    if not len(frame_records):
        return None
    root = Frame(DUMMY_ROOT_FRAME_IDENTIFIER, context=context)
    branch = [root]  # the frames of the stack before
    for stack, time in frame_records:
        root.time += time
        depth = 0
        for depth, info in enumerate(stack, start=1):
            if depth < len(branch):
                if branch[depth].identifier == frame_info_get_identifier(info):
                    branch[depth].record_time_from_frame_info(info, time)
                    continue
                del branch[depth:]
            frame = Frame(info, time=time)
            branch[-1].add_child(frame)
            branch.append(frame)
        del branch[depth + 1 :]
        if not branch[-1].is_synthetic_leaf:
            branch[-1].add_child(Frame(SELF_TIME_FRAME_IDENTIFIER, time=time))
    if len(root.children) == 1:
        root = root.children[0]
        root.remove_from_parent()
    return root


def delete_frame_from_tree(
    frame: Frame, replace_with: Literal["children", "self_time", "nothing"]
) -> None:
    """Delete a frame; its time stays with its parent.

    In its place come its `children`, a `[self]` frame of its time (`self_time`) or `nothing`, and
    then the parent absorbs the time. ValueError for the root.
    """
    parent = frame.parent
    if parent is None:
        raise ValueError("Cannot delete the root frame")
    if replace_with == "nothing":
        parent.absorbed_time += frame.time
    elif replace_with == "children":
        parent.add_children(frame.children, after=frame)
    elif replace_with == "self_time":
        parent.add_child(Frame(SELF_TIME_FRAME_IDENTIFIER, time=frame.time), after=frame)
    else:
        assert_never(replace_with)
    parent.absorbed_time += frame.absorbed_time
    frame.remove_from_parent()
    remove_frame_from_groups(frame, recursive=True)


def combine_frames(frame: Frame, into: Frame) -> None:
    """Add the time, the attributes and the children of `frame` to its sibling `into`."""
    assert frame.parent is into.parent
    into.time += frame.time
    into.absorbed_time += frame.absorbed_time
    for attribute, time in frame.attributes.items():
        into.attributes[attribute] = into.attributes.get(attribute, 0) + time
    into.add_children(frame.children)
    frame.remove_from_parent()
    remove_frame_from_groups(frame, recursive=False)


def remove_frame_from_groups(frame: Frame, recursive: bool) -> None:
    """Take a frame that left the tree out of its group; a group of one frame is none."""
    for each in frame.walk() if recursive else (frame,):
        group = each.group
        if group is not None:
            group.remove_frame(each)
            if len(group.frames) == 1:
                group.remove_frame(group.frames[0])
