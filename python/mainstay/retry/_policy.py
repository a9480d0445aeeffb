"""The loops of `mainstay.retry`, strict about what they are given, and the `retry` decorator."""

from __future__ import annotations

import sys
import time

from . import _asyncio, _checks, _future, _kept, _loop, _native, _refusals, _state
from ._names import is_tornado_coroutine
from ._native import is_coroutine_callable
from ._retry import retry_if_exception_type
from ._stop import stop_never
from ._wait import wait_none

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterator
    from datetime import timedelta
    from typing import Any, ClassVar, NoReturn, overload

    from ._decorated import CoroutineDecorator, Decorated, Decorator, Hook, P, R
    from ._retry import Retry
    from ._stop import Stop
    from ._wait import Wait

__all__ = [
    "AttemptManager",
    "BaseRetrying",
    "DoAttempt",
    "DoSleep",
    "Future",
    "RetryAction",
    "RetryCallState",
    "RetryError",
    "Retrying",
    "TryAgain",
    "retry",
    "sleep",
    "sleep_using_event",
]


class TryAgain(_state.TryAgain):
    """Raise it from the retried function to ask for another attempt, whatever the policy says."""


class RetryError(_state.RetryError):
    """No attempt is left. Raised from the last exception, when there was one.

    Attributes:
        last_attempt: the Future of the last attempt.
        exceptions: what the last attempts raised, oldest first; as many as `keep_exceptions` of
            the policy says, none without it.
    """

    exceptions: tuple[BaseException, ...] = ()


class Future(_future.Future):
    """The outcome of one attempt: a finished `concurrent.futures.Future` with its number.

    Attributes:
        attempt_number: which attempt it was; the first is 1.
    """


class DoAttempt(_state.DoAttempt):
    """What `iter()` returns when the function is to be called now."""


class DoSleep(_state.DoSleep):
    """What `iter()` returns when it is time to sleep: the length in seconds."""


class RetryAction(_state.BaseAction):
    """Another attempt after `sleep` seconds."""

    REPR_FIELDS: ClassVar[tuple[str, ...]] = ("sleep",)
    NAME: ClassVar[str | None] = "retry"

    def __init__(self, sleep: Any) -> None:
        self.sleep = float(sleep)


@_native.adopt_state
class RetryCallState(_state.RetryCallState):
    """One call under a policy, as strategies and hooks see it."""

    _namespace = globals()

    @staticmethod
    def _future(made: type[Any] = Future) -> type[Any]:
        return made

    @property
    def exceptions(self) -> tuple[BaseException, ...]:
        """What earlier attempts raised, as far as `keep_exceptions` keeps it; oldest first."""
        return tuple(exception for _, exception in _kept.entries(self))


class AttemptManager(_state.AttemptManager):
    """The `with` (or `async with`) block of one attempt: what it raises is the outcome."""

    retry_state: RetryCallState


def sleep(seconds: float) -> None:
    """Sleep for that many seconds: the default of Retrying. Follows a patched `time.sleep`.

    More than 146 years are slept as that: beyond, the system's clock would overflow.
    """
    time.sleep(seconds if seconds < _LONGEST else _LONGEST)


# Seconds: half of what a signed 64-bit number of nanoseconds holds, for the moment when the sleep
# ends has to fit too.
_LONGEST = 2.0**62 // 10**9


class sleep_using_event:
    """Sleep until the event is set, or the seconds have passed; 146 years at most."""

    def __init__(self, event: Any) -> None:
        self.event = _checks.event(event, "wait", "sleep_using_event")

    def __call__(self, timeout: float | None) -> None:
        if timeout is not None and timeout > _LONGEST:
            timeout = _LONGEST
        self.event.wait(timeout=timeout)


def portable_async_sleep(seconds: float) -> Awaitable[None]:
    """Sleep in the async library that is running: the default of AsyncRetrying."""
    return _asyncio.portable_async_sleep(seconds)


def _hook(name: str, value: Any) -> Any:
    if value is None:
        return None
    return _checks.callback(name, value, "a callable that takes the RetryCallState, or None")


def _error_class(name: str, value: Any) -> Any:
    if isinstance(value, type) and issubclass(value, _state.RetryError):
        return value
    raise TypeError(
        f"{name} must be RetryError or a subclass of it, got {_checks.named(value)}; to raise "
        "another error raise it in a retry_error_callback, for the last one write reraise=True"
    )


def _name(name: str, value: Any) -> Any:
    if value is not None and not isinstance(value, str):
        raise TypeError(f"{name} must be a str or None, got {_checks.named(value)}")
    return value


CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "sleep": lambda name, value: _checks.callback(name, value, "a callable that takes seconds"),
    "stop": lambda name, value: _checks.strategy(name, value, "stop"),
    "wait": lambda name, value: _checks.strategy(name, value, "wait"),
    "retry": lambda name, value: _checks.strategy(name, value, "retry"),
    "before": _hook,
    "after": _hook,
    "before_sleep": _hook,
    "reraise": _checks.flag,
    "retry_error_cls": _error_class,
    "retry_error_callback": _hook,
    "name": _name,
    "enabled": _checks.flag,
    "keep_exceptions": _checks.kept,
    "attempt_timeout": _checks.no_time_limit,
}

# Options of this door alone. A controller has such an attribute of its own only when it was given.
_OPTIONS = ("keep_exceptions", "attempt_timeout")


class BaseRetrying(_loop.BaseRetrying):
    """A policy and the means to run calls under it; what is common to Retrying and AsyncRetrying.

    Args (all by keyword, and all writable attributes afterwards, checked again when written):
        sleep: called with the seconds of each sleep.
        stop: when to give up; default: never.
        wait: how long to sleep; default: not at all.
        retry: which outcomes to repeat; default: any Exception.
        before, after, before_sleep: hooks, called with the RetryCallState.
        reraise: at the end raise the last exception itself instead of RetryError.
        retry_error_cls: what to raise at the end; a subclass of RetryError.
        retry_error_callback: called with the RetryCallState instead of raising; its value is
            returned.
        name: what logs call a block that has no function.
        enabled: False calls the function once and leaves everything else alone.
        keep_exceptions: how many exceptions of the last attempts RetryError carries at the end, and
            a note on the raised exception sums up (Python 3.11 on); default: none.
        attempt_timeout: AsyncRetrying only.

    Raises:
        TypeError, ValueError: an argument makes no sense; the text says which, why and what to do.

    Safe to share between threads.
    """

    _door = _loop.Door(
        namespace=globals(),
        wait_none=wait_none,
        check_sleep=_checks.sleep_for,
        check_entered=_checks.entered,
        check_answer=_checks.answer,
    )
    _part_checks: ClassVar[dict[str, Callable[[str, Any], Any]]] = CHECKS

    keep_exceptions: int = 0
    attempt_timeout: float | None = None

    # Of Retrying and AsyncRetrying themselves: what vars() shows is changed by assignments, which
    # are checked.
    _dict_is_read_only = True

    def __init__(
        self,
        *positional: NoReturn,
        sleep: Callable[[float], Any] = sleep,
        stop: Stop = stop_never,
        wait: Wait = wait_none(),
        retry: Retry = retry_if_exception_type(),
        before: Hook = None,
        after: Hook = None,
        before_sleep: Hook = None,
        reraise: bool = False,
        retry_error_cls: type[RetryError] = RetryError,
        retry_error_callback: Hook = None,
        name: str | None = None,
        enabled: bool = True,
        keep_exceptions: int = 0,
        attempt_timeout: None = None,
        **unknown: NoReturn,
    ) -> None:
        # Caught here to be refused in the name of what was called; type checkers refuse them too.
        if positional or unknown:
            refuse_arguments(type(self).__name__, positional, unknown)
        given = locals()
        for part, default in _DEFAULTS.items():
            if given[part] is not default:  # the defaults are known to be good
                self._check(part, given[part])
        super().__init__(
            sleep=sleep,
            stop=stop,
            wait=wait,
            retry=retry,
            before=before,
            after=after,
            before_sleep=before_sleep,
            reraise=reraise,
            retry_error_cls=retry_error_cls,
            retry_error_callback=retry_error_callback,
            name=name,
            enabled=enabled,
        )
        if type(keep_exceptions) is not int or keep_exceptions != 0:
            self.keep_exceptions = keep_exceptions
        if attempt_timeout is not None:
            self.attempt_timeout = attempt_timeout

    def __setattr__(self, name: str, value: Any) -> None:
        # Subclasses may have attributes of their own, however they are called.
        if name not in _KNOWN_ARGUMENTS and f"{type(self).__module__}.".startswith(_PACKAGE):
            _checks.attribute(self, name, _ARGUMENTS)
        super().__setattr__(name, self._check(name, value))

    @property
    def counters(self) -> _native.Counters:
        """What all calls under this policy came to so far: an immutable record of this moment.

        calls, attempts, retries, given_up (counts) and slept (seconds, a float) only grow; take the
        difference of two records for what happened in between. Calls of functions decorated with
        this policy count here, those under a copy() or retry_with() do not. They may be made in
        any number of threads; where Python runs without its lock, counts may be lost.
        """
        return self._counters()

    def _check(self, name: str, value: Any) -> Any:
        """The value, if the part of that name may have it."""
        check = self._part_checks.get(name)
        return value if check is None else check(name, value)

    def copy(self, *positional: NoReturn, **changes: Any) -> Any:
        """Return the same policy with the given parts exchanged; the copy has no statistics yet."""
        if positional:
            refuse_arguments("copy", positional, changes)
        if not changes and not self.keep_exceptions and self.attempt_timeout is None:
            return super().copy()
        _checks.arguments("a policy", changes, _ARGUMENTS)
        # Set afterwards: a subclass's constructor need not know them.
        options = {name: changes.pop(name, getattr(self, name)) for name in _OPTIONS}
        fresh = super().copy(**changes)
        for name, value in options.items():
            if value is not getattr(fresh, name):
                setattr(fresh, name, value)
        return fresh

    def _answer_retry(self, retry_state: Any) -> None:
        super()._answer_retry(retry_state)
        if self.keep_exceptions and not self.iter_state.retry_run_result:
            _kept.forget(retry_state)

    def _record(self, retry_state: Any) -> None:
        super()._record(retry_state)
        if self.keep_exceptions:
            _kept.keep(retry_state, self.keep_exceptions)

    def _give_up(self, retry_state: Any) -> Any:
        most = self.keep_exceptions
        if not most:
            return super()._give_up(retry_state)
        kept = _kept.take(retry_state, most)
        try:
            return super()._give_up(retry_state)
        except BaseException as error:
            _kept.attach(error, kept, retry_state, most)
            raise
        finally:
            del kept  # this frame is in the error's traceback


_PACKAGE = f"{__name__.rpartition('.')[0]}."  # the modules of this door's own classes

# What a policy is made of, as people name it.
_ARGUMENTS = tuple(BaseRetrying.__init__.__kwdefaults__ or ())
_KNOWN_ARGUMENTS = frozenset(_ARGUMENTS)


def refuse_loop(controller: Any, statement: str, remedy: str) -> NoReturn:
    raise _refusals.wrong_loop(controller, statement, remedy)


def refuse_arguments(called: str, positional: Any, unknown: Any) -> NoReturn:
    _checks.arguments(f"{called}()", unknown, _ARGUMENTS)
    raise _refusals.arguments_by_position(called, positional[0])


# What a controller is made of when nothing is said; an async one sleeps in its own way.
_DEFAULTS: dict[str, Any] = {
    "sleep": sleep,
    "stop": stop_never,
    "wait": (BaseRetrying.__init__.__kwdefaults__ or {})["wait"],
    "retry": (BaseRetrying.__init__.__kwdefaults__ or {})["retry"],
    "before": None,
    "after": None,
    "before_sleep": None,
    "reraise": False,
    "retry_error_cls": RetryError,
    "retry_error_callback": None,
    "name": None,
    "enabled": True,
}


class Retrying(_loop.Retrying, BaseRetrying):
    """Runs ordinary functions, and `for` blocks, under a policy.

    >>> from mainstay.retry import Retrying, stop_after_attempt
    >>> Retrying(stop=stop_after_attempt(3))(int, "42")
    42

    As a block, for code that is not a function of its own:

    >>> for attempt in Retrying(stop=stop_after_attempt(3)):
    ...     with attempt:
    ...         value = int("42")
    """

    def _check(self, name: str, value: Any) -> Any:
        if name in _CALLED:
            _checks.synchronous(name, value, "use AsyncRetrying, or an ordinary function")
        return super()._check(name, value)

    if TYPE_CHECKING:

        def __iter__(self) -> Iterator[AttemptManager]: ...

    else:

        def __aiter__(self) -> NoReturn:
            refuse_loop(self, "async for", "use AsyncRetrying, or write `for attempt in {}(...):`")

        def __enter__(self) -> NoReturn:
            refuse_loop(self, "with", "write `for attempt in {}(...):` and in it `with attempt:`")

        __exit__ = __enter__

    def __call__(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:  # type: ignore[override]
        """Call `fn(*args, **kwargs)` until it succeeds or the policy gives up.

        Raises:
            RetryError: no attempt is left (under `reraise` the last exception itself).
            Whatever `fn` raised and the policy does not repeat.
        """
        result: R = super().__call__(_retriable_at_once(fn), *args, **kwargs)
        return result

    def wraps(self, f: Callable[P, R]) -> Decorated[P, R]:
        """Return `f` decorated with this policy; see `retry`."""
        if _native.function_kind(f) != _PLAIN:
            _retriable_at_once(f)
        decorated: Decorated[P, R] = self._decorated(f)
        return decorated


_native.adopt_controller(
    Retrying,
    namespace=globals(),
    sleep_namespace=globals(),
    sleep=sleep,
    before=None,
    after=None,
    error_class=RetryError,
    future=RetryCallState._future,
    do_sleep=DoSleep,
    state_class=RetryCallState,
    manager_class=AttemptManager,
    checks=True,
)

# What a synchronous loop calls and never awaits.
_CALLED = frozenset(
    {"sleep", "stop", "wait", "retry", "before", "after", "before_sleep", "retry_error_callback"}
)


def _retriable_at_once(fn: Any) -> Any:
    """A function that a synchronous loop can retry."""
    retriable(fn)
    _checks.synchronous("the function to retry", fn, "use AsyncRetrying")
    return fn


def retriable(fn: Any) -> Any:
    """A function that has done its work when it returns, or was awaited, as retrying needs it."""
    if _native.function_kind(fn):
        return fn
    kind = getattr(type(fn), "_strategy_kind", None)
    if kind is not None:
        raise TypeError(
            f"the function to retry is expected here, got the {kind} strategy {fn!r}; "
            f"write @retry({kind}=...)"
        )
    if isinstance(fn, type) and issubclass(fn, BaseException):
        raise TypeError(
            f"the function to retry is expected here, got the exception class {fn.__name__}; "
            f"write @retry(retry=retry_if_exception_type({fn.__name__}))"
        )
    if isinstance(fn, (classmethod, staticmethod)):
        kind = type(fn).__name__
        raise TypeError(
            f"the function to retry is expected here, got the {kind} object of "
            f"{getattr(fn.__func__, '__qualname__', fn.__func__)}; put @{kind} above @retry"
        )
    if not callable(fn) and hasattr(type(fn), "__get__"):  # a property, for example
        kind = type(fn).__name__
        inner = getattr(fn, "fget", getattr(fn, "func", None))
        raise TypeError(
            f"the function to retry is expected here, got the {kind} of "
            f"{getattr(inner, '__qualname__', inner)}; put @{kind} above @retry"
        )
    if not callable(fn):
        raise TypeError(
            f"the function to retry must be callable, got {_checks.named(fn)}; "
            "write @retry or @retry(...) above a function"
        )
    if _is_generator(fn):
        raise TypeError(
            f"cannot retry the generator function {getattr(fn, '__name__', fn)!r}: it returns "
            "before it runs; retry the function that consumes it, or use a `for attempt in "
            "Retrying(...)` block inside it"
        )
    return fn


def _is_generator(fn: Any) -> bool:
    """Whether a call of `fn`, or of what it calls for us, makes a generator."""
    functools = sys.modules.get("functools")
    while functools is not None and isinstance(fn, functools.partial):
        fn = fn.func
    codes = getattr(fn, "__code__", None), getattr(type(fn).__call__, "__code__", None)
    return any(getattr(code, "co_flags", 0) & _GENERATOR for code in codes)


_PLAIN = 1  # what _native.function_kind() says of a function that is not a coroutine function

_GENERATOR = 0x20 | 0x200  # inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR


if TYPE_CHECKING:

    @overload
    def retry(fn: Callable[P, R], /) -> Decorated[P, R]: ...

    @overload
    def retry(
        *,
        sleep: Callable[[float], Coroutine[Any, Any, None]],
        stop: Stop = ...,
        wait: Wait = ...,
        retry: Any = ...,
        before: Hook = ...,
        after: Hook = ...,
        before_sleep: Hook = ...,
        reraise: bool = ...,
        retry_error_cls: type[RetryError] = ...,
        retry_error_callback: Hook = ...,
        name: str | None = ...,
        enabled: bool = ...,
        keep_exceptions: int = ...,
        attempt_timeout: None = ...,
    ) -> CoroutineDecorator: ...

    @overload
    def retry(
        *,
        attempt_timeout: float | timedelta,
        sleep: Callable[[float], Any] = ...,
        stop: Stop = ...,
        wait: Wait = ...,
        retry: Any = ...,
        before: Hook = ...,
        after: Hook = ...,
        before_sleep: Hook = ...,
        reraise: bool = ...,
        retry_error_cls: type[RetryError] = ...,
        retry_error_callback: Hook = ...,
        name: str | None = ...,
        enabled: bool = ...,
        keep_exceptions: int = ...,
    ) -> CoroutineDecorator: ...

    @overload
    def retry(
        *,
        sleep: Callable[[float], None] = ...,
        stop: Stop = ...,
        wait: Wait = ...,
        retry: Any = ...,
        before: Hook = ...,
        after: Hook = ...,
        before_sleep: Hook = ...,
        reraise: bool = ...,
        retry_error_cls: type[RetryError] = ...,
        retry_error_callback: Hook = ...,
        name: str | None = ...,
        enabled: bool = ...,
        keep_exceptions: int = ...,
        attempt_timeout: None = ...,
    ) -> Decorator: ...


def retry(fn: Any = None, /, **policy: Any) -> Any:
    """Decorate a function so that it is retried.

    `@retry` repeats after any Exception, at once and for ever; `@retry(stop=..., wait=..., ...)`
    takes the arguments of BaseRetrying, for coroutine functions those of AsyncRetrying. Coroutine
    functions stay coroutine functions, Tornado coroutines stay Tornado coroutines.

    The decorated function has `retry` (the controller), `retry_with(**changes)` (the function
    under a changed policy) and `statistics` (numbers of its newest call).

    >>> from mainstay.retry import retry, stop_after_attempt
    >>> @retry(stop=stop_after_attempt(3))
    ... def fetch() -> str:
    ...     return "page"
    >>> fetch(), fetch.statistics["attempt_number"]
    ('page', 1)

    Raises:
        TypeError, ValueError: an argument makes no sense.
    """
    if fn is not None:
        if policy:
            raise TypeError("give retry either the function or the policy, got both")
        return _controller(retriable(fn), {}, []).wraps(fn)

    # Checked now, where the policy is written, not when a function is decorated with it: at a
    # glance, or by making a controller of it, which then serves the first function it fits.
    made = [] if _native.takes(Retrying, policy) else [_checked(policy)]

    def decorate(function: Any = None) -> Any:
        if not _native.function_kind(function):
            retriable(function)
        return _controller(function, policy, made).wraps(function)

    return decorate


def _checked(policy: dict[str, Any]) -> Any:
    """A controller of that policy; raises what it is to be refused with."""
    if not _KNOWN_ARGUMENTS.issuperset(policy):
        _checks.arguments("retry()", policy, _ARGUMENTS)
    return (_class_of_async() if _may_be_async(policy) else Retrying)(**policy)


def _controller(function: Any, policy: dict[str, Any], made: list[Any]) -> Any:
    """The controller that `function` needs: what was made already, if it fits."""
    sleep = policy.get("sleep")
    needed: Any = Retrying
    if is_coroutine_callable(function) or (sleep is not None and is_coroutine_callable(sleep)):
        if sleep is not None and policy.get("attempt_timeout") is None:
            _checks.asleep(function, sleep)  # with a time limit wraps() refuses, and says more
        needed = _async_class or _class_of_async()
    elif "tornado.gen" in sys.modules and is_tornado_coroutine(function, globals()):
        from .tornadoweb import TornadoRetrying

        needed = TornadoRetrying
    if made and type(made[-1]) is needed:
        try:
            return made.pop()
        except IndexError:  # another thread was faster
            pass
    return needed(**policy)


_async_class: Any = None


def _class_of_async() -> Any:
    """AsyncRetrying, which is imported by the first function that needs it."""
    global _async_class
    from ._async_policy import AsyncRetrying

    _async_class = AsyncRetrying
    return AsyncRetrying


def _may_be_async(policy: dict[str, Any]) -> bool:
    for part in policy.values():
        if is_coroutine_callable(part):
            return True
    return policy.get("attempt_timeout") is not None
