"""Tracebacks as data: exceptions with their causes, groups, frames and local variables.

`extract` makes dataclasses, `ExceptionDictTransformer` lists and dicts for JSON. Local variables
are written as `rich` writes them where it is installed.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from traceback import walk_tb

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import FrameType, ModuleType, TracebackType
    from typing import Any, TypeAlias

    from .typing import ExcInfo

    rich: Any
    OptExcInfo: TypeAlias = ExcInfo | tuple[None, None, None]

try:
    rich = __import__("rich.pretty")  # the package, with what is used of it
except ImportError:
    rich = None

__all__ = [
    "ExceptionDictTransformer",
    "Frame",
    "Stack",
    "SyntaxError_",
    "Trace",
    "extract",
    "safe_str",
    "to_repr",
]

SHOW_LOCALS = True
LOCALS_MAX_LENGTH = 10
LOCALS_MAX_STRING = 80
MAX_FRAMES = 50


@dataclass
class Frame:
    """A frame of a traceback; `locals` only where they were asked for."""

    filename: str
    lineno: int
    name: str
    locals: dict[str, str] | None = None


@dataclass
class SyntaxError_:  # the peer's name
    """What a SyntaxError knows of its place."""

    offset: int
    filename: str
    line: str
    lineno: int
    msg: str


@dataclass
class Stack:
    """An exception and its frames, outermost first."""

    exc_type: str
    exc_value: str
    exc_notes: list[str] = field(default_factory=list)
    syntax_error: SyntaxError_ | None = None
    is_cause: bool = False
    frames: list[Frame] = field(default_factory=list)
    is_group: bool = False
    exceptions: list[Trace] = field(default_factory=list)


@dataclass
class Trace:
    """An exception, then what caused it, and so on."""

    stacks: list[Stack]


def safe_str(_object: Any) -> str:
    """`str(_object)`, or what went wrong there."""
    return _text_or_error("str", str, _object)


def _text_or_error(kind: str, make: Callable[[Any], str], obj: Any) -> str:
    try:
        return make(obj)
    except Exception as error:
        return f"<{kind}-error {str(error)!r}>"


def to_repr(
    obj: Any,
    max_length: int | None = None,
    max_string: int | None = None,
    use_rich: bool = True,
) -> str:
    """The repr of an object, shortened, or what went wrong there.

    Texts longer than `max_string` characters are cut, and containers of more than `max_length`
    items where `rich` is used. Subclasses of str are written by their own repr, which may hide a
    secret.
    """
    if use_rich and rich is not None:
        node = rich.pretty.traverse(obj, max_length=max_length, max_string=max_string)
        return str(node.render())

    def shortened(obj: Any) -> str:
        cut = obj if isinstance(obj, (str, bytes)) else repr(obj)
        if max_string is not None and len(cut) > max_string:
            return f"{cut[:max_string]!r}+{len(cut) - max_string}"
        return repr(obj) if cut is obj else str(cut)

    return _text_or_error("repr", shortened, obj)


def extract(
    exc_type: type[BaseException],
    exc_value: BaseException,
    traceback: TracebackType | None,
    *,
    show_locals: bool = False,
    locals_max_length: int | None = LOCALS_MAX_LENGTH,
    locals_max_string: int | None = LOCALS_MAX_STRING,
    locals_hide_dunder: bool = True,
    locals_hide_sunder: bool = False,
    use_rich: bool = True,
    _seen: set[int] | None = None,
) -> Trace:
    """The exception, its causes and contexts, and the exceptions of groups, as data.

    With `show_locals` also local variables, shortened as by `to_repr`; those whose names begin with
    two underscores, or with one, can be hidden. An exception that was met before ends its chain.
    """

    def locals_of(frame: FrameType) -> dict[str, str] | None:
        if not show_locals:
            return None
        return {
            name: to_repr(value, locals_max_length, locals_max_string, use_rich)
            for name, value in frame.f_locals.items()
            if not (locals_hide_dunder and name.startswith("__"))
            and not (locals_hide_sunder and name.startswith("_"))
        }

    met = set() if _seen is None else _seen
    return _trace(exc_type, exc_value, traceback, locals_of, met)


def _trace(
    exc_type: type[BaseException],
    exc_value: BaseException,
    traceback: TracebackType | None,
    locals_of: Callable[[FrameType], dict[str, str] | None],
    seen: set[int],
) -> Trace:
    stacks: list[Stack] = []
    is_cause = False
    while id(exc_value) not in seen:
        seen.add(id(exc_value))
        notes = [*map(safe_str, getattr(exc_value, "__notes__", ()))]
        name, text = safe_str(exc_type.__name__), safe_str(exc_value)
        stack = Stack(name, text, notes, is_cause=is_cause)
        if sys.version_info >= (3, 11) and isinstance(exc_value, BaseExceptionGroup):  # noqa: F821
            stack.is_group = True
            stack.exceptions = [
                _trace(type(each), each, each.__traceback__, locals_of, seen)
                for each in exc_value.exceptions
            ]
        if isinstance(exc_value, SyntaxError):
            error = exc_value
            file, line = error.filename or "?", error.text or ""
            stack.syntax_error = SyntaxError_(
                error.offset or 0, file, line, error.lineno or 0, error.msg
            )
        stack.frames = [
            Frame(_full_path(frame), number, frame.f_code.co_name, locals_of(frame))
            for frame, number in walk_tb(traceback)
        ]
        stacks.append(stack)

        following = exc_value.__cause__
        is_cause = bool(following and following.__traceback__)
        if not is_cause:
            following = exc_value.__context__
            if exc_value.__suppress_context__:
                break
        if not (following and following.__traceback__):
            break
        exc_type, exc_value, traceback = type(following), following, following.__traceback__
    return Trace(stacks=stacks)


def _full_path(frame: FrameType) -> str:
    name = frame.f_code.co_filename
    if name and not name.startswith("<"):
        name = os.path.abspath(name)
    return name or "?"


_EXTRACT_OPTIONS = (
    *("show_locals", "locals_max_length", "locals_max_string"),
    *("locals_hide_dunder", "locals_hide_sunder", "use_rich"),
)


class ExceptionDictTransformer:
    """Makes of an exception a list of dicts for JSON, one for it and each of its causes.

    Arguments as of `extract`. Locals of files below the paths, or beside the modules, in `suppress`
    are left out. Of more than `max_frames` frames those in the middle are. May be shared by
    threads. Raises ValueError for limits below zero and for fewer than two frames.
    """

    def __init__(
        self,
        *,
        show_locals: bool = SHOW_LOCALS,
        locals_max_length: int | None = LOCALS_MAX_LENGTH,
        locals_max_string: int | None = LOCALS_MAX_STRING,
        locals_hide_dunder: bool = True,
        locals_hide_sunder: bool = False,
        suppress: Iterable[str | ModuleType] = (),
        max_frames: int = MAX_FRAMES,
        use_rich: bool = True,
    ) -> None:
        for name, limit, least in (
            ("locals_max_length", locals_max_length, 0),
            ("locals_max_string", locals_max_string, 0),
            ("max_frames", max_frames, 2),
        ):
            if limit is not None and limit < least:
                raise ValueError(f'"{name}" must be >= {least}: {limit}')
        self.show_locals, self.use_rich, self.max_frames = show_locals, use_rich, max_frames
        self.locals_max_length, self.locals_max_string = locals_max_length, locals_max_string
        self.locals_hide_dunder, self.locals_hide_sunder = locals_hide_dunder, locals_hide_sunder
        self.suppress = [_suppressed_path(each) for each in suppress]

    def __call__(self, exc_info: ExcInfo) -> list[dict[str, Any]]:
        options = {name: getattr(self, name) for name in _EXTRACT_OPTIONS}
        trace = extract(*exc_info, **options)
        half = self.max_frames // 2
        for stack in trace.stacks:
            count = len(stack.frames)
            if count > self.max_frames:
                gap = Frame(filename="", lineno=-1, name=f"Skipped frames: {count - 2 * half}")
                stack.frames[half:-half] = [gap]
        return self._as_dict(trace)

    def _as_dict(self, trace: Trace) -> list[dict[str, Any]]:
        return [self._stack_as_dict(stack) for stack in trace.stacks]

    def _stack_as_dict(self, stack: Stack) -> dict[str, Any]:
        error = stack.syntax_error
        return {
            "exc_type": stack.exc_type,
            "exc_value": stack.exc_value,
            "exc_notes": list(stack.exc_notes),
            "syntax_error": None if error is None else dict(vars(error)),
            "is_cause": stack.is_cause,
            "frames": [self._frame_as_dict(frame) for frame in stack.frames],
            "is_group": stack.is_group,
            "exceptions": [self._as_dict(each) for each in stack.exceptions],
        }

    def _frame_as_dict(self, frame: Frame) -> dict[str, Any]:
        made: dict[str, Any] = {
            "filename": frame.filename,
            "lineno": frame.lineno,
            "name": frame.name,
        }
        if frame.locals is not None and not any(map(frame.filename.startswith, self.suppress)):
            made["locals"] = dict(frame.locals)
        return made


def _suppressed_path(given: str | ModuleType) -> str:
    if isinstance(given, str):
        return os.path.abspath(given)
    if given.__file__ is None:
        raise ValueError(f"\"suppress\" item {given!r} must be a module with '__file__' attribute")
    return os.path.abspath(os.path.dirname(given.__file__))
