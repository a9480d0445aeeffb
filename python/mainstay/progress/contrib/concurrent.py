"""`list(map(fn, *iterables))` by threads, processes or interpreters, with a bar.

>>> from mainstay.progress.contrib.concurrent import thread_map
>>> thread_map(str.upper, "abc", disable=True)
['A', 'B', 'C']

Results are in order. The first failure, in the order of the items, is raised once the tasks that
are running have ended; the others never start. The bar counts what is done.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from operator import length_hint
from typing import Any

from .._errors import TqdmWarning
from ..auto import tqdm as tqdm_auto
from ._claims import run_claimed
from ._interpreters import _InterpreterLock, interpreter_start

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["interpreter_map", "process_map", "thread_map"]

_POOL_OPTIONS = ("thread_name_prefix", "max_tasks_per_child", "mp_context")
# More items than that in chunks of one is worth a warning.
_MANY = 1000


@contextmanager
def ensure_lock(tqdm_class: Any, lock_name: str = "", lock: Any = None) -> Iterator[Any]:
    """Have a lock of `tqdm_class`, `lock` or its part `lock_name`, for as long as it lasts."""
    before = getattr(tqdm_class, "_lock", None)
    if lock is None:
        lock = before or tqdm_class.get_lock()
    lock = getattr(lock, lock_name, lock) if lock_name else lock
    tqdm_class.set_lock(lock)
    try:
        yield lock
    finally:
        if before is None:
            del tqdm_class._lock
        else:
            tqdm_class.set_lock(before)


def _min_map_len(iterables: Iterable[Any]) -> int:
    """The shortest length that is known; 0 when none is."""
    known = (length_hint(each, -1) for each in iterables)
    return min((each for each in known if each >= 0), default=0)


def _workers() -> int:
    """About how many workers a pool has by default."""
    import os

    count = getattr(os, "process_cpu_count", os.cpu_count)() or 1
    return int(min(32, count + 4))


def _executor_map(
    PoolExecutor: Any,  # noqa: N803 - the name people know
    fn: Callable[..., Any],
    *iterables: Any,
    max_workers: int | None = None,
    timeout: float | None = None,
    chunksize: int = 1,
    lock_name: str = "",
    tqdm_class: Any = tqdm_auto,
    smoothing: float = 0.0,
    _lock: Any = None,
    _initializer: Any = None,
    _initargs: Any = None,
    **tqdm_kwargs: Any,
) -> list[Any]:
    """What the maps below have in common."""
    bar_options = {"smoothing": smoothing, **tqdm_kwargs}
    ahead = {"buffersize": bar_options.pop("buffersize")} if "buffersize" in tqdm_kwargs else {}
    pool = {name: bar_options.pop(name) for name in _POOL_OPTIONS if name in bar_options}
    total = bar_options.setdefault("total", _min_map_len(iterables))
    spread = False
    if total and "miniters" not in bar_options:
        workers = max_workers or _workers()
        if total > workers:
            bar_options["miniters"], spread = workers, True
    with ensure_lock(tqdm_class, lock_name=lock_name, lock=_lock) as lock:
        if _initializer is None:
            # Workers may have bars of their own.
            _initializer, _initargs = tqdm_class.set_lock, (lock,)
        with (
            PoolExecutor(
                max_workers=max_workers, initializer=_initializer, initargs=_initargs, **pool
            ) as executor,
            tqdm_class(**bar_options) as bar,
        ):
            if spread:
                bar.dynamic_miniters = True
            if type(executor) is _THREADS and _is_plain(executor) and timeout is None and not ahead:
                return run_claimed(executor, fn, iterables, bar.update)
            _count_done(executor, bar.update)
            found = executor.map(fn, *iterables, timeout=timeout, chunksize=chunksize, **ahead)
            return list(found)


# What the executor of threads is made of. Where a program changed it, its own is used.
_THREADS = ThreadPoolExecutor
_METHODS = {name: getattr(_THREADS, name) for name in ("submit", "map", "shutdown", "__exit__")}


def _is_plain(executor: Any) -> bool:
    return "submit" not in vars(executor) and all(
        getattr(_THREADS, name) is method for name, method in _METHODS.items()
    )


def _count_done(executor: Any, update: Callable[[], object]) -> None:
    """Count what the executor is given when it is done."""
    submit = executor.submit

    def counted(*args: Any, **kwargs: Any) -> Any:
        future = submit(*args, **kwargs)
        future.add_done_callback(lambda _: update())
        return future

    executor.submit = counted


def thread_map(fn: Callable[..., Any], *iterables: Any, **tqdm_kwargs: Any) -> list[Any]:
    """The map by threads.

    Beside the arguments of a bar, of the class `tqdm_class`: `max_workers` and `thread_name_prefix`
    are those of `ThreadPoolExecutor`; `timeout` is how many seconds all results may take before
    TimeoutError is raised, and `buffersize` (Python 3.14) how many tasks are submitted ahead.
    `lock_name` names the part of the class's lock to use; `smoothing` is 0.
    """
    return _executor_map(_imported("ThreadPoolExecutor"), fn, *iterables, **tqdm_kwargs)


def _imported(name: str) -> Any:
    import concurrent.futures

    return getattr(concurrent.futures, name)


def interpreter_map(fn: Callable[..., Any], *iterables: Any, **tqdm_kwargs: Any) -> list[Any]:
    """The map by interpreters of this process (Python 3.14), as `thread_map`.

    The function, its arguments and its results have to pickle. Bars of `tqdm_class` in the workers
    share its lock. ImportError before Python 3.14.
    """
    from importlib import import_module

    pool = _imported("InterpreterPoolExecutor")
    queue = import_module("concurrent.interpreters").create_queue()
    queue.put(None)
    start = interpreter_start(tqdm_kwargs.get("tqdm_class", tqdm_auto), queue.id)
    return _executor_map(
        pool,
        fn,
        *iterables,
        _lock=_InterpreterLock(queue),
        _initializer=exec,
        _initargs=(start,),
        **tqdm_kwargs,
    )


def process_map(
    fn: Callable[..., Any], *iterables: Any, lock_name: str = "mp_lock", **tqdm_kwargs: Any
) -> list[Any]:
    """The map by processes, as `thread_map`.

    `chunksize` is how many items go to a process at once, and should be large for many short tasks;
    `max_tasks_per_child` and `mp_context` are those of `ProcessPoolExecutor`.
    """
    if iterables and "chunksize" not in tqdm_kwargs:
        shortest = _min_map_len(iterables)
        if shortest > _MANY:
            from warnings import warn

            warn(
                f"Iterable length {shortest} > 1000 but `chunksize` is not set."
                " This may seriously degrade multiprocess performance."
                " Set `chunksize=1` or more.",
                TqdmWarning,
                stacklevel=2,
            )
    pool = _imported("ProcessPoolExecutor")
    return _executor_map(pool, fn, *iterables, lock_name=lock_name, **tqdm_kwargs)
