"""NumPy arrays: told equal at once where that can be seen, else compared row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _ordered, _unordered
from ._nodes import Node
from .helper import get_numpy_ndarray_rows, get_type
from .model import NumpyArrayRelationship, SubscriptableIterableRelationship

if TYPE_CHECKING:
    from ._walk import Children, Walk


def _equal(walk: Walk, node: Node) -> bool:
    options, numpy = walk.options, walk.kinds.numpy
    digits = options.significant_digits
    if digits is None:
        equal_nan = options.ignore_nan_inequality
        try:
            return bool(numpy.array_equal(node.t1, node.t2, equal_nan=equal_nan))
        except TypeError:  # types that know no NaN
            return bool(numpy.array_equal(node.t1, node.t2))
    try:
        numpy.testing.assert_almost_equal(node.t1, node.t2, decimal=digits)
    except (AssertionError, TypeError):
        return False
    return True


def walk(walk: Walk, node: Node) -> Children:
    """The child pairs of two arrays."""
    path = node.path()
    walk.shared.numpy_paths.setdefault(path, get_type(node.t2).__name__)
    unordered = walk._ignores_order(node)
    if not unordered and _equal(walk, node):
        return
    original_type = node.t1.dtype
    shape = node.t1.shape
    if shape != node.t2.shape:
        node.set_values(node.t1.tolist(), node.t2.tolist())
        if not shape or not isinstance(node.t2, list):
            walk.report("values_changed", node)
            return
        yield from walk.iterable(node, original_type)
    elif not shape:
        node.set_values(node.t1.item(), node.t2.item())
        if node.t1 != node.t2:
            walk.report("values_changed", node)
    elif len(shape) == 1:
        yield from walk.iterable(node, original_type) if unordered else _row(walk, node)
    elif unordered:
        node.set_values(node.t1.tolist(), node.t2.tolist())
        yield from _unordered.walk(walk, node, original_type)
    else:
        rows: Any = zip(get_numpy_ndarray_rows(node.t1), get_numpy_ndarray_rows(node.t2))
        for (path1, row1), (path2, row2) in rows:
            row = Node(row1, row2, node, NumpyArrayRelationship, path1, path2)
            yield from _row(walk, row)


def _row(walk: Walk, node: Node) -> Children:
    """The child pairs of two rows of the same length; of plain numbers, those that differ."""
    options, numpy = walk.options, walk.kinds.numpy
    first, second = node.t1, node.t2
    special = options.custom_operators or walk.filters or options.iterable_compare_func
    if (
        special
        or options.key is not None
        or options.max_diffs is not None
        or options.significant_digits is not None
        or options.cache_size
        or first.dtype != second.dtype
        or first.dtype.kind not in "biuf"
    ):
        yield from _ordered.walk(walk, node)
        return
    # Each item is counted as if it had been looked at: once as an item, once as a pair.
    places = numpy.nonzero(first != second)[0].tolist()
    walk.shared.stats["DIFF COUNT"] += 2 * len(first) - len(places)
    for place in places:
        yield Node(first[place], second[place], node, SubscriptableIterableRelationship, place)
