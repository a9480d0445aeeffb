"""tqdm's names on mainstay.progress. Loaded in its place where a program asked for that."""

from mainstay.dropin._mirror import mirror

from . import _monitor, std, utils, version  # noqa: F401  # as the peer's

__version__ = "4.70.1"

# fmt: off
mirror(__name__, "mainstay.progress", (
    "TMonitor", "TqdmDeprecationWarning", "TqdmExperimentalWarning", "TqdmKeyError",
    "TqdmMonitorWarning", "TqdmSynchronisationWarning", "TqdmTypeError", "TqdmWarning", "tnrange",
    "tqdm", "tqdm_notebook", "trange",
), live=("main", "tgrange", "tqdm_gui", "tqdm_pandas"))
