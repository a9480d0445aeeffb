"""pyinstrument's names on mainstay.profile. Loaded in its place where a program asked for that."""

from mainstay.dropin._mirror import mirror

from . import (  # noqa: F401  # as the peer's
    context_manager,
    frame,
    frame_info,
    frame_ops,
    low_level,
    processors,
    profiler,
    renderers,
    session,
    stack_sampler,
    typing,
    util,
)

__version__ = "5.1.3"

# fmt: off
mirror(__name__, "mainstay.profile", (
    "Profiler", "load_ipython_extension", "profile",
))
