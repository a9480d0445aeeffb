"""pyinstrument.magic.magic: the names of mainstay.profile.magic.magic."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.profile.magic.magic", (
    "Frame", "IFrame", "InterruptSilently", "Magics", "ProcessorOptions", "Profiler",
    "PyinstrumentMagic", "_get_active_profiler", "argument", "compute_render_options",
    "delete_frame_from_tree", "display", "get_ipython", "line_cell_magic", "magic_arguments",
    "magics_class", "no_var_expand", "parse_argstring", "renderers",
    "strip_ipython_frames_processor",
), live=("_active_profiler",))
