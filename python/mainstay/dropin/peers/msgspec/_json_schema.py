"""msgspec._json_schema: the names of mainstay.codec._json_schema."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.codec._json_schema", (
    "schema", "schema_components",
))
