"""Running an event loop, its clock, and which of the two backends the current thread runs.

A backend is imported when it is first asked for. `run` may be called in any thread that runs no
event loop; everything else belongs to the thread of a running loop.
"""

from __future__ import annotations

import math
import sys
import threading
from contextlib import contextmanager
from importlib import import_module
from typing import TypeVar

from ._exceptions import NoEventLoopError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from contextvars import Token
    from typing import Any

    from typing_extensions import TypeVarTuple, Unpack

    from ..abc import AsyncBackend

    PosArgsT = TypeVarTuple("PosArgsT")

sniffio: Any
try:
    import sniffio
except ModuleNotFoundError:
    sniffio = None  # without it a running loop can only be asyncio's

T_Retval = TypeVar("T_Retval")

BACKENDS = ("asyncio", "trio")
threadlocals = threading.local()
loaded_backends: dict[str, type[AsyncBackend]] = {}


def run(
    func: Callable[[Unpack[PosArgsT]], Awaitable[T_Retval]],
    *args: Unpack[PosArgsT],
    backend: str = "asyncio",
    backend_options: dict[str, Any] | None = None,
) -> T_Retval:
    """Run `func(*args)` in a new event loop, and return what it returns.

    `backend` is "asyncio" or "trio"; `backend_options` go to it (asyncio: `debug`,
    `loop_factory`, `use_uvloop`). Raises RuntimeError inside of a running loop, and LookupError
    for a backend that does not exist or is not installed.
    """
    if running := current_async_library():
        raise RuntimeError(f"Already running {running} in this thread")
    try:
        chosen = get_async_backend(backend)
    except ImportError as error:
        if backend not in BACKENDS:
            raise LookupError(f"No such backend: {backend}") from error
        raise LookupError(
            f"Backend {backend!r} is not available. Install it with: pip install anyio[{backend}]"
        ) from error
    token = set_current_async_library(backend)
    try:
        return chosen.run(func, args, {}, backend_options or {})
    finally:
        reset_current_async_library(token)


async def sleep(delay: float) -> None:
    """Pause the current task for `delay` seconds; `math.inf` means until it is cancelled."""
    if math.isnan(delay) or delay < 0:
        raise ValueError("delay must be a non-negative number")
    await get_async_backend().sleep(delay)


async def sleep_forever() -> None:
    """Pause the current task until it is cancelled."""
    await sleep(math.inf)


async def sleep_until(deadline: float) -> None:
    """Pause the current task until the clock of the event loop says `deadline` (seconds)."""
    left = deadline - current_time()
    await sleep(left if left > 0 else 0)


def current_time() -> float:
    """The clock of the running event loop, in seconds from an arbitrary start."""
    return get_async_backend().current_time()


def get_all_backends() -> tuple[str, ...]:
    """The names of the backends that exist, installed or not."""
    return BACKENDS


def get_available_backends() -> tuple[str, ...]:
    """The names of the backends whose library is installed; imports them."""
    return tuple(name for name in get_all_backends() if _is_available(name))


def _is_available(name: str) -> bool:
    try:
        get_async_backend(name)
    except ImportError:
        return False
    return True


def get_cancelled_exc_class() -> type[BaseException]:
    """The exception that cancels a task of the running event loop."""
    return get_async_backend().cancelled_exception_class()


# What follows is for this package only.


@contextmanager
def claim_worker_thread(backend_class: type[AsyncBackend], token: object) -> Iterator[None]:
    """Let functions of `from_thread` that run in this thread find the loop of `token`."""
    from ..lowlevel import EventLoopToken

    threadlocals.current_token = EventLoopToken(backend_class, token)
    try:
        yield
    finally:
        del threadlocals.current_token


def get_async_backend(asynclib_name: str | None = None) -> type[AsyncBackend]:
    """The backend of that name, or of the running loop; ImportError, NoEventLoopError."""
    if asynclib_name is None and _runs_asyncio():
        return loaded_backends["asyncio"]
    name = asynclib_name or current_async_library()
    if name is None:
        known = ", ".join(get_all_backends())
        raise NoEventLoopError(
            "Not currently running on any asynchronous event loop. "
            f"Available async backends: {known}"
        )
    # Not from sys.modules: a module there may still be in the middle of its import.
    if (loaded := loaded_backends.get(name)) is not None:
        return loaded
    package = __name__.rpartition("._core")[0]
    found: type[AsyncBackend] = import_module(f"{package}._backends._{name}").backend_class
    loaded_backends[name] = found
    return found


def _never() -> None:
    """Stands for asyncio's function of that purpose until the backend is loaded."""


_get_asyncio_loop: Callable[[], object] = _never


def note_asyncio(get_running_loop: Callable[[], object], backend: type[AsyncBackend]) -> None:
    """Called by the asyncio backend when it is loaded: most look-ups are for it."""
    global _get_asyncio_loop
    loaded_backends["asyncio"] = backend
    _get_asyncio_loop = get_running_loop


def _runs_asyncio() -> bool:
    """Whether asyncio's loop runs here, and no other library on top of it. False: not sure."""
    if _get_asyncio_loop() is None:
        return False
    return sniffio is None or (
        sniffio.thread_local.name is None
        and sniffio.current_async_library_cvar.get() in (None, "asyncio")
    )


def current_async_library() -> str | None:
    """The name of the library that runs the current thread's loop, None without one."""
    if sniffio is not None:
        try:
            found: str = sniffio.current_async_library()
        except sniffio.AsyncLibraryNotFoundError:
            return None
        return found
    asyncio = sys.modules.get("asyncio")
    if asyncio is None or asyncio._get_running_loop() is None:
        return None
    return "asyncio"


def set_current_async_library(asynclib_name: str | None) -> Token[str | None] | None:
    """Tell sniffio, where it is installed, which library runs in this context."""
    if sniffio is None:
        return None
    token: Token[str | None] = sniffio.current_async_library_cvar.set(asynclib_name)
    return token


def reset_current_async_library(token: Token[str | None] | None) -> None:
    """Take back what `set_current_async_library` said."""
    if token is not None:
        sniffio.current_async_library_cvar.reset(token)
