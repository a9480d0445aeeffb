"""tenacity's names on mainstay's engine. Loaded in its place where a program asked for that.

What is here are names, defaults and seams (`time` and `tornado` may be patched); the behaviour is
in `mainstay.retry`. `mainstay doctor` lists what differs from the release named in `_version`.
"""

import sys
import time  # noqa: F401 - the clock, looked up here so that it can be patched here
import warnings

from mainstay.retry import _future, _loop, _native, _state
from mainstay.retry._names import is_tornado_coroutine

from . import nap
from ._version import __version__ as __version__
from .nap import sleep, sleep_using_event
from .retry import (
    retry_all,
    retry_always,
    retry_any,
    retry_base,
    retry_if_exception,
    retry_if_exception_cause_type,
    retry_if_exception_message,
    retry_if_exception_type,
    retry_if_not_exception_message,
    retry_if_not_exception_type,
    retry_if_not_result,
    retry_if_result,
    retry_never,
    retry_unless_exception_type,
)
from .stop import (
    stop_after_attempt,
    stop_after_delay,
    stop_all,
    stop_any,
    stop_before_delay,
    stop_never,
    stop_when_event_set,
)
from .wait import (
    wait_chain,
    wait_combine,
    wait_exception,
    wait_exponential,
    wait_exponential_jitter,
    wait_fixed,
    wait_incrementing,
    wait_none,
    wait_random,
    wait_random_exponential,
)
from .wait import wait_random_exponential as wait_full_jitter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar

__all__ = [
    "NO_RESULT",
    "AsyncRetrying",
    "AttemptManager",
    "BaseAction",
    "BaseRetrying",
    "DoAttempt",
    "DoSleep",
    "Future",
    "RetryAction",
    "RetryCallState",
    "RetryError",
    "Retrying",
    "TryAgain",
    "WrappedFn",
    "after_log",
    "after_nothing",
    "before_log",
    "before_nothing",
    "before_sleep_log",
    "before_sleep_nothing",
    "retry",
    "retry_all",
    "retry_always",
    "retry_any",
    "retry_base",
    "retry_if_exception",
    "retry_if_exception_cause_type",
    "retry_if_exception_message",
    "retry_if_exception_type",
    "retry_if_not_exception_message",
    "retry_if_not_exception_type",
    "retry_if_not_result",
    "retry_if_result",
    "retry_never",
    "retry_unless_exception_type",
    "sleep",
    "sleep_using_event",
    "stop_after_attempt",
    "stop_after_delay",
    "stop_all",
    "stop_any",
    "stop_before_delay",
    "stop_never",
    "stop_when_event_set",
    "wait_chain",
    "wait_combine",
    "wait_exception",
    "wait_exponential",
    "wait_exponential_jitter",
    "wait_fixed",
    "wait_full_jitter",
    "wait_incrementing",
    "wait_none",
    "wait_random",
    "wait_random_exponential",
]

NO_RESULT = object()


def before_nothing(retry_state: "Any") -> None:
    """Do nothing before an attempt."""


def after_nothing(retry_state: "Any") -> None:
    """Do nothing after an attempt."""


# Policies pickle them by the modules they belong to.
before_nothing.__module__ = f"{__name__}.before"
after_nothing.__module__ = f"{__name__}.after"


class TryAgain(_state.TryAgain):
    """Raise it from the retried function to ask for another attempt, whatever the policy says."""


class RetryError(_state.RetryError):
    """No attempt is left; `last_attempt` is the Future of the last one."""


class DoAttempt(_state.DoAttempt):
    """What `iter()` returns when the function is to be called now."""


class DoSleep(_state.DoSleep):
    """What `iter()` returns when it is time to sleep: the length in seconds."""


class BaseAction(_state.BaseAction):
    """Base of what a policy may decide to do next."""


class RetryAction(BaseAction):
    """Another attempt after `sleep` seconds."""

    REPR_FIELDS: "ClassVar[tuple[str, ...]]" = ("sleep",)
    NAME: "ClassVar[str | None]" = "retry"

    def __init__(self, sleep: "Any") -> None:
        self.sleep = float(sleep)


class Future(_future.Future):
    """The outcome of one attempt: a finished concurrent.futures.Future with its number."""


def _new_iter_state() -> "Any":
    """A pass of iter() begins."""
    return IterState()


@_native.adopt_state
class RetryCallState(_state.RetryCallState):
    """One call under a policy, as strategies and hooks see it."""

    _namespace = globals()

    @staticmethod
    def _future(made: "type[Any]" = Future) -> "type[Any]":
        return made


class AttemptManager(_state.AttemptManager):
    """The `with` block of one attempt."""


class BaseRetrying(_loop.BaseRetrying):
    """A policy and the means to run calls under it."""

    _door = _loop.Door(
        namespace=globals(),
        iter_state=_new_iter_state,
        wait_none=wait_none,
    )

    def __init__(
        self,
        sleep: "Any" = sleep,
        stop: "Any" = stop_never,
        wait: "Any" = wait_none(),
        retry: "Any" = retry_if_exception_type(),
        before: "Any" = before_nothing,
        after: "Any" = after_nothing,
        before_sleep: "Any" = None,
        reraise: bool = False,
        retry_error_cls: "type[Any]" = RetryError,
        retry_error_callback: "Any" = None,
        name: "str | None" = None,
        enabled: bool = True,
    ) -> None:
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


class Retrying(_loop.Retrying, BaseRetrying):
    """Runs functions, and `for` blocks, under a policy."""


_native.adopt_controller(
    Retrying,
    namespace=globals(),
    sleep_namespace=nap.__dict__,
    sleep=sleep,
    before=before_nothing,
    after=after_nothing,
    error_class=RetryError,
    future=RetryCallState._future,
    do_sleep=DoSleep,
    state_class=RetryCallState,
    manager_class=AttemptManager,
    classes=globals(),
)


def retry(*dargs: "Any", **dkw: "Any") -> "Any":
    """Decorate a function so that it is retried: `@retry`, or `@retry(stop=..., wait=..., ...)`."""
    if len(dargs) == 1 and callable(dargs[0]):
        return retry()(dargs[0])

    def wrap(f: "Any") -> "Any":
        if not _native.function_kind(f):
            _warn_of_a_strategy(f)
        controller: Any
        if _native.is_coroutine_callable(f) or _native.is_coroutine_callable(dkw.get("sleep")):
            controller = AsyncRetrying(*dargs, **dkw)
        elif "tornado.gen" in sys.modules and is_tornado_coroutine(f, globals()):
            from .tornadoweb import TornadoRetrying

            controller = TornadoRetrying(*dargs, **dkw)
        else:
            controller = Retrying(*dargs, **dkw)
        return controller.wraps(f)

    return wrap


def _warn_of_a_strategy(f: "Any") -> None:
    if isinstance(f, retry_base):
        name = type(f).__name__
        warnings.warn(
            f"Got retry_base instance ({name}) as callable argument, this will probably hang "
            f"indefinitely (did you mean retry={name}(...)?)",
            stacklevel=3,
        )


# They are made of what is above.
from . import _utils as _utils  # noqa: E402
from ._iter_state import IterState as IterState  # noqa: E402
from .after import after_log  # noqa: E402
from .asyncio import AsyncRetrying  # noqa: E402
from .before import before_log  # noqa: E402
from .before_sleep import before_sleep_log, before_sleep_nothing  # noqa: E402

# Names for annotations, which bring `typing` with them: imported when one looks.
_TYPES = ("P", "R", "WrappedFn", "WrappedFnReturnT")

# What the peer imports for itself, and a program may take from it.
_IN_PASSING = {
    "ABC": "abc",
    "abstractmethod": "abc",
    "dataclasses": "",
    "functools": "",
    "futures": "concurrent",
    "t": "typing",
    "threading": "",
}


def __getattr__(name: str) -> "Any":
    """What is imported late: Tornado and its part, and what has to do with types."""
    if name in _TYPES:
        from . import _types

        return globals().setdefault(name, getattr(_types, name))
    if name == "tornado":
        try:
            import tornado
        except ImportError:
            return None
        return tornado
    if name in _IN_PASSING:
        return _in_passing(name)
    if name == "TornadoRetrying":
        from .tornadoweb import TornadoRetrying

        return TornadoRetrying
    if name == "tornadoweb":
        from importlib import import_module

        return import_module(f"{__name__}.tornadoweb")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _in_passing(name: str) -> "Any":
    from importlib import import_module

    home = _IN_PASSING[name]
    if name == "t":
        return import_module(home)
    if name == "futures":
        return import_module(f"{home}.{name}")
    return getattr(import_module(home), name) if home else import_module(name)


def __dir__() -> "list[str]":
    return sorted({*globals(), *_TYPES, *__all__})


def _complete() -> None:
    """Import all of it now: what `import tenacity` means is about to change."""
    for name in _TYPES:
        __getattr__(name)
