"""`profile`: a decorator and a context manager in one.

>>> import io, contextlib
>>> from mainstay.profile import profile
>>> with contextlib.redirect_stderr(io.StringIO()) as report:
...     with profile(target_description="a loop"):
...         total = sum(range(1000))
>>> "a loop" in report.getvalue()
True
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypedDict, TypeVar, overload

from .profiler import AsyncMode, Profiler
from .renderers.base import Renderer
from .renderers.console import ConsoleRenderer
from .typing import Unpack
from .util import file_supports_color, file_supports_unicode

CallableVar = TypeVar("CallableVar", bound=Callable[..., Any])


class ProfileContextOptions(TypedDict, total=False):
    """What `profile(...)` takes: the options of `Profiler`, a renderer, a description."""

    interval: float
    async_mode: AsyncMode
    use_timing_thread: bool | None
    renderer: Renderer | None
    target_description: str | None


class ProfileContext:
    """What `profile(...)` returns: profiles a block or a function, and prints to `sys.stderr`.

    `async_mode` is `disabled` unless given, so that several may run at once.
    """

    def __init__(self, **kwargs: Unpack[ProfileContextOptions]) -> None:
        self.options: ProfileContextOptions = kwargs
        self.profiler = Profiler(
            interval=kwargs.get("interval", 0.001),
            async_mode=kwargs.get("async_mode", "disabled"),
            use_timing_thread=kwargs.get("use_timing_thread"),
        )

    @overload
    def __call__(self, func: CallableVar, /) -> CallableVar: ...
    @overload
    def __call__(self, /, **kwargs: Unpack[ProfileContextOptions]) -> ProfileContext: ...
    def __call__(
        self, func: Callable[..., Any] | None = None, /, **kwargs: Unpack[ProfileContextOptions]
    ) -> Any:
        """Return `func`, profiled at each call; or a context with other options."""
        if func is None:
            changed: ProfileContextOptions = {**self.options, **kwargs}
            return ProfileContext(**changed)
        function = func

        @functools.wraps(function)
        def profiled(*args: Any, **kwargs: Any) -> Any:
            description = self.options.get("target_description")
            if description is None:
                code = function.__code__
                description = (
                    f"Function {function.__qualname__} at {code.co_filename}:{code.co_firstlineno}"
                )
            with self(target_description=description):
                return function(*args, **kwargs)

        return profiled

    def __enter__(self) -> None:
        if self.profiler.is_running:
            raise RuntimeError(
                "This profiler is already running - did you forget the brackets on "
                "pyinstrument.profile() ?"
            )
        caller = sys._getframe(1)
        description = self.options.get("target_description")
        if description is None:
            description = f"Block at {caller.f_code.co_filename}:{caller.f_lineno}"
        self.profiler.start(caller_frame=caller, target_description=description)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        session = self.profiler.stop()
        stream = sys.stderr
        renderer = self.options.get("renderer")
        if renderer is None:
            renderer = ConsoleRenderer(
                color=file_supports_color(stream),
                unicode=file_supports_unicode(stream),
                short_mode=True,
            )
        stream.write(renderer.render(session))


class _Profile:
    """The object `profile`."""

    @overload
    def __call__(self, func: CallableVar, /) -> CallableVar: ...
    @overload
    def __call__(self, /, **kwargs: Unpack[ProfileContextOptions]) -> ProfileContext: ...
    def __call__(
        self, func: Callable[..., Any] | None = None, /, **kwargs: Unpack[ProfileContextOptions]
    ) -> Any:
        """Return a context of these options, or `func` profiled by one."""
        context = ProfileContext(**kwargs)
        return context if func is None else context(func)


profile = _Profile()
