"""In which words `mainstay.retry` refuses.

Each function returns the error to raise: a TypeError for the wrong kind of thing, a ValueError for
an impossible number. The text says whose argument it is, what came, what was wanted and what to do.
`owner` is the strategy or class whose argument it is; None where the name says enough.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

__all__ = [
    "above",
    "arguments_by_position",
    "below_one",
    "blocking_sleep",
    "exception_class",
    "negative",
    "no_exception_types",
    "no_parts",
    "not_a_count",
    "not_a_number",
    "not_callable",
    "not_finite",
    "not_positive",
    "several_types",
    "too_large",
    "wrong_loop",
    "wrong_remedy",
]

# What to do about a number that has no end, by argument; elsewhere a number is all there can be.
_WITHOUT_END = {
    "attempt_timeout": "for no limit use None",
    "max": "leave it out for no cap",
    "max_delay": "for no limit use stop_never",
}

# What to do about a factor that is not above zero.
_WITHOUT_GROWTH = {
    "exp_base": "2 doubles each wait",
    "multiplier": "for no wait use wait_none()",
}

# What arguments were called in other times, and are called now.
_FORMER = {"initial": "multiplier"}

# What other libraries call parts of a policy, by what is written here.
_ELSEWHERE = {
    "stop=stop_after_attempt(3)": (
        *("attempts", "max_attempts", "max_attempt_number", "stop_max_attempt_number", "times"),
        *("max_retries", "max_tries", "num_retries", "retries", "total", "tries", "n"),
    ),
    "stop=stop_after_delay(60)": ("max_delay", "max_time", "stop_max_delay", "deadline"),
    "wait=wait_fixed(1)": ("delay", "interval", "pause", "wait_fixed"),
    "wait=wait_random_exponential()": ("jitter",),
    "wait=wait_exponential()": ("backoff", "backoff_factor", "wait_exponential_multiplier"),
    "retry=retry_if_exception_type(OSError)": (
        *("exc", "exception", "exceptions", "exception_types", "on"),
        *("retry_on", "retry_on_exception"),
    ),
}

# A strategy of each kind, to show what is meant.
_EXAMPLES = {
    "stop": "stop_after_attempt(3)",
    "wait": "wait_fixed(1)",
    "retry": "retry_if_exception_type(OSError)",
}

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


def _of(owner: Any) -> str:
    if owner is None:
        return ""
    return f"{owner.__name__ if isinstance(owner, type) else type(owner).__name__}: "


# --- numbers -------------------------------------------------------------------------------------


def not_a_number(owner: Any, name: str, wanted: str, value: Any) -> TypeError:
    try:
        remedy = (
            f"write {float(value):g}" if isinstance(value, str) else "give a number such as 2.5"
        )
    except ValueError:
        remedy = "give a number such as 2.5"
    return TypeError(f"{_of(owner)}{name} must be {wanted}, got {named(value)}; {remedy}")


def not_finite(owner: Any, name: str, value: Any) -> ValueError:
    remedy = _WITHOUT_END.get(name, "give a number")
    return ValueError(f"{_of(owner)}{name} must be finite, got {named(value)}; {remedy}")


def too_large(owner: Any, name: str, value: Any) -> ValueError:
    remedy = _WITHOUT_END.get(name, "give a smaller number")
    return ValueError(f"{_of(owner)}{name} must fit a float, got {named(value)}; {remedy}")


def negative(owner: Any, name: str, value: Any, number: float) -> ValueError:
    came = (
        f"{number:g}" if isinstance(value, (int, float)) else f"{named(value)}, {number:g} seconds"
    )
    return ValueError(
        f"{_of(owner)}{name} must not be negative, got {came}; time cannot be slept back, "
        "the least is 0"
    )


def not_positive(owner: Any, name: str, value: Any) -> ValueError:
    return ValueError(f"{_of(owner)}{name} must be above 0, got {value!r}; {_WITHOUT_GROWTH[name]}")


def not_a_count(owner: Any, name: str, value: Any) -> TypeError:
    example = "3"
    if isinstance(value, (str, float)) and not isinstance(value, bool):
        try:
            example = str(max(int(float(value)), 1))
        except (ValueError, OverflowError):
            example = "3"
    return TypeError(
        f"{_of(owner)}{name} must be a whole number, got {named(value)}; "
        f"give an int such as {example}"
    )


def below_one(owner: Any, name: str, number: int) -> ValueError:
    return ValueError(
        f"{_of(owner)}{name} must be at least 1, got {number}; the first call is attempt 1"
    )


def above(
    owner: Any, low_name: str, low: float, high_name: str, high: float, remedy: str
) -> ValueError:
    return ValueError(
        f"{_of(owner)}{low_name} must not be above {high_name}, "
        f"got {low_name}={low:g} {high_name}={high:g}; {remedy}"
    )


# --- exception types -----------------------------------------------------------------------------


def no_exception_types(owner: Any, name: str) -> ValueError:
    return ValueError(
        f"{_of(owner)}{name} must name at least one exception, got (); use retry_never"
    )


def exception_class(owner: Any, name: str, value: Any) -> TypeError:
    """About something that is no exception class, in a tuple or by itself."""
    wanted = f"{_of(owner)}{name} must be an exception class"
    if isinstance(value, BaseException):
        return TypeError(
            f"{wanted}, got the instance {named(value)}; give the class {type(value).__name__}"
        )
    members = getattr(value, "__args__", value)  # of `KeyError | OSError`
    remedy = "give a class derived from Exception"
    if isinstance(members, (list, set, frozenset, tuple)) and members:
        shown = ", ".join(getattr(each, "__name__", repr(each)) for each in members)
        remedy = f"write the tuple ({shown}{',' if len(members) == 1 else ''})"
    elif isinstance(value, str):
        remedy = "give the class itself, not its name"
    return TypeError(f"{wanted} or a tuple of them, got {named(value)}; {remedy}")


def several_types(owner: Any, types: tuple[Any, ...]) -> TypeError:
    called = type(owner).__name__
    shown = ", ".join(getattr(each, "__name__", repr(each)) for each in types)
    return TypeError(
        f"{called}() takes one exception class or a tuple of them, got {len(types)} arguments; "
        f"write {called}(({shown}))"
    )


# --- strategies and callables --------------------------------------------------------------------


def wrong_remedy(value: Any, kind: str) -> str:
    """What to write instead of something that is no strategy of that kind and no callable."""
    if value is None:
        return f"write {_NOTHING[kind]}, or leave it out"
    if kind == "wait" and (hasattr(value, "total_seconds") or hasattr(value, "__float__")):
        return f"for a constant write wait_fixed({value!r})"
    if kind == "stop" and hasattr(value, "total_seconds"):
        return f"for a length of time write stop_after_delay({value!r})"
    if kind == "stop" and isinstance(value, int):
        return f"for a number of attempts write stop_after_attempt({value!r})"
    if isinstance(value, (tuple, list)):
        if kind == "retry" and not any(hasattr(each, "_strategy_kind") for each in value):
            return "for types of exceptions write retry_if_exception_type((...))"
        return "give them one by one, with a * before the list, to what combines them"
    return f"give one such as {_EXAMPLES[kind]}"


def exception_class_for_a_function(name: str, wanted: str, value: Any) -> TypeError:
    if name == "retry_error_callback":
        remedy = "to raise it at the end, give a function that raises it"
    else:
        remedy = f"for exceptions of this type use retry=retry_if_exception_type({value.__name__})"
    return TypeError(f"{name} must be {wanted}, got the exception class {value.__name__}; {remedy}")


def not_callable(name: str, wanted: str, value: Any) -> TypeError:
    remedy = "give a function"
    if name == "sleep" and isinstance(value, (int, float)):
        remedy = f"for a constant pause use wait=wait_fixed({value!r})"
    elif name == "retry_error_callback":
        remedy = f"for a fixed value write lambda state: {value!r}"
    return TypeError(f"{name} must be {wanted}, got {named(value)}; {remedy}")


def no_parts(owner: Any, kind: str, meaning: str, instead: str) -> ValueError:
    return ValueError(
        f"{type(owner).__name__}() needs at least one {kind} strategy, got none, which would "
        f"{meaning}; say so with {instead}"
    )


def no_event(method: str, event: Any, called: str) -> TypeError:
    if isinstance(event, type):
        return TypeError(
            f"event must have {method}, as a threading.Event has, got the class {event.__name__}; "
            f"call it: {called}({event.__name__}())"
        )
    return TypeError(
        f"event must have {method}, as a threading.Event has, got {named(event)}; "
        f"write {called}(threading.Event())"
    )


def blocking_sleep(value: Any) -> TypeError:
    return TypeError(
        f"sleep must not block the event loop, got {named(value)}, which stops every task while it "
        "sleeps; leave it out, or give a coroutine function such as asyncio.sleep"
    )


def unawaited_result(called: str, value: Any) -> TypeError:
    return TypeError(
        f"{called} is retried as an ordinary function, got {named(value)} from it, which nobody "
        "has awaited yet, so that nothing can be retried; make it an `async def` that awaits it"
    )


def wrong_loop(controller: Any, statement: str, remedy: str) -> TypeError:
    called = type(controller).__name__
    return TypeError(f"{called} is not for `{statement}`; {remedy.format(called)}")


# --- arguments -----------------------------------------------------------------------------------


def unknown_argument(called: str, name: str, known: Iterable[str]) -> TypeError:
    import difflib

    known = list(known)
    for written, names in _ELSEWHERE.items():
        if name in names and "stop" in known:
            return TypeError(f"{called} has no argument {name!r}; write {written}")
    nearest = difflib.get_close_matches(_FORMER.get(name, name), known, n=1, cutoff=0.5)
    meant = f"; did you mean {nearest[0]}=?" if nearest else ""
    return TypeError(f"{called} has no argument {name!r}{meant}; it takes {', '.join(known)}")


def arguments_by_position(called: str, value: Any) -> TypeError:
    return TypeError(
        f"{called}() takes its arguments by keyword, got {named(value)} without one; "
        f"write {called}(stop=..., wait=...)"
    )
