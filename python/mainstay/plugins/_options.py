"""The options of specifications and implementations as types of dicts."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, TypedDict

    class HookspecOpts(TypedDict):
        """What a specification asks for."""

        firstresult: bool
        historic: bool
        warn_on_impl: Warning | None
        warn_on_impl_args: Mapping[str, Warning] | None

    class HookimplOpts(TypedDict):
        """What an implementation asks for."""

        wrapper: bool
        hookwrapper: bool
        optionalhook: bool
        tryfirst: bool
        trylast: bool
        specname: str | None


__all__ = ["HookimplOpts", "HookspecOpts", "made"]


def made(name: str, module: str) -> Any:
    """HookspecOpts or HookimplOpts as a class of that module; made on request, `typing` is slow.

    Raises:
        KeyError: it is neither.
    """
    fields = {
        "HookimplOpts": {
            "wrapper": "bool",
            "hookwrapper": "bool",
            "optionalhook": "bool",
            "tryfirst": "bool",
            "trylast": "bool",
            "specname": "str | None",
        },
        "HookspecOpts": {
            "firstresult": "bool",
            "historic": "bool",
            "warn_on_impl": "Warning | None",
            "warn_on_impl_args": "Mapping[str, Warning] | None",
        },
    }[name]
    if (name, module) not in _made:
        from typing import TypedDict

        make: Any = TypedDict
        kind = make(name, fields)
        kind.__module__ = module
        _made.setdefault((name, module), kind)
    return _made[name, module]


_made: dict[tuple[str, str], Any] = {}
