"""How far two objects are from each other: 0 for equal ones, towards 1 the more has to change."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ._kinds import kinds, strings
from .helper import CannotCompare, not_found, time_to_seconds

if TYPE_CHECKING:
    from ._options import Options
    from ._walk import Shared

DISTANCE_CALCS_NEEDS_CACHE = (
    "Distance calculation can not happen once the cache is purged. Try with _cache='keep'"
)
_COMPARED_EQUAL = 0.000001
MATH_LOG_OFFSET = 1e-10  # keeps the logarithm of numbers near zero finite

_INDEXED = {"iterable_items_added_at_indexes", "iterable_items_removed_at_indexes"}
_NO_OPERATIONS = {"deep_distance", "new_path", "old_type", "old_value"}


def _get_item_length(item: Any, parents_ids: frozenset[int] = frozenset()) -> int:
    """How many operations a delta consists of, or how many parts another object."""
    if isinstance(item, Mapping):
        parts: Iterable[Any] = (
            _each_once(part) if key in _INDEXED else part
            for key, part in item.items()
            if not (isinstance(key, str) and (key.startswith("_") or key in _NO_OPERATIONS))
        )
    elif isinstance(item, (*kinds().numbers, *strings)):
        return 1
    elif isinstance(item, Iterable):
        parts = item
    elif isinstance(item, type):
        return 1
    else:
        parts = getattr(item, "__dict__", ())
    return sum(
        _get_item_length(part, parents_ids | {id(part)})
        for part in parts
        if id(part) not in parents_ids
    )


def _each_once(by_path: Mapping[Any, Any]) -> dict[Any, Any]:
    """The indexes of each path, without those of an item that is at another index as well."""
    return {
        path: {index: item for item_id, (index, item) in _first_of_each(indexes).items()}
        for path, indexes in by_path.items()
    }


def _first_of_each(indexes: Mapping[Any, Any]) -> dict[int, tuple[Any, Any]]:
    first: dict[int, tuple[Any, Any]] = {}
    for index, item in indexes.items():
        first.setdefault(id(item), (index, item))
    return first


def logarithmic_distance(a: Any, b: Any) -> float:
    """How far the logarithms of two numbers are from each other; their signs count."""
    return abs(_logarithm(a) - _logarithm(b))


def _logarithm(number: Any) -> float:
    return math.copysign(math.log(abs(float(number)) + MATH_LOG_OFFSET), float(number))


def logarithmic_similarity(a: Any, b: Any, threshold: float = 0.1) -> bool:
    """Whether two numbers differ by less than the threshold: 0.1 means about 10.5 percent."""
    return logarithmic_distance(a, b) < threshold


def _get_numbers_distance(
    num1: Any,
    num2: Any,
    max_: float = 1,
    use_log_scale: bool = False,
    log_scale_similarity_threshold: float = 0.1,
) -> float:
    """The distance of two numbers, from 0 to `max_`."""
    if num1 == num2:
        return 0
    if use_log_scale:
        return logarithmic_distance(num1, num2)
    first, second = float(num1), float(num2)
    divisor = (first + second) / max_ if max_ else 0
    if divisor == 0:
        return max_
    return min(max_, abs((first - second) / divisor))


def _get_numpy_array_distance(
    num1: Any,
    num2: Any,
    max_: float = 1,
    use_log_scale: bool = False,
    log_scale_similarity_threshold: float = 0.1,
) -> Any:
    """The distances of the numbers of two arrays, each with the one at its place."""
    numpy = kinds().numpy
    if use_log_scale:
        num1, num2 = (
            numpy.copysign(numpy.log(numpy.abs(each) + MATH_LOG_OFFSET), each)
            for each in (num1, num2)
        )
    difference, divisor = num1 - num2, (num1 + num2) / max_
    quotient = numpy.full(difference.shape, max_, dtype=numpy.float64)
    numpy.divide(difference, divisor, out=quotient, where=divisor != 0, dtype=numpy.float64)
    quotient[difference == divisor] = 0
    distances = numpy.clip(numpy.absolute(quotient), 0, max_)
    if use_log_scale:
        distances[distances < log_scale_similarity_threshold] = 0
    return distances


def get_numeric_types_distance(
    num1: Any,
    num2: Any,
    max_: float,
    use_log_scale: bool = False,
    log_scale_similarity_threshold: float = 0.1,
) -> Any:
    """The distance of two numbers, dates or times; `not_found` for what is none of them."""
    measured: list[tuple[Any, Callable[[Any], Any] | None]] = [
        (kinds().only_numbers, None),
        (datetime.datetime, lambda item: item.timestamp()),
        (datetime.date, lambda item: item.toordinal()),
        (datetime.timedelta, lambda item: item.total_seconds()),
        (datetime.time, time_to_seconds),
    ]
    for types, measure in measured:
        if isinstance(num1, types) and isinstance(num2, types):
            if measure is None:
                return _get_numbers_distance(num1, num2, max_, use_log_scale)
            return _get_numbers_distance(measure(num1), measure(num2), max_)
    return not_found


class DistanceMixin:
    """How a DeepDiff measures."""

    if TYPE_CHECKING:
        _options: Options
        _shared: Shared
        t1: Any
        t2: Any

        def _source(self) -> tuple[dict[str, Any], dict[Any, Any]]: ...

    def _get_rough_distance(self) -> float:
        """How far `t1` and `t2` are from each other, from 0 to about 1."""
        return rough_distance(self._options, self._shared, self._source(), self.t1, self.t2)

    def __get_item_rough_length(self, item: Any) -> int:
        return size_of(self._options, self._shared, item)


def distance_by_options(options: Options, added: Any, removed: Any, numbers: bool) -> float | None:
    """The distance that the user's function or a logarithmic scale gives; None for neither.

    `numbers`: it is one of many, of lists of numbers of one type.
    """
    belong = options.iterable_compare_func
    if belong:
        try:
            return (options.math_epsilon or _COMPARED_EQUAL) if belong(added, removed) else 1
        except CannotCompare:
            return None
    if not options.use_log_scale:
        return None
    most = options.cutoff_distance_for_pairs
    threshold = options.log_scale_similarity_threshold
    if numbers:
        return _between(added, removed, most, threshold)
    known = get_numeric_types_distance(added, removed, most, True, threshold)
    return None if known is not_found else float(known)


def _between(added: Any, removed: Any, most: float, threshold: float) -> float:
    """The distance of two numbers of many on a logarithmic scale, from 0 to `most`."""
    first, second = _logarithm(added), _logarithm(removed)
    difference = first - second
    divisor = (first + second) / most if most else 0
    distance = 0.0
    if difference != divisor:
        distance = min(abs(difference / divisor) if divisor else most, most)
    return 0.0 if distance < threshold else distance


def size_of(options: Options, shared: Shared, item: Any) -> int:
    """Of how many objects `item` is made."""
    if shared.hashes is None:
        raise RuntimeError(DISTANCE_CALCS_NEEDS_CACHE)
    from ._walk import Walk

    hasher = Walk(options, shared).hasher()
    size = hasher.get(item, extract_index=1)
    return int(hasher.digest(item)[1] if size is None else size)


def rough_distance(
    options: Options,
    shared: Shared,
    source: tuple[Any, Any],
    t1: Any,
    t2: Any,
    inside: bool = False,
) -> float:
    """The number of operations that turn one object into the other, by the size of both."""
    known = get_numeric_types_distance(
        t1,
        t2,
        options.cutoff_distance_for_pairs,
        options.use_log_scale,
        options.log_scale_similarity_threshold,
    )
    if known is not not_found:
        return known  # type: ignore[no-any-return]
    from .serialization import DELTA_ERROR_WHEN_GROUP_BY, delta_dict

    if options.group_by is not None and not inside:
        raise ValueError(DELTA_ERROR_WHEN_GROUP_BY)
    length = _get_item_length(delta_dict(options, *source, {}))
    if not length:
        return 0
    return length / (sum(size_of(options, shared, item) for item in (t1, t2)) or 1)
