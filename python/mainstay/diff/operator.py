"""Operators: user code that takes over the comparison of the nodes it matches."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from typing import Any

from .helper import convert_item_or_items_into_compiled_regexes_else_none


class BaseOperatorPlus(metaclass=ABCMeta):
    """An operator that also works where order is ignored: it says how values are hashed."""

    @abstractmethod
    def match(self, level: Any) -> bool:
        """Whether this operator compares `level.t1` with `level.t2`."""

    @abstractmethod
    def give_up_diffing(self, level: Any, diff_instance: Any) -> bool:
        """Compare; True when the usual comparison is not to follow."""

    @abstractmethod
    def normalize_value_for_hashing(self, parent: Any, obj: Any) -> Any:
        """What is hashed in the place of `obj`."""


class BaseOperator:
    """An operator for paths that match a regular expression, or for pairs of a type."""

    def __init__(
        self, regex_paths: list[str] | None = None, types: list[type] | None = None
    ) -> None:
        self.regex_paths = convert_item_or_items_into_compiled_regexes_else_none(regex_paths)
        self.types = types

    def match(self, level: Any) -> bool:
        """Whether this operator compares `level.t1` with `level.t2`."""
        if self.regex_paths:
            path = level.path() or ""
            if any(pattern.search(path) for pattern in self.regex_paths):
                return True
        return any(
            isinstance(level.t1, each) and isinstance(level.t2, each) for each in self.types or ()
        )

    def give_up_diffing(self, level: Any, diff_instance: Any) -> bool:
        """Compare; True when the usual comparison is not to follow."""
        raise NotImplementedError("Please implement the diff function.")


class PrefixOrSuffixOperator:
    """Tells two texts equal when one begins with the other."""

    def match(self, level: Any) -> Any:
        """Whether both are texts, and not empty."""
        return level.t1 and level.t2 and isinstance(level.t1, str) and isinstance(level.t2, str)

    def give_up_diffing(self, level: Any, diff_instance: Any) -> bool:
        """Whether one begins with the other."""
        first, second = level.t1, level.t2
        return bool(first.startswith(second) or second.startswith(first))
