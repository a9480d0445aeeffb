"""The call loop, under the name older releases had for its module."""

from __future__ import annotations

from ._execution import (
    _multicall,
    _raise_wrapfail,
    _warn_teardown_exception,
    run_old_style_hookwrapper,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "Teardown",
    "_multicall",
    "_raise_wrapfail",
    "_warn_teardown_exception",
    "run_old_style_hookwrapper",
]


def __getattr__(name: str) -> Any:
    """The alias that only annotations use is made when somebody looks."""
    if name == "Teardown":
        from ._types import Teardown

        return Teardown
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
