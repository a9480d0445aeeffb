"""deepdiff.distance: the names of mainstay.diff.distance."""

from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.diff.distance",
    (
        "DISTANCE_CALCS_NEEDS_CACHE",
        "DistanceMixin",
        "MATH_LOG_OFFSET",
        "_get_item_length",
        "_get_numbers_distance",
        "_get_numpy_array_distance",
        "get_numeric_types_distance",
        "logarithmic_distance",
        "logarithmic_similarity",
    ),
)
