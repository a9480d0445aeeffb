"""boltons.tableutils: the names of mainstay.bolts.tableutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.tableutils", (
    "DictInputType", "InputType", "ListInputType", "NamedTupleInputType", "ObjectInputType",
    "Table", "TupleInputType", "UnsupportedData", "escape_html", "to_text",
))
