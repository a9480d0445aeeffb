"""What is known of tqdm."""

from mainstay.dropin._registry import Peer

PEER = Peer(
    "tqdm",
    distribution="tqdm",
    version="4.70.1",
    packages=("tqdm",),
    noun="progress",
    source="https://github.com/tqdm/tqdm",
    deviations=(
        "reversed(bar) goes backwards; with the peer it goes forwards",
        "lock_args skips a drawing when the lock is busy; with the peer's own lock it skips all "
        "and keeps the lock",
        "an error while drawing or clearing lets go of the lock",
        "thread_map starts no task after a failure and counts none that did not run; the bar of "
        "the peer goes to the end",
        "process_map and thread_map restore the lock of the class after a failure",
        "looping over a bar gives an iterator with the methods of a generator, which is none",
        "leaving a loop over a disabled bar leaves its iterable open, as that of an enabled one",
        "in the child of a fork the lock for threads is free and a new monitor is started",
        "a fast loop whose miniters follow the rate looks at the clock at every eighth item",
        "bars derive from a native type: vars(bar) has no n, miniters, last_print_n, last_print_t, "
        "start_t, mininterval, delay, disable and _time",
        "tqdm.cli has a table of options, not the docstring's; its manual page is its own",
    ),
)
