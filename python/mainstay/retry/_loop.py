"""The retry loops: general path, readable, driven by the engine's order of one decision.

`BaseRetrying` turns what the engine's `Turn` asks into calls of the Python-visible methods, in a
form subclasses may override: `begin`, `iter`, `copy`, `_run_retry`, `_run_wait`, `_run_stop`,
`_add_action_func`. The classes here are lenient; each door subclasses them with its defaults and
checks. docs/internals/retry.md tells the whole path.
"""

from abc import ABC, abstractmethod

from . import (
    _arithmetic,  # noqa: F401 - for _native, which asks it about numbers that are not plain
    _native,
)
from ._iter_state import IterState
from ._state import DoAttempt, DoSleep, TryAgain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, ClassVar

    from ._switch import Switch

__all__ = [
    "BaseRetrying",
    "Door",
    "Retrying",
    "Tally",
    "named_function",
    "tally_of",
    "unset",
]

unset: "Any" = object()

#: What `mainstay.retry.testing` says while it is on. Read by every loop in Python, of either door;
#: the native loops look at one flag of their own (`_native.set_testing`) and hand over to these
#: while it is set. Written by `mainstay.retry.testing` alone.
switch: "Switch | None" = None

# A call's own numbers, and where it shows them.
Tally = _native.Tally


class Door:
    """The namespace of one door: whose `time` its calls read, and whose classes they are made of.

    Both are looked up at each use, so that a program may patch them there. `classes` is where
    states and managers are looked up, the same namespace when nothing is said.
    """

    __slots__ = (
        "check_answer",
        "check_entered",
        "check_sleep",
        "classes",
        "iter_state",
        "namespace",
        "wait_none",
    )

    def __init__(
        self,
        *,
        namespace: "dict[str, Any]",
        wait_none: "Any",
        classes: "dict[str, Any] | None" = None,
        iter_state: "Callable[[], Any] | None" = None,
        check_sleep: "Any" = None,
        check_entered: "Any" = None,
        check_answer: "Any" = None,
    ) -> None:
        self.namespace = namespace
        self.classes = namespace if classes is None else classes
        self.wait_none = wait_none
        self.iter_state = iter_state or IterState
        self.check_sleep = check_sleep
        self.check_entered = check_entered
        self.check_answer = check_answer

    @property
    def state(self) -> "Any":
        """The RetryCallState of a call."""
        return self.classes["RetryCallState"]

    @property
    def attempt(self) -> "Any":
        """The AttemptManager of an attempt in a block."""
        return self.classes["AttemptManager"]

    @property
    def do_attempt(self) -> "Any":
        """What a pass answers when the function is to be called."""
        return self.namespace["DoAttempt"]

    @property
    def do_sleep(self) -> "Any":
        """What a pass answers when it is time to sleep."""
        return self.namespace["DoSleep"]

    @property
    def retry_action(self) -> "Any":
        """What is noted as the next action."""
        return self.namespace["RetryAction"]

    def entered(self, retry_state: "Any") -> None:
        """Refuse another attempt of a block when nothing came of the last, where a door does."""
        if self.check_entered is not None:
            self.check_entered(retry_state)

    def answered(self, part: str, strategy: "Any", answer: "Any") -> "Any":
        """What `strategy` answered, as far as this door takes anything for yes or no."""
        return answer if self.check_answer is None else self.check_answer(part, strategy, answer)

    def slept(self, wait: "Any", seconds: "Any") -> "Any":
        """What `wait` answered, as far as this door takes anything for the length of a sleep."""
        return seconds if self.check_sleep is None else self.check_sleep(wait, seconds)


class BaseRetrying(_native.Controller, ABC):
    """A policy and the means to run calls under it. Attributes may be changed between calls.

    Safe to share between threads: what a call knows about itself lives in its RetryCallState, and
    `statistics` is kept per thread, replaced key by key at once, never seen half written.
    """

    _door: "ClassVar[Door]"

    def __init__(
        self,
        sleep: "Any",
        stop: "Any",
        wait: "Any",
        retry: "Any",
        before: "Any",
        after: "Any",
        before_sleep: "Any",
        reraise: "Any",
        retry_error_cls: "Any",
        retry_error_callback: "Any",
        name: "Any",
        enabled: "Any",
    ) -> None:
        # Untyped programs say "no wait" with None, 0 or the sum of an empty list. Compared by
        # value: a strategy that happens to be falsy is still a strategy.
        if wait is None or wait == 0:
            wait = self._door.wait_none()
        self._configure(
            {
                "sleep": sleep,
                "stop": stop,
                "wait": wait,
                "retry": retry,
                "before": before,
                "after": after,
                "before_sleep": before_sleep,
                "reraise": reraise,
                "retry_error_cls": retry_error_cls,
                "retry_error_callback": retry_error_callback,
                "_name": name,
                "enabled": enabled,
            }
        )

    # Set in one step by the constructor.
    sleep: "Any"
    stop: "Any"
    wait: "Any"
    retry: "Any"
    before: "Any"
    after: "Any"
    before_sleep: "Any"
    reraise: "Any"
    retry_error_cls: "Any"
    retry_error_callback: "Any"
    enabled: "Any"
    _name: "Any"

    # --- the policy as an object -----------------------------------------------------------------

    def copy(
        self,
        sleep: "Any" = unset,
        stop: "Any" = unset,
        wait: "Any" = unset,
        retry: "Any" = unset,
        before: "Any" = unset,
        after: "Any" = unset,
        before_sleep: "Any" = unset,
        reraise: "Any" = unset,
        retry_error_cls: "Any" = unset,
        retry_error_callback: "Any" = unset,
        name: "Any" = unset,
        enabled: "Any" = unset,
    ) -> "Any":
        """Return the same policy with the given parts exchanged; the copy has no statistics yet."""
        return type(self)(
            sleep=self.sleep if sleep is unset else sleep,
            stop=self.stop if stop is unset else stop,
            wait=self.wait if wait is unset else wait,
            retry=self.retry if retry is unset else retry,
            before=self.before if before is unset else before,
            after=self.after if after is unset else after,
            before_sleep=self.before_sleep if before_sleep is unset else before_sleep,
            reraise=self.reraise if reraise is unset else reraise,
            retry_error_cls=self.retry_error_cls if retry_error_cls is unset else retry_error_cls,
            retry_error_callback=(
                self.retry_error_callback if retry_error_callback is unset else retry_error_callback
            ),
            name=self._name if name is unset else name,
            enabled=self.enabled if enabled is unset else enabled,
        )

    def __getstate__(self) -> "dict[str, Any]":
        state = self._fields()
        state.pop("_local", None)  # belongs to this process's threads
        return state

    def __setstate__(self, state: "dict[str, Any]") -> None:
        self._fill(state)

    def __str__(self) -> str:
        return "<unknown>" if self._name is None else str(self._name)

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} object at 0x{id(self):x} (stop={self.stop}, wait={self.wait}, "
            f"sleep={self.sleep}, retry={self.retry}, before={self.before}, after={self.after}, "
            f"name={self._name!r})>"
        )

    # --- what calls leave behind -----------------------------------------------------------------

    def begin(self) -> None:
        """Start the statistics of a new call."""
        fresh = {
            "start_time": self._door.namespace["time"].monotonic(),
            "attempt_number": 1,
            "idle_for": 0,
            "delay_since_first_attempt": 0,
        }
        numbers = None if self._has_own_statistics() else self.statistics
        if type(numbers) is not dict:
            # Whatever the program has in its place is looked up and asked as often as by the peer.
            self.statistics.clear()
            for key, number in fresh.items():
                self.statistics[key] = number
            return
        # One update, then the strangers: a reader in another thread never finds the keys missing.
        numbers.update(fresh)
        for key in list(numbers):
            if key not in fresh:
                numbers.pop(key, None)

    def _has_own_statistics(self) -> bool:
        """Whether `statistics` is a property of the program's."""
        return type(self).statistics is not _native.Controller.statistics

    # --- one pass: from an outcome to what to do next ---------------------------------------------

    def _iter_by_queue(self, retry_state: "Any") -> "Any":
        """What iter() does where a class overrides what it is made of: method after method."""
        self._begin_iter(retry_state)
        iter_state = self.iter_state
        local = self._local
        result = None
        for action in iter_state.actions:
            # A hook that used this controller for a call of its own has moved the thread's pass.
            local.iter_state = iter_state
            result = action(retry_state)
        return result

    def _begin_iter(self, retry_state: "Any") -> None:
        """Start a pass: ask the engine, and queue actions up to its first question."""
        iter_state = self._local.iter_state = self._door.iter_state()
        outcome = retry_state.outcome
        if outcome is None:
            kind = _native.OUTCOME_NONE
        elif not outcome.failed:
            kind = _native.OUTCOME_VALUE
        elif isinstance(outcome.exception(), TryAgain):
            kind = _native.OUTCOME_TRY_AGAIN
            iter_state.is_explicit_retry = True
        else:
            kind = _native.OUTCOME_ERROR
        iter_state.turn = _native.Turn(kind)
        self._queue_actions(retry_state)

    def _queue_actions(self, retry_state: "Any") -> None:
        """Queue what the turn asks for, up to and including the next question or its end."""
        iter_state = self.iter_state
        turn = iter_state.turn
        add = self._add_action_func
        if getattr(add, "__func__", None) is _add_to_queue:
            add = iter_state.actions.append  # no program has a say in it
        ask = turn.ask
        while True:
            step: Any
            if ask == _native.ASK_BEFORE:
                step = self.before
            elif ask == _native.ASK_ATTEMPT:
                add(self._do_attempt)
                return
            elif ask == _native.ASK_RETRY:
                add(self._run_retry)
                add(self._answer_retry)
                return
            elif ask == _native.ASK_AFTER:
                step = self.after
            elif ask == _native.ASK_WAIT:
                step = self._run_wait
            elif ask == _native.ASK_STOP:
                add(self._run_stop)
                add(self._answer_stop)
                return
            elif ask == _native.ASK_RECORD:
                step = self._record
            elif ask == _native.ASK_BEFORE_SLEEP:
                step = self.before_sleep
            elif ask == _native.ASK_SLEEP:
                add(self._do_sleep)
                return
            elif ask == _native.ASK_GIVE_BACK:
                add(_give_back)
                return
            else:
                self._count(None)
                add(self.retry_error_callback or self._give_up)
                return
            if step is not None:
                add(step)
            ask = turn.done()

    def _add_action_func(self, fn: "Callable[..., Any]") -> None:
        self.iter_state.actions.append(fn)

    def _run_retry(self, retry_state: "Any") -> "Any":
        retry = self.retry
        self.iter_state.retry_run_result = self._door.answered("retry", retry, retry(retry_state))

    def _answer_retry(self, retry_state: "Any") -> None:
        iter_state = self.iter_state
        iter_state.turn.answer(iter_state.retry_run_result)
        self._queue_actions(retry_state)

    def _run_wait(self, retry_state: "Any") -> "Any":
        wait = self.wait
        retry_state.upcoming_sleep = self._door.slept(wait, wait(retry_state))

    def _run_stop(self, retry_state: "Any") -> "Any":
        self._count_delay(retry_state)
        stop = self.stop
        self.iter_state.stop_run_result = self._door.answered("stop", stop, stop(retry_state))

    def _answer_stop(self, retry_state: "Any") -> None:
        iter_state = self.iter_state
        iter_state.turn.answer(iter_state.stop_run_result or self._enough(retry_state))
        self._queue_actions(retry_state)

    def _enough(self, retry_state: "Any") -> bool:
        """Whether the test switch says that this attempt was the last one."""
        return switch is not None and switch.enough(retry_state)

    def _do_attempt(self, retry_state: "Any") -> "Any":
        return self._door.namespace["DoAttempt"]()

    def _do_sleep(self, retry_state: "Any") -> "Any":
        return self._door.namespace["DoSleep"](retry_state.upcoming_sleep)

    def _pause(self, retry_state: "Any", seconds: "Any") -> "Any":
        """Sleep between two attempts, unless the test switch says that nobody waits."""
        if switch is None:
            return self.sleep(seconds)
        return switch.skip(retry_state, seconds)

    def _record(self, retry_state: "Any") -> None:
        """Count the attempt and the sleep that are coming."""
        sleep = retry_state.upcoming_sleep
        retry_state.next_action = self._door.namespace["RetryAction"](sleep)
        retry_state.idle_for += sleep
        self._count(sleep)
        if self._has_own_statistics():
            self.statistics["idle_for"] += sleep
            self.statistics["attempt_number"] += 1
            return
        tally = tally_of(retry_state, self)
        tally.idle_for += sleep
        tally.attempt_number += 1
        tally.publish()

    def _count_delay(self, retry_state: "Any") -> None:
        """Note how long it has taken so far, before anything may ask whether it is enough."""
        seconds = retry_state.seconds_since_start
        if self._has_own_statistics():
            self.statistics["delay_since_first_attempt"] = seconds
            return
        tally = tally_of(retry_state, self)
        tally.delay_since_first_attempt = seconds
        tally.publish()

    def _give_up(self, retry_state: "Any") -> "Any":
        """Raise retry_error_cls from the last exception, or under `reraise` that exception."""
        outcome = retry_state.outcome
        error = self.retry_error_cls(outcome)
        if self.reraise:
            error.reraise()
        raise error from outcome.exception()

    # --- the ways to run -------------------------------------------------------------------------

    def _iterate(self) -> "Iterator[Any]":
        """A block in Python: what the native loop is not for."""
        if not self.enabled:
            retry_state = self._door.state(self, fn=None, args=(), kwargs={})
            yield self._door.attempt(retry_state=retry_state)
            if retry_state.outcome is not None and retry_state.outcome.failed:
                raise retry_state.outcome.exception()
            return
        yield from self._attempts(self._new_call(None, (), {}))

    def _attempts(self, retry_state: "Any") -> "Iterator[Any]":
        while True:
            do = self.iter(retry_state=retry_state)
            if isinstance(do, DoAttempt):
                yield self._door.attempt(retry_state=retry_state)
                self._door.entered(retry_state)
            elif isinstance(do, DoSleep):
                retry_state.prepare_for_next_attempt()
                self._pause(retry_state, do)
            else:
                return

    @abstractmethod
    def __call__(self, fn: "Any" = unset, /, *args: "Any", **kwargs: "Any") -> "Any":
        """Call `fn(*args, **kwargs)` under this policy."""

    def wraps(self, f: "Any") -> "Any":
        """Return `f` decorated with this policy.

        The decorated function carries `retry` (this controller), `retry_with(**changes)` and
        `statistics`, one dict for its whole life.
        """
        return self._decorated(f)

    def _call_decorated(self, wrapped: "Any", f: "Any", args: "Any", kwargs: "Any") -> "Any":
        """A call of a decorated function, in Python: what the native path is not for."""
        if not self.enabled:
            return f(*args, **kwargs)
        # A copy per call: calls of the same function may nest.
        return self._copy_for_call(wrapped)(f, *args, **kwargs)

    def _resume(
        self,
        wrapped: "Any",
        f: "Any",
        args: "Any",
        kwargs: "Any",
        start_time: float,
        attempt_number: int,
        idle_for: "Any",
        value: "Any",
        error: "BaseException | None",
    ) -> "Any":
        """The rest of a native call, from an outcome on: something was patched meanwhile."""
        controller = self.copy()
        controller._count_for(self)
        controller._show({} if wrapped is None else wrapped.statistics)
        retry_state = self._door.state(controller, f, args, kwargs)
        retry_state.start_time = start_time
        retry_state.attempt_number = attempt_number
        retry_state.idle_for += idle_for
        tally = tally_of(retry_state, controller)
        tally.start_time = start_time
        tally.attempt_number, tally.idle_for = attempt_number, idle_for
        if error is None:
            retry_state.set_result(value)
        else:
            retry_state.set_exception((type(error), error, error.__traceback__))
        return controller._run(retry_state, f, args, kwargs)

    def _copy_for_call(self, wrapped: "Any") -> "Any":
        """A copy whose statistics are the function's own dict, which this controller shows too."""
        controller = self.copy()
        controller._count_for(self)
        numbers = {} if wrapped is None else wrapped.statistics
        if type(controller).begin is not BaseRetrying.begin or type(numbers) is not dict:
            numbers.clear()  # an override may count on finding it empty, another mapping on this
        controller._show(numbers)
        self._show(numbers)
        return controller


class Retrying(BaseRetrying):
    """A policy for ordinary functions and `for` blocks."""

    def __call__(self, fn: "Any" = unset, /, *args: "Any", **kwargs: "Any") -> "Any":
        """Call `fn(*args, **kwargs)` until it succeeds or the policy gives up."""
        if fn is unset:
            fn = named_function(kwargs)
        if not self.enabled:
            return fn(*args, **kwargs)
        return self._run(self._new_call(fn, args, kwargs), fn, args, kwargs)


#: What queues an action as long as no program has a say in it, whatever classes are patched to.
_add_to_queue = BaseRetrying._add_action_func


def _samples(call: "Any", self: "Any", f: "Any") -> None:
    """What decorated functions look like to Python. `call` takes over; natively where it can."""

    def wrapped_f(*args: "Any", **kw: "Any") -> "Any":
        return call(*args, **kw)

    def retry_with(*args: "Any", **kwargs: "Any") -> "Any":
        return self.copy(*args, **kwargs).wraps(f)

    # They print as the peer's where they wrap something without a name.
    wrapped_f.__qualname__ = "BaseRetrying.wraps.<locals>.wrapped_f"
    retry_with.__qualname__ = "BaseRetrying.wraps.<locals>.retry_with"
    _native.adopt_sample("shell", wrapped_f)
    _native.adopt_sample("retry_with", retry_with)


_samples(None, None, None)


def named_function(kwargs: "dict[str, Any]") -> "Any":
    """Take the function out of the keywords, where some programs put it: `retrying(fn=f)`.

    Beside a function given by position, `fn` and `self` are keywords of that function.
    """
    if "fn" not in kwargs:
        raise TypeError("the function to retry is missing; give it as the first argument")
    return kwargs.pop("fn")


def _give_back(retry_state: "Any") -> "Any":
    """Return the outcome's value, or raise its exception."""
    return retry_state.outcome.result()


def tally_of(retry_state: "Any", controller: "BaseRetrying") -> "Tally":
    """The call's tally; made on the spot for a state somebody built by hand."""
    tally: Tally | None = getattr(retry_state, "_tally", None)
    if tally is None:
        tally = retry_state._tally = Tally(controller.statistics)
    return tally
