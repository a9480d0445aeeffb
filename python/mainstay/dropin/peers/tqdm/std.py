"""tqdm.std: the names of mainstay.progress.std."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.progress.std", (
    "Bar", "CallbackIOWrapper", "Comparable", "DisableOnWriteError", "EMA", "FormatReplace",
    "Number", "SimpleTextIOWrapper", "TMonitor", "TRLock", "TqdmDefaultWriteLock",
    "TqdmDeprecationWarning", "TqdmExperimentalWarning", "TqdmKeyError", "TqdmMonitorWarning",
    "TqdmTypeError", "TqdmWarning", "WeakSet", "_is_ascii", "_screen_shape_wrapper",
    "_supports_unicode", "_term_move_up", "contextmanager", "defaultdict", "disp_len",
    "disp_trim", "envwrap", "time", "tqdm", "trange", "warn",
))
