"""The call tree as a web page that needs nothing else."""

from __future__ import annotations

import html
import json
import os
import sys
from typing import Any

from .. import processors
from .._native import Tree
from ..frame import Frame
from ..native import native_tree
from ..session import Session
from .base import FrameRenderer, ProcessorList, Renderer

_MOST_SAMPLES = 100_000
with open(os.path.join(os.path.dirname(__file__), "page.html"), encoding="utf-8") as _file:
    _PAGE = _file.read()


class HTMLRenderer(Renderer):
    """Writes a page with the summed-up call tree, which opens and closes on a click.

    Sessions of more than 100,000 samples are thinned out to one per `resample_interval` seconds,
    by default so that some 10,000 are left; 0 keeps all. `preprocessors` change the tree first,
    with `preprocessor_options`. `show_all` and `timeline` are deprecated and do nothing.
    """

    output_file_extension = "html"

    def __init__(
        self,
        *,
        resample_interval: float | None = None,
        show_all: bool = False,
        timeline: bool = False,
    ) -> None:
        super().__init__()
        for name, given in (("show_all", show_all), ("timeline", timeline)):
            if given:
                import warnings

                warnings.warn(
                    f"{name} is deprecated on the HTML renderer, and has no effect. Use the "
                    "options in the page instead.",
                    DeprecationWarning,
                    stacklevel=3,
                )
        self.resample_interval = resample_interval
        self.preprocessors: ProcessorList = []
        self.preprocessor_options: dict[str, Any] = {}

    def render(self, session: Session) -> str:
        """Return the page."""
        session = self._thinned_out(session)
        about = session.to_json(include_frame_records=False)
        chain = [
            *self.preprocessors,
            processors.merge_consecutive_self_time,
            processors.aggregate_repeated_calls,
        ]
        tree: Tree | None = native_tree(session, chain, self.preprocessor_options)
        if tree is not None:
            tree.set_short_names(session.shorten_path)
            rows = tree.page()
        else:
            frame = session.root_frame()
            for each in chain:
                frame = each(frame, options=self.preprocessor_options)
            rows = _page_data(frame)
        # "<" could end the script, or open a comment in it.
        data = f'{{"session":{json.dumps(about)},"tree":{rows}}}'.replace("<", "\\u003c")
        title = html.escape(session.target_description)
        head, _, tail = _PAGE.partition("{{data}}")
        return head.replace("{{title}}", title) + data + tail

    def _thinned_out(self, session: Session) -> Session:
        count = session._record_count()
        if count <= _MOST_SAMPLES or self.resample_interval == 0:
            return session
        interval = self.resample_interval
        if interval is None:
            interval = session.duration / 10_000
        if interval <= 0:
            return session
        thinner = session.resample(interval=interval)
        while len(thinner.frame_records) > _MOST_SAMPLES:
            interval *= 2
            thinner = session.resample(interval=interval)
        print(
            f"pyinstrument: session has {count} samples, which is too many for the HTML renderer "
            f"to handle. Resampled to {thinner.sample_count} samples with interval "
            f"{interval:.6f} seconds. Set the renderer option resample_interval to control this "
            "behaviour.",
            file=sys.stderr,
        )
        return thinner

    def open_in_browser(self, session: Session, output_filename: str | None = None) -> str:
        """Write the page to a file, by default a temporary one, and open it; returns the path."""
        import tempfile
        import webbrowser
        from urllib.request import pathname2url

        if output_filename is None:
            with tempfile.NamedTemporaryFile(suffix=".html", delete=False) as file:
                output_filename = file.name
        with open(output_filename, "w", encoding="utf-8") as page:
            page.write(self.render(session))
        webbrowser.open("file:" + pathname2url(os.path.abspath(output_filename)))
        return output_filename


def _page_data(root: Frame | None) -> str:
    """The data of a page, as `Tree.page()` writes it, of frames."""
    names: dict[str, tuple[int, list[Any]]] = {}
    rows: list[tuple[int, int, float]] = []
    waiting = [(root, 0)] if root is not None else []
    while waiting:
        frame, depth = waiting.pop()
        place = frame.file_path_short or ""
        name = [frame.function, place, frame.line_no or 0, frame.class_name or ""]
        number, _ = names.setdefault(
            frame.identifier, (len(names), [*name, int(frame.is_application_code)])
        )
        rows.append((depth, number, round(frame.time, 6)))
        waiting += [(child, depth + 1) for child in reversed(frame.children)]
    data = {"names": [name for _, name in names.values()], "rows": rows}
    return json.dumps(data, separators=(",", ":"))


class JSONForHTMLRenderer(FrameRenderer):
    """Writes the session and its whole call tree as JSON, for programs that draw it themselves."""

    output_file_extension = "json"

    def default_processors(self) -> ProcessorList:
        """Return the list to begin with: it is empty."""
        return []

    def render(self, session: Session) -> str:
        """Return one JSON object: `session` and `frame_tree`."""
        about = json.dumps(session.to_json(include_frame_records=False))
        root = self.preprocess(session.root_frame())
        return f'{{"session": {about}, "frame_tree": {root.to_json_str() if root else "null"}}}'
