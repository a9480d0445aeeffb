"""The hooks that log, with their arguments looked at where they are given: those of `_hooks`.

A hook that cannot log would end the call it was to tell about.
"""

from __future__ import annotations

import sys

from . import _checks, _hooks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["after_log", "before_log", "before_sleep_log"]


def before_log(logger: Any, log_level: int) -> Callable[[Any], None]:
    """Return a `before` hook that logs the attempt that begins.

    Raises:
        TypeError, ValueError: an argument makes no sense.
    """
    _check("before_log", logger, log_level)
    return _hooks.before_log(logger, log_level)


def after_log(logger: Any, log_level: int, sec_format: str = "%.3g") -> Callable[[Any], None]:
    """Return an `after` hook that logs the attempt that failed, and after how many seconds.

    Raises:
        TypeError, ValueError: an argument makes no sense.
    """
    _check("after_log", logger, log_level, sec_format)
    return _hooks.after_log(logger, log_level, sec_format)


def before_sleep_log(
    logger: Any, log_level: int, exc_info: bool = False, sec_format: str = "%.3g"
) -> Callable[[Any], None]:
    """Return a `before_sleep` hook that logs why and when the next attempt comes.

    With `exc_info` the traceback of the exception follows the message.

    Raises:
        TypeError, ValueError: an argument makes no sense.
    """
    _check("before_sleep_log", logger, log_level, sec_format)
    _checks.flag("exc_info", exc_info)
    return _hooks.before_sleep_log(logger, log_level, exc_info, sec_format)


def _check(called: str, logger: Any, log_level: Any, sec_format: Any = "%.3g") -> None:
    if isinstance(logger, type) or not callable(getattr(logger, "log", None)):
        swapped = callable(getattr(log_level, "log", None))
        remedy = "swap the two" if swapped else "write logging.getLogger(__name__)"
        raise TypeError(
            f"{called}: logger must have log(level, message), as a logging.Logger has, "
            f"got {_checks.named(logger)}; {remedy}"
        )
    # Other libraries have names for their levels; those of `logging` are numbers.
    logging = sys.modules.get("logging")
    of_logging = logging is not None and isinstance(logger, (logging.Logger, logging.LoggerAdapter))
    wanted: tuple[type, ...] = (int,) if of_logging else (int, str)
    if isinstance(log_level, bool) or not isinstance(log_level, wanted):
        name = log_level.upper() if isinstance(log_level, str) else ""
        shown = f"logging.{name}" if isinstance(getattr(logging, name, None), int) else ""
        raise TypeError(
            f"{called}: log_level must be a number, got {_checks.named(log_level)}; "
            f"write {shown or 'one such as logging.INFO'}"
        )
    try:
        _ = sec_format % 0.0
    except (TypeError, ValueError):
        raise ValueError(
            f"{called}: sec_format must be a %-format for one number, "
            f"got {_checks.named(sec_format)}; write one such as '%.3g'"
        ) from None
