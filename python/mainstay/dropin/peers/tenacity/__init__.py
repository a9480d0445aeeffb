"""tenacity's names on mainstay's engine. Loaded in its place where a program asked for that.

What is here are names, defaults and seams (`time` and `tornado` may be patched); the behaviour is
in `mainstay.retry`. `mainstay doctor` lists what differs from the release named in `_version`.
"""

import sys
import time  # noqa: F401 - the clock, looked up here so that it can be patched here

from mainstay.retry import _loop, _native, _state

from . import nap
from .nap import sleep, sleep_using_event
from .retry import (
    retry_base,
    retry_if_exception,
    retry_if_exception_type,
    retry_if_result,
)
from .stop import (
    stop_after_attempt,
    stop_after_delay,
    stop_never,
)
from .wait import (
    wait_exponential,
    wait_fixed,
    wait_none,
    wait_random_exponential,
)
from .wait import wait_random_exponential as wait_full_jitter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar

    from ._iter_state import IterState as IterState
    from ._version import __version__ as __version__
    from .after import after_log
    from .asyncio import AsyncRetrying
    from .before import before_log
    from .before_sleep import before_sleep_log, before_sleep_nothing
    from .retry import (
        retry_all,
        retry_always,
        retry_any,
        retry_if_exception_cause_type,
        retry_if_exception_message,
        retry_if_not_exception_message,
        retry_if_not_exception_type,
        retry_if_not_result,
        retry_never,
        retry_unless_exception_type,
    )
    from .stop import stop_all, stop_any, stop_before_delay, stop_when_event_set
    from .wait import (
        wait_chain,
        wait_combine,
        wait_exception,
        wait_exponential_jitter,
        wait_incrementing,
        wait_random,
    )

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


# Policies pickle them by the modules they belong to, which are imported when one is looked at.
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


def _new_iter_state() -> "Any":
    """A pass of iter() begins: its class is a dataclass, which few processes need."""
    return (globals().get("IterState") or __getattr__("IterState"))()


def _made_future() -> "type[Any]":
    """tenacity.Future; made when first needed, because it brings concurrent.futures with it."""
    from mainstay.retry._future import future_of

    return future_of("tenacity")


@_native.adopt_state
class RetryCallState(_state.RetryCallState):
    """One call under a policy, as strategies and hooks see it."""

    _namespace = globals()

    @staticmethod
    def _future() -> "type[Any]":
        return _made_future()


class AttemptManager(_state.AttemptManager):
    """The `with` block of one attempt."""


# For tenacity.asyncio, which is imported late.
_of_async_calls: "Any" = (AttemptManager, DoAttempt, DoSleep, RetryCallState)


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
            make = globals().get("AsyncRetrying") or __getattr__("AsyncRetrying")
            controller = make(*dargs, **dkw)
        elif "tornado.gen" in sys.modules and _is_tornado_coroutine(f):
            from .tornadoweb import TornadoRetrying

            controller = TornadoRetrying(*dargs, **dkw)
        else:
            controller = Retrying(*dargs, **dkw)
        return controller.wraps(f)

    return wrap


def _is_tornado_coroutine(f: "Any") -> bool:
    from mainstay.retry._names import is_tornado_coroutine

    return is_tornado_coroutine(f, globals())


def _warn_of_a_strategy(f: "Any") -> None:
    if isinstance(f, retry_base):
        import warnings

        name = type(f).__name__
        warnings.warn(
            f"Got retry_base instance ({name}) as callable argument, this will probably hang "
            f"indefinitely (did you mean retry={name}(...)?)",
            stacklevel=3,
        )


# What `import tenacity` offers and most programs do not use: imported when one looks.
_HOMES = {
    "AsyncRetrying": "asyncio",
    "IterState": "_iter_state",
    "P": "_types",
    "R": "_types",
    "WrappedFn": "_types",
    "WrappedFnReturnT": "_types",
    "__version__": "_version",
    "_utils": "",
    "after": "",
    "after_log": "after",
    "asyncio": "",
    "before": "",
    "before_log": "before",
    "before_sleep": "",
    "before_sleep_log": "before_sleep",
    "before_sleep_nothing": "before_sleep",
    "retry_all": "retry",
    "retry_always": "retry",
    "retry_any": "retry",
    "retry_if_exception_cause_type": "retry",
    "retry_if_exception_message": "retry",
    "retry_if_not_exception_message": "retry",
    "retry_if_not_exception_type": "retry",
    "retry_if_not_result": "retry",
    "retry_never": "retry",
    "retry_unless_exception_type": "retry",
    "stop_all": "stop",
    "stop_any": "stop",
    "stop_before_delay": "stop",
    "stop_when_event_set": "stop",
    "wait_chain": "wait",
    "wait_combine": "wait",
    "wait_exception": "wait",
    "wait_exponential_jitter": "wait",
    "wait_incrementing": "wait",
    "wait_random": "wait",
}


# What the peer imports for itself, and a program may take from it: those not imported here.
_IN_PASSING = {
    "ABC": "abc",
    "abstractmethod": "abc",
    "dataclasses": "",
    "functools": "",
    "futures": "concurrent",
    "t": "typing",
    "threading": "",
    "warnings": "",
}


def __getattr__(name: str) -> "Any":
    """What is imported late, Tornado and its part among it."""
    here = globals()
    if name in here:
        return here[name]
    home = _HOMES.get(name)
    if home is not None:
        found = __import__(home or name, here, None, ("__name__",), 1)
        return here.setdefault(name, getattr(found, name) if home else found)
    if name == "tornado":
        try:
            import tornado
        except ImportError:
            return None
        return tornado
    if name == "Future":
        return _made_future()
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
    return sorted({*globals(), *_HOMES, *__all__})


def _complete() -> None:
    """Import all of it now: what `import tenacity` means is about to change."""
    for name in _HOMES:
        __getattr__(name)
