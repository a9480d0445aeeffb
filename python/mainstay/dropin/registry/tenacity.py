"""What is known of tenacity."""

from mainstay.dropin._registry import Peer

PEER = Peer(
    "tenacity",
    distribution="tenacity",
    version="9.2.1",
    packages=("tenacity",),
    noun="retry",
    deviations=(
        "calls of one decorated function that run at once each count for themselves; with the "
        "peer, `statistics` shows a mixture of them",
        "an AsyncRetrying shared by several tasks keeps a state per `async for` loop; with the "
        "peer the loops disturb each other's counts and results",
        "a class derived from a controller, a built-in strategy, RetryCallState or "
        "AttemptManager cannot derive from a second class that takes room in its objects, as "
        "float, Exception, threading.local and classes with __slots__ do",
        "dir() of a controller class or a built-in strategy, and mocks specified by one, know "
        "the attributes that with the peer only instances have",
        "Future, DoAttempt, DoSleep and RetryAction patched in the module may have "
        "no effect on calls; RetryCallState and AttemptManager have",
        "set_result, set_exception and prepare_for_next_attempt patched in the class "
        "RetryCallState itself are not called; those of a subclass put in its place are, and "
        "so are patched methods of strategies and of Retrying",
    ),
)
