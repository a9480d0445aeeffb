"""Messages under tags."""

from __future__ import annotations

from mainstay.plugins import _tracing


class TagTracer(_tracing.TagTracer):
    """The root of a tree of tracers."""


class TagTracerSub(_tracing.TagTracerSub):
    """A tracer with tags of its own."""


TagTracer._sub = TagTracerSub
