"""The old name of tqdm.gui."""

from warnings import warn

from mainstay.progress import TqdmDeprecationWarning

from .gui import *  # noqa: F403

warn(
    "This function will be removed in tqdm==5.0.0\n"
    "Please use `tqdm.gui.*` instead of `tqdm._tqdm_gui.*`",
    TqdmDeprecationWarning,
    stacklevel=2,
)
