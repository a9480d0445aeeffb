"""What is known of boltons."""

from mainstay.dropin._registry import Peer

PEER = Peer(
    "boltons",
    distribution="boltons",
    version="26.2.0",
    packages=("boltons",),
    noun="bolts",
    source="https://github.com/mahmoud/boltons",
    deviations=(
        "remap(cache=False), research and flatten raise RecursionError for data that contains "
        "itself; with the peer the first two never end",
        "a cache compared with a dict or with anything else gives an answer; the peer raises",
        "OMD.update_extend counts keyword arguments; the peer ignores them",
        "FastIterOrderedMultiDict.items() gives the last value of each key, as all other methods",
        "IndexedSet.intersection_update keeps what is in all of the others, not in any of them",
        "IndexedSet ^= counts an item once that occurs twice in the other",
        "complement sets of complement sets combine by the rules of sets",
        "soft_sorted lists an item once that is in first and in last",
        "keys made by make_cache_key are tuples; CachedFunction has a native base",
        "_anchor of LRI, item_list and dead_indices of IndexedSet, lists of BarrelList are new "
        "lists, made when they are read",
        "iterators of OMD and ThresholdCounter walk over the items as they were at the start",
        "GUIDs are the system's random numbers, not hashes of a salt",
        "functools-like wrappers keep positional-only parameters, and refuse a required one after "
        "one with a default",
        "streams of ioutils return what they wrote, and their text is counted in characters",
        "URL keeps %25, brackets of IPv6 hosts and repeated keys; find_all_links returns URLs only",
        "html2text keeps text behind the last tag; isoparse raises ValueError for all that is no "
        "time; tracebacks of SyntaxErrors are parsed whole",
        "netstrings of negative size are refused, and their timeout covers what they hold",
        "named tuples and lists have no __dict__, and Bits takes 0b in front",
        "excutils lacks MathError, main, math_lol and whoops_math",
    ),
)
