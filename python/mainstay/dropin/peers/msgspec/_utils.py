"""msgspec._utils: the names of mainstay.codec._utils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.codec._utils", (
    "_AnnotatedAlias", "_CONCRETE_TYPES", "convert_generic_alias", "get_class_annotations",
    "get_dataclass_info", "get_type_hints", "get_typeddict_info", "rebuild",
))
