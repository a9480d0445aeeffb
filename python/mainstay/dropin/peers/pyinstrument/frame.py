"""pyinstrument.frame: the names of mainstay.profile.frame."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.frame", (
    "ATTRIBUTE_MARKER_CLASS_NAME", "ATTRIBUTE_MARKER_TRACEBACKHIDE", "AWAIT_FRAME_IDENTIFIER",
    "DUMMY_ROOT_FRAME_IDENTIFIER", "Frame", "FrameContext", "FrameGroup",
    "OUT_OF_CONTEXT_FRAME_IDENTIFIER", "SELF_TIME_FRAME_IDENTIFIER", "SYNTHETIC_FRAME_IDENTIFIERS",
    "SYNTHETIC_LEAF_IDENTIFIERS", "parse_frame_info",
))
