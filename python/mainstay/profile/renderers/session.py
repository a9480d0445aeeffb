"""The session itself, for `Session.load`."""

from __future__ import annotations

from ..session import Session
from .base import Renderer


class SessionRenderer(Renderer):
    """Writes what `Session.save` writes."""

    output_file_extension: str = "pyisession"

    def __init__(self, tree_format: bool = False) -> None:
        super().__init__()
        self.tree_format = tree_format

    def render(self, session: Session) -> str:
        """Return the session as JSON."""
        return b"".join(session._json_parts()).decode("utf-8", "surrogatepass")
