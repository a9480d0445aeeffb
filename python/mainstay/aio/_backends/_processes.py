"""Child processes on asyncio, and the end of a pool of them with its loop."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio import CancelledError, get_running_loop
from functools import partial

from .. import abc
from .._core._exceptions import BrokenResourceError, ClosedResourceError, EndOfStream
from .._native import cancel_shielded_checkpoint, checkpoint, checkpoint_if_cancelled
from ._root import find_root_task
from ._scopes import CancelScope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO, Any

    from ..abc._eventloop import StrOrBytesPath

_PIPES = ("stdin", "stdout", "stderr")  # by descriptor


class StreamReaderWrapper(abc.ByteReceiveStream):
    """What a process writes."""

    def __init__(self, stream: asyncio.StreamReader) -> None:
        self._stream = stream

    async def receive(self, max_bytes: int = 65536) -> bytes:
        if max_bytes < 1:
            raise ValueError("max_bytes must be a positive integer")
        chunk = await self._stream.read(max_bytes)
        if not chunk:
            raise EndOfStream
        return chunk

    async def aclose(self) -> None:
        self._stream.set_exception(ClosedResourceError())
        await checkpoint()


class StreamWriterWrapper(abc.ByteSendStream):
    """What a process reads."""

    def __init__(self, stream: asyncio.StreamWriter) -> None:
        self._stream = stream
        self._closed = False

    async def send(self, item: bytes) -> None:
        await checkpoint_if_cancelled()
        waits = self._stream._protocol._paused  # type: ignore[attr-defined]
        try:
            self._stream.write(item)
            await self._stream.drain()
        except (ConnectionResetError, BrokenPipeError, RuntimeError) as error:
            # uvloop raises RuntimeError in write(), the standard loop one of the others in drain()
            if self._closed:
                raise ClosedResourceError from error
            if self._stream.is_closing():
                raise BrokenResourceError from error
            raise
        if not waits:
            await cancel_shielded_checkpoint()

    async def aclose(self) -> None:
        self._closed = True
        self._stream.close()
        await checkpoint()


class ProcessProtocol(asyncio.subprocess.SubprocessStreamProtocol):
    """Tells of the end of a process itself; asyncio waits for the end of its pipes too."""

    def __init__(self) -> None:
        super().__init__(limit=2**16, loop=get_running_loop())
        self.exited = asyncio.Event()

    def process_exited(self) -> None:
        super().process_exited()
        self.exited.set()


class Process(abc.Process):
    """A child process of an asyncio loop."""

    def __init__(self, transport: asyncio.SubprocessTransport, protocol: ProcessProtocol) -> None:
        self._process = process = asyncio.subprocess.Process(
            transport, protocol, get_running_loop()
        )
        self._transport = transport
        self._exited = protocol.exited
        self._stdin = StreamWriterWrapper(process.stdin) if process.stdin else None
        self._stdout = StreamReaderWrapper(process.stdout) if process.stdout else None
        self._stderr = StreamReaderWrapper(process.stderr) if process.stderr else None

    async def aclose(self) -> None:
        """Close the pipes and wait for the end; kill the process if that wait is cancelled."""
        with CancelScope(shield=True) as scope:
            for descriptor, stream in enumerate((self._stdin, self._stdout, self._stderr)):
                if stream is None:
                    continue
                await stream.aclose()
                # Without this a process that writes into a full pipe would never end.
                if pipe := self._transport.get_pipe_transport(descriptor):
                    pipe.close()
            scope.shield = False
            try:
                await self.wait()
            except BaseException:
                scope.shield = True
                self._transport.close()  # kills it too
                await self.wait()
                raise

    async def wait(self) -> int:
        await self._exited.wait()
        code = self._process.returncode
        assert code is not None
        return code

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    def send_signal(self, signal: int) -> None:
        self._process.send_signal(signal)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.returncode

    @property
    def stdin(self) -> abc.ByteSendStream | None:
        return self._stdin

    @property
    def stdout(self) -> abc.ByteReceiveStream | None:
        return self._stdout

    @property
    def stderr(self) -> abc.ByteReceiveStream | None:
        return self._stderr


async def open_process(
    command: StrOrBytesPath | Sequence[StrOrBytesPath],
    *,
    stdin: int | IO[Any] | None,
    stdout: int | IO[Any] | None,
    stderr: int | IO[Any] | None,
    **options: Any,
) -> Process:
    """Start a program: of a text by the shell, of a list without it."""
    await checkpoint()
    loop: Any = get_running_loop()
    pipes: dict[str, Any] = {"stdin": stdin, "stdout": stdout, "stderr": stderr}
    if isinstance(command, os.PathLike):
        command = os.fspath(command)
    if isinstance(command, (str, bytes)):
        transport, protocol = await loop.subprocess_shell(
            ProcessProtocol, command, **pipes, **options
        )
    else:
        transport, protocol = await loop.subprocess_exec(
            ProcessProtocol, *command, **pipes, **options
        )
    return Process(transport, protocol)


def setup_process_pool_exit_at_shutdown(workers: set[abc.Process]) -> None:
    """End the processes of a pool with the loop, properly if it ends as `run` does."""
    get_running_loop().create_task(
        _close_when_cancelled(workers), name="AnyIO process pool shutdown task"
    )
    find_root_task().add_done_callback(partial(_kill_all, workers))


async def _close_when_cancelled(workers: set[abc.Process]) -> None:
    try:
        await get_running_loop().create_future()
    except CancelledError:
        # The end of asyncio.run(), which waits for this task.
        there = list(workers)
        for process in there:
            if process.returncode is None:
                process.kill()
        for process in there:
            await process.aclose()


def _kill_all(workers: set[abc.Process], _task: object) -> None:
    """Close what can be closed without waiting, so that no warning remains."""
    watcher: Any = None
    if sys.version_info < (3, 12):
        try:
            watcher = asyncio.get_event_loop_policy().get_child_watcher()
        except NotImplementedError:
            pass
    for process in list(workers):
        if process.returncode is not None:
            continue
        for name in _PIPES:
            stream: Any = getattr(process, name)
            stream._stream._transport.close()
        process.kill()
        if watcher is not None:
            watcher.remove_child_handler(process.pid)
