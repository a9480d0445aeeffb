"""What is known of msgspec."""

from mainstay.dropin._registry import Peer

PEER = Peer(
    "msgspec",
    distribution="msgspec",
    version="0.23.0",
    packages=("msgspec",),
    noun="codec",
    source="https://github.com/jcrist/msgspec",
    deviations=(),
)
