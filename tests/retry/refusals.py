"""Arguments that `mainstay.retry` refuses, each with the error and words of its text."""

from __future__ import annotations

import contextlib
import functools
import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import mainstay.retry as r
import mainstay.retry.asyncio as ra

NAN, INF = float("nan"), float("inf")
BY_TYPE = "use retry=retry_if_exception_type(ValueError)"
LOGGER = logging.getLogger("mainstay.tests")


async def coroutine_function(_: Any) -> bool:
    return True


async def coroutine_sleep(_: float) -> None:
    return None


def ordinary_function() -> int:
    return 1


def generator_function() -> Any:
    yield 1


async def async_generator_function() -> Any:
    yield 1


class Generating:
    """A callable object whose calls make generators."""

    def __call__(self) -> Any:
        yield 1


def decorated_with(**policy: Any) -> Any:
    return r.retry(**policy)


class Patient(r.Retrying):
    """A policy of the program's own."""

    def __init__(self, **policy: Any) -> None:
        super().__init__(**policy)


class NotAnError:
    """An exception class that is none."""


# What is tried, the kind of error, and words of its text: argument, value, remedy.
Refusal = tuple[Callable[[], Any], type[Exception], list[str]]
REFUSALS: dict[str, Refusal] = {
    # --- counts
    "zero attempts": (
        lambda: r.stop_after_attempt(0),
        ValueError,
        ["max_attempt_number must be at least 1", "got 0", "the first call is attempt 1"],
    ),
    "negative attempts": (lambda: r.stop_after_attempt(-3), ValueError, ["at least 1", "got -3"]),
    "half an attempt": (
        lambda: r.stop_after_attempt(2.5),  # type: ignore[arg-type]
        TypeError,
        ["max_attempt_number", "whole number", "2.5 (float)"],
    ),
    "attempts as text": (
        lambda: r.stop_after_attempt("3"),  # type: ignore[arg-type]
        TypeError,
        ["max_attempt_number", "whole number", "'3' (str)"],
    ),
    "attempts as a truth": (
        lambda: r.stop_after_attempt(True),
        TypeError,
        ["max_attempt_number", "True (bool)"],
    ),
    "no attempts at all": (
        lambda: r.stop_after_attempt(None),  # type: ignore[arg-type]
        TypeError,
        ["max_attempt_number", "None (NoneType)"],
    ),
    # --- times
    "a negative delay": (
        lambda: r.stop_after_delay(-1),
        ValueError,
        ["max_delay must not be negative", "got -1"],
    ),
    "a delay that is no number": (
        lambda: r.stop_after_delay(NAN),
        ValueError,
        ["stop_after_delay: max_delay must be finite", "nan (float)", "use stop_never"],
    ),
    "an endless delay": (lambda: r.stop_before_delay(INF), ValueError, ["max_delay", "inf"]),
    "a delay as text": (
        lambda: r.stop_before_delay("10"),  # type: ignore[arg-type]
        TypeError,
        ["max_delay", "seconds as a number, or a timedelta", "'10' (str)"],
    ),
    "a negative timedelta": (
        lambda: r.wait_fixed(timedelta(seconds=-2)),
        ValueError,
        ["wait must not be negative", "-2"],
    ),
    "a negative wait": (lambda: r.wait_fixed(-0.5), ValueError, ["wait must not", "got -0.5"]),
    "a wait that is no number": (lambda: r.wait_fixed(NAN), ValueError, ["wait must be finite"]),
    "a wait beyond floats": (lambda: r.wait_fixed(10**400), ValueError, ["wait must fit a float"]),
    "a wait that signals it is no number": (
        lambda: r.wait_fixed(Decimal("sNaN")),  # type: ignore[arg-type]
        ValueError,
        ["wait must be finite", "Decimal('sNaN') (Decimal)", "give a number"],
    ),
    "a multiplier that signals it is no number": (
        lambda: r.wait_exponential(multiplier=Decimal("sNaN")),  # type: ignore[arg-type]
        ValueError,
        ["multiplier must be finite", "Decimal('sNaN')"],
    ),
    "a wait of nothing": (
        lambda: r.wait_fixed(None),  # type: ignore[arg-type]
        TypeError,
        ["wait must be seconds", "None (NoneType)"],
    ),
    "a wait of True": (lambda: r.wait_fixed(True), TypeError, ["wait must", "True (bool)"]),
    "a complex wait": (
        lambda: r.wait_fixed(1j),  # type: ignore[arg-type]
        TypeError,
        ["wait must be seconds", "1j (complex)"],
    ),
    # --- ranges
    "a random range upside down": (
        lambda: r.wait_random(3, 1),
        ValueError,
        ["min must not be above max", "min=3", "max=1", "swap them"],
    ),
    "a random range from below zero": (lambda: r.wait_random(-1, 1), ValueError, ["min must not"]),
    "an exponential range upside down": (
        lambda: r.wait_exponential(min=5, max=2),
        ValueError,
        ["min must not be above max", "min=5", "max=2"],
    ),
    "a jittered range upside down": (
        lambda: r.wait_exponential_jitter(min=5, max=2),
        ValueError,
        ["min must not be above max"],
    ),
    "an increment that starts above its end": (
        lambda: r.wait_incrementing(start=5, max=2),
        ValueError,
        ["start must not be above max", "start=5", "max=2"],
    ),
    "a negative increment without a start": (
        lambda: r.wait_incrementing(increment=-1),
        ValueError,
        ["a negative increment needs a start", "start=0 increment=-1", "wait_none()"],
    ),
    "an increment that is no number": (
        lambda: r.wait_incrementing(start=1, increment=NAN),
        ValueError,
        ["increment must be finite", "nan"],
    ),
    "a jitter below zero": (
        lambda: r.wait_exponential_jitter(jitter=-1),
        ValueError,
        ["jitter must not be negative"],
    ),
    "a shrinking wait that starts above its end": (
        lambda: r.wait_incrementing(10, -3, 5),
        ValueError,
        ["wait_incrementing: start must not be above max", "raise max, or lower start"],
    ),
    "a wait without end": (
        lambda: r.wait_fixed(INF),
        ValueError,
        ["wait_fixed: wait must be finite", "inf (float)", "; give a number"],
    ),
    "a start without end": (
        lambda: r.wait_incrementing(start=INF),
        ValueError,
        ["wait_incrementing: start must be finite", "inf (float)", "; give a number"],
    ),
    "a cap without end": (
        lambda: r.wait_exponential(max=INF),
        ValueError,
        ["wait_exponential: max must be finite", "leave it out for no cap"],
    ),
    "a limit of a negative timedelta": (
        lambda: r.stop_after_delay(timedelta(seconds=-2)),
        ValueError,
        ["stop_after_delay: max_delay", "datetime.timedelta(", "(timedelta), -2 seconds"],
    ),
    "attempts as half a number": (
        lambda: r.stop_after_attempt(1.5),  # type: ignore[arg-type]
        TypeError,
        ["stop_after_attempt: max_attempt_number", "1.5 (float)", "give an int such as 1"],
    ),
    "seconds as text": (
        lambda: r.stop_after_delay("3"),  # type: ignore[arg-type]
        TypeError,
        ["stop_after_delay: max_delay must be seconds", "'3' (str)", "write 3"],
    ),
    "an old name of an argument": (
        lambda: r.wait_exponential_jitter(initial=1),  # type: ignore[arg-type]
        TypeError,
        ["wait_exponential_jitter() has no argument 'initial'", "did you mean multiplier=?"],
    ),
    # --- factors
    "a base of zero": (
        lambda: r.wait_exponential(exp_base=0),
        ValueError,
        ["wait_exponential: exp_base must be above 0, got 0", "2 doubles each wait"],
    ),
    "a multiplier without end": (
        lambda: r.wait_random_exponential(multiplier=INF),
        ValueError,
        ["wait_random_exponential: multiplier must be finite", "; give a number"],
    ),
    "a multiplier of zero": (
        lambda: r.wait_exponential(multiplier=0),
        ValueError,
        ["multiplier must be above 0", "got 0", "wait_none()"],
    ),
    "a negative base": (
        lambda: r.wait_exponential(exp_base=-2),
        ValueError,
        ["exp_base must be above 0", "got -2"],
    ),
    "a multiplier that is a time": (
        lambda: r.wait_exponential(multiplier=timedelta(1)),  # type: ignore[arg-type]
        TypeError,
        ["multiplier must be a number", "timedelta"],
    ),
    "an endless base": (lambda: r.wait_exponential(exp_base=INF), ValueError, ["exp_base", "inf"]),
    # --- combinations
    "an empty chain": (r.wait_chain, ValueError, ["wait_chain()", "at least one", "wait_none()"]),
    "a number in a chain": (
        lambda: r.wait_chain(r.wait_none(), 3),  # type: ignore[arg-type]
        TypeError,
        ["each wait", "3 (int)", "write wait_fixed(3)"],
    ),
    "a number in a sum": (
        lambda: r.wait_none() + 3,  # type: ignore[operator]
        TypeError,
        ["each wait", "3 (int)", "write wait_fixed(3)"],
    ),
    "a number before a sum": (
        lambda: 3 + r.wait_none(),
        TypeError,
        ["each wait", "3 (int)", "write wait_fixed(3)"],
    ),
    "text in a stop": (
        lambda: r.stop_never | "x",  # type: ignore[operator]
        TypeError,
        ["each stop must be a stop strategy", "'x' (str)"],
    ),
    "an exception class in a condition": (
        lambda: r.retry_always | KeyError,
        TypeError,
        ["each retry", "KeyError", "write retry_if_exception_type(KeyError)"],
    ),
    "an exception class before a condition": (
        lambda: KeyError | r.retry_always,
        TypeError,
        ["each retry", "KeyError", "write retry_if_exception_type(KeyError)"],
    ),
    "a wait in a stop": (
        lambda: r.stop_any(r.wait_none()),
        TypeError,
        ["stop strategy", "wait strategy wait_none()"],
    ),
    "a stop in a wait": (
        lambda: r.wait_combine(r.stop_never),
        TypeError,
        ["wait strategy", "stop strategy stop_never"],
    ),
    "a stop in a condition": (
        lambda: r.retry_any(r.stop_never),
        TypeError,
        ["retry strategy", "stop strategy stop_never"],
    ),
    "a condition that awaits among those that do not": (
        lambda: r.retry_any(coroutine_function, r.retry_always),  # type: ignore[arg-type]
        TypeError,
        ["each retry", "coroutine function", "mainstay.retry.asyncio"],
    ),
    "no stop at all": (
        r.stop_any,
        ValueError,
        ["stop_any() needs at least one", "never stop", "stop_never"],
    ),
    "no stop that says so": (
        r.stop_all,
        ValueError,
        ["stop_all() needs at least one", "stop at once", "stop_after_attempt(1)"],
    ),
    "a list of waits": (
        lambda: r.wait_chain([r.wait_fixed(1)]),  # type: ignore[arg-type]
        TypeError,
        ["each wait", "[wait_fixed(wait=1.0)] (list)", "with a * before the list"],
    ),
    # --- an exception class where a function belongs
    **{
        f"an exception class as {what}": (
            functools.partial(call, ValueError),
            TypeError,
            [f"{argument} must be", "got the exception class ValueError", BY_TYPE],
        )
        for what, argument, call in (
            ("condition", "predicate", r.retry_if_exception),
            ("condition of results", "predicate", r.retry_if_result),
            ("condition of other results", "predicate", r.retry_if_not_result),
            ("condition that awaits", "predicate", ra.retry_if_exception),
            ("wait of an exception", "predicate", r.wait_exception),
            ("hook", "before", lambda value: r.Retrying(before=value)),
            ("sleep", "sleep", lambda value: r.AsyncRetrying(sleep=value)),
        )
    },
    "an exception class as last word": (
        lambda: r.Retrying(retry_error_callback=ValueError),
        TypeError,
        ["the exception class ValueError", "give a function that raises it"],
    ),
    # --- predicates and types
    "a predicate that cannot be called": (
        lambda: r.retry_if_result(3),  # type: ignore[arg-type]
        TypeError,
        ["predicate must be a callable", "3 (int)"],
    ),
    "a predicate that has to be awaited": (
        lambda: r.retry_if_exception(coroutine_function),  # type: ignore[arg-type]
        TypeError,
        ["predicate is a coroutine function", "mainstay.retry.asyncio"],
    ),
    "an async predicate that cannot be called": (
        lambda: ra.retry_if_result(None),  # type: ignore[arg-type]
        TypeError,
        ["predicate must be a coroutine function", "None"],
    ),
    "an instance where a type belongs": (
        lambda: r.retry_if_exception_type(KeyError("k")),
        TypeError,
        ["exception_types", "KeyError('k')", "give the class KeyError"],
    ),
    "no type in the tuple": (
        lambda: r.retry_if_exception_type(()),
        ValueError,
        ["exception_types", "at least one", "retry_never"],
    ),
    "a list of types": (
        lambda: r.retry_if_exception_type([KeyError]),
        TypeError,
        ["exception_types", "tuple of them", "list"],
    ),
    "a list of types, in a tuple's words": (
        lambda: r.retry_if_exception_type([KeyError, OSError]),  # type: ignore[arg-type]
        TypeError,
        ["retry_if_exception_type: exception_types", "write the tuple (KeyError, OSError)"],
    ),
    "a union of types": (
        lambda: r.retry_if_exception_type(KeyError | OSError),  # type: ignore[arg-type]
        TypeError,
        ["exception_types", "KeyError | OSError", "write the tuple (KeyError, OSError)"],
    ),
    "the name of a type": (
        lambda: r.retry_if_exception_type("KeyError"),  # type: ignore[arg-type]
        TypeError,
        ["exception_types", "'KeyError' (str)", "give the class itself, not its name"],
    ),
    "types one by one": (
        lambda: r.retry_if_exception_type(KeyError, OSError),  # type: ignore[arg-type]
        TypeError,
        ["got 2 arguments", "write retry_if_exception_type((KeyError, OSError))"],
    ),
    "causes one by one": (
        lambda: r.retry_if_exception_cause_type(KeyError, OSError),  # type: ignore[arg-type]
        TypeError,
        ["got 2 arguments", "write retry_if_exception_cause_type((KeyError, OSError))"],
    ),
    "a type that is no exception": (
        lambda: r.retry_if_not_exception_type(NotAnError),
        TypeError,
        ["exception_types", "NotAnError"],
    ),
    "a cause that is no exception": (
        lambda: r.retry_if_exception_cause_type(int),  # type: ignore[arg-type]
        TypeError,
        ["exception_types", "<class 'int'>"],
    ),
    "neither message nor match": (
        r.retry_if_exception_message,
        TypeError,
        ["retry_if_exception_message", "either message= or match=", "neither"],
    ),
    "both message and match": (
        lambda: r.retry_if_not_exception_message("a", "b"),
        TypeError,
        ["retry_if_not_exception_message", "either message= or match=", "both"],
    ),
    "a message that is no text": (
        lambda: r.retry_if_exception_message(3),  # type: ignore[arg-type]
        TypeError,
        ["message must be a str", "3 (int)"],
    ),
    "a pattern that is no text": (
        lambda: r.retry_if_exception_message(match=3),  # type: ignore[arg-type]
        TypeError,
        ["match must be a str or a compiled pattern", "3 (int)"],
    ),
    "a pattern that does not compile": (
        lambda: r.retry_if_exception_message(match="("),
        ValueError,
        ["match must be a regular expression", "'('"],
    ),
    "a pattern of bytes": (
        lambda: r.retry_if_exception_message(match=b"x"),  # type: ignore[arg-type]
        TypeError,
        ["match must be a str", "b'x' (bytes)"],
    ),
    # --- events
    "an event that cannot be asked": (
        lambda: r.stop_when_event_set(True),
        TypeError,
        ["event must have is_set()", "True (bool)"],
    ),
    "an event that cannot be waited for": (
        lambda: r.sleep_using_event(None),
        TypeError,
        ["event must have wait()", "None"],
    ),
    "the class of an event": (
        lambda: r.stop_when_event_set(threading.Event),
        TypeError,
        ["is_set()", "the class Event", "call it: stop_when_event_set(Event())"],
    ),
    "the class of an event to wait for": (
        lambda: r.sleep_using_event(threading.Event),
        TypeError,
        ["wait()", "the class Event", "call it: sleep_using_event(Event())"],
    ),
    # --- the loops
    "a number of attempts as stop": (
        lambda: r.Retrying(stop=3),  # type: ignore[arg-type]
        TypeError,
        ["stop must be a stop strategy", "3 (int)", "write stop_after_attempt(3)"],
    ),
    "seconds as wait": (
        lambda: r.Retrying(wait=1.5),  # type: ignore[arg-type]
        TypeError,
        ["wait must be a wait strategy", "1.5 (float)", "write wait_fixed(1.5)"],
    ),
    "a timedelta as wait": (
        lambda: r.Retrying(wait=timedelta(seconds=2)),  # type: ignore[arg-type]
        TypeError,
        ["wait must be a wait strategy", "write wait_fixed("],
    ),
    "nothing as wait": (
        lambda: r.Retrying(wait=None),  # type: ignore[arg-type]
        TypeError,
        ["wait must be a wait strategy", "None (NoneType)", "wait_none()"],
    ),
    "nothing as stop": (
        lambda: r.Retrying(stop=None),  # type: ignore[arg-type]
        TypeError,
        ["stop must be a stop strategy", "None (NoneType)", "stop_never"],
    ),
    "an exception class as retry": (
        lambda: r.Retrying(retry=KeyError),  # type: ignore[arg-type]
        TypeError,
        ["retry must be a retry strategy", "KeyError", "retry_if_exception_type(KeyError)"],
    ),
    "exception classes as retry": (
        lambda: r.Retrying(retry=(KeyError, OSError)),  # type: ignore[arg-type]
        TypeError,
        ["retry must be a retry strategy", "retry_if_exception_type("],
    ),
    "a stop strategy as wait": (
        lambda: r.Retrying(wait=r.stop_after_attempt(2)),
        TypeError,
        ["wait must be a wait strategy", "stop_after_attempt(max_attempt_number=2)", "stop="],
    ),
    "a wait strategy as stop": (
        lambda: r.Retrying(stop=r.wait_none()),
        TypeError,
        ["stop must be a stop strategy", "wait_none()", "pass it as wait="],
    ),
    "a retry strategy as a hook": (
        lambda: r.Retrying(before=r.retry_always),
        TypeError,
        ["before must be", "retry strategy retry_always", "pass it as retry="],
    ),
    "a strategy class as stop": (
        lambda: r.Retrying(stop=r.stop_after_attempt),  # type: ignore[arg-type]
        TypeError,
        ["stop must be a stop strategy", "the class stop_after_attempt", "call it"],
    ),
    "a strategy class as wait": (
        lambda: r.Retrying(wait=r.wait_none),  # type: ignore[arg-type]
        TypeError,
        ["wait must be a wait strategy", "the class wait_none", "call it"],
    ),
    "a hook that cannot be called": (
        lambda: r.Retrying(after="log"),  # type: ignore[arg-type]
        TypeError,
        ["after must be a callable", "'log' (str)"],
    ),
    "a hook that has to be awaited": (
        lambda: r.Retrying(before=coroutine_function),
        TypeError,
        ["before is a coroutine function", "AsyncRetrying"],
    ),
    "a sleep that has to be awaited": (
        lambda: r.Retrying(sleep=coroutine_function),
        TypeError,
        ["sleep is a coroutine function", "AsyncRetrying"],
    ),
    "a sleep that is a number": (
        lambda: r.Retrying(sleep=3),  # type: ignore[arg-type]
        TypeError,
        ["sleep must be a callable", "3 (int)"],
    ),
    "reraise as a number": (
        lambda: r.Retrying(reraise=1),  # type: ignore[arg-type]
        TypeError,
        ["reraise must be True or False", "1 (int)"],
    ),
    "enabled as text": (
        lambda: r.Retrying(enabled="no"),  # type: ignore[arg-type]
        TypeError,
        ["enabled must be True or False", "'no' (str)"],
    ),
    "another error class": (
        lambda: r.Retrying(retry_error_cls=ValueError),  # type: ignore[arg-type]
        TypeError,
        ["retry_error_cls must be RetryError or a subclass", "ValueError"],
    ),
    "a name that is no text": (
        lambda: r.Retrying(name=3),  # type: ignore[arg-type]
        TypeError,
        ["name must be a str or None", "3 (int)"],
    ),
    # --- arguments that do not exist
    "a policy by position": (
        lambda: r.Retrying(r.sleep),  # type: ignore[arg-type]
        TypeError,
        ["Retrying() takes its arguments by keyword", "<function sleep", "stop=..."],
    ),
    "a policy by position, async": (
        lambda: r.AsyncRetrying(3),  # type: ignore[arg-type]
        TypeError,
        ["AsyncRetrying() takes its arguments by keyword", "3 (int)", "AsyncRetrying(stop=..."],
    ),
    "a misspelt argument of retry": (
        lambda: decorated_with(stops=r.stop_never),
        TypeError,
        ["retry() has no argument 'stops'", "did you mean stop=?", "it takes sleep, stop, wait,"],
    ),
    "a misspelt argument of Retrying": (
        lambda: r.Retrying(befor_sleep=print),  # type: ignore[arg-type]
        TypeError,
        ["Retrying() has no argument 'befor_sleep'", "did you mean before_sleep=?"],
    ),
    "a misspelt argument of AsyncRetrying": (
        lambda: r.AsyncRetrying(timeout=3),  # type: ignore[arg-type]
        TypeError,
        ["AsyncRetrying() has no argument 'timeout'", "did you mean attempt_timeout=?"],
    ),
    "a misspelt argument of a subclass": (
        lambda: Patient(waits=3),
        TypeError,
        ["Patient() has no argument 'waits'", "did you mean wait=?"],
    ),
    "an argument that resembles none": (
        lambda: decorated_with(xyz=3),
        TypeError,
        ["retry() has no argument 'xyz'; it takes sleep, stop,"],
    ),
    "a misspelt argument of copy": (
        lambda: r.Retrying().copy(stopp=3),
        TypeError,
        ["a policy has no argument 'stopp'", "did you mean stop=?", "it takes sleep, stop,"],
    ),
    "a misspelt argument of retry_with": (
        lambda: r.retry(int).retry_with(re_raise=True),  # type: ignore[call-arg]
        TypeError,
        ["a policy has no argument 're_raise'", "did you mean reraise=?"],
    ),
    "a misspelt argument of an inherited wait": (
        lambda: r.wait_random_exponential(maximum=3),  # type: ignore[call-arg]
        TypeError,
        ["wait_random_exponential.__init__()", "'maximum'"],
    ),
    "a misspelt argument of an inherited condition": (
        lambda: r.retry_if_not_exception_message(msg="x"),  # type: ignore[call-arg]
        TypeError,
        ["retry_if_not_exception_message.__init__()", "'msg'"],
    ),
    "a wrong value written later": (
        lambda: setattr(r.Retrying(), "stop", 3),
        TypeError,
        ["stop must be a stop strategy", "write stop_after_attempt(3)"],
    ),
    "a wrong value in a copy": (
        lambda: r.Retrying().copy(wait=2),
        TypeError,
        ["wait must be a wait strategy", "write wait_fixed(2)"],
    ),
    # --- the decorator and the call
    "a sleep to be awaited for a function that is not": (
        lambda: r.retry(sleep=coroutine_sleep)(ordinary_function),  # type: ignore[arg-type]
        TypeError,
        [
            "sleep is the coroutine function",
            "coroutine_sleep",
            "ordinary_function is an ordinary function",
            "time.sleep",
            "AsyncRetrying(...).wraps",
        ],
    ),
    "a sleep to be awaited, given later": (
        lambda: r.retry(ordinary_function).retry_with(sleep=coroutine_sleep),
        TypeError,
        ["sleep is a coroutine function", "AsyncRetrying"],
    ),
    "a strategy where the function belongs": (
        lambda: r.retry(r.stop_after_attempt(3)),
        TypeError,
        ["the function", "stop strategy", "write @retry(stop=...)"],
    ),
    "a condition where the function belongs": (
        lambda: r.retry(r.retry_if_exception_type(OSError)),
        TypeError,
        ["the function", "retry strategy", "write @retry(retry=...)"],
    ),
    "a number where the function belongs": (
        lambda: r.retry(3),  # type: ignore[call-overload]
        TypeError,
        ["the function to retry must be callable", "3 (int)"],
    ),
    "a strategy decorated by mistake": (
        lambda: r.retry(stop=r.stop_never)(r.retry_always),
        TypeError,
        ["the function", "retry strategy retry_always"],
    ),
    "an exception class where the function belongs": (
        lambda: r.retry(KeyError),
        TypeError,
        ["the function", "the exception class KeyError", "retry_if_exception_type(KeyError)"],
    ),
    "both function and policy": (
        lambda: r.retry(int, stop=r.stop_never),  # type: ignore[call-overload]
        TypeError,
        ["either the function or the policy", "both"],
    ),
    "a wrong policy, before there is a function": (
        lambda: decorated_with(wait=3),
        TypeError,
        ["wait must be a wait strategy", "write wait_fixed(3)"],
    ),
    "a generator function": (
        lambda: r.retry(generator_function),
        TypeError,
        ["generator function 'generator_function'", "returns before it runs", "block inside it"],
    ),
    "an async generator function": (
        lambda: r.retry(async_generator_function),
        TypeError,
        ["generator function 'async_generator_function'", "block inside it"],
    ),
    "a coroutine function for a synchronous loop": (
        lambda: r.Retrying()(coroutine_function, 1),
        TypeError,
        ["the function to retry is a coroutine function", "use AsyncRetrying"],
    ),
    "a coroutine function wrapped by a synchronous loop": (
        lambda: r.Retrying().wraps(coroutine_function),
        TypeError,
        ["the function to retry is a coroutine function", "use AsyncRetrying"],
    ),
    "nothing to decorate": (
        lambda: r.retry()(),  # type: ignore[call-arg]
        TypeError,
        ["the function to retry must be callable", "None", "@retry(...) above a function"],
    ),
    "nothing to call": (
        lambda: r.Retrying()(None),  # type: ignore[arg-type]
        TypeError,
        ["the function to retry must be callable", "None"],
    ),
    "a property": (
        lambda: r.retry(property(print)),  # type: ignore[call-overload]
        TypeError,
        ["the function to retry is expected here, got the property of", "put @property above @re"],
    ),
    "a cached property, by a policy": (
        lambda: r.retry(stop=r.stop_never)(functools.cached_property(print)),  # type: ignore[arg-type]
        TypeError,
        ["got the cached_property of", "put @cached_property above @retry"],
    ),
    "attempts, as elsewhere": (
        lambda: r.Retrying(attempts=3),  # type: ignore[arg-type]
        TypeError,
        ["Retrying() has no argument 'attempts'", "write stop=stop_after_attempt(3)"],
    ),
    "tries, as elsewhere": (
        lambda: r.retry(tries=3),  # type: ignore[call-overload]
        TypeError,
        ["retry() has no argument 'tries'", "write stop=stop_after_attempt(3)"],
    ),
    "an exception, as elsewhere": (
        lambda: r.retry(exception=OSError),  # type: ignore[call-overload]
        TypeError,
        ["no argument 'exception'", "write retry=retry_if_exception_type(OSError)"],
    ),
    "jitter, as elsewhere": (
        lambda: r.Retrying(jitter=3),  # type: ignore[arg-type]
        TypeError,
        ["no argument 'jitter'", "write wait=wait_random_exponential()"],
    ),
    "a delay, as elsewhere": (
        lambda: r.AsyncRetrying(delay=3),  # type: ignore[arg-type]
        TypeError,
        ["AsyncRetrying() has no argument 'delay'", "write wait=wait_fixed(1)"],
    ),
    "a partial of an async generator function": (
        lambda: r.retry(functools.partial(async_generator_function)),
        TypeError,
        ["cannot retry the generator function", "async_generator_function", "block inside it"],
    ),
    "an object that generates": (
        lambda: r.Retrying()(Generating()),
        TypeError,
        ["cannot retry the generator function", "Generating", "block inside it"],
    ),
    "a policy by position in a copy": (
        lambda: r.Retrying().copy(print),  # type: ignore[arg-type]
        TypeError,
        ["copy() takes its arguments by keyword", "<built-in function print>", "copy(stop=..."],
    ),
    # --- the wrong loop for a statement
    "iterating an async loop": (
        lambda: iter(r.AsyncRetrying()),  # type: ignore[call-overload]
        TypeError,
        ["AsyncRetrying is not for `for`", "`async for attempt in AsyncRetrying(...):`"],
    ),
    "async iteration of a loop": (
        lambda: aiter(r.Retrying()),  # type: ignore[arg-type]
        TypeError,
        ["Retrying is not for `async for`", "use AsyncRetrying", "`for attempt in Retrying(...):`"],
    ),
    "a loop that is entered": (
        lambda: contextlib.ExitStack().enter_context(r.Retrying()),  # type: ignore[arg-type]
        TypeError,
        ["Retrying is not for `with`", "`for attempt in Retrying(...):` and in it `with attempt:`"],
    ),
    "an async loop that is entered": (
        lambda: contextlib.ExitStack().enter_context(r.AsyncRetrying()),  # type: ignore[arg-type]
        TypeError,
        ["AsyncRetrying is not for `with`", "`async for attempt in AsyncRetrying(...):`"],
    ),
    # --- constants that are called like classes
    "stop_never called": (
        lambda: r.stop_never(),  # type: ignore[call-arg]
        TypeError,
        ["stop_never is a strategy, not a class", "write stop_never without ()"],
    ),
    "retry_always called": (
        lambda: r.retry_always(),  # type: ignore[call-arg]
        TypeError,
        ["retry_always is a strategy", "write retry_always without ()"],
    ),
    "retry_never called": (
        lambda: r.retry_never(),  # type: ignore[call-arg]
        TypeError,
        ["retry_never is a strategy", "write retry_never without ()"],
    ),
    # --- sleeps that hold up the event loop
    "time.sleep in an async loop": (
        lambda: r.AsyncRetrying(sleep=time.sleep),
        TypeError,
        ["sleep must not block the event loop", "<built-in function sleep>", "asyncio.sleep"],
    ),
    "the sleep of the other loop in an async loop": (
        lambda: r.AsyncRetrying(sleep=r.sleep),
        TypeError,
        ["sleep must not block the event loop", "<function sleep", "leave it out"],
    ),
    "a thread's event in an async loop": (
        lambda: setattr(r.AsyncRetrying(), "sleep", r.sleep_using_event(threading.Event())),
        TypeError,
        ["sleep must not block the event loop", "sleep_using_event"],
    ),
    # --- hooks that could not log
    "nothing to log to": (
        lambda: r.before_log(None, logging.INFO),
        TypeError,
        ["before_log: logger must have log(", "None (NoneType)", "logging.getLogger(__name__)"],
    ),
    "logger and level in the other order": (
        lambda: r.before_sleep_log(logging.INFO, LOGGER),  # type: ignore[arg-type]
        TypeError,
        ["before_sleep_log: logger must have log(", "20 (int)", "swap the two"],
    ),
    "a level by its name": (
        lambda: r.after_log(LOGGER, "info"),  # type: ignore[arg-type]
        TypeError,
        ["after_log: log_level must be a number", "'info' (str)", "write logging.INFO"],
    ),
    "a format for no number": (
        lambda: r.after_log(LOGGER, logging.INFO, "abc"),
        ValueError,
        ["after_log: sec_format must be a %-format", "'abc' (str)", "'%.3g'"],
    ),
    "a format for two numbers": (
        lambda: r.before_sleep_log(LOGGER, logging.INFO, False, "%d %d"),
        ValueError,
        ["before_sleep_log: sec_format must be", "'%d %d'"],
    ),
    "exc_info that is no truth": (
        lambda: r.before_sleep_log(LOGGER, logging.INFO, "%.1f"),  # type: ignore[arg-type]
        TypeError,
        ["exc_info must be True or False", "'%.1f' (str)"],
    ),
}
