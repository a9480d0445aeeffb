"""Awaiting a hook: `await manager.ahook.NAME(...)`, with implementations of both kinds mixed.

One after the other by default, which works in any event loop, because nothing is awaited but what
implementations return; `gather` runs them at the same time and knows asyncio and trio. Wrappers
surround the whole, in the order of an ordinary call, and may be of both kinds as well.

Where nobody looks on and no wrapper is asynchronous, native code makes the call up to whatever is
to be awaited, and a coroutine here awaits it: see `Steps`. Otherwise all of it is done here.
"""

from __future__ import annotations

from . import _native
from ._asking import Asking, call_with
from ._gather import together
from ._hook import Result, no_hook
from ._report import Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
    from typing import Any

    from typing_extensions import Never

__all__ = ["AsyncHookCaller", "AsyncHookRelay"]

_PUBLIC = "mainstay.plugins"


class AsyncHookRelay:
    """The hooks of a manager for code that awaits: `await manager.ahook.NAME(...)`."""

    __slots__ = ("__dict__", "_manager")
    __module__ = _PUBLIC

    def __init__(self, manager: Any) -> None:
        self._manager = manager

    def __getattr__(self, name: str) -> AsyncHookCaller:
        if name.startswith("__") or name == "_manager":
            raise AttributeError(name)  # of copies and pickles, before there is a manager
        if name not in vars(self._manager.hook):
            raise no_hook(self._manager.hook, name)
        made = AsyncHookCaller(self._manager, name)
        known: AsyncHookCaller = vars(self).setdefault(name, made)  # found there from now on
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

    __slots__ = ("_hooks", "_manager", "_name")
    __module__ = _PUBLIC

    def __init__(self, manager: Any, hook: Any) -> None:
        """`hook`: a hook, or the name of the manager's own, whichever it is at each call."""
        self._manager = manager
        by_name = isinstance(hook, str)
        self._hooks: Any = manager.hook if by_name else None
        self._name: Any = hook

    @property
    def _hook(self) -> Any:
        return self._name if self._hooks is None else getattr(self._hooks, self._name)

    # Not coroutine functions themselves, so that what is refused is refused where it is written.
    def __call__(self, /, *unnamed: Never, **kwargs: Any) -> Coroutine[Any, Any, Any]:
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
        if unnamed:
            _refuse(self._hook, unnamed)
        return self._in_order(kwargs)

    async def _in_order(self, kwargs: dict[str, Any]) -> Any:
        hooks = self._hooks
        hook = self._name if hooks is None else getattr(hooks, self._name)
        steps = hook._mainstay_steps("in order", **kwargs)
        if steps is None:
            return (await self._walk(kwargs, _ask)).result
        # The same as in _by_plan(), without a coroutine of its own.
        pending = steps.begin()
        while pending is not None:
            try:
                value = await pending
            except BaseException as error:
                pending = steps.throw(error)
            else:
                pending = steps.send(value)
        return steps.finish()

    def report(self, /, *unnamed: Never, **kwargs: Any) -> Coroutine[Any, Any, Report]:
        """The same call, with who said what. Raises the same."""
        if unnamed:
            _refuse(self._hook, unnamed)
        return self._reported(kwargs)

    async def _reported(self, kwargs: dict[str, Any]) -> Report:
        steps = self._hook._mainstay_steps("report", **kwargs)
        if steps is None:
            return await self._walk(kwargs, _ask)
        # Not kept in a variable: the frames of errors in it lead to this one.
        return await _by_plan(steps)  # type: ignore[no-any-return]

    def gather(self, /, *unnamed: Never, **kwargs: Any) -> Coroutine[Any, Any, Any]:
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
        if unnamed:
            _refuse(self._hook, unnamed)
        return self._gathered(kwargs)

    async def _gathered(self, kwargs: dict[str, Any]) -> Any:
        opts = self._opts()
        if opts.get("waterfall"):
            raise ValueError(
                f"hook {self._hook.name!r} is a waterfall: each implementation needs the result of "
                "the one before, so they cannot run at the same time; await the hook itself"
            )
        steps = self._hook._mainstay_steps("together", **kwargs)
        if steps is None:
            return (await self._walk(kwargs, _ask_together)).result
        return await _together_by_plan(steps, opts)

    def __repr__(self) -> str:
        return f"<AsyncHookCaller {self._hook.name!r}>"

    def _opts(self) -> Mapping[str, Any]:
        spec = self._hook.spec
        return {} if spec is None else spec.opts

    async def _walk(self, kwargs: Any, ask: Callable[[Asking], Awaitable[Any]]) -> Report:
        hook, manager = self._hook, self._manager
        _native.awaited()
        if hook.is_historic():
            raise ValueError(
                f"hook {hook.name!r} is historic and cannot be awaited; "
                f"call manager.hook.{hook.name}.call_historic(kwargs={{...}})"
            )
        manager._mainstay_refuse_own_execution(f"awaiting hook {hook.name!r}")
        kwargs = hook._apply_defaults(kwargs)
        hook._verify_all_args_are_provided(kwargs)
        impls = hook.get_hookimpls()
        timings, watchers = manager._mainstay_timings, manager._mainstay_watchers
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
            around.error = None
            for _, after in watchers:
                after(outcome, hook.name, impls, kwargs)
            try:
                return Report(outcome.get_result(), tuple(asking.answers))
            finally:
                del outcome  # or the traceback of its exception would hold this frame
                asking.forget()
        try:
            if around.error is not None:
                raise around.error
            return Report(around.value, tuple(asking.answers))
        finally:
            around.error = None  # or the traceback would hold this frame, which holds it
            asking.forget()


def _refuse(hook: Any, unnamed: tuple[object, ...]) -> None:
    """Raise what the ordinary call raises of arguments without a name."""
    hook._mainstay_steps("in order", *unnamed)


async def _by_plan(steps: Any) -> Any:
    """What a call that is made step by step comes to."""
    pending = steps.begin()
    while pending is not None:
        try:
            value = await pending
        except BaseException as error:
            pending = steps.throw(error)
        else:
            pending = steps.send(value)
    return steps.finish()


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
        except BaseException as error:
            if not asking.failed(each, error):
                raise
        else:
            if asking.answered(each, value):
                break
    return asking.result()


async def _ask_together(asking: Asking) -> Any:
    """All at the same time; what they came to is taken down in their order, as above."""
    plain = asking.plain
    ended = _Ended(len(plain), asking.first, asking.collects)
    try:
        await ended.wait(lambda number: asking.call(plain[number]))
        for each, (value, error) in zip(plain, ended.in_order()):  # noqa: B905  # may end earlier
            if error is not None:
                asking.failed(each, error)
            elif asking.answered(each, value):
                break
        return asking.result()
    finally:
        # The tracebacks of errors lead to this frame: it must not lead back to them.
        ended.clear()
        error = None


async def _together_by_plan(steps: Any, opts: Mapping[str, Any]) -> Any:
    """The same for a call that is made step by step: once all have ended."""
    if steps.begin() is None:
        return steps.finish()
    ended = _Ended(
        steps.implementations, bool(opts.get("firstresult")), bool(opts.get("collect_errors"))
    )
    try:
        await ended.wait(steps.call)
        for value, error in ended.in_order():
            waits = steps.send(value) if error is None else steps.throw(error)
            if waits is None:
                break
    except BaseException as raised:
        steps.throw(raised)
    finally:
        ended.clear()
        error = None
    return steps.finish()


class _Ended:
    """What those that run at the same time came to so far."""

    __slots__ = ("_all", "_collects", "_failed", "_first")

    def __init__(self, count: int, first: bool, collects: bool) -> None:
        self._all: list[tuple[Any, Exception | None] | None] = [None] * count
        self._failed: list[int] = []  # in the order of time
        self._first = first
        self._collects = collects

    async def wait(self, call: Callable[[int], Any]) -> None:
        """Run them, until enough of them have ended.

        Raises:
            Exception: the first error in time, when errors are not collected.
            BaseException: what is no Exception.
        """
        count = len(self._all)
        await together([self._run(call, number) for number in range(count)], self._enough)
        if self._failed and not self._collects:
            raise self._all[self._failed[0]][1]  # type: ignore[index, misc]

    def in_order(self) -> Iterator[tuple[Any, Exception | None]]:
        """Of all that ended before anybody was cancelled, because the rest was not needed."""
        for came_to in self._all:
            if came_to is None:
                return
            yield came_to

    def clear(self) -> None:
        """Let go of it."""
        self._all.clear()

    async def _run(self, call: Callable[[int], Any], number: int) -> None:
        try:
            value = call(number)
            if hasattr(value, "__await__"):
                value = await value
            self._all[number] = value, None
        except Exception as error:
            self._all[number] = None, error
            self._failed.append(number)

    def _enough(self) -> bool:
        if self._failed and not self._collects:
            return True
        if not self._first:
            return False
        # The first by order, and nobody before it can still say anything.
        for each in self._all:
            if each is None:
                return False
            if each[0] is not None:
                return True
        return False


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
    finally:
        error = None  # or the frame of the wrapper would lead to it by this one
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
