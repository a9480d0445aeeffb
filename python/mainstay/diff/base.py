"""What DeepDiff and DeepHash check alike: significant digits and groups of types."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from ._kinds import kinds, strings
from ._sets import SetOrdered

DEFAULT_SIGNIFICANT_DIGITS_WHEN_IGNORE_NUMERIC_TYPES = 12


class _Numbers:
    """The types that count as numbers, given which packages are loaded when it is looked at."""

    def __get__(self, instance: object, owner: type) -> Any:
        return kinds().numbers


class Base:
    """Checks of arguments; holds nothing."""

    strings = strings

    numbers: ClassVar[Any] = _Numbers()

    def get_significant_digits(
        self, significant_digits: int | None, ignore_numeric_type_changes: bool
    ) -> int | None:
        """The digits that count, checked; twelve when int and float are to be alike."""
        if significant_digits is not None and significant_digits < 0:
            raise ValueError("significant_digits must be None or a non-negative integer")
        if significant_digits is None and ignore_numeric_type_changes:
            return DEFAULT_SIGNIFICANT_DIGITS_WHEN_IGNORE_NUMERIC_TYPES
        return significant_digits

    def get_ignore_types_in_groups(
        self,
        ignore_type_in_groups: Any,
        ignore_string_type_changes: bool,
        ignore_numeric_type_changes: bool,
        ignore_type_subclasses: bool,
        ignore_uuid_types: bool = False,
    ) -> list[Any]:
        """The groups of types that are told equal; a value in a group stands for its type."""
        given = list(ignore_type_in_groups or [])
        if given and isinstance(given[0], type):
            given = [given]
        groups = [
            SetOrdered([item if isinstance(item, type) else type(item) for item in group])
            for group in given
        ]
        wanted: list[tuple[bool, Any]] = [
            (ignore_string_type_changes, strings),
            (ignore_numeric_type_changes, kinds().numbers),
            (ignore_uuid_types, (uuid.UUID, str)),
        ]
        for on, types in wanted:
            if on and types not in groups:
                groups.append(SetOrdered(types))
        # isinstance needs tuples; where only the very type counts, sets are quicker.
        return groups if ignore_type_subclasses else [tuple(group) for group in groups]
