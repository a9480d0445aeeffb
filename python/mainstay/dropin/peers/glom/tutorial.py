"""glom.tutorial: the names of mainstay.reach.tutorial."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.reach.tutorial", (
    "CONTACTS", "Contact", "ContactManager", "Email",
))
