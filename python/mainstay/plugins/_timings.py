"""How long hooks and plugins take, while somebody wants to know.

Timing takes the place of the call loop of one manager and gives it back in the end: whoever does
not ask pays nothing, and calls go natively again.
"""

from __future__ import annotations

from time import perf_counter

from ._kinds import is_async_generator_function, is_generator_function

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping, Sequence
    from typing import Any

    from typing_extensions import Self

__all__ = ["HookTimings", "Timing"]

_PUBLIC = "mainstay.plugins"


class Timing:
    """What was measured of one thing. Read only; changes while measuring goes on."""

    __slots__ = ("calls", "raised", "seconds", "slowest")
    __module__ = _PUBLIC

    calls: int
    """How often it was called."""
    raised: int
    """How many of them ended in an exception."""
    seconds: float
    """All calls together, by the clock that was given."""
    slowest: float
    """Seconds of the longest one."""

    def __init__(self) -> None:
        self.calls = self.raised = 0
        self.seconds = self.slowest = 0.0

    def _add(self, seconds: float, raised: bool) -> None:
        self.calls += 1
        self.raised += raised
        self.seconds += seconds
        self.slowest = max(self.slowest, seconds)

    def __repr__(self) -> str:
        return (
            f"Timing(calls={self.calls}, raised={self.raised}, "
            f"seconds={self.seconds:.6f}, slowest={self.slowest:.6f})"
        )


class HookTimings:
    """Measures the hooks of one manager from `manager.time_hooks()` until `stop()`.

    A mapping from the names of hooks to the Timing of their calls; `plugins(NAME)` has the share of
    each plugin. A hook that is called by an implementation counts for itself, and for that
    implementation as well. Time is what the clock says, so what is waited for counts; of awaited
    hooks that run at the same time, each has its whole time. Wrappers count with their own two
    halves. `print` it for a table, the most expensive first.

    Calls from several threads may lose counts to each other; nothing worse.
    """

    __slots__ = ("_clock", "_hooks", "_inner", "_manager", "_plugins", "_timed")
    __module__ = _PUBLIC

    def __init__(self, manager: Any, clock: Callable[[], float] = perf_counter) -> None:
        self._manager: Any = manager
        self._clock = clock
        self._hooks: dict[str, Timing] = {}
        self._plugins: dict[str, dict[str, Timing]] = {}
        # By the implementation itself, which is kept alive here: its id stays its own.
        self._timed: dict[tuple[int, bool], tuple[Any, Any]] = {}
        self._inner: Any = None  # given by the manager
        manager._mainstay_look_on(manager._mainstay_watchers, self)

    def stop(self) -> None:
        """Measure no more; what was measured stays. A second time does nothing."""
        manager, self._manager = self._manager, None
        if manager is None:
            return
        manager._mainstay_look_on(manager._mainstay_watchers, None)
        self._timed.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def __getitem__(self, hook: str) -> Timing:
        return self._hooks[hook]

    def __iter__(self) -> Iterator[str]:
        return iter(self._hooks)

    def __len__(self) -> int:
        return len(self._hooks)

    def __contains__(self, hook: object) -> bool:
        return hook in self._hooks

    def keys(self) -> Any:
        """The names of the hooks that were called."""
        return self._hooks.keys()

    def plugins(self, hook: str) -> Mapping[str, Timing]:
        """The share of each plugin in one hook, by its name; empty when it was not called."""
        return self._plugins.get(hook, {})

    def __str__(self) -> str:
        lines = [f"{'hook, plugin':<40} {'calls':>9} {'raised':>7} {'seconds':>10} {'slowest':>10}"]
        for hook, timing in _dearest_first(self._hooks):
            lines.append(_line(hook, timing))
            lines += [_line(f"  {name}", its) for name, its in _dearest_first(self.plugins(hook))]
        return "\n".join(lines)

    def __repr__(self) -> str:
        state = "stopped" if self._manager is None else "running"
        return f"<HookTimings {state}, {len(self)} hooks>"

    # --- what managers and callers use -----------------------------------------------------------

    def _execute(
        self,
        hook_name: str,
        impls: Sequence[Any],
        kwargs: Mapping[str, object],
        firstresult: bool,
    ) -> Any:
        """In the place of the call loop."""
        if self._manager is None:
            return self._inner(hook_name, impls, kwargs, firstresult)
        timed = self._measured(hook_name, impls, awaits=False)
        with _Span(self._clock, self._of_hook(hook_name)):
            return self._inner(hook_name, timed, kwargs, firstresult)

    def _span(self, hook_name: str) -> _Span:
        """For `with`, around a call of that hook."""
        return _Span(self._clock, self._of_hook(hook_name))

    def _of_hook(self, hook_name: str) -> Timing:
        return self._hooks.setdefault(hook_name, Timing())

    def _measured(self, hook_name: str, impls: Sequence[Any], *, awaits: bool) -> list[Any]:
        """The implementations with functions that measure."""
        return [self._one(hook_name, impl, awaits) for impl in impls]

    def _one(self, hook_name: str, impl: Any, awaits: bool) -> Any:
        known = self._timed.get((id(impl), awaits))
        if known is not None:
            return known[1]
        shares = self._plugins.setdefault(hook_name, {})
        share = shares.setdefault(impl.plugin_name, Timing())
        function = _timed_function(impl.function, self._clock, share, awaits)
        timed = type(impl)(impl.plugin, impl.plugin_name, function, impl.opts)
        self._timed[id(impl), awaits] = impl, timed
        return timed


class _Span:
    """Adds the time between entering and leaving to a Timing."""

    __slots__ = ("_begun", "_clock", "_timing", "raised")

    def __init__(self, clock: Callable[[], float], timing: Timing) -> None:
        self._clock = clock
        self._timing = timing
        self._begun = 0.0
        self.raised = False

    def __enter__(self) -> Self:
        self._begun = self._clock()
        return self

    def __exit__(self, kind: object, *rest: object) -> None:
        self._timing._add(self._clock() - self._begun, self.raised or kind is not None)


def _timed_function(
    function: Callable[..., Any], clock: Callable[[], float], timing: Timing, awaits: bool
) -> Callable[..., Any]:
    """`function` with a watch; its arguments are read off `function` itself, by `__wrapped__`."""
    if is_async_generator_function(function):

        def timed(*args: Any, **kwargs: Any) -> Any:
            return _timed_async_wrapper(function(*args, **kwargs), clock, timing)

        return _as(function, timed)
    if is_generator_function(function):

        def timed_wrapper(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
            return (yield from _timed_wrapper(function(*args, **kwargs), clock, timing))

        return _as(function, timed_wrapper)
    if awaits:

        async def timed_await(*args: Any, **kwargs: Any) -> Any:
            with _Span(clock, timing):
                value = function(*args, **kwargs)
                return await value if hasattr(value, "__await__") else value

        return _as(function, timed_await)

    def timed_call(*args: Any, **kwargs: Any) -> Any:
        with _Span(clock, timing):
            return function(*args, **kwargs)

    return _as(function, timed_call)


def _as(function: Callable[..., Any], timed: Any) -> Callable[..., Any]:
    timed.__wrapped__ = function
    made: Callable[..., Any] = timed
    return made


def _timed_wrapper(
    generator: Generator[Any, Any, Any], clock: Callable[[], float], timing: Timing
) -> Generator[Any, Any, Any]:
    """A wrapper's two halves, as one call."""
    spent = 0.0
    step: Callable[[], Any] = generator.__next__
    raised = True
    try:
        while True:
            begun = clock()
            try:
                item = step()
            except StopIteration as stop:
                raised = False
                return stop.value
            finally:
                spent += clock() - begun
                step = generator.__next__  # holds no exception that leads to this frame
            try:
                given = yield item
            except GeneratorExit:
                generator.close()
                raise
            except BaseException as error:
                step = _thrower(generator.throw, error)
            else:
                step = _thrower(generator.send, given)
    finally:
        timing._add(spent, raised)


async def _timed_async_wrapper(
    generator: AsyncGenerator[Any, Any], clock: Callable[[], float], timing: Timing
) -> AsyncGenerator[Any, Any]:
    """The same for an asynchronous one."""
    spent = 0.0
    step: Callable[[], Any] = generator.__anext__
    raised = True
    try:
        while True:
            begun = clock()
            try:
                item = await step()
            except StopAsyncIteration:
                raised = False
                return
            finally:
                spent += clock() - begun
                step = generator.__anext__  # holds no exception that leads to this frame
            try:
                given = yield item
            except GeneratorExit:
                await generator.aclose()
                raise
            except BaseException as error:
                step = _thrower(generator.athrow, error)
            else:
                step = _thrower(generator.asend, given)
    finally:
        timing._add(spent, raised)


def _thrower(method: Callable[[Any], Any], value: Any) -> Callable[[], Any]:
    held = [value]  # given away: the frame of what is thrown leads back here on newer interpreters
    return lambda: method(held.pop())


def _dearest_first(timings: Mapping[str, Timing]) -> list[tuple[str, Timing]]:
    return sorted(timings.items(), key=lambda item: -item[1].seconds)


def _line(name: str, timing: Timing) -> str:
    return (
        f"{name:<40} {timing.calls:>9} {timing.raised:>7} "
        f"{timing.seconds:>10.6f} {timing.slowest:>10.6f}"
    )
