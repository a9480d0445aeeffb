"""Types of the interpreter, as the module `types` names them, without its import.

That module takes longer to load than the whole of this package.
"""

from __future__ import annotations

import sys

# What functools.partial is, without what functools imports.
from _functools import partial  # type: ignore[import-not-found]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import (
        CodeType,
        FunctionType,
        GetSetDescriptorType,
        MemberDescriptorType,
        MethodType,
        ModuleType,
    )
    from typing import Any

else:

    def _sample(_):
        """Only here to have a type."""

    FunctionType = type(_sample)
    CodeType = type(_sample.__code__)
    MethodType = type(_sample.__get__(0))
    ModuleType = type(sys)
    MemberDescriptorType = type(FunctionType.__globals__)
    GetSetDescriptorType = type(FunctionType.__code__)

__all__ = [
    "FunctionType",
    "GetSetDescriptorType",
    "MemberDescriptorType",
    "MethodType",
    "ModuleType",
    "is_async_generator_function",
    "is_generator_function",
]

_CO_GENERATOR = 0x20  # inspect.CO_GENERATOR
_CO_ASYNC_GENERATOR = 0x200  # inspect.CO_ASYNC_GENERATOR


def is_generator_function(function: object) -> bool:
    """`inspect.isgeneratorfunction`, without that import."""
    return _has_flag(function, _CO_GENERATOR)


def is_async_generator_function(function: object) -> bool:
    """`inspect.isasyncgenfunction`, likewise."""
    return _has_flag(function, _CO_ASYNC_GENERATOR)


def _has_flag(function: Any, flag: int) -> bool:
    while isinstance(function, (MethodType, partial)):
        function = function.__func__ if isinstance(function, MethodType) else function.func
    if not isinstance(function, FunctionType):  # some compilers make what is only like one
        code = getattr(function, "__code__", None)
        return isinstance(code, CodeType) and bool(code.co_flags & flag)
    return bool(function.__code__.co_flags & flag)
