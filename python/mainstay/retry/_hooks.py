"""The ready-made hooks that log: before an attempt, after a failed one, before a sleep.

Each returns a hook for a logger with a `log(level, message)` method, from any library.
"""

from __future__ import annotations

import traceback

from ._names import to_ordinal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["after_log", "before_log", "before_sleep_log"]


def before_log(logger: Any, log_level: int) -> Callable[[Any], None]:
    """Return a `before` hook that logs the attempt that begins."""

    def log_it(retry_state: Any) -> None:
        logger.log(
            log_level,
            f"Starting call to '{retry_state.get_fn_name()}', "
            f"this is the {to_ordinal(retry_state.attempt_number)} time calling it.",
        )

    return log_it


def after_log(logger: Any, log_level: int, sec_format: str = "%.3g") -> Callable[[Any], None]:
    """Return an `after` hook that logs the attempt that failed, and after how many seconds."""

    def log_it(retry_state: Any) -> None:
        name = retry_state.get_fn_name()
        seconds = retry_state.seconds_since_start
        shown = "?" if seconds is None else sec_format % seconds
        logger.log(
            log_level,
            f"Finished call to '{name}' after {shown}(s), "
            f"this was the {to_ordinal(retry_state.attempt_number)} time calling it.",
        )

    return log_it


def before_sleep_log(
    logger: Any, log_level: int, exc_info: bool = False, sec_format: str = "%.3g"
) -> Callable[[Any], None]:
    """Return a `before_sleep` hook that logs why and when the next attempt comes.

    With `exc_info` the traceback of the exception follows the message.
    """

    def log_it(retry_state: Any) -> None:
        outcome = retry_state.outcome
        if outcome is None:
            raise RuntimeError("log_it() called before outcome was set")
        if retry_state.next_action is None:
            raise RuntimeError("log_it() called before next_action was set")
        error = outcome.exception() if outcome.failed else None
        if outcome.failed:
            reason = f"raised {type(error).__name__}: {error}"
        else:
            reason = f"returned {outcome.result()}"
        seconds = sec_format % retry_state.next_action.sleep
        message = f"Retrying {retry_state.get_fn_name()} in {seconds} seconds as it {reason}."
        if exc_info and error is not None:
            lines = traceback.format_exception(type(error), error, error.__traceback__)
            message = f"{message}\n{''.join(lines).rstrip()}"
        logger.log(log_level, message)

    return log_it
