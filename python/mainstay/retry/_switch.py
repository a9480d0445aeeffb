"""What `mainstay.retry.testing` switches on: loops do not wait, and may try only so often.

Read by the loops as `_loop.switch`, which is None in every process that does not test.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Switch"]


class Switch:
    """What holds while the switch is on. Immutable, replaced as a whole.

    Attributes:
        attempts: after how many attempts a call ends, whatever its policy says; None for no cap.
    """

    __slots__ = ("attempts",)

    def __init__(self, attempts: int | None) -> None:
        self.attempts = attempts

    def enough(self, retry_state: Any) -> bool:
        """Whether the attempt that just failed was the last one allowed."""
        return self.attempts is not None and retry_state.attempt_number >= self.attempts

    def skip(self, retry_state: Any, seconds: Any) -> None:
        """Let a sleep count as slept: limits of time are reached as they would be in earnest."""
        retry_state.start_time -= seconds

    async def checkpoint(self) -> None:
        """Let other tasks run, as a sleep would: what an attempt waits for may be their work."""
        if "trio" in sys.modules:
            import sniffio  # comes with trio
            import trio

            try:
                library = sniffio.current_async_library()
            except sniffio.AsyncLibraryNotFoundError:
                return
            if library == "trio":
                await trio.lowlevel.checkpoint()
                return
        asyncio = sys.modules.get("asyncio")
        if asyncio is not None and asyncio._get_running_loop() is not None:
            await asyncio.sleep(0)
