"""glom.matching: the names of mainstay.reach.matching."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.reach.matching", (
    "And", "Check", "CheckError", "GlomError", "M", "MODE", "Match", "MatchError", "Not",
    "Optional", "Or", "Path", "RAISE", "Regex", "Required", "Switch", "T", "TypeMatchError",
    "Val", "_MISSING", "arg_val", "bbformat", "bbrepr", "chain_child", "format_invocation",
    "glom",
))
