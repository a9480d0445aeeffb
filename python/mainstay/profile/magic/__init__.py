"""The magic `%pyinstrument` of IPython and Jupyter. Importing it imports IPython."""

from __future__ import annotations

from .magic import PyinstrumentMagic

__all__ = ["PyinstrumentMagic"]
