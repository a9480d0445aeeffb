"""deepdiff.path: the names of mainstay.diff.path."""

from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.diff.path",
    (
        "DEFAULT_FIRST_ELEMENT",
        "GET",
        "GETATTR",
        "GlobPathMatcher",
        "MULTI_WILDCARD",
        "PathExtractionError",
        "RootCanNotBeModified",
        "SINGLE_WILDCARD",
        "_WILDCARD_RE",
        "_WildcardToken",
        "_add_to_elements",
        "_get_nested_obj",
        "_get_nested_obj_and_force",
        "_path_to_elements",
        "check_elem",
        "compile_glob_paths",
        "extract",
        "logger",
        "parse_path",
        "path_has_wildcard",
        "stringify_element",
        "stringify_path",
    ),
)
