"""Child processes. The arguments are those of `subprocess.Popen`."""

from __future__ import annotations

from os import PathLike
from subprocess import PIPE, CompletedProcess
from typing import Any, NamedTuple, TypeAlias

from ._eventloop import get_async_backend
from ._tasks import create_task_group

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable, Mapping, Sequence
    from typing import IO

    from ..abc import ByteSendStream, Process

StrOrBytesPath: TypeAlias = str | bytes | PathLike[str] | PathLike[bytes]


class _Surroundings(NamedTuple):
    """What a child finds around it, in the words of `subprocess.Popen`."""

    cwd: StrOrBytesPath | None
    env: Mapping[str, str] | None
    startupinfo: Any
    creationflags: int
    start_new_session: bool
    pass_fds: Sequence[int]


class _Identity(NamedTuple):
    """Who a child is; the defaults of `subprocess.Popen` leave all to the parent."""

    user: str | int | None
    group: str | int | None
    extra_groups: Iterable[str | int] | None
    umask: int

    def changes(self) -> dict[str, Any]:
        """What is not left to the parent."""
        changes = {key: value for key, value in self._asdict().items() if value is not None}
        if self.umask < 0:
            del changes["umask"]
        return changes


async def _start(
    command: StrOrBytesPath | Sequence[StrOrBytesPath],
    streams: tuple[int | IO[Any] | None, int | IO[Any] | None, int | IO[Any] | None],
    surroundings: _Surroundings,
    identity: _Identity,
) -> Process:
    """Start a child by the backend of the running event loop."""
    stdin, stdout, stderr = streams
    # Not every event loop knows the options of identity: they are passed only when they are used.
    options: dict[str, Any] = surroundings._asdict() | identity.changes()
    return await get_async_backend().open_process(
        command, stdin=stdin, stdout=stdout, stderr=stderr, **options
    )


async def run_process(
    command: StrOrBytesPath | Sequence[StrOrBytesPath],
    *,
    input: bytes | None = None,
    stdin: int | IO[Any] | None = None,
    stdout: int | IO[Any] | None = PIPE,
    stderr: int | IO[Any] | None = PIPE,
    check: bool = True,
    cwd: StrOrBytesPath | None = None,
    env: Mapping[str, str] | None = None,
    startupinfo: Any = None,
    creationflags: int = 0,
    start_new_session: bool = False,
    pass_fds: Sequence[int] = (),
    user: str | int | None = None,
    group: str | int | None = None,
    extra_groups: Iterable[str | int] | None = None,
    umask: int = -1,
) -> CompletedProcess[bytes]:
    """Run a command to its end, and return its exit code and what it wrote.

    A string goes to the shell; a sequence is the program and its arguments. `input` is written to
    its standard input. With `check` an exit code other than 0 is a CalledProcessError. When the
    task is cancelled, the process is killed.
    """
    if input is not None:
        if stdin is not None:
            raise ValueError("only one of stdin and input is allowed")
        stdin = PIPE
    identity = _Identity(user, group, extra_groups, umask)
    surroundings = _Surroundings(cwd, env, startupinfo, creationflags, start_new_session, pass_fds)
    async with await _start(command, (stdin, stdout, stderr), surroundings, identity) as process:
        written: dict[str, bytes] = {}
        try:
            async with create_task_group() as tasks:
                if process.stdout:
                    tasks.start_soon(_collect, process.stdout, written, "stdout")
                if process.stderr:
                    tasks.start_soon(_collect, process.stderr, written, "stderr")
                if process.stdin and input is not None:
                    await _feed(process.stdin, input)
                await process.wait()
        except BaseException:
            process.kill()
            raise

    assert process.returncode is not None
    ended: CompletedProcess[Any] = CompletedProcess(command, process.returncode, **written)
    if check:
        ended.check_returncode()
    return ended


async def _collect(stream: AsyncIterable[bytes], into: dict[str, bytes], key: str) -> None:
    into[key] = b"".join([chunk async for chunk in stream])


async def _feed(stream: ByteSendStream, data: bytes) -> None:
    if data:
        await stream.send(data)
    await stream.aclose()


async def open_process(
    command: StrOrBytesPath | Sequence[StrOrBytesPath],
    *,
    stdin: int | IO[Any] | None = PIPE,
    stdout: int | IO[Any] | None = PIPE,
    stderr: int | IO[Any] | None = PIPE,
    cwd: StrOrBytesPath | None = None,
    env: Mapping[str, str] | None = None,
    startupinfo: Any = None,
    creationflags: int = 0,
    start_new_session: bool = False,
    pass_fds: Sequence[int] = (),
    user: str | int | None = None,
    group: str | int | None = None,
    extra_groups: Iterable[str | int] | None = None,
    umask: int = -1,
) -> Process:
    """Start a command, its three standard streams as pipes unless they are redirected.

    A string goes to the shell; a sequence is the program and its arguments.
    """
    identity = _Identity(user, group, extra_groups, umask)
    surroundings = _Surroundings(cwd, env, startupinfo, creationflags, start_new_session, pass_fds)
    return await _start(command, (stdin, stdout, stderr), surroundings, identity)
