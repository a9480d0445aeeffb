"""The old name of tqdm.notebook."""

from warnings import warn

from mainstay.progress import TqdmDeprecationWarning

from .notebook import *  # noqa: F403

warn(
    "This function will be removed in tqdm==5.0.0\n"
    "Please use `tqdm.notebook.*` instead of `tqdm._tqdm_notebook.*`",
    TqdmDeprecationWarning,
    stacklevel=2,
)
