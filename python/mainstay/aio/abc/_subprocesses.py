"""What a running child process offers."""

from __future__ import annotations

from abc import abstractmethod

from ._resources import AsyncResource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from signal import Signals

    from ._streams import ByteReceiveStream, ByteSendStream


class Process(AsyncResource):
    """A child process; closing it waits for its end, and kills it when that wait is cancelled."""

    @abstractmethod
    async def wait(self) -> int:
        """Wait for the end of the process and return its exit code."""

    @abstractmethod
    def terminate(self) -> None:
        """Ask the process to end (SIGTERM; `TerminateProcess` on Windows)."""

    @abstractmethod
    def kill(self) -> None:
        """End the process (SIGKILL; `TerminateProcess` on Windows)."""

    @abstractmethod
    def send_signal(self, signal: Signals) -> None:
        """Send `signal` to the process."""

    @property
    @abstractmethod
    def pid(self) -> int:
        """The process id."""

    @property
    @abstractmethod
    def returncode(self) -> int | None:
        """The exit code, or None while the process runs."""

    @property
    @abstractmethod
    def stdin(self) -> ByteSendStream | None:
        """Where its standard input is written to, if it is a pipe."""

    @property
    @abstractmethod
    def stdout(self) -> ByteReceiveStream | None:
        """Where its standard output is read from, if it is a pipe."""

    @property
    @abstractmethod
    def stderr(self) -> ByteReceiveStream | None:
        """Where its standard error output is read from, if it is a pipe."""
