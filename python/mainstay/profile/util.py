"""Small helpers of the command line and the renderers."""

from __future__ import annotations

import codecs
import math
import os
import sys
from importlib import import_module
from typing import IO, Any


def _user_data_dir() -> str:
    if sys.platform == "win32":
        folder = os.getenv("LOCALAPPDATA") or os.path.expanduser("~/AppData/Local")
        return os.path.normpath(os.path.join(folder, "com.github.joerick", "pyinstrument"))
    if sys.platform == "darwin":
        folder = os.path.expanduser("~/Library/Application Support")
    else:
        at_home = os.path.join(os.path.expanduser("~"), ".local", "share")
        folder = os.getenv("XDG_DATA_HOME", at_home)
    return os.path.join(folder, "pyinstrument")


# The peer's folder: sessions it kept are found by --load-prev.
USER_DATA_DIR = _user_data_dir()


def object_with_import_path(import_path: str) -> Any:
    """Return what a path such as `package.module.name` names; ValueError when it has no dot."""
    module, dot, name = import_path.rpartition(".")
    if not dot:
        raise ValueError(f"Can't import '{import_path}', it is not a valid import path")
    return getattr(import_module(module), name)


def truncate(string: str, max_length: int) -> str:
    """Return the text, its end replaced by `...` when it is longer than `max_length`."""
    return string if len(string) <= max_length else string[: max_length - 3] + "..."


def file_is_a_tty(file_obj: IO[Any]) -> bool:
    """Whether the stream is a terminal."""
    return hasattr(file_obj, "isatty") and file_obj.isatty()


def file_supports_color(file_obj: IO[Any]) -> bool:
    """Whether colours can be written to the stream."""
    return (sys.platform != "win32" or "ANSICON" in os.environ) and file_is_a_tty(file_obj)


def file_supports_unicode(file_obj: IO[Any]) -> bool:
    """Whether the stream's encoding has all characters."""
    encoding: str = getattr(file_obj, "encoding", None) or ""
    return bool(encoding) and "utf" in codecs.lookup(encoding).name


def unwrap(string: str) -> str:
    """Return the text in one line."""
    return " ".join(string.split())


def format_float_with_sig_figs(value: float, sig_figs: int = 3, trim_zeroes: bool = False) -> str:
    """Return a number with so many significant digits, never with an exponent."""
    if value == 0:
        return "0"
    decimals = max(0, math.ceil(-math.log10(abs(value))) + sig_figs - 1)
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if trim_zeroes and "." in text else text


def strtobool(val: str) -> bool:
    """Whether a text means yes."""
    return val.lower() in ("y", "yes", "t", "true", "on", "1")
