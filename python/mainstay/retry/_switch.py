"""What `mainstay.retry.testing` switches: whether loops wait, and how often they may try.

Read by every loop in Python, of either door. The native loops look at one flag of their own
(`_native.set_testing`) and hand over to these while it is set.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Setting", "checkpoint"]


class Setting:
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


#: None while the switch is off. Written by `mainstay.retry.testing` alone.
current: Setting | None = None


def skip(retry_state: Any, seconds: Any) -> None:
    """Let a sleep count as slept: limits of time are reached as they would be in earnest."""
    retry_state.start_time -= seconds


async def checkpoint() -> None:
    """Let other tasks run, as a sleep would: what an attempt is waiting for may be their work."""
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
