"""Functions in worker processes, for work that keeps the interpreter lock.

A worker is this module, run by a new Python. It reads pickled pairs of a function and its
arguments from its standard input, and answers with a line "RETURN <length>" or
"EXCEPTION <length>" and the pickled outcome. Idle workers are used again, and end when they are
idle for WORKER_MAX_IDLE_TIME seconds or with the event loop.
"""

from __future__ import annotations

__all__ = ("current_default_process_limiter", "process_worker", "run_sync")

import os
import pickle
import runpy
import subprocess
import sys
from collections import deque
from typing import TypeVar, cast

from ._core._eventloop import current_time, get_async_backend
from ._core._exceptions import BrokenResourceError, BrokenWorkerProcess, EndOfStream
from ._core._subprocesses import open_process
from ._core._synchronization import CapacityLimiter
from ._core._tasks import CancelScope, fail_after
from .lowlevel import RunVar, checkpoint_if_cancelled
from .streams.buffered import BufferedByteReceiveStream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import TypeVarTuple, Unpack

    from .abc import ByteReceiveStream, Process

    PosArgsT = TypeVarTuple("PosArgsT")

WORKER_MAX_IDLE_TIME = 300
WORKER_START_TIMEOUT = 20

T_Retval = TypeVar("T_Retval")

_process_pool_workers: RunVar[set[Process]] = RunVar("_process_pool_workers")
_process_pool_idle_workers: RunVar[deque[tuple[Process, float]]] = RunVar(
    "_process_pool_idle_workers"
)
_default_process_limiter: RunVar[CapacityLimiter] = RunVar("_default_process_limiter")


async def run_sync(
    func: Callable[[Unpack[PosArgsT]], T_Retval],
    *args: Unpack[PosArgsT],
    cancellable: bool = False,
    limiter: CapacityLimiter | None = None,
) -> T_Retval:
    """Run `func(*args)` in a worker process and return its result; all must be picklable.

    When the task is cancelled, it waits for the end of the function; with `cancellable` the
    process is killed. `limiter` bounds how many workers run. BrokenWorkerProcess when the process
    ends on its own.
    """
    # Before anything is taken or started.
    await checkpoint_if_cancelled()
    request = pickle.dumps((func, args), pickle.HIGHEST_PROTOCOL)
    try:
        workers = _process_pool_workers.get()
        idle = _process_pool_idle_workers.get()
    except LookupError:
        workers, idle = set(), deque()
        _process_pool_workers.set(workers)
        _process_pool_idle_workers.set(idle)
        get_async_backend().setup_process_pool_exit_at_shutdown(workers)

    async with limiter or current_default_process_limiter():
        worker = _take_idle(idle, workers)
        outcome: object = None
        succeeded = False
        try:
            await _end_long_idle(idle, workers)
            if worker is None:
                worker = await _start(workers)
            with CancelScope(shield=not cancellable):
                outcome, succeeded = await _ask(worker, request)
        except BaseException:
            # Half a conversation: what the process says next would answer another question.
            if worker is not None:
                await _end(worker, workers)
            raise
        idle.append((worker, current_time()))
        if not succeeded:
            try:
                raise cast("BaseException", outcome)
            finally:
                del outcome
        return cast("T_Retval", outcome)


def current_default_process_limiter() -> CapacityLimiter:
    """The limiter of `run_sync` in this event loop; it has a token per processor at first."""
    limiter = _default_process_limiter.get(None)
    if limiter is None:
        limiter = CapacityLimiter(os.cpu_count() or 2)
        _default_process_limiter.set(limiter)
    return limiter


def _take_idle(idle: deque[tuple[Process, float]], workers: set[Process]) -> Process | None:
    """The worker that was used last, if it lives."""
    while idle:
        worker, _ = idle.pop()
        if worker.returncode is None:
            return worker
        workers.discard(worker)
    return None


async def _end_long_idle(idle: deque[tuple[Process, float]], workers: set[Process]) -> None:
    oldest = current_time() - WORKER_MAX_IDLE_TIME
    while idle and idle[0][1] <= oldest:
        worker, _ = idle.popleft()
        await _end(worker, workers)


async def _end(worker: Process, workers: set[Process]) -> None:
    workers.discard(worker)
    try:
        worker.kill()
    except ProcessLookupError:
        pass
    with CancelScope(shield=True):
        await worker.aclose()


def _answers(worker: Process) -> BufferedByteReceiveStream:
    return BufferedByteReceiveStream(cast("ByteReceiveStream", worker.stdout))


async def _start(workers: set[Process]) -> Process:
    """A new worker that knows our `sys.path` and our main module."""
    command = [sys.executable, "-u", "-m", __name__]
    worker = await open_process(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        with fail_after(WORKER_START_TIMEOUT):
            ready = await _answers(worker).receive_exactly(6)
        if ready != b"READY\n":
            raise BrokenWorkerProcess(f"Worker process returned unexpected response: {ready!r}")
        main = getattr(sys.modules["__main__"], "__file__", None)
        request = pickle.dumps((_prepare, (sys.path, main)), pickle.HIGHEST_PROTOCOL)
        outcome, succeeded = await _ask(worker, request)
        if not succeeded:
            raise cast("BaseException", outcome)
    except BaseException as error:
        await _end(worker, workers)
        if not isinstance(error, Exception) or isinstance(error, BrokenWorkerProcess):
            raise
        raise BrokenWorkerProcess("Error during worker process initialization") from error
    workers.add(worker)
    return worker


async def _ask(worker: Process, request: bytes) -> tuple[object, bool]:
    """Send a request; return the outcome, and whether it is a result and no exception."""
    assert worker.stdin is not None
    answers = _answers(worker)
    try:
        await worker.stdin.send(request)
        head = await answers.receive_until(b"\n", 50)
        status, _, length = head.partition(b" ")
        if status not in (b"RETURN", b"EXCEPTION"):
            raise BrokenWorkerProcess(f"Worker process returned unexpected response: {head!r}")
        body = await answers.receive_exactly(int(length))
    except BrokenWorkerProcess:
        raise
    except (BrokenResourceError, EndOfStream, OSError) as error:
        raise BrokenWorkerProcess from error
    except Exception as error:
        raise BrokenWorkerProcess(f"Worker process stopped answering: {error}") from error
    return pickle.loads(body), status == b"RETURN"


#
# In the worker
#


def _prepare(path: list[str], main: str | None) -> None:
    """Make what the parent can pickle known here: its path, and its main module."""
    sys.path[:] = path
    if main is None or not os.path.isfile(main):
        return
    # As `multiprocessing` does it: the script runs, its `if __name__ == "__main__"` does not.
    module = type(sys)("__mp_main__")
    vars(module).update(runpy.run_path(main, run_name="__mp_main__"))
    sys.modules["__main__"] = sys.modules["__mp_main__"] = module


def process_worker() -> None:
    """Answer requests until the standard input ends. The main function of a worker."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # Whatever the functions read and print must stay out of the conversation, also what C code
    # and child processes print.
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.close(nothing)

    answers.write(b"READY\n")
    answers.flush()
    while True:
        exception: BaseException | None = None
        try:
            func, args = pickle.load(requests)
            status, outcome = b"RETURN", func(*args)
        except (EOFError, KeyboardInterrupt):
            return
        except BaseException as error:
            exception = error
            status, outcome = b"EXCEPTION", error
        try:
            body = pickle.dumps(outcome, pickle.HIGHEST_PROTOCOL)
        except BaseException as error:
            status, body = b"EXCEPTION", pickle.dumps(error, pickle.HIGHEST_PROTOCOL)
        answers.write(b"%s %d\n%s" % (status, len(body), body))
        answers.flush()
        del outcome
        if isinstance(exception, SystemExit):
            raise exception


if __name__ == "__main__":
    process_worker()
