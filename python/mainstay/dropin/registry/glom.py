"""What is known of glom."""

from mainstay.dropin._registry import Peer

PEER = Peer(
    "glom",
    distribution="glom",
    version="25.12.0",
    packages=("glom",),
    noun="reach",
    source="https://github.com/mahmoud/glom",
    deviations=(
        "T // n divides; the peer records it and leaves the value as it is",
        "assigning and deleting below a Counter or UserDict changes its items; the peer sets and "
        "deletes attributes",
        "a class that has a registered base takes its handler, whatever else the class looks like; "
        "the peer may prefer the handler of everything that has a __dict__",
        "wildcards look into subclasses of list, tuple, set and frozenset that have attributes; "
        "the peer finds nothing in them",
        "errors about targets or specs that contain themselves, and about names that S does not "
        "have, can be printed; errors and SKIP, STOP pickle",
        "Iter keeps its sentinel when steps are added",
        "the trace of a Not whose spec passed does not show what was caught below that spec",
        "the text of a caught UnregisteredTarget names its own place; the peer's grows with later "
        "steps",
        "containers that a spec gives to Assign(missing=...) are copied; the peer evaluates specs "
        "that are in them",
        "a compiled spec that is changed by what it calls counts as changed from the next call on",
        "changing glomit, or another method, of a class of glom itself does not change specs that "
        "are compiled; subclasses are not compiled",
    ),
)
