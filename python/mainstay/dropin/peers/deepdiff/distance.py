"""deepdiff.distance: the names of mainstay.diff.distance."""

from ._names import mirror_own

mirror_own(__name__, "_get_item_length _get_numbers_distance _get_numpy_array_distance")
