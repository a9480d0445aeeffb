"""Signals as items of an async iterator."""

from __future__ import annotations

from ._eventloop import get_async_backend

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractContextManager
    from signal import Signals


def open_signal_receiver(*signals: Signals) -> AbstractContextManager[AsyncIterator[Signals]]:
    """Receive these signals inside the `with` block; their handlers come back when it ends.

    Works in the main thread only, and for signals that Python can handle. NoEventLoopError
    without a running event loop.
    """
    return get_async_backend().open_signal_receiver(*signals)
