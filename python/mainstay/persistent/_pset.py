"""Persistent sets: pset() and s() make them, PSet is their class."""

from __future__ import annotations

from collections.abc import Hashable, Set
from typing import Any

from . import _native
from ._native import PSet, pset, s

__all__ = ["PSet", "pset", "s"]

for _each in (pset, s):
    _each.__module__ = __name__  # where pickle finds them
_native.provide(Set=Set, pset=pset)
_abcs: Any = (Set, Hashable)
for _each_abc in _abcs:
    _each_abc.register(PSet)
