"""What is known of schedule."""

from mainstay.dropin._registry import Peer

PEER = Peer(
    "schedule",
    distribution="schedule",
    version="1.2.2",
    packages=("schedule",),
    noun="schedule",
    deviations=(),
)
