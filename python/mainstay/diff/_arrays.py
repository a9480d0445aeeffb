"""NumPy arrays: told equal at once where that can be seen, else compared row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._nodes import Node
from .helper import get_numpy_ndarray_rows, get_type
from .model import SubscriptableIterableRelationship

if TYPE_CHECKING:
    from ._walk import Instruction, Walk


def _equal(walk: Walk, node: Node) -> bool:
    options, numpy = walk.options, walk.kinds.numpy
    digits = options.significant_digits
    if digits is None:
        try:
            equal_nan = options.ignore_nan_inequality
            return bool(numpy.array_equal(node.t1, node.t2, equal_nan=equal_nan))
        except TypeError:  # types that know no NaN
            return bool(numpy.array_equal(node.t1, node.t2))
    try:
        numpy.testing.assert_almost_equal(node.t1, node.t2, decimal=digits)
    except (AssertionError, TypeError):
        return False
    return True


def enter(walk: Walk, node: Node) -> Instruction:
    """How to go on with two arrays."""
    from ._containers import ignores_order, in_order

    walk.shared.numpy_paths.setdefault(node.path(), get_type(node.t2).__name__)
    unordered = ignores_order(walk, node)
    if not unordered and _equal(walk, node):
        return None
    # A row of a matrix is a matrix again, endlessly.
    first, second = (
        item.A if isinstance(item, walk.kinds.numpy.matrix) else item for item in (node.t1, node.t2)
    )
    shape = first.shape
    if shape == second.shape and len(shape) == 1:
        if unordered:
            return ("list", list(first), list(second), True, False, False)
        return _one_dimension(walk, node) or in_order(walk, node)
    if shape == second.shape and len(shape) > 1 and not unordered:
        rows = zip(get_numpy_ndarray_rows(first), get_numpy_ndarray_rows(second), strict=True)
        return (
            "rows",
            [(path, list(row1), list(row2), row1, row2) for (path, row1), (_, row2) in rows],
        )
    node.set_values(first.tolist(), second.tolist())
    if isinstance(node.t1, list) and isinstance(node.t2, list):
        basic = not walk.options.zip_ordered_iterables
        return ("list", node.t1, node.t2, True, not unordered, basic)
    if node.t1 != node.t2:  # one of them has no dimension
        walk.report("values_changed", node)
    return None


def _one_dimension(walk: Walk, node: Node) -> Instruction:
    """The items that differ, of plain numbers; None where each item has to be looked at."""
    options, numpy = walk.options, walk.kinds.numpy
    first, second = node.t1, node.t2
    if (
        options.custom_operators
        or walk.filters
        or options.iterable_compare_func
        or options.key is not None
        or options.max_diffs is not None
        or options.significant_digits is not None
        or first.dtype != second.dtype
        or first.dtype.kind not in "biuf"
    ):
        return None
    places = numpy.nonzero(first != second)[0].tolist()
    pairs = [(place, place, first[place], second[place]) for place in places]
    # Those that are equal count as if they had been looked at: as items, and as pairs.
    equal = 2 * (len(first) - len(places))
    return [("count", equal), ("pairs", pairs, SubscriptableIterableRelationship, False)]
