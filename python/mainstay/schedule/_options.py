"""What a program may ask of a job beyond when it runs: errors, missed runs, drift, time limits.

Given as keyword-only arguments of `every()` and `cron()`, or of Scheduler for all of its jobs.
"""

from __future__ import annotations

from ._errors import ScheduleValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any, Literal, TypedDict

    from ._job import Job

    class JobOptions(TypedDict, total=False):
        """The keyword-only arguments of `every()` and `cron()`."""

        name: str
        on_error: Literal["raise", "log", "cancel"] | Any
        misfire: Literal["once", "skip"] | int
        grace: float
        timeout: float
        drift: bool
        jitter: float
        zone: str | datetime.tzinfo


class Options:
    """The options that are looked at when a job runs. Immutable; shared by jobs and threads."""

    __slots__ = (
        *("given", "grace", "is_async", "logger", "misfire"),
        *("name", "on_error", "own", "policy", "timeout"),
    )

    def __init__(self, given: JobOptions, own: JobOptions | None = None) -> None:
        self.given = given
        self.own: Any = given if own is None else own
        """Those that were given for this job, and not for its scheduler."""
        self.name: str | None = given.get("name")
        """Under which it is kept in a Store, or None."""
        self.misfire: int = _misfire(given.get("misfire", "once"))
        """How many missed runs are made up for: 0 for none, 1 for the last one."""
        self.grace: float = _seconds("grace", given.get("grace", 1.0))
        """From how many seconds on a late run is a missed one."""
        timeout = given.get("timeout")
        self.timeout: float | None = None if timeout is None else _seconds("timeout", timeout)
        """After how many seconds a coroutine is cancelled, or None."""
        # What runs need is imported before the first of them.
        import logging
        import zoneinfo  # noqa: F401

        self.logger = logging.getLogger("schedule")
        self.on_error: str | None = None
        """What the error of a run does: "raise", "log" or "cancel". None, which is not said, means
        "raise" in run_pending() and "log" in a runner."""
        self.policy: Any = None
        """A policy of mainstay.retry by which runs are repeated first, or None."""
        self.is_async = False
        """Whether the policy is awaited."""
        if "on_error" in given:
            self._take_errors(given["on_error"])
        if self.name is not None and not (isinstance(self.name, str) and self.name):
            raise ScheduleValueError(f"a name is a text that is not empty, got {self.name!r}")

    def _take_errors(self, wanted: Any) -> None:
        if isinstance(wanted, str) and wanted in ("raise", "log", "cancel"):
            self.on_error = wanted
        elif callable(wanted) and hasattr(wanted, "wait"):
            self.on_error, self.policy = "log", wanted
            self.is_async = any(base.__name__ == "AsyncRetrying" for base in type.mro(type(wanted)))
        else:
            raise ScheduleValueError(
                "on_error is 'raise', 'log', 'cancel' or a policy such as "
                f"mainstay.retry.Retrying(...), got {wanted!r}"
            )


def _misfire(wanted: Any) -> int:
    if wanted == "once":
        return 1
    if wanted == "skip":
        return 0
    if isinstance(wanted, int) and not isinstance(wanted, bool) and wanted >= 1:
        return wanted
    raise ScheduleValueError(
        f"misfire is 'once', 'skip' or how many missed runs to make up for, got {wanted!r}"
    )


def _seconds(name: str, wanted: Any) -> float:
    if isinstance(wanted, (int, float)) and not isinstance(wanted, bool) and wanted >= 0:
        return float(wanted)
    raise ScheduleValueError(f"{name} is a number of seconds that is not negative, got {wanted!r}")


_KNOWN = ("name", "on_error", "misfire", "grace", "timeout", "drift", "jitter", "zone")
_OF_RUNS = frozenset(("name", "on_error", "misfire", "grace", "timeout"))


def check_names(where: str, given: Any) -> None:
    """Refuses keyword arguments that are no options, as Python would."""
    for name in given:
        if name not in _KNOWN:
            raise TypeError(f"{where} got an unexpected keyword argument {name!r}")


def apply(job: Job, given: JobOptions, own: JobOptions) -> None:
    """Gives a new job its options, `own` among them."""
    if "zone" in given:
        job.at_time_zone = given["zone"]
    if "drift" in given:
        job._drift = given["drift"]
    if "jitter" in given:
        job._jitter = given["jitter"]
    if not _OF_RUNS.isdisjoint(given):
        job._options = Options(given, own)
