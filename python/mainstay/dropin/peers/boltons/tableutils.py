"""boltons.tableutils: the names of mainstay.bolts.tableutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.tableutils", (
    "DictInputType", "InputType", "ListInputType", "Mapping", "MutableSequence",
    "NamedTupleInputType", "ObjectInputType", "Sequence", "Table", "TupleInputType",
    "UnsupportedData", "__all__", "escape_html", "make_sentinel", "to_text",
))
