"""pyinstrument.profiler: the names of mainstay.profile.profiler."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.profiler", (
    "AWAIT_FRAME_IDENTIFIER", "ActiveProfilerSession", "AsyncMode", "AsyncState", "FlatTimeMode",
    "OUT_OF_CONTEXT_FRAME_IDENTIFIER", "Profiler", "Session", "StackSampler", "build_call_stack",
    "file_supports_color", "file_supports_unicode", "get_stack_sampler", "renderers",
))
