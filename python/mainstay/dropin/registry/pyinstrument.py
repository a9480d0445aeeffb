"""What is known of pyinstrument."""

from mainstay.dropin._registry import Peer

PEER = Peer(
    "pyinstrument",
    distribution="pyinstrument",
    version="5.1.3",
    packages=("pyinstrument",),
    noun="profile",
    source="https://github.com/joerick/pyinstrument",
    deviations=(
        "a session without a call stack at its start has a root frame; with the peer root_frame() "
        "raises IndexError",
        "HTML reports are a page of our own; names and descriptions in them cannot end its script",
        "the class in a frame's name is read without making the frame's dict of locals, which "
        "keeps objects alive on Python 3.11 and 3.12",
        "from an interval of 1 ms on a native thread keeps the time: os.fork() warns of it on "
        "Python 3.12 and newer while a profiler runs",
        "ctypes finds no symbols of the peer's extension module",
        "stacks of any depth are rendered; the peer needs room in Python's recursion limit",
    ),
)
