"""Making a channel between tasks."""

from __future__ import annotations

import math
from typing import TypeVar

from ..streams.memory import (
    MemoryObjectReceiveStream,
    MemoryObjectSendStream,
    _MemoryObjectStreamState,
)

T_Item = TypeVar("T_Item")


class create_memory_object_stream(
    tuple[MemoryObjectSendStream[T_Item], MemoryObjectReceiveStream[T_Item]]
):
    """A channel: `send, receive = create_memory_object_stream[int](10)`.

    `max_buffer_size` is how many items are kept before `send()` waits; 0 hands each item from task
    to task, `math.inf` never waits.
    """

    def __new__(  # type: ignore[misc]
        cls, max_buffer_size: float = 0, item_type: object = None
    ) -> tuple[MemoryObjectSendStream[T_Item], MemoryObjectReceiveStream[T_Item]]:
        if not isinstance(max_buffer_size, int) and max_buffer_size != math.inf:
            raise ValueError("max_buffer_size must be either an integer or math.inf")
        if max_buffer_size < 0:
            raise ValueError("max_buffer_size cannot be negative")
        if item_type is not None:
            _warn_of_item_type()
        state = _MemoryObjectStreamState[T_Item](max_buffer_size)
        return MemoryObjectSendStream(state), MemoryObjectReceiveStream(state)


def _warn_of_item_type() -> None:
    import warnings

    warnings.warn(
        "The item_type argument has been deprecated in AnyIO 4.0. "
        "Use create_memory_object_stream[YourItemType](...) instead.",
        DeprecationWarning,
        stacklevel=3,
    )
