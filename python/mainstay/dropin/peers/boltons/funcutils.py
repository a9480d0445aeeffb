"""boltons.funcutils: the names of mainstay.bolts.funcutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.funcutils", (
    "CachedInstancePartial", "ExistingArgument", "FunctionBuilder", "FunctionType",
    "InstancePartial", "MethodType", "MissingArgument", "NO_DEFAULT", "copy_function",
    "dir_dict", "format_exp_repr", "format_invocation", "format_nonexp_repr",
    "formatannotation", "get_module_callables", "inspect_formatargspec", "make_sentinel",
    "mro_items", "noop", "once", "partial", "partial_ordering", "total_ordering",
    "update_wrapper", "wraps",
))
