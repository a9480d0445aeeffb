"""pyinstrument.stack_sampler: the names of mainstay.profile.stack_sampler."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.stack_sampler", (
    "AsyncState", "IGNORE_OVERHEAD_WARNING", "StackSampler", "StackSamplerSubscriber",
    "StackSamplerSubscriberTarget", "TimerType", "active_profiler_context_var", "build_call_stack",
    "format_float_with_sig_figs", "get_frame_info", "get_stack_sampler", "measure_timing_overhead",
    "setstatprofile", "strtobool", "thread_locals", "timing_overhead", "unwrap",
    "walltime_coarse_resolution",
), live=("_timing_overhead",))
