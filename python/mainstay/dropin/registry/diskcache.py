"""What is known of diskcache."""

from mainstay.dropin._registry import Peer

PEER = Peer(
    "diskcache",
    distribution="diskcache",
    version="5.6.3",
    packages=("diskcache",),
    noun="cache",
    deviations=(
        "there is no SQLite inside: no cache.db, no _sql, sqlite_ settings are kept and do nothing",
    ),
)
