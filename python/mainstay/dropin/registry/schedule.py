"""What is known of schedule."""

from mainstay.dropin._registry import Peer

PEER = Peer(
    "schedule",
    distribution="schedule",
    version="1.2.2",
    packages=("schedule",),
    noun="schedule",
    deviations=(
        "beside clock changes jobs run once and when they should: a time of day in the repeated "
        "hour runs in its first pass, one in a gap runs one gap later, and intervals of up to an "
        "hour go on in the repeated hour; the peer runs some twice, some at every poll, some never",
        "when a job raises, the others that are due run first, then run_pending() raises its error",
        "a due job that an earlier one of the same pass cancels does not run",
        "every() refuses intervals that are not numbers greater than zero; with the peer every(0) "
        "never returns",
        "do() refuses a second function for a job that is registered; with the peer the second "
        "function runs twice",
        "a coroutine function run by run_pending() is a TypeError; the peer never awaits it",
        "zones are read from the system, or from the packages tzdata or pytz; a zone of pytz is "
        "taken by its name",
        "jobs and schedulers cannot be pickled or copied",
    ),
)
