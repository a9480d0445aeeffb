"""What the native types need from the face and the standard library, handed to them at import."""

from __future__ import annotations

import io
import json

from . import _native
from ._filtering import _maybe_interpolate
from .exceptions import DropEvent
from .processors import ExceptionRenderer, StackInfoRenderer, _json_fallback_handler, stamp

_native.adopt(
    BufferedWriter=io.BufferedWriter,
    DropEvent=DropEvent,
    ExceptionRenderer=ExceptionRenderer,
    FileIO=io.FileIO,
    StackInfoRenderer=StackInfoRenderer,
    TextIOWrapper=io.TextIOWrapper,
    interpolate=_maybe_interpolate,
    json_dumps=json.dumps,
    json_fallback=_json_fallback_handler,
    stamp=stamp,
)
