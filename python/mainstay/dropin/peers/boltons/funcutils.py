"""boltons.funcutils: the names of mainstay.bolts.funcutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.funcutils", (
    "CachedInstancePartial", "ExistingArgument", "FunctionBuilder", "InstancePartial",
    "MissingArgument", "NO_DEFAULT", "copy_function", "dir_dict", "format_exp_repr",
    "format_invocation", "format_nonexp_repr", "get_module_callables", "inspect_formatargspec",
    "mro_items", "noop", "once", "partial", "partial_ordering", "update_wrapper", "wraps",
))
