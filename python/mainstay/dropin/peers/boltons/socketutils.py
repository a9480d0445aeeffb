"""boltons.socketutils: the names of mainstay.bolts.socketutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.socketutils", (
    "BufferedSocket", "ConnectionClosed", "DEFAULT_MAXSIZE", "DEFAULT_TIMEOUT", "Error",
    "MessageTooLong", "NetstringInvalidSize", "NetstringMessageTooLong",
    "NetstringProtocolError", "NetstringSocket", "RLock", "Timeout", "make_sentinel",
))
