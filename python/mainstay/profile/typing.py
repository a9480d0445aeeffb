"""Types that annotations of this capability share."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, Union

if TYPE_CHECKING:
    from typing import TypeAlias

    from typing_extensions import Unpack, assert_never
else:

    class _Anything:
        """Stands for what only type checkers read: it need not be installed to run."""

        def __getitem__(self, _: Any) -> Any:
            return Any

    Unpack = _Anything()
    TypeAlias = Any

    def assert_never(value: Any) -> None:
        """Raise ValueError: the program came where it cannot come."""
        raise ValueError(value)


LiteralStr = Literal
PathOrStr = Union[str, "PathLike[str]"]

__all__ = ["LiteralStr", "PathOrStr", "TypeAlias", "Unpack", "assert_never"]
