"""Tests for structs that type checkers understand."""

from __future__ import annotations

from ._define import StructMeta


def is_struct(obj: object) -> bool:
    """Whether an object is an instance of a struct type."""
    return isinstance(type(obj), StructMeta)


def is_struct_type(tp: object) -> bool:
    """Whether an object is a struct type."""
    return isinstance(tp, StructMeta)
