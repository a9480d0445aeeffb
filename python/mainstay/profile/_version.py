"""The release of pyinstrument that this capability is compatible with."""

__version__ = "5.1.3"
