"""What is known of diskcache."""

from mainstay.dropin._registry import Peer

PEER = Peer(
    "diskcache",
    distribution="diskcache",
    version="5.6.3",
    packages=("diskcache",),
    noun="cache",
    deviations=(
        "there is no SQLite inside: no cache.db, no _sql; settings named sqlite_ are kept and do "
        "nothing, eviction policies written in SQL are refused",
        "a directory of diskcache is taken over when it is opened; `mainstay cache export` writes "
        "one for the way back",
        "keys of more than 8 MiB and keys that are NaN are refused",
        "iterating waits while others have a transaction open, and ends without items that are "
        "added meanwhile",
        "set answers False when the item was evicted at once; push raises StoreError where its "
        "next key is taken",
        "calls that pass None have memo keys of another form, so that they share no result",
    ),
)
