"""glom.core: the names of mainstay.reach.core."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.reach.core", (
    "A", "AUTO", "Auto", "BadSpec", "CHILD_ERRORS", "CUR_ERROR", "Call", "Coalesce",
    "CoalesceError", "FILL", "Fill", "GLOM_DEBUG", "GlomError", "Glommer", "Inspect", "Invoke",
    "LAST_CHILD_SCOPE", "Let", "Literal", "MIN_MODE", "MODE", "NO_PYFRAME", "OMIT", "PATH_STAR",
    "Path", "PathAccessError", "PathAssignError", "Pipe", "ROOT", "Ref", "S", "SKIP", "STOP",
    "ScopeVars", "Spec", "T", "TRACE_WIDTH", "TType", "TargetRegistry", "UP",
    "UnregisteredTarget", "Val", "Vars", "_AbstractIterable", "_DEFAULT_SCOPE", "_MISSING",
    "_ObjStyleKeys", "_glom", "_has_callable_glomit", "_t_child", "arg_val", "bbformat", "bbrepr",
    "chain_child", "format_invocation", "format_oneline_trace", "format_target_spec_trace",
    "glom", "register", "register_op",
))
