"""What is known of structlog."""

from mainstay.dropin._registry import Peer

PEER = Peer(
    "structlog",
    distribution="structlog",
    version="26.1.0",
    packages=("structlog",),
    noun="log",
    source="https://www.structlog.org/",
    deviations=(
        "a chain of the library's own processors that ends in JSONRenderer renders without an event"
        " dict, so that a repr it asks for cannot change that dict",
        "fmt, utc and key of a TimeStamper cannot be set; with the peer setting them does nothing",
        "in a forked child the locks of files are free",
        "methods of filtering loggers, and the processors that are functions, are native: they have"
        " no __code__, and _nop takes only loggers",
    ),
)
