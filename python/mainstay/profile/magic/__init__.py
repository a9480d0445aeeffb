"""The magic `%pyinstrument` of IPython and Jupyter, which are imported when it is asked for."""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    if name != "PyinstrumentMagic":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .magic import PyinstrumentMagic

    return PyinstrumentMagic
