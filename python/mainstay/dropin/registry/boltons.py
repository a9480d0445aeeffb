"""What is known of boltons."""

from mainstay.dropin._registry import Peer

PEER = Peer(
    "boltons",
    distribution="boltons",
    version="26.2.0",
    packages=("boltons",),
    noun="bolts",
    source="https://github.com/mahmoud/boltons",
)
