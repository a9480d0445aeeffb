"""Tracebacks as values: taken from frames and exceptions, or read back from text.

`ExceptionInfo`, `TracebackInfo` and `Callpoint` hold text and numbers only, no frames: they can be
kept, sent and made into JSON. They are not changed after they are made, so threads may share them;
the text of a line is read from its file when it is first wanted.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Iterator, Mapping
from types import FrameType, TracebackType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, TextIO

__all__ = [
    "Callpoint",
    "ContextualCallpoint",
    "ContextualExceptionInfo",
    "ContextualTracebackInfo",
    "ExceptionInfo",
    "ParsedException",
    "ParsedTB",
    "TracebackInfo",
    "fix_print_exception",
    "format_exception_only",
    "print_exception",
]

_HEADER = "Traceback (most recent call last):"


class Callpoint:
    """One entry of a call stack: where it is, and the line of code if it is known.

    `lineno` counts from 1; `lasti` is the index of the bytecode instruction.
    """

    __slots__ = ("func_name", "lasti", "line", "lineno", "module_name", "module_path")

    def __init__(
        self,
        module_name: str,
        module_path: str,
        func_name: str,
        lineno: int,
        lasti: int,
        line: Any = None,
    ) -> None:
        self.module_name, self.module_path = module_name, module_path
        self.func_name, self.lineno, self.lasti = func_name, lineno, lasti
        self.line = line

    def to_dict(self) -> dict[str, Any]:
        """A new dict with the attributes, ready for JSON."""
        return {
            "func_name": self.func_name,
            "lineno": self.lineno,
            "module_name": self.module_name,
            "module_path": self.module_path,
            "lasti": self.lasti,
            "line": None if self.line is None else str(self.line),
        }

    @classmethod
    def from_current(cls, level: int = 1) -> Any:
        """The place of the caller, or of the frame `level` - 1 further up."""
        return cls.from_frame(sys._getframe(level))

    @classmethod
    def from_frame(cls, frame: FrameType) -> Any:
        """The place where a frame is now."""
        return cls._at(frame, frame.f_lineno, frame.f_lasti)

    @classmethod
    def from_tb(cls, tb: TracebackType) -> Any:
        """The place where an exception passed through: the line that failed."""
        return cls._at(tb.tb_frame, tb.tb_lineno, tb.tb_lasti)

    @classmethod
    def _at(cls, frame: FrameType, lineno: int, lasti: int) -> Any:
        code, module = frame.f_code, frame.f_globals
        path = code.co_filename
        line = _DeferredLine(path, lineno, module)
        return cls(module.get("__name__", ""), path, code.co_name, lineno, lasti, line)

    def __repr__(self) -> str:
        shown = (
            self.func_name,
            self.lineno,
            self.module_name,
            self.module_path,
            self.lasti,
            self.line,
        )
        return f"{type(self).__name__}({', '.join(map(repr, shown))})"

    def tb_frame_str(self) -> str:
        """The entry as Python prints it: one line, or two with the code."""
        text = f'  File "{self.module_path}", line {self.lineno}, in {self.func_name}\n'
        code = str(self.line or "").strip()
        return f"{text}    {code}\n" if code else text


class _DeferredLine:
    """A line of a source file, read when `str` asks for it."""

    __slots__ = ("_line", "_mod_loader", "_mod_name", "filename", "lineno")

    def __init__(
        self, filename: str, lineno: int, module_globals: Mapping[str, Any] | None = None
    ) -> None:
        self.filename = filename
        self.lineno = lineno
        # Kept apart, as the globals would keep all of a module alive.
        self._mod_name = module_globals.get("__name__") if module_globals else None
        self._mod_loader = module_globals.get("__loader__") if module_globals else None
        self._line: str | None = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _DeferredLine):
            return str(self) == other
        return (self.lineno, self.filename) == (other.lineno, other.filename)

    def __hash__(self) -> int:
        return hash((self.lineno, self.filename))

    def __str__(self) -> str:
        if self._line is None:
            linecache.checkcache(self.filename)
            module = {"__name__": self._mod_name, "__loader__": self._mod_loader}
            self._line = linecache.getline(self.filename, self.lineno, module).rstrip()
        return self._line

    def __repr__(self) -> str:
        return repr(str(self))

    def __len__(self) -> int:
        return len(str(self))


class TracebackInfo:
    """A stack or a traceback: `frames` are its call points, the oldest first."""

    callpoint_type: ClassVar[Any] = Callpoint

    def __init__(self, frames: list[Any]) -> None:
        self.frames = frames

    @classmethod
    def from_frame(
        cls, frame: FrameType | None = None, level: int = 1, limit: int | None = None
    ) -> Any:
        """The stack up to `frame`, by default to the caller; at most its last `limit` entries.

        `level` is how many frames above this method the default is.
        """
        current: FrameType | None = frame or sys._getframe(level)
        most: int = getattr(sys, "tracebacklimit", 1000) if limit is None else limit
        found: list[Any] = []
        while current is not None and len(found) < most:
            found.append(cls.callpoint_type.from_frame(current))
            current = current.f_back
        found.reverse()
        return cls(found)

    @classmethod
    def from_traceback(cls, tb: TracebackType | None = None, limit: int | None = None) -> Any:
        """The call points of a traceback, by default of the exception being handled.

        At most its first `limit` entries. Raises `ValueError` if there is no traceback.
        """
        current = tb or sys.exc_info()[2]
        if current is None:
            raise ValueError("no tb set and no exception being handled")
        most: int = getattr(sys, "tracebacklimit", 1000) if limit is None else limit
        found: list[Any] = []
        while current is not None and len(found) < most:
            found.append(cls.callpoint_type.from_tb(current))
            current = current.tb_next
        return cls(found)

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> Any:
        """The opposite of `to_dict`."""
        return cls([cls.callpoint_type(**_callpoint_arguments(frame)) for frame in d["frames"]])

    def to_dict(self) -> dict[str, Any]:
        """The call points as dicts, under the key "frames"."""
        return {"frames": [frame.to_dict() for frame in self.frames]}

    def __len__(self) -> int:
        return len(self.frames)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.frames)

    def __repr__(self) -> str:
        last = f" last={self.frames[-1]!r}" if self.frames else ""
        return f"<{type(self).__name__} frames={len(self.frames)}{last}>"

    def __str__(self) -> str:
        return self.get_formatted()

    def get_formatted(self) -> str:
        """The traceback as Python prints it, without the exception."""
        entries = "".join([frame.tb_frame_str() for frame in self.frames])
        return f"{_HEADER}\n{entries}"


def _callpoint_arguments(frame: Mapping[str, Any]) -> dict[str, Any]:
    return {name: frame[name] for name in Callpoint.__slots__}


class ExceptionInfo:
    """An exception as text: the name of its type, its message and a `TracebackInfo`."""

    tb_info_type: ClassVar[Any] = TracebackInfo

    def __init__(self, exc_type: str, exc_msg: str, tb_info: TracebackInfo) -> None:
        self.exc_type = exc_type
        self.exc_msg = exc_msg
        self.tb_info = tb_info

    @classmethod
    def from_exc_info(
        cls, exc_type: type[BaseException], exc_value: object, traceback: TracebackType | None
    ) -> Any:
        """From what `sys.exc_info()` returns."""
        tb_info = cls.tb_info_type.from_traceback(traceback)
        return cls(_type_name(exc_type), _some_str(exc_value), tb_info)

    @classmethod
    def from_current(cls) -> Any:
        """From the exception being handled; raises `ValueError` if there is none."""
        exc_type, exc_value, traceback = sys.exc_info()
        if exc_type is None:
            raise ValueError("no exception being handled")
        return cls.from_exc_info(exc_type, exc_value, traceback)

    def to_dict(self) -> dict[str, Any]:
        """Type, message and traceback, ready for JSON."""
        return {
            "exc_type": self.exc_type,
            "exc_msg": self.exc_msg,
            "exc_tb": self.tb_info.to_dict(),
        }

    def __repr__(self) -> str:
        frames = self.tb_info.frames
        last = f", last={frames[-1]!r}" if frames else ""
        title = f"{type(self).__name__} [{self.exc_type}: {self.exc_msg}]"
        return f"<{title} ({len(frames)} frames{last})>"

    def get_formatted(self) -> str:
        """Traceback and exception as Python prints them."""
        return self.tb_info.get_formatted() + self.get_formatted_exception_only()

    def get_formatted_exception_only(self) -> str:
        """The last line: type and message."""
        return f"{self.exc_type}: {self.exc_msg}"


class ContextualCallpoint(Callpoint):
    """A `Callpoint` that also has the local variables and the lines around.

    `local_reprs` are the variables as `repr` shows them; `pre_lines` and `post_lines` are lists.
    """

    def __init__(self, *a: Any, **kw: Any) -> None:
        super().__init__(*a, **kw)
        self.local_reprs: dict[str, str] = {}
        self.pre_lines: list[Any] = []
        self.post_lines: list[Any] = []

    @classmethod
    def _at(cls, frame: FrameType, lineno: int, lasti: int) -> Any:
        made = super()._at(frame, lineno, lasti)
        made._populate_local_reprs(frame.f_locals)
        made._populate_context_lines(frame.f_globals)
        return made

    def _populate_context_lines(self, module: Mapping[str, Any], pivot: int = 8) -> None:
        first = max(1, self.lineno - pivot)
        self.pre_lines = [
            _DeferredLine(self.module_path, number, module) for number in range(first, self.lineno)
        ]
        self.post_lines = [
            _DeferredLine(self.module_path, self.lineno + number, module)
            for number in range(1, pivot + 1)
        ]

    def _populate_local_reprs(self, f_locals: Mapping[str, Any]) -> None:
        for name, value in f_locals.items():
            try:
                self.local_reprs[name] = repr(value)
            except Exception:
                self.local_reprs[name] = f"<unprintable {type(value).__name__} object>"

    def to_dict(self) -> dict[str, Any]:
        """As `Callpoint.to_dict`, with "locals", "pre_lines" and "post_lines"; all are copies."""
        post_lines = [str(line) for line in self.post_lines]
        while post_lines and not post_lines[-1]:
            post_lines.pop()  # behind the end of the file
        return {
            **super().to_dict(),
            "locals": dict(self.local_reprs),
            "pre_lines": [str(line) for line in self.pre_lines],
            "post_lines": post_lines,
        }


class ContextualTracebackInfo(TracebackInfo):
    """A `TracebackInfo` of `ContextualCallpoint`s."""

    callpoint_type: ClassVar[Any] = ContextualCallpoint


class ContextualExceptionInfo(ExceptionInfo):
    """An `ExceptionInfo` with local variables and the lines around, for debugging pages."""

    tb_info_type: ClassVar[Any] = ContextualTracebackInfo


# --- Printing


def _type_name(exc_type: type[BaseException]) -> str:
    module = exc_type.__module__
    plain = module in ("builtins", "__main__")
    return exc_type.__name__ if plain else f"{module}.{exc_type.__name__}"


def _some_str(value: object) -> str:
    try:
        return str(value)
    except Exception:
        return f"<unprintable {type(value).__name__} object>"


def format_exception_only(etype: type[BaseException] | None, value: Any) -> list[str]:
    """The exception as Python prints it, as lines: one, or more for a `SyntaxError`."""
    if etype is None:
        return [f"{etype}\n"]
    name = _type_name(etype)
    lines = []
    message = _some_str(value)
    if issubclass(etype, SyntaxError):
        lines.append(f'  File "{value.filename or "<string>"}", line {value.lineno}\n')
        if value.text is not None:
            code = value.text.rstrip("\n")
            lines.append(f"    {code.strip()}\n")
            if value.offset is not None:
                column = value.offset - 1 - (len(code) - len(code.lstrip()))
                lines.append(f"    {' ' * max(column, 0)}^\n")
        message = value.msg or "<no detail available>"
    lines.append(f"{name}: {message}\n" if value is not None and message else f"{name}\n")
    return lines


def print_exception(
    etype: type[BaseException] | None,
    value: Any,
    tb: TracebackType | None,
    limit: int | None = None,
    file: TextIO | None = None,
) -> None:
    """Print traceback (its first `limit` entries) and exception, by default to `sys.stderr`."""
    output = file or sys.stderr
    if tb is not None:
        output.write(str(TracebackInfo.from_traceback(tb, limit)))
    output.write("".join(format_exception_only(etype, value)))


def fix_print_exception() -> None:
    """Let `print_exception` print uncaught exceptions."""
    sys.excepthook = print_exception


# --- Reading


_ENTRY = 'File "'


def _parse_entry(text: str) -> tuple[str, str, str] | None:
    """File, line and function (or "") of `a.py", line 1, in f`; None for other text."""
    path, _, place = text.rpartition('", line ')
    number, comma, function = place.partition(", in ")
    if path and number.isdecimal() and (function or not comma):
        return path, number, function
    return None


class ParsedException:
    """A traceback and exception read from text.

    `frames` are dicts of text: "filepath", "lineno", "funcname" (not for a `SyntaxError`),
    "source_line" and, if there is one, "source_line_anchor", the line of `~~^^` below the code.
    """

    def __init__(
        self, exc_type_name: str, exc_msg: str, frames: list[dict[str, str]] | None = None
    ) -> None:
        self.frames = [*frames] if frames else []
        self.exc_type, self.exc_msg = exc_type_name, exc_msg

    @property
    def source_file(self) -> str | None:
        """The file of the function that raised, if it is known."""
        return self.frames[-1].get("filepath") if self.frames else None

    def to_dict(self) -> dict[str, Any]:
        """Type, message and frames, ready for JSON."""
        return {
            "exc_type": self.exc_type,
            "exc_msg": self.exc_msg,
            "frames": [dict(frame) for frame in self.frames],
        }

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.exc_type!r}, {self.exc_msg!r}, frames={self.frames!r})"

    def to_string(self) -> str:
        """The text as Python prints it: what `from_string` has read."""
        lines = [_HEADER]
        for frame in self.frames:
            function = f", in {frame['funcname']}" if "funcname" in frame else ""
            lines.append(f'  File "{frame["filepath"]}", line {frame["lineno"]}{function}')
            if code := frame.get("source_line"):
                lines.append(f"    {code}")
            if anchor := frame.get("source_line_anchor"):
                lines.append(f"    {anchor}")
        lines.append(f"{self.exc_type}: {self.exc_msg}" if self.exc_msg else self.exc_type)
        return "\n".join(lines)

    @classmethod
    def from_string(cls, tb_str: str | bytes) -> ParsedException:
        """Read a traceback, which must begin the text; it may be indented. Bytes are UTF-8.

        Raises `ValueError` for other text.
        """
        text = tb_str.decode("utf-8") if isinstance(tb_str, bytes) else tb_str
        lines = text.rstrip().splitlines()
        start = 0
        while start < len(lines) and not lines[start].strip():
            start += 1
        first = lines[start].lstrip() if lines else ""
        if first.rstrip() == _HEADER:
            start += 1
        elif first[:6] != _ENTRY or not _parse_entry(first[6:]):
            raise ValueError("unrecognized traceback string format")

        frames: list[dict[str, str]] = []
        frame: dict[str, str] | None = None  # the entry that lines further in belong to
        margin = code_margin = 0
        remaining = iter(lines[start:])
        for line in remaining:
            code = line.lstrip()
            if code[:6] == _ENTRY and (entry := _parse_entry(code[6:])):
                path, number, function = entry
                frame = {"filepath": path, "lineno": number}
                if function:
                    frame["funcname"] = function
                frame["source_line"] = ""
                frames.append(frame)
                margin = len(line) - len(code)
            elif frame and (len(line) - len(code) > margin or not code):
                # What is indented more than the entry is its code, and the anchor below that.
                if not frame["source_line"]:
                    frame["source_line"], code_margin = code.rstrip(), len(line) - len(code)
                elif code and code[-1] in "~^" and not line.strip("~^ "):
                    frame.setdefault("source_line_anchor", line[code_margin:])
            elif code.startswith("[Previous line repeated"):
                frame = None
            else:
                break
        else:
            line = ""  # there is no exception below the entries

        name, _, message = "\n".join([line, *remaining]).lstrip().partition(": ")
        return cls(name, message, frames)


ParsedTB = ParsedException
