"""Special calls that cannot go by a plan: how they are watched, timed and carried out.

A hook whose specification or wrappers ask for more than a list gets a `Special` as what executes
its calls. While nobody looks on, native code makes them by the hook's plan all the same; what is
here is for those that are monitored, timed, historic, extra or of unusual parts. `reported` is the
same for a call that is to say who answered what.
"""

from __future__ import annotations

from . import _native
from ._asking import Asking, run
from ._hook import Result
from ._kinds import is_async_generator_function
from ._report import Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

__all__ = ["Special", "reported"]


class Special(_native.Special):
    """Executes the calls of one hook, where they do not go by its plan."""

    __slots__ = ()

    def __call__(
        self,
        hook_name: str,
        methods: Sequence[Any],
        kwargs: Mapping[str, object],
        firstresult: bool,
    ) -> Any:
        """What hooks call in place of `manager._hookexec`."""
        return reported(self.__self__, hook_name, methods, kwargs, self.opts).result


def reported(
    manager: Any,
    hook_name: str,
    impls: Sequence[Any],
    kwargs: Mapping[str, object],
    opts: Mapping[str, Any],
) -> Report:
    """Carry out one call that does not await; monitors and timings see it as any other.

    Raises:
        HookCallError: an argument is missing.
        HookErrors: errors are collected, and there are some.
        TypeError: a wrapper is asynchronous.
        BaseException: what an implementation or a wrapper raised.
    """
    for each in impls:
        if (each.wrapper or each.hookwrapper) and is_async_generator_function(each.function):
            raise TypeError(
                f"the wrapper of plugin {each.plugin_name!r} is asynchronous, so hook "
                f"{hook_name!r} cannot be called without awaiting; "
                f"write: await manager.ahook.{hook_name}(...)"
            )
    watchers = manager._mainstay_watchers
    timings = manager._mainstay_timings
    asking: Any = None

    def carry_out() -> Any:
        nonlocal asking
        measured = impls
        if timings is not None:
            measured = timings._measured(hook_name, impls, awaits=False)
        asking = Asking(hook_name, measured, kwargs, opts)
        if timings is None:
            return run(manager, asking, hook_name, measured, kwargs)
        with timings._span(hook_name):
            return run(manager, asking, hook_name, measured, kwargs)

    if not watchers:
        try:
            result = carry_out()
            return Report(result, tuple(asking.answers))
        finally:
            if asking is not None:
                asking.forget()
    for before, _ in reversed(watchers):
        before(hook_name, impls, kwargs)
    outcome = Result.from_call(carry_out)
    for _, after in watchers:
        after(outcome, hook_name, impls, kwargs)
    try:
        return Report(outcome.get_result(), tuple(asking.answers) if asking else ())
    finally:
        if asking is not None:
            asking.forget()
        del outcome  # or the traceback of its exception would hold this frame, which holds it
