"""What is known of deepdiff."""

from mainstay.dropin._registry import Peer

PEER = Peer(
    "deepdiff",
    distribution="deepdiff",
    version="9.1.0",
    packages=("deepdiff",),
    noun="diff",
    source="https://github.com/seperman/deepdiff",
    deviations=(
        "two data frames that differ, private slots and attributes of dict subclasses are "
        "reported; the peer tells such objects equal",
        "a dict of which a filter leaves out a key is never reported as one changed value",
        "group_by keeps rows with the same key, as a list; the peer keeps the last one",
        "an enum member beside a container is a changed value under use_enum_value; the peer takes "
        "its value apart, or gives up",
        "results come in one order; the peer's order of kinds, and of set items, changes with "
        "each start of the interpreter",
        "levels of the tree view are made when they are looked at: DiffLevel is not called while "
        "objects are compared",
        "multiprocessing=True is accepted, and the work is done in the calling process",
        "the keywords of DeepDiff are given by name, and the modules anyset, lfucache and "
        "_multiprocessing are not there",
    ),
)
