"""Bars that show how far a loop got, and parallel maps that show one.

>>> from mainstay.progress import tqdm
>>> for each in tqdm(range(3), disable=True): ...

The names are those tqdm made familiar, in modules of the same names: `mainstay.progress.auto`,
`.asyncio`, `.notebook`, `.contrib.concurrent`.
"""

from __future__ import annotations

from .. import _bring, _load, _serves_drop_in

_load("progress")

from ._errors import (  # noqa: E402
    TqdmDeprecationWarning,
    TqdmExperimentalWarning,
    TqdmKeyError,
    TqdmMonitorWarning,
    TqdmSynchronisationWarning,
    TqdmTypeError,
    TqdmWarning,
)
from ._monitor import TMonitor  # noqa: E402
from .std import tqdm, trange  # noqa: E402
from .version import __version__ as __version__  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._tqdm_pandas import tqdm_pandas
    from .cli import main
    from .gui import tqdm_gui
    from .gui import trange as tgrange

__all__ = [
    "TMonitor",
    "TqdmDeprecationWarning",
    "TqdmExperimentalWarning",
    "TqdmKeyError",
    "TqdmMonitorWarning",
    "TqdmSynchronisationWarning",
    "TqdmTypeError",
    "TqdmWarning",
    "main",
    "tgrange",
    "tnrange",
    "tqdm",
    "tqdm_gui",
    "tqdm_notebook",
    "tqdm_pandas",
    "trange",
]

# Rarely used, and dear to import: they come when they are asked for.
_LATER = {"main": "cli", "tqdm_gui": "gui", "tgrange": "gui", "tqdm_pandas": "_tqdm_pandas"}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    _bring(globals(), _LATER[name], (name,))
    return globals()[name]


# Under drop-in importing is to cost what it costs the peer. Else they come now: the child of a fork
# must not be the first to import.
if not _serves_drop_in("tqdm"):
    for _name, _home in _LATER.items():
        _bring(globals(), _home, (_name,))


def tqdm_notebook(*args: Any, **kwargs: Any) -> Any:
    """Deprecated: `mainstay.progress.notebook.tqdm`."""
    from warnings import warn

    from .notebook import tqdm as made

    warn(
        "This function will be removed in tqdm==5.0.0\n"
        "Please use `tqdm.notebook.tqdm` instead of `tqdm.tqdm_notebook`",
        TqdmDeprecationWarning,
        stacklevel=2,
    )
    return made(*args, **kwargs)


def tnrange(*args: Any, **kwargs: Any) -> Any:
    """Deprecated: `mainstay.progress.notebook.trange`."""
    from warnings import warn

    from .notebook import trange as made

    warn(
        "Please use `tqdm.notebook.trange` instead of `tqdm.tnrange`",
        TqdmDeprecationWarning,
        stacklevel=2,
    )
    return made(*args, **kwargs)
