"""deepdiff.lfucache: the names of mainstay.diff.lfucache."""

from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.diff.lfucache",
    (
        "DistanceCache",
        "DummyLFU",
        "LFUCache",
    ),
)
