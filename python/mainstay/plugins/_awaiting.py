"""Awaiting a hook: `await manager.ahook.NAME(...)`, with implementations of both kinds mixed.

One after the other by default, which works in any event loop, because nothing is awaited but what
implementations return; `gather` runs them at the same time and knows asyncio and trio. Wrappers
surround the whole, in the order of an ordinary call, and may be of both kinds as well.
"""

from __future__ import annotations

from ._asking import Asking, call_with
from ._hook import Result
from ._report import Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from typing import Any

__all__ = ["AsyncHookCaller", "AsyncHookRelay"]

_PUBLIC = "mainstay.plugins"


class AsyncHookRelay:
    """The hooks of a manager for code that awaits: `await manager.ahook.NAME(...)`."""

    __slots__ = ("_callers", "_manager")
    __module__ = _PUBLIC

    def __init__(self, manager: Any) -> None:
        self._manager = manager
        self._callers: dict[str, AsyncHookCaller] = {}

    def __getattr__(self, name: str) -> AsyncHookCaller:
        if name.startswith("__"):
            raise AttributeError(name)  # of copies and pickles, before there is a manager
        hook = getattr(self._manager.hook, name)
        known = self._callers.get(name)
        if known is None or known._hook is not hook:
            known = self._callers[name] = AsyncHookCaller(self._manager, hook)
        return known

    def __repr__(self) -> str:
        return f"<AsyncHookRelay {', '.join(vars(self._manager.hook)) or 'without hooks'}>"


class AsyncHookCaller:
    """A hook for code that awaits. Made by `manager.ahook` and `manager.awaiting(hook)`.

    Implementations may be coroutine functions or ordinary ones; whatever is awaitable in what they
    return is awaited. Wrappers may be generators or asynchronous generators. One of the latter
    kind cannot return a value, so it yields a second time what is to be the result instead; if it
    does not, the outcome stays what it was.

    Any number of tasks may call the same hook at the same time.
    """

    __slots__ = ("_hook", "_manager")
    __module__ = _PUBLIC

    def __init__(self, manager: Any, hook: Any) -> None:
        self._manager = manager
        self._hook = hook

    async def __call__(self, /, **kwargs: Any) -> Any:
        """Ask one implementation after the other, in the order of an ordinary call.

        Returns what the ordinary call would. A cancellation is raised where an implementation or
        a wrapper awaits, runs the wrappers' second halves, and goes on to the caller.

        Raises:
            HookCallError: an argument is missing.
            HookErrors: under `collect_errors`, all that was raised.
            TypeError: an argument is positional.
            ValueError: the hook is historic.
            BaseException: what an implementation raised, unless a wrapper dealt with it.
        """
        return (await self._walk(kwargs, _ask)).result

    async def report(self, /, **kwargs: Any) -> Report:
        """The same call, with who said what. Raises the same."""
        return await self._walk(kwargs, _ask)

    async def gather(self, /, **kwargs: Any) -> Any:
        """Run all implementations at the same time, each as a task; needs asyncio or trio.

        Results stay in the order of an ordinary call. Under `firstresult` it is the first by that
        order that counts: as soon as it is known the others are cancelled. When one raises, the
        others are cancelled, too, unless errors are collected. When the call is cancelled they
        are. In any case none is still running when this returns. Ordinary functions run in
        their task at once; they do not run beside each other.

        Raises:
            ValueError: the hook is historic, or a waterfall, in which each implementation needs
                the result of the one before.
            HookCallError, HookErrors, TypeError, BaseException: as the call.
        """
        if self._opts().get("waterfall"):
            raise ValueError(
                f"hook {self._hook.name!r} is a waterfall: each implementation needs the result of "
                "the one before, so they cannot run at the same time; await the hook itself"
            )
        return (await self._walk(kwargs, _ask_together)).result

    def __repr__(self) -> str:
        return f"<AsyncHookCaller {self._hook.name!r}>"

    def _opts(self) -> Mapping[str, Any]:
        spec = self._hook.spec
        return {} if spec is None else spec.opts

    async def _walk(self, kwargs: Any, ask: Callable[[Asking], Awaitable[Any]]) -> Report:
        hook, manager = self._hook, self._manager
        if hook.is_historic():
            raise ValueError(
                f"hook {hook.name!r} is historic and cannot be awaited; "
                f"call manager.hook.{hook.name}.call_historic(kwargs={{...}})"
            )
        kwargs = hook._apply_defaults(kwargs)
        hook._verify_all_args_are_provided(kwargs)
        impls = hook.get_hookimpls()
        timings, watchers = manager._timings, manager._watchers
        measured = impls
        if timings is not None:
            measured = timings._measured(hook.name, impls, awaits=True)
        asking = Asking(hook.name, measured, kwargs, self._opts())
        for before, _ in reversed(watchers):
            before(hook.name, impls, kwargs)
        if timings is None:
            around = await _carry_out(asking, measured, kwargs, ask)
        else:
            with timings._span(hook.name) as span:
                around = await _carry_out(asking, measured, kwargs, ask)
                span.raised = around.error is not None
        if watchers:
            outcome = Result(around.value, around.error)
            for _, after in watchers:
                after(outcome, hook.name, impls, kwargs)
            return Report(outcome.get_result(), tuple(asking.answers))
        if around.error is not None:
            try:
                raise around.error
            finally:
                around.error = None  # or the traceback would hold this frame, which holds it
        return Report(around.value, tuple(asking.answers))


async def _carry_out(
    asking: Asking, impls: Any, kwargs: Any, ask: Callable[[Asking], Awaitable[Any]]
) -> _Around:
    """Ask within the wrappers; the outcome, whatever it is."""
    around = _Around()
    try:
        for impl in reversed(impls):
            if impl.wrapper or impl.hookwrapper:
                await around.open(impl, kwargs)
        around.value = await ask(asking)
    except BaseException as error:
        around.error = error
    await around.close()
    return around


async def _ask(asking: Asking) -> Any:
    """One after the other."""
    for each in asking.plain:
        try:
            value = asking.call(each)
            if hasattr(value, "__await__"):
                value = await value
        except Exception as error:
            if not asking.failed(each, error):
                raise
        else:
            if asking.answered(each, value):
                break
    return asking.result()


async def _ask_together(asking: Asking) -> Any:
    """All at the same time; what they came to is taken down in their order, as above."""
    from ._gather import together

    plain = asking.plain
    ended: list[tuple[Any, Exception | None] | None] = [None] * len(plain)
    failed: list[int] = []  # in the order of time

    def job(number: int) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            try:
                value = asking.call(plain[number])
                if hasattr(value, "__await__"):
                    value = await value
                ended[number] = value, None
            except Exception as error:
                ended[number] = None, error
                failed.append(number)

        return run

    def enough() -> bool:
        if failed and not asking.collects:
            return True
        if not asking.first:
            return False
        # The first by order, and nobody before it can still say anything.
        for each in ended:
            if each is None:
                return False
            if each[0] is not None:
                return True
        return False

    try:
        await together([job(number) for number in range(len(plain))], enough)
        if failed and not asking.collects:
            raise ended[failed[0]][1]  # type: ignore[index, misc]
        for each, came_to in zip(plain, ended):  # noqa: B905  # of one length
            if came_to is None:
                break  # cancelled: not needed any more
            if came_to[1] is not None:
                asking.failed(each, came_to[1])
            elif asking.answered(each, came_to[0]):
                break
        return asking.result()
    finally:
        # The tracebacks of errors lead to this frame: it must not lead back to them.
        ended.clear()
        came_to = None


class _Around:
    """The wrappers of one call: opened one by one, then closed around the outcome."""

    __slots__ = ("_opened", "error", "value")

    def __init__(self) -> None:
        self._opened: list[tuple[Any, Any]] = []
        self.value: Any = None
        self.error: BaseException | None = None

    async def open(self, impl: Any, kwargs: Mapping[str, object]) -> None:
        """Run a wrapper up to its yield."""
        generator = call_with(impl, kwargs)
        try:
            if hasattr(generator, "__anext__"):
                await generator.__anext__()
            else:
                next(generator)
        except (StopIteration, StopAsyncIteration):
            raise _misbehaved(impl, "did not yield") from None
        self._opened.append((impl, generator))

    async def close(self) -> None:
        """Run the second halves, from the last opened to the first, each on what the ones within
        it left of the outcome."""
        while self._opened:
            impl, generator = self._opened.pop()
            given: Any = None
            if impl.hookwrapper:
                given = Result(self.value, self.error)
            try:
                replaced = await _finish(impl, generator, self, given)
            except BaseException as raised:
                if not _passed_on(raised, self.error):
                    self.error = raised
                continue
            if given is not None:
                self.value, self.error = given._result, given._exception
            elif replaced is not _AS_IT_WAS:
                self.value, self.error = replaced, None


_AS_IT_WAS: Any = object()


async def _finish(impl: Any, generator: Any, outcome: _Around, given: Any) -> Any:
    """Run the second half of one wrapper; what it makes the result, or that it leaves it."""
    is_async = hasattr(generator, "asend")
    error = outcome.error if given is None else None
    replacement: Any = None
    try:
        if is_async and error is not None:
            replacement = await generator.athrow(error)
        elif is_async:
            replacement = await generator.asend(outcome.value if given is None else given)
        elif error is not None:
            generator.throw(error)
        else:
            generator.send(outcome.value if given is None else given)
    except StopIteration as stop:
        return stop.value
    except StopAsyncIteration:
        return _AS_IT_WAS
    if not is_async or given is not None:
        if is_async:
            await generator.aclose()
        else:
            generator.close()
        raise _misbehaved(impl, "has second yield")
    try:
        await generator.__anext__()
    except StopAsyncIteration:
        return replacement
    await generator.aclose()
    raise _misbehaved(impl, "has third yield")


def _passed_on(raised: BaseException, given: BaseException | None) -> bool:
    """Whether a generator only let through what it was given.

    Stop(Async)Iteration comes back as the RuntimeError that it must become.
    """
    return raised is given or (
        isinstance(raised, RuntimeError)
        and isinstance(given, (StopIteration, StopAsyncIteration))
        and raised.__cause__ is given
    )


def _misbehaved(impl: Any, what: str) -> RuntimeError:
    code = getattr(impl.function, "__code__", None)
    where = f", in {code.co_filename}:{code.co_firstlineno}" if code else ""
    return RuntimeError(
        f"wrapper of plugin {impl.plugin_name!r} {what}{where}; a wrapper yields once, and an "
        "asynchronous one a second time to replace the result"
    )
