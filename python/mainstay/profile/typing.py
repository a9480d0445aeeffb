"""Types that annotations of this capability share."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Any, Union

if TYPE_CHECKING:
    from typing import Literal as LiteralStr

    from typing_extensions import TypeAlias, Unpack, assert_never
else:

    class _Anything:
        """Stands for what only type checkers read: nothing of it is imported to run."""

        def __getitem__(self, _: Any) -> Any:
            return Any

    LiteralStr = Unpack = _Anything()
    TypeAlias = Any

    def assert_never(value: Any) -> None:
        """Raise ValueError: the program came where it cannot come."""
        raise ValueError(value)


PathOrStr = Union[str, "PathLike[str]"]

__all__ = ["LiteralStr", "PathOrStr", "TypeAlias", "Unpack", "assert_never"]
