"""Renderers: what a session looks like, as text, a page, or data for other tools."""

from __future__ import annotations

from .base import FrameRenderer, Renderer
from .console import ConsoleRenderer
from .html import HTMLRenderer
from .jsonrenderer import JSONRenderer
from .pstatsrenderer import PstatsRenderer
from .session import SessionRenderer
from .speedscope import SpeedscopeRenderer

__all__ = [
    "ConsoleRenderer",
    "FrameRenderer",
    "HTMLRenderer",
    "JSONRenderer",
    "PstatsRenderer",
    "Renderer",
    "SessionRenderer",
    "SpeedscopeRenderer",
]
