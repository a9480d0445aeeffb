"""Types of the interpreter, as the module `types` names them, without its import.

That module takes longer to load than the whole of this package.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import (
        FunctionType,
        GetSetDescriptorType,
        MemberDescriptorType,
        MethodType,
        ModuleType,
    )

else:

    def _sample(_):
        """Only here to have a type."""

    FunctionType = type(_sample)
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
    """`inspect.isgeneratorfunction`, which is only imported for callables out of the ordinary."""
    plain = function.__func__ if type(function) is MethodType else function
    if type(plain) is FunctionType:
        return bool(plain.__code__.co_flags & _CO_GENERATOR)
    import inspect

    return inspect.isgeneratorfunction(function)


def is_async_generator_function(function: object) -> bool:
    """`inspect.isasyncgenfunction`, likewise."""
    plain = function.__func__ if type(function) is MethodType else function
    if type(plain) is FunctionType:
        return bool(plain.__code__.co_flags & _CO_ASYNC_GENERATOR)
    import inspect

    return inspect.isasyncgenfunction(function)
