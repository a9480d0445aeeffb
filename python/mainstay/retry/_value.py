"""What all strategies of `mainstay.retry` are: immutable values that compare and print.

Immutable, because policies are shared between threads and compiled; equal when type and numbers
are, so that tests can compare policies.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

__all__ = ["Value"]


# Attributes that hold what a strategy is combined from: shown one by one, as they were given.
_PARTS = frozenset({"retries", "stops", "strategies", "wait_funcs"})


class Value:
    """Base of the strategies. Subclasses fill themselves by `_fill` and are sealed from then on."""

    # Attributes that follow from the others, and those whose argument has another name.
    _derived: tuple[str, ...] = ()
    _arguments: dict[str, str] = {}

    def _fill(self, **fields: Any) -> None:
        self.__dict__.update(fields)

    def _fields(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name not in self._derived}

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(
            f"{type(self).__name__} is immutable, cannot set {name!r}; make a new one"
        )

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(
            f"{type(self).__name__} is immutable, cannot delete {name!r}; make a new one"
        )

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._fields() == other._fields()

    def __hash__(self) -> int:
        return hash((type(self), *self._fields().items()))

    def __repr__(self) -> str:
        shown: list[str] = []
        for name, value in self._fields().items():
            if name in _PARTS:
                shown.extend(map(repr, value))
            else:
                shown.append(f"{self._arguments.get(name, name)}={value!r}")
        return f"{type(self).__name__}({', '.join(shown)})"
