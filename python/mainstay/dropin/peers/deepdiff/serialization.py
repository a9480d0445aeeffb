"""deepdiff.serialization: the names of mainstay.diff.serialization."""

from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.diff.serialization",
    (
        "CSV_HEADER_MAX_CHUNK_SIZE",
        "DELTA_ERROR_WHEN_GROUP_BY",
        "DELTA_IGNORE_ORDER_NEEDS_REPETITION_REPORT",
        "FORBIDDEN_MODULE_MSG",
        "ForbiddenModule",
        "JSONDecoder",
        "JSON_CONVERTOR",
        "MODULE_NOT_FOUND_MSG",
        "ModuleNotFoundError",
        "NONE_TYPE",
        "SAFE_TO_IMPORT",
        "SerializationMixin",
        "TYPE_STR_TO_TYPE",
        "UnsupportedFormatErr",
        "_MAX_ALLOC_SIZE",
        "_RestrictedPickler",
        "_RestrictedUnpickler",
        "_SafeConstructor",
        "_save_content",
        "json_convertor_default",
        "json_dumps",
        "json_loads",
        "load_path_content",
        "logger",
        "pickle_dump",
        "pickle_load",
        "pretty_print_diff",
        "save_content_to_path",
    ),
)
