"""What renderers have in common."""

from __future__ import annotations

from typing import Any

from .. import processors
from .._native import Tree
from ..frame import Frame
from ..native import native_tree
from ..session import Session

ProcessorList = list[processors.ProcessorType]


def usual_processors(*, aggregate: bool = True, group: bool = True) -> ProcessorList:
    """Return what renderers begin with: all functions of the module, or all but these two."""
    chosen: list[tuple[bool, processors.ProcessorType]] = [
        (True, processors.remove_importlib),
        (True, processors.remove_tracebackhide),
        (True, processors.merge_consecutive_self_time),
        (aggregate, processors.aggregate_repeated_calls),
        (True, processors.remove_irrelevant_nodes),
        (True, processors.remove_unnecessary_self_time_nodes),
        (True, processors.remove_first_pyinstrument_frames_processor),
        (group, processors.group_library_frames_processor),
    ]
    return [each for is_wanted, each in chosen if is_wanted]


class Renderer:
    """Makes a text of a session. Subclasses say how, in `render`.

    `output_file_extension` is that of files which hold it, without a dot; `output_is_binary` says
    that the text stands for bytes (UTF-8 with surrogateescape).
    """

    output_file_extension: str = "txt"
    output_is_binary: bool = False

    def __init__(self) -> None:
        pass

    def render(self, session: Session) -> str:
        """Return the session as text."""
        raise NotImplementedError

    class MisconfigurationError(Exception):
        """The options do not go together."""


class FrameRenderer(Renderer):
    """A renderer of call trees, which `processors` change first: a list that may be changed.

    `show_all` leaves out those that hide frames, `timeline` the one that sums up calls;
    `processor_options` are passed to each.
    """

    def __init__(
        self,
        show_all: bool = False,
        timeline: bool = False,
        processor_options: dict[str, Any] | None = None,
    ) -> None:
        self.processors: ProcessorList = self.default_processors()
        self.processor_options: dict[str, Any] = processor_options or {}
        self.show_all = show_all
        self.timeline = timeline
        left_out: ProcessorList = []
        if show_all:
            left_out += [
                processors.group_library_frames_processor,
                processors.remove_importlib,
                processors.remove_irrelevant_nodes,
                processors.remove_tracebackhide,
            ]
        if timeline:
            left_out.append(processors.aggregate_repeated_calls)
        for each in left_out:
            if each in self.processors:
                self.processors.remove(each)

    def default_processors(self) -> ProcessorList:
        """Return the list to begin with."""
        raise NotImplementedError

    def preprocess(self, root_frame: Frame | None) -> Frame | None:
        """Return the root of the tree after all processors."""
        for each in self.processors:
            root_frame = each(root_frame, options=self.processor_options)
        return root_frame

    def _native_tree(self, session: Session, home: type[FrameRenderer]) -> Tree | None:
        """The tree after all processors; None when Python is to do it and render it.

        That is so when a subclass of `home`, or an attribute, overrides one of its methods.
        """
        cls, own = type(self), vars(self)
        for name, original in {**vars(FrameRenderer), **vars(home)}.items():
            if not callable(original) or name in _FREE:
                continue
            if getattr(cls, name) is not original or name in own:
                return None
        return native_tree(session, self.processors, self.processor_options)


# Overriding these does not change how a processed tree is rendered.
_FREE = frozenset({"__init__", "default_processors", "render"})
