"""What is known of tqdm."""

from mainstay.dropin._registry import Peer

PEER = Peer(
    "tqdm",
    distribution="tqdm",
    version="4.70.1",
    packages=("tqdm",),
    noun="progress",
    source="https://github.com/tqdm/tqdm",
    deviations=(),
)
