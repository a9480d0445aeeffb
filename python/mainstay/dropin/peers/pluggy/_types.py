"""Aliases for annotations. Brings `typing` with it, so it is imported when somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from types import ModuleType
from typing import Any, TypeAlias, TypeVar

from ._impl import HookImpl
from ._result import Result

_T = TypeVar("_T")
_F = TypeVar("_F", bound=Callable[..., object])
Teardown: TypeAlias = Generator[None, object, object]
_Plugin: TypeAlias = object
_Namespace: TypeAlias = ModuleType | type
_HookImplFunction: TypeAlias = Callable[..., _T | Generator[None, Result[_T], None]]
_HookExec: TypeAlias = Callable[
    [str, Sequence[HookImpl], Mapping[str, object], bool], object | list[object]
]
_CallHistory: TypeAlias = list[tuple[Mapping[str, object], Callable[[Any], None] | None]]
_BeforeTrace: TypeAlias = Callable[[str, Sequence[HookImpl], Mapping[str, Any]], None]
_AfterTrace: TypeAlias = Callable[[Result[Any], str, Sequence[HookImpl], Mapping[str, Any]], None]
