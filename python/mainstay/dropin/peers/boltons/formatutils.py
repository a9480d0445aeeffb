"""boltons.formatutils: the names of mainstay.bolts.formatutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.formatutils", (
    "BaseFormatField", "DeferredValue", "Formatter", "__all__", "construct_format_field_str",
    "get_format_args", "infer_positional_format_args", "split_format_str",
    "tokenize_format_str",
))
