"""What `mainstay.retry` refuses, and in which words.

Every check returns the value in the form the strategies keep (seconds as float), or raises a
TypeError (the wrong kind of thing) or ValueError (an impossible number) that names the argument,
what came, what was wanted and what to do. The words are in `_refusals`. `owner` is the strategy
whose argument it is.
"""

from __future__ import annotations

import re

from . import _refusals
from ._names import get_callback_name
from ._native import is_coroutine_callable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

__all__ = [
    "amount",
    "answer",
    "arguments",
    "asleep",
    "attribute",
    "callback",
    "count",
    "entered",
    "event",
    "exception_types",
    "factor",
    "flag",
    "kept",
    "named",
    "no_time_limit",
    "ordered",
    "parts",
    "pattern",
    "seconds",
    "sleep_for",
    "strategy",
    "synchronous",
    "time_limit",
]


def named(value: Any) -> str:
    """The value and its type, short enough for a message."""
    shown: str = _refusals.named(value)
    return shown


def seconds(name: str, value: Any, owner: Any = None) -> float:
    """A length of time: a finite number of seconds, or a timedelta, not below zero."""
    number = amount(name, value, owner)
    if number < 0:
        raise _refusals.negative(owner, name, value, number)
    return number


def amount(name: str, value: Any, owner: Any = None) -> float:
    """A finite number of seconds, or a timedelta, of either sign."""
    total_seconds = getattr(value, "total_seconds", None)  # a timedelta has it; no import needed
    if callable(total_seconds):
        value = total_seconds()
    return _number(name, value, "seconds as a number, or a timedelta", owner)


def factor(name: str, value: Any, owner: Any = None) -> float:
    """A finite number above zero."""
    number = _number(name, value, "a number", owner)
    if number <= 0:
        raise _refusals.not_positive(owner, name, value)
    return number


def _number(name: str, value: Any, wanted: str, owner: Any) -> float:
    # Decimal, Fraction and NumPy scalars are numbers too; a string that looks like one is not.
    if isinstance(value, (bool, str, bytes)) or not hasattr(value, "__float__"):
        raise _refusals.not_a_number(owner, name, wanted, value)
    try:
        number = float(value)
    except OverflowError:
        raise _refusals.too_large(owner, name, value) from None
    except ValueError:  # a signalling NaN of decimal
        raise _refusals.not_finite(owner, name, value) from None
    if number - number != 0:  # infinities and NaN differ from themselves
        raise _refusals.not_finite(owner, name, value)
    return number


def count(name: str, value: Any, owner: Any = None) -> int:
    """A whole number of attempts, at least 1."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise _refusals.not_a_count(owner, name, value)
    number = int(value.__index__())
    if number < 1:
        raise _refusals.below_one(owner, name, number)
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


def ordered(
    low_name: str,
    low: float,
    high_name: str,
    high: float,
    owner: Any = None,
    remedy: str = "swap them",
) -> None:
    """Two ends of a range the right way round."""
    if low > high:
        raise _refusals.above(owner, low_name, low, high_name, high, remedy)


def exception_types(name: str, value: Any, more: tuple[Any, ...] = (), owner: Any = None) -> Any:
    """An exception class, or a tuple of them; `more` are those given one by one by mistake."""
    if more:
        raise _refusals.several_types(owner, (value, *more))
    kinds = value if isinstance(value, tuple) else (value,)
    if not kinds:
        raise _refusals.no_exception_types(owner, name)
    for kind in kinds:
        if not (isinstance(kind, type) and issubclass(kind, BaseException)):
            raise _refusals.exception_class(owner, name, kind)
    return value


def parts(owner: Any, given: tuple[Any, ...], kind: str, meaning: str, instead: str) -> None:
    """At least one part for a combination that means something surprising without any."""
    if not given:
        raise _refusals.no_parts(owner, kind, meaning, instead)


def event(value: Any, method: str, called: str) -> Any:
    """Something that has that method, as a threading.Event has; not its class."""
    if isinstance(value, type) or not callable(getattr(value, method, None)):
        raise _refusals.no_event(f"{method}()", value, called)
    return value


def pattern(name: str, value: Any) -> Any:
    """A regular expression for text, compiled."""
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
            f"got {named(value)}; {_refusals.wrong_remedy(value, kind)}"
        )
    return value


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
    named_wait = repr(wait) if hasattr(wait, "_strategy_kind") else get_callback_name(wait)
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


def answer(part: str, strategy: Any, value: Any) -> Any:
    """What a stop or retry strategy answered: what has to be awaited is neither yes nor no.

    Under the part "fn" what the function of a loop that awaits nothing came to.
    """
    if not hasattr(value, "__await__"):
        return value
    close = getattr(value, "close", None)
    if callable(close):
        close()  # or Python warns as well that nobody awaited it
    shown = repr(strategy) if hasattr(strategy, "_strategy_kind") else get_callback_name(strategy)
    if part == "fn":
        raise _refusals.unawaited_result(shown, value)
    raise TypeError(
        f"{part}={shown} must return True or False, got {named(value)}, which would count as True; "
        "write it as `async def` and use AsyncRetrying, or return what it comes to"
    )


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
            raise _refusals.unknown_argument(called, name, known)


def attribute(policy: Any, name: str, known: Iterable[str]) -> None:
    """Refuse an attribute that nobody reads and whose name is nearly one of a policy's parts."""
    if name.startswith("_") or hasattr(type(policy), name):
        return
    import difflib

    nearest = difflib.get_close_matches(name, list(known), n=1, cutoff=0.7)
    if nearest:
        raise AttributeError(
            f"{type(policy).__name__} has no attribute {name!r}, and would not look at one; "
            f"did you mean {nearest[0]}?"
        )


def asleep(function: Any, sleep: Any) -> None:
    """Refuse a sleep that has to be awaited for a function that is not async."""
    if is_coroutine_callable(sleep) and not is_coroutine_callable(function):
        raise TypeError(
            f"sleep is the coroutine function {get_callback_name(sleep)}, but "
            f"{get_callback_name(function)} is an ordinary function, whose caller awaits nothing; "
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
    if isinstance(value, type) and issubclass(value, BaseException):
        raise _refusals.exception_class_for_a_function(name, wanted, value)
    if not callable(value):
        raise _refusals.not_callable(name, wanted, value)
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
