"""The bar of a notebook inside one, else that of a terminal."""

from __future__ import annotations

import os
import sys
from typing import Any

__all__ = ["tqdm", "trange"]


def _in_notebook() -> bool:
    """Whether this process shows widgets: a kernel of Jupyter, and neither Spyder nor Qt's."""
    if "ipykernel.zmqshell" not in sys.modules:
        return "IPython.utils._process_emscripten" in sys.modules
    if any(name == "QT_API" or name.startswith("SPYDER") for name in os.environ):
        return False
    try:
        shell = type(sys.modules["IPython"].get_ipython()).__name__.lower()
    except Exception:  # half of IPython is not there
        return False
    return "qt" not in shell and "spyder" not in shell


def _choose() -> Any:
    if not _in_notebook():
        return None
    from warnings import warn

    from . import notebook
    from ._errors import TqdmExperimentalWarning, TqdmWarning

    if notebook.IProgress is None:
        warn(notebook.WARN_NOIPYW, TqdmWarning, stacklevel=3)
        return None
    warn(
        "Using `tqdm.autonotebook.tqdm` in notebook mode."
        " Use `tqdm.tqdm` instead to force console mode"
        " (e.g. in jupyter console)",
        TqdmExperimentalWarning,
        stacklevel=3,
    )
    return notebook


_chosen = _choose()
if _chosen is None:
    from .std import tqdm as tqdm
    from .std import trange as trange
else:
    tqdm, trange = _chosen.tqdm, _chosen.trange  # type: ignore[misc]
