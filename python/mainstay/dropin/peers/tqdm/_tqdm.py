"""The old name of tqdm.std."""

from warnings import warn

from mainstay.progress import TqdmDeprecationWarning

from .std import *  # noqa: F403

warn(
    "This function will be removed in tqdm==5.0.0\n"
    "Please use `tqdm.std.*` instead of `tqdm._tqdm.*`",
    TqdmDeprecationWarning,
    stacklevel=2,
)
