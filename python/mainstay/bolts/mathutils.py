"""Numbers: limits, rounding to given options, and strings of bits.

Plain functions and values that do not change; threads may share everything.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Bits", "ceil", "clamp", "floor"]


def clamp(x: Any, lower: Any = float("-inf"), upper: Any = float("inf")) -> Any:
    """`x`, but at least `lower` and at most `upper`."""
    if upper < lower:
        raise ValueError(f"expected upper bound ({upper!r}) >= lower bound ({lower!r})")
    return min(max(x, lower), upper)


def ceil(x: Any, options: Iterable[Any] | None = None) -> Any:
    """The smallest integer, or the smallest of `options`, that is not less than `x`.

    Raises `ValueError` if there is no such option.
    """
    if options is None:
        return math.ceil(x)
    ordered = sorted(options)
    i = bisect_left(ordered, x)
    if i == len(ordered):
        raise ValueError(f"no ceil options greater than or equal to: {x!r}")
    return ordered[i]


def floor(x: Any, options: Iterable[Any] | None = None) -> Any:
    """The largest integer, or the largest of `options`, that is not greater than `x`.

    Raises `ValueError` if there is no such option.
    """
    if options is None:
        return math.floor(x)
    ordered = sorted(options)
    i = bisect_right(ordered, x)
    if not i:
        raise ValueError(f"no floor options less than or equal to: {x!r}")
    return ordered[i - 1]


class Bits:
    """A string of bits, the most significant first: of text, a list of bools or a number.

    Text may begin with 0x for hexadecimal digits. `len_` is the number of bits (default: as many
    as there are). Raises `ValueError` for a value that is negative or does not fit.
    """

    __slots__ = ("len", "val")

    def __init__(self, val: Any = 0, len_: int | None = None) -> None:
        if type(val) is int:
            number, length = val, val.bit_length() or 1
            if val < 0:
                raise ValueError("Bits cannot represent negative values")
        elif type(val) is list:
            number, length = int("".join(["1" if bit else "0" for bit in val]) or "0", 2), len(val)
        elif type(val) in (str, bytes):
            text = val.decode("ascii") if isinstance(val, bytes) else val
            base, digits = (16, text[2:]) if text.startswith("0x") else (2, text)
            digits = digits.removeprefix("0b") if base == 2 else digits
            number = int(digits, base) if digits else 0
            length = len(digits) * (4 if base == 16 else 1)
        else:
            raise TypeError(f"initialized with bad type: {type(val).__name__}")
        self.len = length if len_ is None else len_
        self.val = number
        if number >> self.len:
            raise ValueError(f"value {number} cannot be represented with {self.len} bits")

    def __getitem__(self, k: Any) -> Any:
        if isinstance(k, slice):
            return Bits(self.as_bin()[k])
        if not isinstance(k, int):
            raise TypeError(f"expected an index or a slice, not {type(k).__name__}")
        if not -self.len <= k < self.len:
            raise IndexError(k)
        return bool(self.val >> (self.len - 1 - k % self.len) & 1)

    def __len__(self) -> int:
        return self.len

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Bits) and self._key() == other._key()

    def _key(self) -> tuple[int, int]:
        return self.val, self.len

    def __hash__(self) -> int:
        return hash(self._key())

    def __or__(self, other: object) -> Any:
        if not isinstance(other, Bits):
            return NotImplemented
        return Bits(self.val | other.val, max(self.len, other.len))

    def __and__(self, other: object) -> Any:
        if not isinstance(other, Bits):
            return NotImplemented
        return Bits(self.val & other.val, max(self.len, other.len))

    def __lshift__(self, other: int) -> Bits:
        return Bits(self.val << other, self.len + other)

    def __rshift__(self, other: int) -> Bits:
        return Bits(self.val >> other, max(self.len - other, 0))

    def as_list(self) -> list[bool]:
        """The bits as bools."""
        return [digit == "1" for digit in self.as_bin()]

    def as_bin(self) -> str:
        """The bits as 0 and 1."""
        return f"{self.val:0{self.len}b}" if self.len else ""

    def as_hex(self) -> str:
        """Whole bytes as hexadecimal digits in upper case."""
        return self.as_bytes().hex().upper()

    def as_int(self) -> int:
        """The bits as a number."""
        return self.val

    def as_bytes(self) -> bytes:
        """The bits as whole bytes, zeros in front."""
        return self.val.to_bytes((self.len + 7) // 8, "big")

    @classmethod
    def from_list(cls, list_: list[Any]) -> Bits:
        """The opposite of `as_list`."""
        return cls(list_)

    @classmethod
    def from_bin(cls, bin: str) -> Bits:
        """The opposite of `as_bin`."""
        return cls(bin)

    @classmethod
    def from_hex(cls, hex: str | bytes) -> Bits:
        """Four bits per hexadecimal digit; 0x may stand in front."""
        text = hex.decode("ascii") if isinstance(hex, bytes) else hex
        return cls(text if text.startswith("0x") else f"0x{text}")

    @classmethod
    def from_int(cls, int_: int, len_: int | None = None) -> Bits:
        """A number as bits."""
        return cls(int_, len_)

    @classmethod
    def from_bytes(cls, bytes_: bytes) -> Bits:
        """Eight bits per byte."""
        return cls.from_hex(bytes_.hex())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.as_bin()!r})"
