"""deepdiff.delta: the names of mainstay.diff.delta."""

import mainstay.diff.delta
from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.diff.delta",
    (
        "BINIARY_MODE_NEEDED_MSG",
        "DELTA_AT_LEAST_ONE_ARG_NEEDED",
        "DELTA_NUMPY_OPERATOR_OVERRIDE_MSG",
        "DeltaError",
        "DeltaNumpyOperatorOverrideError",
        "ELEM_NOT_FOUND_TO_ADD_MSG",
        "FAIL_TO_REMOVE_ITEM_IGNORE_ORDER_MSG",
        "INDEXES_NOT_FOUND_WHEN_IGNORE_ORDER",
        "INVALID_ACTION_WHEN_CALLING_GET_ELEM",
        "INVALID_ACTION_WHEN_CALLING_SIMPLE_DELETE_ELEM",
        "INVALID_ACTION_WHEN_CALLING_SIMPLE_SET_ELEM",
        "NOT_VALID_NUMPY_TYPE",
        "NUMPY_TO_LIST",
        "TYPE_CHANGE_FAIL_MSG",
        "UNABLE_TO_GET_ITEM_MSG",
        "UNABLE_TO_GET_PATH_MSG",
        "VERIFICATION_MSG",
        "VERIFY_BIDIRECTIONAL_MSG",
        "logger",
    ),
    live=(
        "DeepDiff",
        "FlatDeltaDict",
        "FlatDeltaRow",
        "Opcode",
        "SetOrdered",
        "not_found",
        "pickle_dump",
        "pickle_load",
    ),
)


class Delta(mainstay.diff.delta.Delta):
    __doc__ = mainstay.diff.delta.Delta.__doc__
    _pickle = "allow"
