"""The old name of tqdm.cli."""

from warnings import warn

from mainstay.progress import TqdmDeprecationWarning

from .cli import *  # noqa: F403

warn(
    "This function will be removed in tqdm==5.0.0\n"
    "Please use `tqdm.cli.*` instead of `tqdm._main.*`",
    TqdmDeprecationWarning,
    stacklevel=2,
)
