"""The processed call tree as JSON."""

from __future__ import annotations

from typing import Any

from ..frame import Frame, quote
from ..session import Session
from .base import FrameRenderer, ProcessorList, usual_processors


class JSONRenderer(FrameRenderer):
    """Writes an object per frame, with its children in it."""

    output_file_extension = "json"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def render_frame(self, frame: Frame | None) -> str:
        """Return a frame and all below it as JSON."""
        if frame is None:
            return "null"
        overridden = type(self).render_frame is not JSONRenderer.render_frame
        awaited = frame._await_times()
        parts: list[str] = []
        waiting: list[Frame | str] = [frame]
        while waiting:
            each = waiting.pop()
            if isinstance(each, str):
                parts.append(each)
                continue
            if overridden and each is not frame:
                parts.append(self.render_frame(each))
                continue
            own = "true" if each.is_application_code else "false"
            parts.append(
                f'{{"function": {quote(each.function)},'
                f'"file_path_short": {quote(each.file_path_short or "")},'
                f'"file_path": {quote(each.file_path or "")},"line_no": {each.line_no or 0},'
                f'"time": {each.time:f},"await_time": {awaited[id(each)]:f},'
                f'"is_application_code": {own},"children": ['
            )
            end = "]"
            if each.group:
                end += f',"group_id": {quote(each.group.id)}'
            if each.class_name:
                end += f',"class_name": {quote(each.class_name)}'
            waiting.append(end + "}")
            for at, child in enumerate(reversed(each.children)):
                waiting.extend((",", child) if at else (child,))
        return "".join(parts)

    def render(self, session: Session) -> str:
        """Return the session as one JSON object and a newline."""
        tree = self._native_tree(session, JSONRenderer)
        if tree is None:
            root = self.render_frame(self.preprocess(session.root_frame()))
        else:
            tree.set_short_names(session.shorten_path)
            root = tree.json()
        return (
            f'{{"start_time": {session.start_time:f},"duration": {session.duration:f},'
            f'"sample_count": {session.sample_count},'
            f'"target_description": {quote(session.target_description)},'
            f'"cpu_time": {session.cpu_time:f},"root_frame": {root}}}\n'
        )

    def default_processors(self) -> ProcessorList:
        """Return the list to begin with: all of the module."""
        return usual_processors()
