"""Programs for the differential test: policies as plain data, drawn by hypothesis, run on a door.

A program is a nested tuple: it prints as what it is, shrinks well, and knows no door. `Run` turns
it into strategies of one door, plays it against a clock that stands still, and takes down all that
a user could see.
"""

from __future__ import annotations

import random
import re
from contextlib import nullcontext
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from .doors import Clock, Door, drive

MAX_SLEEPS = 12  # a policy without an end is ended by its sleep


class Boom(Exception):
    """What a program raises, in three sizes."""


class Bang(Boom):
    """A Boom of a special kind."""


class Exhausted(BaseException):
    """Ends a policy that would never end."""


ERRORS: dict[str, type[BaseException]] = {
    "Boom": Boom,
    "Bang": Bang,
    "KeyError": KeyError,
    "KeyboardInterrupt": KeyboardInterrupt,
    "StopIteration": StopIteration,
}
RESULTS: dict[str, Any] = {
    "none": None,
    "zero": 0,
    "text": "text",
    "list": [1],
    "nan": float("nan"),
}

# --- drawing programs ----------------------------------------------------------------------------

times = st.sampled_from([0, 0.0, 0.1, 0.5, 1, 1.5, 2, 3.25, 10, 1000000.0])
errors = st.sampled_from(sorted(ERRORS))
results = st.sampled_from(sorted(RESULTS))
answers = st.tuples(*[st.booleans()] * 3) | st.sampled_from(
    [(0, 1, 2), ("", "x", None), ("raise",)]
)

stop_leaves = (
    st.tuples(st.just("after_attempt"), st.integers(-1, 5))
    | st.tuples(st.just("after_delay"), times)
    | st.tuples(st.just("before_delay"), times)
    | st.just(("never",))
    | st.tuples(st.just("event"), st.integers(0, 3))
    | st.tuples(st.just("callable"), answers)
)
wait_leaves = (
    st.just(("none",))
    | st.tuples(st.just("fixed"), times)
    | st.tuples(st.just("random"), times, times)
    | st.tuples(st.just("incrementing"), times, st.sampled_from([-1, 0.5, 2]), times)
    | st.tuples(st.just("exponential"), times, times, st.sampled_from([0.5, 1, 2, 1e200]), times)
    | st.tuples(st.just("random_exponential"), times, times, st.sampled_from([1.5, 2]), times)
    | st.tuples(st.just("jitter"), times, st.sampled_from([2, 3.0]), times, times)
    | st.tuples(st.just("exception"), times)
    | st.tuples(st.just("callable"), st.lists(times, min_size=1, max_size=3).map(tuple))
)
retry_leaves = (
    st.tuples(st.just("type"), errors)
    | st.tuples(st.just("not_type"), errors)
    | st.tuples(st.just("unless_type"), errors)
    | st.tuples(st.just("cause_type"), errors)
    | st.tuples(st.just("message"), st.sampled_from(["Boom!", "Bang!", "KeyError!"]))
    | st.tuples(st.just("match"), st.sampled_from(["B", "x", ".*!"]))
    | st.tuples(st.just("not_message"), st.sampled_from(["Boom!", "x"]))
    | st.tuples(st.just("exception"), answers)
    | st.tuples(st.just("result"), answers)
    | st.tuples(st.just("not_result"), answers)
    | st.tuples(st.just("result_is"), results)
    | st.just(("always",))
    | st.just(("never",))
    | st.tuples(st.just("callable"), answers)
)
async_leaves = st.tuples(st.sampled_from(["async_exception", "async_result"]), answers)


def trees(leaves: Any, *joints: str) -> Any:
    """Leaves, and combinations up to three deep: st.recursive would take ten times as long."""
    joint = st.sampled_from(joints)
    pairs = st.tuples(joint, leaves, leaves)
    twigs = leaves | pairs
    return leaves | pairs | st.tuples(joint, twigs, leaves, twigs) | st.tuples(joint, leaves, twigs)


outcomes = st.tuples(
    st.one_of(
        st.tuples(st.just("raise"), errors),
        st.tuples(st.just("raise_from"), errors, errors),
        st.tuples(st.just("return"), results),
        st.tuples(st.just("again")),
        st.tuples(st.just("again_from"), errors),
    ),
    times,
)
MEDDLING = ["attempt", "sleep", "fraction", "result", "forget", "expose", "stop", "hooks", "again"]
hooks = st.sampled_from([None, None, "log", "log", "async", "raise", "counter"]) | st.sampled_from(
    MEDDLING
)
stops = trees(stop_leaves, "any", "all", "|", "&")
waits = trees(wait_leaves, "chain", "combine", "+", "sum")
retries = trees(retry_leaves, "any", "all", "|", "&")
async_retries = trees(retry_leaves | async_leaves, "any", "all", "|", "&")


def programs_in(modes: list[str], conditions: Any) -> Any:
    """Whole programs, run in one of these modes."""
    return st.fixed_dictionaries(
        {
            "mode": st.sampled_from(modes),
            "stop": stops,
            "wait": st.none() | st.just(0) | waits | waits,
            "retry": conditions,
            "outcomes": st.lists(outcomes, min_size=1, max_size=4),
            "before": hooks,
            "after": hooks,
            "before_sleep": hooks,
            "callback": st.sampled_from([None, None, "value", "raise", "async"]),
            "reraise": st.booleans(),
            "error_cls": st.sampled_from([None, None, "custom"]),
            "name": st.sampled_from([None, "job", ""]),
            "enabled": st.sampled_from([True, True, True, True, False]),
            "seed": st.integers(0, 9),
        }
    )


ASYNC_MODES = ["await", "async_block", "async_decorated"]
programs = programs_in(["call", "decorated", "twice", "retry_with", "block"], retries)
async_programs = programs_in(ASYNC_MODES, async_retries)


# --- running them --------------------------------------------------------------------------------


def without_addresses(text: str) -> str:
    """A repr that two objects can share."""
    return re.sub(r"0x[0-9a-f]+|(?<=RetryCallState )\d+", "_", text)


@dataclass(repr=False)
class Run:
    """One program on one door, and everything that could be seen of it."""

    door: Door
    program: dict[str, Any]
    clock: Clock = field(default_factory=Clock)
    log: list[Any] = field(default_factory=list)
    calls: int = 0
    # Under Python's own clock: nothing that depends on how long something took is taken down.
    in_earnest: bool = False

    @property
    def is_async(self) -> bool:
        """Whether the program awaits."""
        return self.program["mode"] in ASYNC_MODES

    def __repr__(self) -> str:
        return "Run"  # the same on both doors: it is the self of bound methods in reprs

    def note(self, *what: Any) -> None:
        """Take something down."""
        self.log.append(without_addresses(repr(what)))

    def see(self, what: str, state: Any) -> None:
        """Take down all that a RetryCallState shows."""
        outcome = state.outcome
        shown = None
        if outcome is not None:
            shown = (outcome.attempt_number, outcome.failed, outcome.done(), type(outcome).__name__)
        self.note(
            what,
            state.attempt_number,
            shown,
            self.time(state.seconds_since_start),
            state.idle_for,
            state.upcoming_sleep,
            state.next_action,
            state.get_fn_name(),
            state.args,
            state.kwargs,
            sorted(self.numbers(state.retry_object.statistics).items()),
            state,
        )

    def time(self, seconds: Any) -> Any:
        """A time as it may be compared: by Python's own clock no two are alike."""
        return type(seconds).__name__ if self.in_earnest else seconds

    def numbers(self, statistics: dict[str, Any]) -> dict[str, Any]:
        """The same for statistics."""
        timed = ("start_time", "delay_since_first_attempt")
        return {
            name: self.time(number) if name in timed else number
            for name, number in statistics.items()
        }

    # --- callables ---

    def scripted(self, what: str, answers: tuple[Any, ...]) -> Any:
        """A predicate that answers what the program says, in turn."""
        turn = iter(answers * 40)

        def predicate(argument: Any) -> Any:
            answer = next(turn)
            self.note(what, type(argument).__name__, answer)
            if answer == "raise":
                raise Boom(what)
            return answer

        return predicate

    def awaited(self, function: Any) -> Any:
        """The same as a coroutine function."""

        async def predicate(argument: Any) -> Any:
            return function(argument)

        return predicate

    def hook(self, what: str, kind: str | None) -> Any:
        """A hook of that kind."""
        if kind is None:
            return None
        count = 0

        def hook(state: Any) -> Any:
            nonlocal count
            count += 1
            self.see(what, state)
            if kind == "raise" and count == 2:
                raise Boom(what)
            if kind in MEDDLING:
                self.meddle(str(kind), state)
            return what

        return self.awaited(hook) if kind == "async" and self.is_async else hook

    def meddle(self, kind: str, state: Any) -> None:
        """What a hook may do to the call it is shown."""
        retrying = state.retry_object
        if kind == "attempt":
            state.attempt_number += 2
        elif kind == "sleep":
            state.upcoming_sleep = 7
        elif kind == "fraction":
            state.upcoming_sleep = Fraction(1, 3)
            state.idle_for += Fraction(1, 3)
        elif kind == "result" and state.outcome is not None:
            state.set_result("meant")
        elif kind == "forget" and state.outcome is not None:
            state.next_action = None
            state.set_exception((Bang, Bang("meant"), None))
        elif kind == "expose":
            vars(state)["mine"] = vars(state)["attempt_number"]
        elif kind == "stop":
            retrying.stop = self.door.api.stop_after_attempt(2)
        elif kind == "hooks":
            retrying.before_sleep = lambda state: self.see("swapped", state)
            retrying.retry_error_callback = None
        elif kind == "again":
            retrying.retry = self.door.api.retry_always
            retrying.wait = self.door.api.wait_fixed(2)

    # --- strategies ---

    def stop(self, form: Any) -> Any:
        """A stop strategy."""
        api, (kind, *rest) = self.door.api, form
        if kind in ("any", "all", "|", "&"):
            return self.joined("stop", kind, [self.stop(part) for part in rest])
        if kind == "never":
            return api.stop_never
        if kind == "callable":
            return self.scripted("stop", rest[0])
        if kind == "event":
            return api.stop_when_event_set(Countdown(rest[0]))
        if self.in_earnest and kind in ("after_delay", "before_delay"):
            rest = [rest[0] and 1e9]  # at once or never
        return getattr(api, f"stop_{kind}")(*rest)

    def wait(self, form: Any) -> Any:
        """A wait strategy."""
        if form is None or form == 0:
            return form
        api, (kind, *rest) = self.door.api, form
        if kind in ("chain", "combine", "+", "sum"):
            parts = [self.wait(part) for part in rest]
            if kind == "sum":
                return sum(parts)
            if kind == "+":
                total = parts[0] + parts[1]
                return total + parts[2] if len(parts) == 3 else total
            return getattr(api, f"wait_{kind}")(*parts)
        if kind == "callable":
            return self.scripted("wait", rest[0])
        if kind == "exception":
            return api.wait_exception(self.scripted("wait_exception", (rest[0],)))
        if kind == "jitter":
            return api.wait_exponential_jitter(
                max=rest[0], exp_base=rest[1], jitter=rest[2], min=rest[3]
            )
        return getattr(api, f"wait_{kind}")(*rest)

    def retry(self, form: Any) -> Any:
        """A retry strategy."""
        api, (kind, *rest) = self.door.api, form
        if kind in ("any", "all", "|", "&"):
            return self.joined("retry", kind, [self.retry(part) for part in rest])
        if kind in ("always", "never"):
            return getattr(api, f"retry_{kind}")
        simple = {
            "type": api.retry_if_exception_type,
            "not_type": api.retry_if_not_exception_type,
            "unless_type": api.retry_unless_exception_type,
            "cause_type": api.retry_if_exception_cause_type,
        }
        if kind in simple:
            return simple[kind](ERRORS[rest[0]])
        if kind == "message":
            return api.retry_if_exception_message(message=rest[0])
        if kind == "match":
            return api.retry_if_exception_message(match=rest[0])
        if kind == "not_message":
            return api.retry_if_not_exception_message(message=rest[0])
        if kind == "result_is":
            wanted = RESULTS[rest[0]]
            return api.retry_if_result(lambda result: result == wanted)
        predicate = self.scripted(kind, rest[0])
        if kind == "callable":
            return predicate
        if kind.startswith("async_"):
            make = getattr(self.door.asynchronous, f"retry_if_{kind.removeprefix('async_')}")
            return make(self.awaited(predicate))
        return getattr(api, f"retry_if_{kind}")(predicate)

    def joined(self, what: str, kind: str, parts: list[Any]) -> Any:
        """Strategies combined, by a class or by operators."""
        if kind in ("any", "all"):
            home = self.door.api
            if what == "retry" and self.is_async:
                home = self.door.asynchronous
            return getattr(home, f"{what}_{kind}")(*parts)
        total = parts[0]
        for part in parts[1:]:
            total = total | part if kind == "|" else total & part
        self.note("joined", type(total).__name__, len(vars(total).get("retries", ())))
        return total

    # --- the program ---

    def function(self, *args: Any, **kwargs: Any) -> Any:
        """What is retried."""
        self.calls += 1
        self.note("call", self.calls, args, kwargs, self.clock.now)
        (kind, *rest), took = self.program["outcomes"][
            min(self.calls, len(self.program["outcomes"])) - 1
        ]
        self.clock.now += took
        if kind == "raise":
            raise ERRORS[rest[0]](f"{rest[0]}!")
        if kind == "raise_from":
            raise ERRORS[rest[0]](f"{rest[0]}!") from ERRORS[rest[1]]("cause")
        if kind == "again":
            raise self.door.api.TryAgain
        if kind == "again_from":
            try:
                raise ERRORS[rest[0]](f"{rest[0]}!")
            except BaseException:
                raise self.door.api.TryAgain  # noqa: B904 - its context is what is tested
        return RESULTS[rest[0]]

    async def function_async(self, *args: Any, **kwargs: Any) -> Any:
        """The same as a coroutine function."""
        return self.function(*args, **kwargs)

    def sleep(self, seconds: Any) -> None:
        """The policy's sleep, which ends what would never end."""
        self.note("sleep", seconds, type(seconds).__name__, float(seconds))
        self.clock.sleep(seconds)
        if len(self.clock.slept) >= MAX_SLEEPS:
            raise Exhausted

    async def sleep_async(self, seconds: Any) -> None:
        """The same, awaited."""
        self.sleep(seconds)

    def policy(self) -> dict[str, Any]:
        """The arguments of the loop."""
        program = self.program
        arguments = {
            "sleep": self.sleep_async if self.is_async else self.sleep,
            "stop": self.stop(program["stop"]),
            "wait": self.wait(program["wait"]),
            "retry": self.retry(program["retry"]),
            "reraise": program["reraise"],
            "name": program["name"],
            "enabled": program["enabled"],
        }
        for name in ("before", "after", "before_sleep"):
            arguments[name] = self.hook(name, program[name])
        if program["callback"]:
            arguments["retry_error_callback"] = self.hook("callback", program["callback"])
        if program["error_cls"]:
            arguments["retry_error_cls"] = type("Custom", (self.door.api.RetryError,), {})
        return arguments

    def play(self) -> Any:
        """Run the program in its mode; the value it came to."""
        policy = self.policy()
        mode, api = self.program["mode"], self.door.api
        if mode in ("call", "block"):
            retrying = self.controller = api.Retrying(**policy)
            if mode == "call":
                return retrying(self.function, 1, b=2)
            return self.block(retrying)
        if mode in ("await", "async_block"):
            retrying = self.controller = api.AsyncRetrying(**policy)
            if mode == "await":
                return drive(retrying(self.function_async, 1, b=2))
            return drive(self.block_async(retrying))
        if mode == "async_decorated":
            decorated = api.retry(**policy)(self.function_async)
            self.controller = decorated.retry
            return drive(decorated(3))
        decorated = api.retry(**policy)(self.function)
        if mode == "retry_with":
            decorated = decorated.retry_with(stop=api.stop_after_attempt(2), name="other")
        self.controller = decorated.retry
        if mode == "twice":
            try:
                decorated(0)
            except (Exception, KeyboardInterrupt, Exhausted) as error:
                self.ended(error)
            self.note("between", self.numbers(decorated.statistics))
        value = decorated(1)
        self.note("identical", decorated.statistics is decorated.retry.statistics)
        return value

    def block(self, retrying: Any) -> Any:
        """A `for` loop over a `with` block."""
        value = None
        for attempt in retrying:
            with attempt:
                value = self.function()
            if not attempt.retry_state.outcome.failed:
                attempt.retry_state.set_result(value)
        return value

    async def block_async(self, retrying: Any) -> Any:
        """An `async for` loop."""
        value = None
        async for attempt in retrying:
            with attempt:
                value = self.function()
            if not attempt.retry_state.outcome.failed:
                attempt.retry_state.set_result(value)
        return value

    def ended(self, error: BaseException | None) -> None:
        """Take an exception down, with everything hanging on it."""
        depth = 0
        while error is not None and depth < 6:
            attempt = getattr(error, "last_attempt", None)
            self.note(
                type(error).__module__,
                type(error).__qualname__,
                str(error),
                error.__suppress_context__,
                attempt and (attempt.attempt_number, attempt.failed),
                type(error.__context__).__name__,
            )
            error, depth = error.__cause__, depth + 1

    def everything(self) -> list[Any]:
        """Run it, and return all there was to see."""
        random.seed(self.program["seed"])
        self.controller = None
        with nullcontext() if self.in_earnest else self.clock.patched():
            try:
                value = self.play()
            except (Exception, KeyboardInterrupt, Exhausted) as error:
                self.ended(error)
            else:
                self.note("came to", type(value).__name__, value)
        if self.controller is not None:
            numbers = self.numbers(self.controller.statistics)
            self.note("statistics", numbers, list(numbers))
            self.note("controller", self.controller, str(self.controller))
        self.note("random", random.random())
        return self.log


class Countdown:
    """An event that is set after having been asked a few times."""

    def __init__(self, asked: int) -> None:
        self.left = asked

    def is_set(self) -> bool:
        """Whether it is time."""
        self.left -= 1
        return self.left < 0
