"""pyinstrument.frame_ops: the names of mainstay.profile.frame_ops."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.frame_ops", (
    "DUMMY_ROOT_FRAME_IDENTIFIER", "Frame", "FrameContext", "FrameRecordType",
    "IdentifierDoesntMatchException", "SELF_TIME_FRAME_IDENTIFIER", "assert_never",
    "build_frame_tree", "combine_frames", "delete_frame_from_tree", "frame_info_get_identifier",
    "remove_frame_from_groups",
))
