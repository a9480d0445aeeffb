"""What is known of watchdog."""

from mainstay.dropin._registry import Peer

PEER = Peer(
    "watchdog",
    distribution="watchdog",
    version="7.1.0",
    packages=("watchdog",),
    noun="watch",
    deviations=(
        "an exception in a handler is logged and counted, and the observer goes on; with the peer "
        "its thread ends",
        "only what handlers override is asked of the kernel: a method that is put on a handler's "
        "class after schedule() may get no events, one that is set on the handler does",
        "a thing in a new directory is reported once; the peer may report it twice",
        "a directory that is moved out, and a root that is renamed, are watched no longer",
        "what an overflow of the kernel's queue lost is reported as synthetic events",
        "a second start() of an observer raises RuntimeError; with the peer it never returns",
        "emitters of an InotifyObserver are no threads of their own",
        "a watch on a network file system polls; the peer hears nothing of it",
        "the observers of macOS, BSD and Windows are not here; use PollingObserver",
    ),
)
