"""pyinstrument.frame_info: the names of mainstay.profile.frame_info."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.frame_info", (
    "ATTRIBUTES_SEP", "ATTRIBUTE_MARKER_CLASS_NAME", "ATTRIBUTE_MARKER_LINE_NUMBER",
    "ATTRIBUTE_MARKER_TRACEBACKHIDE", "IDENTIFIER_SEP", "frame_info_get_identifier",
    "parse_frame_info",
))
