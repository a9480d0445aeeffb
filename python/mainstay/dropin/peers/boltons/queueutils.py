"""boltons.queueutils: the names of mainstay.bolts.queueutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.queueutils", (
    "BList", "BasePriorityQueue", "HeapPriorityQueue", "PriorityQueue", "SortedPriorityQueue",
    "__all__", "heappop", "heappush", "insort",
))
