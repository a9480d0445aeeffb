"""What is known of pluggy."""

from mainstay.dropin._registry import Peer

PEER = Peer(
    "pluggy",
    distribution="pluggy",
    version="1.7.0",
    packages=("pluggy",),
    noun="plugins",
    source="https://github.com/pytest-dev/pluggy",
    deviations=(
        "calls of hooks have no frames of their own in tracebacks, debuggers and profilers",
        "the warning about an old-style wrapper that raises points at the line that called the "
        "hook also while calls are monitored; with the peer it then points into the peer",
        "wrappers around one that yields twice are closed before the error reaches the caller; "
        "with the peer, when the error is let go of",
        "a class derived from PluginManager cannot derive from a second class that takes room "
        "in its objects, as dict, Exception, threading.local and classes with __slots__ do",
        "dir() of PluginManager names what only its instances have, such as trace; mocks "
        "specified by HookCaller take any arguments",
    ),
)
