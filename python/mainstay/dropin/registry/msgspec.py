"""What is known of msgspec."""

from mainstay.dropin._registry import Peer

PEER = Peer(
    "msgspec",
    distribution="msgspec",
    version="0.23.0",
    packages=("msgspec",),
    noun="codec",
    source="https://github.com/jcrist/msgspec",
    deviations=(
        "most calls take 1.2 to 1.6 times as long as with the peer: the behaviour is there, the "
        "speed is not yet; texts of some kilobytes are faster",
    ),
)
