"""boltons.deprutils: the names of mainstay.bolts.deprutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.deprutils", (
    "DeprecatableModule", "ModuleType", "deprecate_module_member", "warn",
))
