"""What one retried call knows about itself, and what it hands to strategies and hooks.

Both doors (`mainstay.retry` and the drop-in package) subclass these, so that their objects print
and pickle under the door's own name; the behaviour is here once.
"""

from . import _native
from ._future import Future
from ._names import get_callback_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, ClassVar, NoReturn

__all__ = [
    "AttemptManager",
    "BaseAction",
    "DoAttempt",
    "DoSleep",
    "RetryCallState",
    "RetryError",
    "TryAgain",
]


@_native.adopt_try_again
class TryAgain(Exception):
    """Raise it from the retried function to ask for another attempt, whatever the policy says."""


class RetryError(Exception):
    """No attempt is left. Raised from the last exception, when there was one.

    Attributes:
        last_attempt: the Future of the last attempt.
    """

    last_attempt: "Any"

    def __init__(self, last_attempt: "Any") -> None:
        self.last_attempt = last_attempt
        super().__init__(last_attempt)

    def reraise(self) -> "NoReturn":
        """Raise what the last attempt raised; raise this error when it returned a value.

        After an explicit TryAgain that is the exception TryAgain was raised from or while handling.
        """
        if not self.last_attempt.failed:
            raise self
        error = self.last_attempt.exception()
        if isinstance(error, TryAgain):
            reason = error.__cause__ or error.__context__
            if reason is not None:
                raise reason.with_traceback(reason.__traceback__) from None
        raise self.last_attempt.result()

    def __str__(self) -> str:
        return f"{type(self).__name__}[{self.last_attempt}]"


class DoAttempt:
    """What `iter()` returns when the function is to be called now."""


class DoSleep(float):
    """What `iter()` returns when it is time to sleep: the length in seconds."""


_native.adopt_steps(DoAttempt, DoSleep)


class BaseAction:
    """Base of what a policy may decide to do next.

    Subclasses name themselves in NAME and list in REPR_FIELDS the attributes their repr shows.
    """

    REPR_FIELDS: "ClassVar[tuple[str, ...]]" = ()
    NAME: "ClassVar[str | None]" = None

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.REPR_FIELDS)
        return f"{type(self).__name__}({fields})"

    def __str__(self) -> str:
        return repr(self)


class RetryCallState(_native.CallState):
    """One call under a policy, from its first attempt to its end.

    Every attribute may be written: strategies read them when they are asked. Not shared between
    threads, except as the program itself hands it on.

    Attributes:
        start_time: when the call began, in seconds of the monotonic clock.
        retry_object: the controller the call runs under.
        fn, args, kwargs: the function being called (None inside a block) and its arguments.
        attempt_number: the number of the current attempt, from 1.
        outcome: what the last attempt came to, as a Future; None while one is due or under way.
        outcome_timestamp: when that was known, in seconds of the monotonic clock; None before.
        idle_for: seconds slept so far.
        next_action: what was decided after the last attempt; None before a decision.
        upcoming_sleep: seconds the next sleep will take, as the wait strategy said.
    """

    # Set by each door: the namespace whose `time` is the clock.
    _namespace: "ClassVar[dict[str, Any]]"

    @staticmethod
    def _future() -> "type[Any]":
        """The class of outcomes; each door has its own."""
        return Future

    def __init__(self, retry_object: "Any", fn: "Any", args: "Any", kwargs: "Any") -> None:
        self.start_time = self._namespace["time"].monotonic()
        self.retry_object = retry_object
        self.fn = fn
        self.args = args
        self.kwargs = kwargs
        self.attempt_number = 1
        self.outcome = None
        self.outcome_timestamp = None
        self.idle_for = 0.0
        self.next_action = None
        self.upcoming_sleep = 0.0

    def __setstate__(self, state: "dict[str, Any]") -> None:
        for name, value in state.items():
            setattr(self, name, value)

    def get_fn_name(self) -> str:
        """Return the qualified name of the function, or the controller's name in a block."""
        if self.fn is None:
            return str(self.retry_object)
        return get_callback_name(self.fn)

    @property
    def seconds_since_start(self) -> "float | None":
        """Seconds from the start to the last outcome; None while there is no outcome."""
        if self.outcome_timestamp is None:
            return None
        seconds: float = self.outcome_timestamp - self.start_time
        return seconds

    def prepare_for_next_attempt(self) -> None:
        """Forget the last outcome and count one attempt more."""
        self.outcome = None
        self.outcome_timestamp = None
        self.attempt_number += 1
        self.next_action = None

    def __repr__(self) -> str:
        if self.outcome is None:
            result = "none yet"
        elif self.outcome.failed:
            error = self.outcome.exception()
            result = f"failed ({type(error).__name__} {error})"
        else:
            result = f"returned {self.outcome.result()}"
        slept = float(round(self.idle_for, 2))
        return (
            f"<{type(self).__name__} {id(self)}: attempt #{self.attempt_number}; "
            f"slept for {slept}; last result: {result}>"
        )


class AttemptManager(_native.AttemptManager):
    """The `with` block of one attempt: what the block raises is the outcome, not an error yet.

    Works as `with` and as `async with`.
    """

    def __init__(self, retry_state: "RetryCallState") -> None:
        self.retry_state = retry_state

    async def __aenter__(self) -> None:
        return None

    async def __aexit__(
        self,
        exc_type: "type[BaseException] | None",
        exc_value: "BaseException | None",
        traceback: "TracebackType | None",
    ) -> "bool | None":
        return self.__exit__(exc_type, exc_value, traceback)
