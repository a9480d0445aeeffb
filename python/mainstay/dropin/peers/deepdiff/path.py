"""deepdiff.path: the names of mainstay.diff.path."""

from ._names import mirror_own

mirror_own(
    __name__,
    "_WILDCARD_RE _WildcardToken _add_to_elements _get_nested_obj _get_nested_obj_and_force "
    "_path_to_elements",
)
