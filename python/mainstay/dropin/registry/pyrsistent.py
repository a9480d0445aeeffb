"""What is known of pyrsistent."""

from mainstay.dropin._registry import Peer

PEER = Peer(
    "pyrsistent",
    distribution="pyrsistent",
    version="0.20.0",
    packages=("pyrsistent", "pvectorc"),
    noun="persistent",
    source="https://github.com/tobgu/pyrsistent",
    deviations=(
        "maps and sets of up to 16 entries keep the order of insertion; larger ones have another "
        "order than with the peer, which promises none either",
        "equal vectors, and a pset and an equal frozenset, have one hash; so pickled or stored "
        "hashes of the peer differ",
        "keys that are not equal to themselves, such as NaN, are found when they are the same "
        "object, as in a dict",
        "what was wrong in an evolver and was set right or removed does not raise any more; a "
        "transform() of several steps checks invariants once, at its end",
        "a field of type list[int] holds any list; with the peer declaring it never ends",
        "pdeque(maxlen=0) holds nothing; with the peer it is unlimited",
    ),
)
