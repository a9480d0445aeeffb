"""Where a program's time goes: its call stack is sampled, and a report says which calls took it.

>>> from mainstay.profile import Profiler
>>> with Profiler(interval=0.0001) as profiler:
...     total = sum(len(str(number)) for number in range(1000))
>>> report = profiler.output_text()

The names are those pyinstrument made familiar: `Profiler`, the decorator and context manager
`profile`, renderers in `mainstay.profile.renderers`, `python -m mainstay.profile script.py`.
"""

from __future__ import annotations

from warnings import filterwarnings as _filterwarnings

from .. import _load

_load("profile")

from ._version import __version__ as __version__  # noqa: E402
from .context_manager import profile  # noqa: E402
from .profiler import Profiler  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Profiler", "__version__", "load_ipython_extension", "profile"]

_filterwarnings("once", ".*", DeprecationWarning, r"(pyinstrument|mainstay\.profile)\..*")


def load_ipython_extension(ipython: Any) -> None:
    """What `%load_ext mainstay.profile` calls: adds the magic `%pyinstrument`."""
    from .magic.magic import PyinstrumentMagic

    ipython.register_magics(PyinstrumentMagic)
