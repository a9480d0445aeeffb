"""What `mainstay.retry` refuses, and in which words.

Every check returns the value in the form the strategies keep (seconds as float), or raises a
TypeError (the wrong kind of thing) or ValueError (an impossible number) that names the argument,
what came, what was wanted and what to do.
"""

from __future__ import annotations

from ._native import is_coroutine_callable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

__all__ = [
    "amount",
    "arguments",
    "asleep",
    "callback",
    "count",
    "entered",
    "exception_types",
    "factor",
    "flag",
    "kept",
    "named",
    "no_time_limit",
    "ordered",
    "pattern",
    "seconds",
    "sleep_for",
    "strategy",
    "synchronous",
    "time_limit",
]

# What a strategy of each kind is instead of nothing.
_NOTHING = {"stop": "stop_never", "wait": "wait_none()", "retry": "retry_never"}


def named(value: Any) -> str:
    """The value and its type, short enough for a message."""
    try:
        shown = repr(value)
    except Exception:  # an int of too many digits, a stranger's __repr__: no reason to fail here
        shown = object.__repr__(value)
    if len(shown) > 60:
        shown = f"{shown[:57]}..."
    return f"{shown} ({type(value).__name__})"


def _called(function: Any) -> str:
    from ._names import get_callback_name

    return get_callback_name(function)


def seconds(name: str, value: Any) -> float:
    """A length of time: a finite number of seconds, or a timedelta, not below zero."""
    number = amount(name, value)
    if number < 0:
        raise ValueError(f"{name} must not be negative, got {number:g}; time cannot be slept back")
    return number


def amount(name: str, value: Any) -> float:
    """A finite number of seconds, or a timedelta, of either sign."""
    total_seconds = getattr(value, "total_seconds", None)  # a timedelta has it; no import needed
    if callable(total_seconds):
        value = total_seconds()
    return _number(name, value, "seconds as a number, or a timedelta")


def factor(name: str, value: Any) -> float:
    """A finite number above zero."""
    number = _number(name, value, "a number")
    if number <= 0:
        raise ValueError(f"{name} must be above 0, got {value!r}; for no wait use wait_none()")
    return number


def _number(name: str, value: Any, wanted: str) -> float:
    # Decimal, Fraction and NumPy scalars are numbers too; a string that looks like one is not.
    if isinstance(value, (bool, str, bytes)) or not hasattr(value, "__float__"):
        raise TypeError(f"{name} must be {wanted}, got {named(value)}")
    try:
        number = float(value)
    except OverflowError:
        raise ValueError(f"{name} must fit a float, got {named(value)}") from None
    except ValueError:  # a signalling NaN of decimal
        raise ValueError(f"{name} must be finite, got {named(value)}; give a number") from None
    if number - number != 0:  # infinities and NaN differ from themselves
        raise ValueError(f"{name} must be finite, got {value!r}; leave it out for no limit")
    return number


def count(name: str, value: Any) -> int:
    """A whole number of attempts, at least 1."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} must be a whole number, got {named(value)}")
    number = int(value.__index__())
    if number < 1:
        raise ValueError(f"{name} must be at least 1, got {number}; the first call is attempt 1")
    return number


def kept(name: str, value: Any) -> int:
    """A whole number of exceptions to keep, from 0."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(
            f"{name} must be a whole number, got {named(value)}; it counts the exceptions to keep"
        )
    number = int(value.__index__())
    if number < 0:
        raise ValueError(f"{name} must not be negative, got {number}; to keep none use 0")
    return number


def time_limit(name: str, value: Any) -> float | None:
    """A length of time above zero, or None for no limit."""
    if value is None:
        return None
    limit = seconds(name, value)
    if limit == 0:
        raise ValueError(f"{name} must be above 0, got {value!r}; for no limit use None")
    return limit


def no_time_limit(name: str, value: Any) -> None:
    """Nothing: what runs in this thread is not interrupted."""
    if value is not None:
        raise TypeError(
            f"{name} needs AsyncRetrying and a coroutine function, got {named(value)}: an ordinary "
            "function cannot be interrupted, and threads are not killed; pass a time limit to what "
            "the function waits for (a socket's or a client's timeout), or make it a coroutine "
            "function"
        )


def ordered(low_name: str, low: float, high_name: str, high: float) -> None:
    """Two ends of a range the right way round."""
    if low > high:
        raise ValueError(
            f"{low_name} must not be above {high_name}, "
            f"got {low_name}={low:g} {high_name}={high:g}; swap them"
        )


def exception_types(name: str, value: Any) -> Any:
    """An exception class, or a tuple of them."""
    kinds = value if isinstance(value, tuple) else (value,)
    if not kinds:
        raise ValueError(f"{name} must name at least one exception, got (); use retry_never")
    for kind in kinds:
        if isinstance(kind, BaseException):
            raise TypeError(
                f"{name} must be an exception class, got the instance {named(kind)}; "
                f"give the class {type(kind).__name__}"
            )
        if not (isinstance(kind, type) and issubclass(kind, BaseException)):
            raise TypeError(
                f"{name} must be an exception class or a tuple of them, got {named(kind)}"
            )
    return value


def pattern(name: str, value: Any) -> Any:
    """A regular expression for text, compiled."""
    import re

    text = value.pattern if isinstance(value, re.Pattern) else value
    if not isinstance(text, str):
        raise TypeError(f"{name} must be a str or a compiled pattern of str, got {named(value)}")
    try:
        return re.compile(value)
    except re.error as error:
        raise ValueError(
            f"{name} must be a regular expression, got {named(value)}: {error}; "
            "for plain text use message="
        ) from None


def strategy(name: str, value: Any, kind: str) -> Any:
    """A strategy of that kind (stop, wait or retry), or a callable in its place.

    What people give instead has a remedy each: another kind of strategy, its class, a number.
    """
    wanted = f"{name} must be a {kind} strategy"
    if isinstance(value, type):
        if issubclass(value, BaseException):
            raise TypeError(
                f"{wanted}, got the exception class {value.__name__}; "
                f"write retry_if_exception_type({value.__name__})"
            )
        if hasattr(value, "_strategy_kind"):
            raise TypeError(
                f"{wanted}, got the class {value.__name__}; call it: {value.__name__}(...)"
            )
    of_kind = getattr(type(value), "_strategy_kind", kind)
    if of_kind != kind:
        raise TypeError(f"{wanted}, got the {of_kind} strategy {value!r}; pass it as {of_kind}=")
    if not callable(value):
        raise TypeError(
            f"{wanted} or a callable that takes the RetryCallState, "
            f"got {named(value)}{_remedy(value, kind)}"
        )
    return value


def _remedy(value: Any, kind: str) -> str:
    if value is None:
        return f"; write {_NOTHING[kind]}, or leave it out"
    if kind == "wait" and (hasattr(value, "total_seconds") or hasattr(value, "__float__")):
        return f"; for a constant write wait_fixed({value!r})"
    if kind == "stop" and hasattr(value, "total_seconds"):
        return f"; for a length of time write stop_after_delay({value!r})"
    if kind == "stop" and isinstance(value, int):
        return f"; for a number of attempts write stop_after_attempt({value!r})"
    if kind == "retry" and isinstance(value, (tuple, list)):
        return "; for types of exceptions write retry_if_exception_type((...))"
    return ""


def sleep_for(wait: Any, value: Any) -> float:
    """What a wait strategy or a callable in its place answered: seconds that can be slept."""
    if type(value) in (float, int) and 0 <= value <= _MOST:
        number: float = value
        return number
    # Unlike an argument, an answer may not be a timedelta: sums are made of answers.
    if isinstance(value, (bool, str, bytes)) or not hasattr(value, "__float__"):
        raise TypeError(f"{_answer(wait)} seconds as a number, got {named(value)}{_instead(value)}")
    try:
        number = float(value)
    except (OverflowError, ValueError):
        number = -1.0
    if not 0 <= number <= _MOST:
        raise ValueError(
            f"{_answer(wait)} a finite number of seconds, 0 or more, got {named(value)}; "
            "for no wait return 0, and cap what may grow, as in min(seconds, 60)"
        )
    return number


_MOST = 1.7976931348623157e308  # the largest finite float


def _answer(wait: Any) -> str:
    named_wait = repr(wait) if hasattr(wait, "_strategy_kind") else _called(wait)
    return f"wait={named_wait} must return"


def _instead(value: Any) -> str:
    if value is None:
        return "; for no wait return 0"
    if hasattr(value, "total_seconds"):
        return "; return its total_seconds()"
    if hasattr(value, "__await__"):
        return (
            "; a coroutine function is awaited by AsyncRetrying alone, where it is the whole wait"
        )
    return ""


def entered(retry_state: Any) -> None:
    """Refuse to go on with a block whose attempt came to nothing: it would go on for ever."""
    if retry_state.outcome is None:
        raise RuntimeError(
            f"attempt {retry_state.attempt_number} of the block came to nothing, because its "
            "`with attempt:` was never entered; put into it what is to be retried"
        )


def arguments(called: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Refuse names that are none of the known arguments of what was called."""
    known = list(known)
    for name in names:
        if name not in known:
            import difflib

            nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            meant = f"; did you mean {nearest[0]}=?" if nearest else ""
            raise TypeError(
                f"{called} has no argument {name!r}{meant}; it takes {', '.join(known)}"
            )


def asleep(function: Any, sleep: Any) -> None:
    """Refuse a sleep that has to be awaited for a function that is not async."""
    if is_coroutine_callable(sleep) and not is_coroutine_callable(function):
        raise TypeError(
            f"sleep is the coroutine function {_called(sleep)}, but "
            f"{_called(function)} is an ordinary function, whose caller awaits nothing; "
            "use an ordinary sleep such as time.sleep, make the function async, or write "
            "AsyncRetrying(...).wraps to get a coroutine function of it"
        )


def callback(name: str, value: Any, wanted: str) -> Any:
    """Something that can be called, and is no strategy: those have arguments of their own."""
    kind = getattr(type(value), "_strategy_kind", None)
    if kind is not None:
        raise TypeError(
            f"{name} must be {wanted}, got the {kind} strategy {value!r}; pass it as {kind}="
        )
    if not callable(value):
        raise TypeError(f"{name} must be {wanted}, got {named(value)}")
    return value


def synchronous(name: str, value: Any, remedy: str) -> Any:
    """A callable whose answer does not have to be awaited."""
    if is_coroutine_callable(value):
        raise TypeError(f"{name} is a coroutine function, which is never awaited here; {remedy}")
    return value


def flag(name: str, value: Any) -> bool:
    """True or False, nothing that merely resembles them."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, got {named(value)}")
    return value
