"""The frame that logged, and exceptions and stacks as text."""

from __future__ import annotations

import sys
import traceback
from io import StringIO

from .contextvars import _ASYNC_CALLING_STACK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from .typing import ExcInfo

# Names of modules that begin so are not the program's: ours, under both names.
_OURS = ("structlog", "mainstay.log")


def _format_exception(exc_info: ExcInfo) -> str:
    """The traceback as Python prints it, without the last line end."""
    file = StringIO()
    traceback.print_exception(exc_info[0], exc_info[1], exc_info[2], None, file)
    return _without_line_end(file.getvalue())


def _format_stack(frame: FrameType) -> str:
    """The stack down to `frame`, as `logging` prints it, without the last line end."""
    file = StringIO()
    file.write("Stack (most recent call last):\n")
    traceback.print_stack(frame, file=file)
    return _without_line_end(file.getvalue())


def _without_line_end(text: str) -> str:
    return text[:-1] if text.endswith("\n") else text


def _find_first_app_frame_and_name(
    additional_ignores: list[str] | None = None,
    *,
    stacklevel: int | None = None,
    _getframe: Callable[[], FrameType] = sys._getframe,
) -> tuple[FrameType, str]:
    """The innermost frame that is the program's, and the name of its module.

    Modules whose names begin with one of `additional_ignores` are passed over as well; from the
    frame that is left, `stacklevel` further ones. Where the caller's thread has handed the call on,
    it is that thread's frame.
    """
    passed_over = (*_OURS, *(additional_ignores or ()))
    frame = _ASYNC_CALLING_STACK.get(None)
    if frame is None:
        frame = _getframe()
    name = _module_name(frame)
    while name.startswith(passed_over):
        outer = frame.f_back
        if outer is None:
            name = "?"
            break
        frame = outer
        name = _module_name(frame)
    for _ in range(stacklevel or 0):
        outer = frame.f_back
        if outer is None:
            break
        frame = outer
        name = _module_name(frame)
    return frame, name


def _module_name(frame: FrameType) -> str:
    return frame.f_globals.get("__name__") or "?"
