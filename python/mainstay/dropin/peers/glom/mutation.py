"""glom.mutation: the names of mainstay.reach.mutation."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.reach.mutation", (
    "Assign", "Delete", "GlomError", "Path", "PathAccessError", "PathAssignError",
    "PathDeleteError", "S", "TType", "TargetRegistry", "UP", "arg_val", "assign", "bbrepr",
    "delete", "glom", "register_op",
))
