"""glom's names on mainstay.reach. Loaded in its place where a program asked for that."""

from mainstay.dropin._mirror import mirror

from . import core, grouping, matching, mutation, reduction, streaming  # noqa: F401  # as the peer's

__version__ = "25.12.0"

# fmt: off
mirror(__name__, "mainstay.reach", (
    "A", "And", "Assign", "Auto", "BadSpec", "Call", "Check", "CheckError", "Coalesce",
    "CoalesceError", "Delete", "Fill", "Flatten", "Fold", "FoldError", "GlomError", "Glommer",
    "Inspect", "Invoke", "Iter", "Let", "Literal", "M", "MODE", "Match", "MatchError", "Merge",
    "Not", "OMIT", "Optional", "Or", "Path", "PathAccessError", "PathAssignError",
    "PathDeleteError", "Pipe", "ROOT", "Ref", "Regex", "Required", "S", "SKIP", "STOP", "Spec",
    "Sum", "Switch", "T", "TypeMatchError", "UP", "UnregisteredTarget", "Val", "Vars", "assign",
    "delete", "flatten", "glom", "merge", "register", "register_op",
))
