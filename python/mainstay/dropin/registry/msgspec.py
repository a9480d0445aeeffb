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
        "floats of 17 digits, and texts with escapes, take up to 1.4 times as long as with the "
        "peer, as do some calls of convert on Python 3.12 and newer; the rest is as fast or faster",
        "object.__new__ of a Struct is refused; its own __new__ makes one",
    ),
)
