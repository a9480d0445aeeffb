"""What the store and the face hand each other, as types."""

from __future__ import annotations

from typing import Union

Scalar = Union[int, float, str, bytes]
StoreKey = Union[int, float, str, bytes, memoryview]
# Rank by insertion, expiry, tag, bytes in a file, mode, name of the file, value, and the check sum
# of a file that belongs to the store.
Row = tuple[
    int,
    Union[float, None],
    Union[Scalar, None],
    int,
    int,
    Union[str, None],
    Union[Scalar, None],
    Union[int, None],
]
