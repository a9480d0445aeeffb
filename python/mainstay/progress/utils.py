"""What bars and their front ends share: wrapped streams, widths of texts, defaults from variables.

Wrapped streams forward every attribute, also those that are set, to the stream they wrap.
"""

from __future__ import annotations

import os
import re
import sys
from functools import partial, partialmethod, wraps
from inspect import Parameter, signature
from unicodedata import east_asian_width
from warnings import warn

from ._native import quiet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar

    F = TypeVar("F", bound=Callable[..., Any])

CUR_OS = sys.platform
IS_WIN = CUR_OS.startswith(("win32", "cygwin"))
IS_NIX = CUR_OS.startswith(("aix", "linux", "darwin", "freebsd"))
RE_ANSI = re.compile(r"\x1b\[[;\d]*[A-Za-z]")
colorama = None


def envwrap(
    name: str,
    app: str = "",
    types: Mapping[str, Callable[[str], Any]] | None = None,
    is_method: bool = False,
) -> Callable[[F], F]:
    """Take defaults of a function's parameters from `NAME_PARAMETER` variables.

    With `app`, `NAME_APP_PARAMETER` goes before. The variables are read once, here. A value is
    converted by the parameter's annotation, else by the type of its default, else by `types`; it
    stays text where none of them is there. Variables without a parameter are ignored.
    """
    if name.endswith("_"):
        name = name[:-1]
        warn("Trailing underscore in `name` is automatic", DeprecationWarning, stacklevel=2)
    given: dict[str, str] = {}
    for prefix in (name, f"{name}_{app}") if app else (name,):
        start = f"{prefix.upper()}_"
        for key, value in os.environ.items():
            if key.startswith(start):
                given[key[len(start) :].lower()] = value

    def wrap(function: F) -> F:
        if not given:
            return function
        known = signature(function).parameters
        defaults = {
            key: _converted(value, known[key], {} if types is None else types)
            for key, value in given.items()
            if key in known
        }
        if not defaults:
            return function
        made: Any = (partialmethod if is_method else partial)(function, **defaults)
        return made  # type: ignore[no-any-return]

    return wrap


def _converted(
    value: str, parameter: Parameter, types: Mapping[str, Callable[[str], Any]]
) -> object:
    annotation = parameter.annotation
    if annotation is not parameter.empty:
        for convert in getattr(annotation, "__args__", (annotation,)):
            try:
                return convert(value)
            except Exception:  # the next one may fit
                continue
        return value
    if parameter.default is not None:
        return type(parameter.default)(value)
    try:
        convert = types[parameter.name]
    except KeyError:
        return value
    return convert(value)


try:  # the package of that name reads configuration files too, and goes before
    from envwrap import envwrap as envwrap  # type: ignore
except ModuleNotFoundError:
    pass


def unannotated(function: F) -> F:
    """The function without annotations, so that `envwrap` goes by defaults."""
    function.__annotations__.clear()
    return function


class FormatReplace:
    """Formats as `replace`, whatever the specification, and counts how often it was asked."""

    def __init__(self, replace: str = "") -> None:
        self.replace = replace
        self.format_called = 0

    def __format__(self, _: str) -> str:
        self.format_called += 1
        return self.replace


class Comparable:
    """Ordered by the attribute `_comparable` of its subclasses."""

    _comparable: Any

    def __lt__(self, other: Any) -> bool:
        return bool(self._comparable < other._comparable)

    def __le__(self, other: Any) -> bool:
        return bool(self < other or self == other)

    def __eq__(self, other: Any) -> bool:
        return self is other or bool(self._comparable == other._comparable)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __gt__(self, other: Any) -> bool:
        return not self <= other

    def __ge__(self, other: Any) -> bool:
        return not self < other

    __hash__: Any = None


class ObjectWrapper:
    """Forwards attributes to what it wraps; its own are set by `wrapper_setattr`."""

    def __init__(self, wrapped: Any) -> None:
        self.__dict__["_wrapped"] = wrapped

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_wrapped"], name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self.__dict__["_wrapped"], name, value)

    def wrapper_getattr(self, name: str) -> Any:
        """An attribute of the wrapper, else of what it wraps."""
        return getattr(self, name)

    def wrapper_setattr(self, name: str, value: object) -> None:
        """Set an attribute of the wrapper itself."""
        object.__setattr__(self, name, value)


class SimpleTextIOWrapper(ObjectWrapper):
    """A binary stream that takes text: `write` encodes it."""

    encoding: str

    def __init__(self, wrapped: Any, encoding: str) -> None:
        super().__init__(wrapped)
        self.wrapper_setattr("encoding", encoding)

    def write(self, s: str) -> Any:
        """Write `s`, encoded."""
        return self._wrapped.write(s.encode(self.encoding))

    def __eq__(self, other: object) -> bool:
        return bool(self._wrapped == getattr(other, "_wrapped", other))

    __hash__ = None  # type: ignore[assignment]


class DisableOnWriteError(ObjectWrapper):
    """A stream whose bar goes quiet when the stream is gone (EIO) or closed."""

    @staticmethod
    def disable_on_exception(tqdm_instance: Any, func: Callable[..., Any]) -> Callable[..., Any]:
        """`func`, with such errors swallowed: the bar is never due again."""
        return quiet(func, tqdm_instance)

    def __init__(self, wrapped: Any, tqdm_instance: Any) -> None:
        own = self.__dict__
        own["_wrapped"] = wrapped
        for name in ("write", "flush"):
            function = getattr(wrapped, name, None)
            if function is not None:
                own[name] = quiet(function, tqdm_instance)

    def __eq__(self, other: object) -> bool:
        return bool(self._wrapped == getattr(other, "_wrapped", other))

    __hash__ = None  # type: ignore[assignment]


class CallbackIOWrapper(ObjectWrapper):
    """A stream that tells `callback` the length of what its `read` or `write` handled."""

    def __init__(
        self, callback: Callable[[int], object], stream: Any, method: str = "read"
    ) -> None:
        super().__init__(stream)
        function = getattr(stream, method)
        if method == "write":

            @wraps(function)
            def write(data: Any, *args: Any, **kwargs: Any) -> Any:
                result = function(data, *args, **kwargs)
                callback(len(data))
                return result

            self.wrapper_setattr("write", write)
        elif method == "read":

            @wraps(function)
            def read(*args: Any, **kwargs: Any) -> Any:
                data = function(*args, **kwargs)
                callback(len(data))
                return data

            self.wrapper_setattr("read", read)
        else:
            raise KeyError("Can only wrap read/write methods")


def _is_utf(encoding: Any) -> bool:
    try:
        "\u2588\u2589".encode(encoding)
    except UnicodeEncodeError:
        return False
    except Exception:  # no encoding by that name, or none at all
        try:
            return bool(encoding.lower().startswith("utf-")) or encoding == "U8"
        except Exception:
            return False
    return True


def _supports_unicode(fp: Any) -> bool:
    try:
        encoding = fp.encoding
    except AttributeError:
        return False
    return _is_utf(encoding)


def _is_ascii(s: Any) -> bool:
    if isinstance(s, str):
        return s.isascii() or all(ord(each) <= 255 for each in s)
    return _supports_unicode(s)


def _screen_shape(fp: Any) -> tuple[int | None, int | None]:
    """Columns and lines of the terminal behind `fp` that can be used; None, None without one."""
    try:
        columns, lines = os.get_terminal_size(fp.fileno())
    except Exception:  # whatever stands in for a stream
        return None, None
    return columns - 1, lines - 1


def _screen_shape_wrapper() -> Callable[[Any], tuple[int | None, int | None]]:
    return _screen_shape


def _environ_cols_wrapper() -> Callable[[Any], int | None]:
    warn(
        "Use `_screen_shape_wrapper()(file)[0]` instead of `_environ_cols_wrapper()(file)`",
        DeprecationWarning,
        stacklevel=2,
    )
    return lambda fp: _screen_shape(fp)[0]


def _term_move_up() -> str:
    return "\x1b[A"


def _text_width(s: object) -> int:
    return sum(2 if east_asian_width(each) in "FW" else 1 for each in str(s))


def disp_len(data: str) -> int:
    """Columns that `data` takes on a terminal: wide characters two, escape sequences none."""
    return _text_width(RE_ANSI.sub("", data))


def disp_trim(data: str, length: int) -> str:
    """`data` cut to `length` columns; where it held escape sequences, it ends with a reset."""
    if len(data) == disp_len(data):
        return data[:length]
    coloured = RE_ANSI.search(data) is not None
    while data and disp_len(data) > length:
        data = data[:-1]
    if coloured and RE_ANSI.search(data) and not data.endswith("\033[0m"):
        return data + "\033[0m"
    return data
