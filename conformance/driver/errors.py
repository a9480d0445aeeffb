"""The one exception of the driver: a run that could not give a verdict."""

from __future__ import annotations


class CannotRun(Exception):
    """The suite could not be run, so nothing is proved; the text says what to do about it."""
