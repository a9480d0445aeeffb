"""pyinstrument.processors: the names of mainstay.profile.processors."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.processors", (
    "Frame", "FrameGroup", "ProcessorOptions", "ProcessorType", "SELF_TIME_FRAME_IDENTIFIER",
    "aggregate_repeated_calls", "combine_frames", "delete_frame_from_tree",
    "group_library_frames_processor", "merge_consecutive_self_time",
    "remove_first_pyinstrument_frames_processor", "remove_importlib", "remove_irrelevant_nodes",
    "remove_tracebackhide", "remove_unnecessary_self_time_nodes",
))
