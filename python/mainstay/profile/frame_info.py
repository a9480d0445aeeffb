"""The text that stands for a frame in a session.

`function NUL file NUL first line` is the identifier: it names the code. Attributes of the moment
follow it, each a `\\x01`, a marker and a value: the class of `self`, the current line, whether the
frame asks to be hidden. Pure functions; may be called from any thread.
"""

from __future__ import annotations

IDENTIFIER_SEP = "\x00"
ATTRIBUTES_SEP = "\x01"

ATTRIBUTE_MARKER_CLASS_NAME = "c"
ATTRIBUTE_MARKER_LINE_NUMBER = "l"
ATTRIBUTE_MARKER_TRACEBACKHIDE = "h"


def parse_frame_info(frame_info: str) -> tuple[str, list[str]]:
    """Split a frame's text into its identifier and its attributes, markers included."""
    identifier, *attributes = frame_info.split(ATTRIBUTES_SEP)
    return identifier, attributes if attributes != [""] else []


def frame_info_get_identifier(frame_info: str) -> str:
    """Return the identifier alone."""
    return frame_info.partition(ATTRIBUTES_SEP)[0]
