"""For development: lines for people, aligned and in colours, and ways to print exceptions.

A ConsoleRenderer may be changed while it is in use; set it up before threads log. The rest may be
shared by threads.
"""

from __future__ import annotations

import sys
import warnings
from dataclasses import dataclass, fields
from io import StringIO
from operator import attrgetter
from typing import Any, Protocol

from . import _native
from ._frames import _format_exception
from ._log_levels import NAME_TO_LEVEL
from .exceptions import (
    MultipleConsoleRenderersConfiguredError,
    NoConsoleRendererConfiguredError,
)
from .processors import _figure_out_exc_info

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType
    from typing import Literal, TextIO

    from .typing import EventDict, ExceptionRenderer, ExcInfo, WrappedLogger


def _optional(name: str) -> Any:
    """The package of a module that may be missing, with the module loaded; None where it is."""
    try:
        return __import__(name)
    except ImportError:
        return None


colorama = _optional("colorama")
better_exceptions = _optional("better_exceptions")
rich = _optional("rich.console") and _optional("rich.traceback")
Console: Any = rich and rich.console.Console
Traceback: Any = rich and rich.traceback.Traceback

__all__ = [
    "ConsoleRenderer",
    "RichTracebackFormatter",
    "better_traceback",
    "plain_traceback",
    "rich_traceback",
]

_IS_WINDOWS = sys.platform == "win32"
_EVENT_WIDTH = 30
_NOTHING = object()

# The codes of terminals; colorama's on Windows, where it translates them.
RESET_ALL = "\033[0m" if colorama is None else colorama.Style.RESET_ALL
BRIGHT = "\033[1m" if colorama is None else colorama.Style.BRIGHT
DIM = "\033[2m" if colorama is None else colorama.Style.DIM
RED = "\033[31m" if colorama is None else colorama.Fore.RED
GREEN = "\033[32m" if colorama is None else colorama.Fore.GREEN
YELLOW = "\033[33m" if colorama is None else colorama.Fore.YELLOW
BLUE = "\033[34m" if colorama is None else colorama.Fore.BLUE
MAGENTA = "\033[35m" if colorama is None else colorama.Fore.MAGENTA
CYAN = "\033[36m" if colorama is None else colorama.Fore.CYAN
RED_BACK = "\033[41m" if colorama is None else colorama.Back.RED

_has_colors = not _IS_WINDOWS or colorama is not None
_use_colors = _has_colors


def _init_terminal(who: str, force_colors: bool) -> None:
    """Prepares a terminal of Windows for colours. Raises SystemError when colorama is missing."""
    if not _IS_WINDOWS:
        return
    if colorama is None:
        raise SystemError(
            f"{who} with `colors=True` on Windows requires the colorama package installed.  "
        )
    if force_colors:
        colorama.deinit()
    colorama.init(**({"strip": False} if force_colors else {}))


def _warn_deprecated(text: str) -> None:
    """Warns the caller of our caller."""
    warnings.warn(text, DeprecationWarning, stacklevel=3)


def _pad(s: str, length: int) -> str:
    return s + " " * (length - len(s))


@dataclass(frozen=True)
class ColumnStyles:
    """The terminal codes that are printed before the parts of a line."""

    reset: str
    bright: str

    level_critical: str
    level_exception: str
    level_error: str
    level_warn: str
    level_info: str
    level_debug: str
    level_notset: str

    timestamp: str
    logger_name: str
    kv_key: str
    kv_value: str


_colorful_styles = ColumnStyles(
    *(RESET_ALL, BRIGHT),
    *(RED, RED, RED, YELLOW, GREEN, GREEN, RED_BACK),  # the levels
    *(DIM, BLUE, CYAN, MAGENTA),  # time, logger, key, value
)
_plain_styles = ColumnStyles(**{each.name: "" for each in fields(ColumnStyles)})

_ColorfulStyles = _colorful_styles
_PlainStyles = _plain_styles


class ColumnFormatter(Protocol):
    """Formats one pair of an event; an empty text leaves the column out."""

    def __call__(self, key: str, value: object) -> str: ...


@dataclass
class Column:
    """The formatter of one key, or, with an empty key, of all keys without a column."""

    key: str
    formatter: ColumnFormatter


@dataclass
class KeyValueColumnFormatter:
    """Formats a pair as `key=value`, with styles.

    Without a `key_style` the value alone. `value_repr` makes the value's text, which is padded to
    `width`; `prefix` and `postfix` stand around it.
    """

    key_style: str | None
    value_style: str
    reset_style: str
    value_repr: Callable[[object], str]
    width: int = 0
    prefix: str = ""
    postfix: str = ""

    def __call__(self, key: str, value: object) -> str:
        reset = self.reset_style
        text = f"{self.value_style}{_pad(self.value_repr(value), self.width)}{reset}"
        if self.key_style is not None:
            text = f"{self.key_style}{key}{reset}={text}"
        if self.prefix:
            text = f"{self.prefix}{reset}{text}"
        if self.postfix:
            text = f"{text}{self.postfix}{reset}"
        return text


class LogLevelColumnFormatter:
    """Formats a level as `[level]`, in its style, padded to the longest of `level_styles`.

    A `width` of 0 pads nothing; without `level_styles` there is neither style nor padding.
    """

    level_styles: dict[str, str] | None
    reset_style: str
    width: int

    def __init__(
        self, level_styles: dict[str, str], reset_style: str, width: int | None = None
    ) -> None:
        self.level_styles = level_styles
        self.reset_style = reset_style if level_styles else ""
        self.width = max(map(len, level_styles)) if level_styles and width != 0 else 0

    def __call__(self, key: str, value: object) -> str:
        level: Any = value
        style = "" if self.level_styles is None else self.level_styles.get(level, "")
        return f"[{style}{_pad(level, self.width)}{self.reset_style}]"


def plain_traceback(sio: TextIO, exc_info: ExcInfo) -> None:
    """Prints an exception as Python does."""
    sio.write("\n" + _format_exception(exc_info))


@dataclass
class RichTracebackFormatter:
    """Prints an exception by `rich`, whose `Traceback` explains the settings.

    A `width` of None is the terminal's. Without a `color_system` there are no colours.
    """

    color_system: Literal["auto", "standard", "256", "truecolor", "windows"] | None = "truecolor"
    show_locals: bool = True
    max_frames: int = 100
    theme: str | None = None
    word_wrap: bool = True
    extra_lines: int = 3
    width: int | None = None
    code_width: int | None = 88
    indent_guides: bool = True
    locals_max_length: int = 10
    locals_max_string: int = 80
    locals_hide_dunder: bool = True
    locals_hide_sunder: bool = False
    suppress: Sequence[str | ModuleType] = ()

    def __call__(self, sio: TextIO, exc_info: ExcInfo) -> None:
        if self.width == -1:
            _warn_deprecated("Use None to use the terminal width instead of -1.")
            self.width = None
        sio.write("\n")
        settings = {each.name: getattr(self, each.name) for each in fields(RichTracebackFormatter)}
        del settings["color_system"], settings["code_width"]  # Console's; newer than some
        trace = Traceback.from_exception(*exc_info, **settings)
        if hasattr(trace, "code_width"):  # rich 13.8 and newer
            trace.code_width = self.code_width
        Console(file=sio, color_system=self.color_system, width=self.width).print(trace)


def _without_rich(*args: Any, **kw: Any) -> None:
    raise ModuleNotFoundError("RichTracebackFormatter requires Rich to be installed.", name="rich")


rich_traceback: Callable[..., None] = _without_rich
rich_monochrome_traceback: Callable[..., None] = _without_rich
if rich is not None:
    rich_traceback = RichTracebackFormatter()
    rich_monochrome_traceback = RichTracebackFormatter(color_system=None)

_BETTER_DEPRECATED = (
    "better-exceptions support is deprecated and will be removed in a future release. "
    "Use Rich instead."
)


def better_traceback(sio: TextIO, exc_info: ExcInfo) -> None:
    """Deprecated: prints an exception by `better_exceptions`."""
    _warn_deprecated(_BETTER_DEPRECATED)
    sio.write("\n" + "".join(better_exceptions.format_exception(*exc_info)))


if rich is None and better_exceptions is not None:
    warnings.warn(_BETTER_DEPRECATED, DeprecationWarning, stacklevel=2)
_second_best: Callable[..., None] = better_traceback if better_exceptions else plain_traceback
default_exception_formatter = rich_traceback if rich else _second_best
default_monochrome_exception_formatter = rich_monochrome_traceback if rich else _second_best


def _setting(name: str, doc: str, *, of_columns: bool = True) -> Any:
    """A property kept under `_name`; setting one `of_columns` makes the default columns anew."""
    kept = f"_{name}"

    def write(renderer: ConsoleRenderer, value: Any) -> None:
        setattr(renderer, kept, value)
        if of_columns:
            renderer._configure_columns()

    return property(attrgetter(kept), write, doc=doc)


class ConsoleRenderer:
    """Renders an event for people: time, level, event, logger, then `key=value` pairs.

    `columns` chooses keys, their order and formatters, and must hold one with an empty key; with it
    the settings of the default columns have no effect, and those that were given warn.
    `pad_event_to` is the width of the event, `level_styles` the terminal code of each level,
    `event_key` and `timestamp_key` are where event and time are looked for. With `repr_native_str`
    values that are str are quoted always, else where they need it. An exception is printed below
    the line by `exception_formatter`, by default by rich where it is installed. Properties of the
    same names read and change the settings.

    Raises ValueError for columns without exactly one default, SystemError for colours on Windows
    without colorama.
    """

    _default_column_formatter: ColumnFormatter

    def __init__(
        self,
        pad_event_to: int = _EVENT_WIDTH,
        colors: bool = _has_colors,
        force_colors: bool = False,
        repr_native_str: bool = False,
        level_styles: dict[str, str] | None = None,
        exception_formatter: ExceptionRenderer = default_exception_formatter,
        sort_keys: bool = True,
        event_key: str = "event",
        timestamp_key: str = "timestamp",
        columns: list[Column] | None = None,
        pad_level: bool = True,
        pad_event: int | None = None,
    ) -> None:
        if pad_event is not None:
            if pad_event_to != _EVENT_WIDTH:
                raise ValueError("Cannot set both `pad_event` and `pad_event_to`.")
            pad_event_to = pad_event
            _warn_deprecated("The `pad_event` argument is deprecated. Use `pad_event_to` instead.")
        if exception_formatter is default_exception_formatter and not colors:
            exception_formatter = default_monochrome_exception_formatter

        self._exception_formatter = exception_formatter
        self._event_key, self._timestamp_key = event_key, timestamp_key
        self._pad_event_to, self._pad_level = pad_event_to, pad_level
        self._sort_keys, self._repr_native_str = sort_keys, repr_native_str
        self._colors, self._force_colors = colors, force_colors
        self._styles = self.get_default_column_styles(colors, force_colors)
        self._level_styles = self._or_default(level_styles)
        if columns is None:
            self._configure_columns()
            return
        self.columns = columns
        for name, differs in (
            ("pad_event_to", pad_event_to != _EVENT_WIDTH),
            ("colors", colors != _has_colors),
            ("force_colors", force_colors is not False),
            ("repr_native_str", repr_native_str is not False),
            ("level_styles", level_styles is not None),
            ("event_key", event_key != "event"),
            ("timestamp_key", timestamp_key != "timestamp"),
        ):
            if differs:
                warnings.warn(
                    f"The `{name}` argument is ignored when passing `columns`.", stacklevel=2
                )

    @classmethod
    def get_active(cls) -> ConsoleRenderer:
        """The one ConsoleRenderer of the configured processors.

        Raises NoConsoleRendererConfiguredError or MultipleConsoleRenderersConfiguredError.
        """
        from ._config import get_config

        found = [p for p in get_config()["processors"] if isinstance(p, ConsoleRenderer)]
        if not found:
            raise NoConsoleRendererConfiguredError
        if len(found) > 1:
            raise MultipleConsoleRenderersConfiguredError
        return found[0]

    @classmethod
    def get_default_column_styles(cls, colors: bool, force_colors: bool = False) -> ColumnStyles:
        """The styles with or without colours. Raises SystemError where colorama is missing."""
        if colors:
            _init_terminal(cls.__name__, force_colors)
        return _colorful_styles if colors else _plain_styles

    @staticmethod
    def get_default_level_styles(colors: bool = True) -> dict[str, str]:
        """A new dict of the terminal code of each level, to be changed and given back."""
        styles = _colorful_styles if colors else _plain_styles
        fields_of = {name: f"level_{name}" for name in NAME_TO_LEVEL} | {"warning": "level_warn"}
        return {name: getattr(styles, each) for name, each in fields_of.items()}

    def _or_default(self, level_styles: dict[str, str] | None) -> dict[str, str]:
        if level_styles is None:
            return self.get_default_level_styles(self._colors)
        return level_styles

    def _reset_styles(self) -> None:
        self._styles = self.get_default_column_styles(self._colors, self._force_colors)
        self.level_styles = None

    def _configure_columns(self) -> None:
        """Makes the default columns anew, of the settings as they are."""
        styles = self._styles
        level_styles = {name: code + styles.bright for name, code in self._level_styles.items()}
        self._longest_level = max(map(len, level_styles))
        self._default_column_formatter = KeyValueColumnFormatter(
            styles.kv_key, styles.kv_value, styles.reset, value_repr=self._repr
        )
        timestamp = KeyValueColumnFormatter(None, styles.timestamp, styles.reset, value_repr=str)
        level = LogLevelColumnFormatter(
            level_styles, styles.reset, width=None if self._pad_level else 0
        )
        event = KeyValueColumnFormatter(
            None, styles.bright, styles.reset, value_repr=str, width=self._pad_event_to
        )
        logger = KeyValueColumnFormatter(
            None,
            styles.bright + styles.logger_name,
            styles.reset,
            value_repr=str,
            prefix="[",
            postfix="]",
        )
        self._columns = [
            Column(self._timestamp_key, timestamp),
            Column("level", level),
            Column(self._event_key, event),
            Column("logger", logger),
            Column("logger_name", logger),
        ]

    def _repr(self, val: Any) -> str:
        if self._repr_native_str is True or not isinstance(val, str):
            return repr(val)
        return repr(val) if set(val) & {" ", "\t", "=", "\r", "\n", '"', "'"} else val

    def __call__(self, logger: WrappedLogger, name: str, event_dict: EventDict) -> str:
        stack = event_dict.pop("stack", None)
        exception = event_dict.pop("exception", None)
        exc_info = event_dict.pop("exc_info", None)

        parts = [
            column.formatter(column.key, value)
            for column in self.columns
            if (value := event_dict.pop(column.key, _NOTHING)) is not _NOTHING
        ]
        write = self._default_column_formatter
        keys = sorted(event_dict) if self._sort_keys else event_dict
        parts += [write(key, event_dict[key]) for key in keys]

        file = StringIO()
        file.write(" ".join([part for part in parts if part]).rstrip(" "))
        if stack is not None:
            file.write("\n" + stack)
            if exc_info or exception is not None:
                file.write("\n\n" + "=" * 79 + "\n")
        exc_info = _figure_out_exc_info(exc_info)
        if exc_info:
            self._exception_formatter(file, exc_info)
        elif exception is not None:
            file.write("\n" + exception)
        return file.getvalue()

    exception_formatter: ExceptionRenderer = _setting(
        "exception_formatter", "What prints exceptions.", of_columns=False
    )
    sort_keys: bool = _setting(
        "sort_keys", "Whether keys without a column are sorted.", of_columns=False
    )
    repr_native_str: bool = _setting(
        "repr_native_str",
        "Whether values that are str are always quoted; the event never is.",
        of_columns=False,
    )
    pad_level: bool = _setting("pad_level", "Whether levels are padded to the longest.")
    pad_event_to: int = _setting("pad_event_to", "The width of the event, in characters.")
    event_key: str = _setting("event_key", "The key of the event.")
    timestamp_key: str = _setting("timestamp_key", "The key of the time.")

    @property
    def columns(self) -> list[Column]:
        """The columns, the default one first. Setting them raises ValueError as making does."""
        return [Column("", self._default_column_formatter), *self._columns]

    @columns.setter
    def columns(self, value: list[Column]) -> None:
        defaults = [column.formatter for column in value if column.key == ""]
        if not defaults:
            raise ValueError("Must pass a default column formatter (a column with `key=''`).")
        if len(defaults) > 1:
            raise ValueError("Only one default column formatter allowed.")
        self._default_column_formatter = defaults[0]
        self._columns = [column for column in value if column.key]

    @property
    def colors(self) -> bool:
        """Whether lines are in colours. Setting it takes styles back to the defaults."""
        return self._colors

    @colors.setter
    def colors(self, value: bool) -> None:
        self._colors = value
        self._reset_styles()
        defaults = (default_exception_formatter, default_monochrome_exception_formatter)
        if any(self._exception_formatter is each for each in defaults):
            self._exception_formatter = defaults[0 if value else 1]

    @property
    def force_colors(self) -> bool:
        """Whether colours are printed to what is no terminal. Setting it resets the styles."""
        return self._force_colors

    @force_colors.setter
    def force_colors(self, value: bool) -> None:
        self._force_colors = value
        self._reset_styles()

    @property
    def level_styles(self) -> dict[str, str]:
        """The terminal code of each level; None sets the defaults."""
        return self._level_styles

    @level_styles.setter
    def level_styles(self, value: dict[str, str] | None) -> None:
        self._level_styles = self._or_default(value)
        self._configure_columns()


set_exc_info = _native.set_exc_info
set_exc_info.__module__ = __name__
