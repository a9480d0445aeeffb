"""What all strategies of `mainstay.retry` are: immutable values that compare and print.

Immutable, because policies are shared between threads and compiled; equal when type and numbers
are, so that tests can compare policies. A class that a program derives from one of them holds what
it likes, and is as safe to share as it makes itself.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Value"]


# Attributes that hold what a strategy is combined from: shown one by one, as they were given.
_PARTS = frozenset({"retries", "stops", "strategies", "wait_funcs"})


def _is_ours(strategy: Any) -> bool:
    return f"{type(strategy).__module__}.".startswith("mainstay.retry.")


class Value:
    """Base of the strategies. Ours fill themselves by `_fill` and are sealed from then on.

    Without storage of its own, so that a strategy may be anything else as well: a float, a named
    tuple. Built-in strategies have both methods below from their native base.
    """

    # Attributes that follow from the others, and those whose argument has another name.
    _derived: tuple[str, ...] = ()
    _arguments: dict[str, str] = {}

    # Of built-in strategies, that is: vars() shows what they hold and changes nothing.
    _dict_is_read_only = True

    def _fields(self) -> dict[str, Any]:
        """A copy of the attributes."""
        return dict(self.__dict__)

    def _fill(self, *args: Any, **fields: Any) -> None:
        """Set attributes, past a class's own __setattr__."""
        self.__dict__.update(*args, **fields)

    def _meant(self) -> dict[str, Any]:
        """What the strategy was made from, by attribute."""
        fields = self._fields()
        for name in self._derived:
            fields.pop(name, None)
        return fields

    def __setattr__(self, name: str, value: Any) -> None:
        if _is_ours(self):
            raise AttributeError(
                f"{type(self).__name__} is immutable, cannot set {name!r}; make a new one"
            )
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        if _is_ours(self):
            raise AttributeError(
                f"{type(self).__name__} is immutable, cannot delete {name!r}; make a new one"
            )
        super().__delattr__(name)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._meant() == other._meant()

    def __hash__(self) -> int:
        return hash((type(self), *self._meant().items()))

    def __repr__(self) -> str:
        shown: list[str] = []
        for name, value in self._meant().items():
            if name in _PARTS:
                shown.extend(map(repr, value))
            else:
                shown.append(f"{self._arguments.get(name, name)}={value!r}")
        return f"{type(self).__name__}({', '.join(shown)})"
