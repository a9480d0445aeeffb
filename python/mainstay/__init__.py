"""The utility belt of production Python as one native toolkit.

Each capability is a submodule that is loaded when it is imported: `from mainstay import retry`.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
