"""The bar that fits: of a notebook or a terminal, for `for` and `async for`."""

from __future__ import annotations

import warnings
from typing import Any

from ._errors import TqdmExperimentalWarning
from .asyncio import tqdm as asyncio_tqdm
from .std import tqdm as std_tqdm

with warnings.catch_warnings():
    warnings.simplefilter("ignore", category=TqdmExperimentalWarning)
    from .autonotebook import tqdm as notebook_tqdm

TYPE_CHECKING = False

__all__ = ["tqdm", "trange"]

if TYPE_CHECKING or notebook_tqdm is std_tqdm:
    tqdm = asyncio_tqdm
else:

    class tqdm(notebook_tqdm, asyncio_tqdm):
        """A bar of a notebook, for `async for` too."""


def trange(*args: Any, **kwargs: Any) -> tqdm:
    """`tqdm(range(*args), **kwargs)`."""
    return tqdm(range(*args), **kwargs)
