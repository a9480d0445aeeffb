"""What is known of structlog."""

from mainstay.dropin._registry import Peer

PEER = Peer(
    "structlog",
    distribution="structlog",
    version="26.1.0",
    packages=("structlog",),
    noun="log",
    source="https://www.structlog.org/",
    deviations=(),
)
