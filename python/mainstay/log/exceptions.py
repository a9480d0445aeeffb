"""The exceptions of mainstay.log. They import nothing, so that every module can use them."""

from __future__ import annotations


class DropEvent(BaseException):
    """Raised by a processor to end the chain: the event is not logged and no error is reported.

    Not an Exception, so that `except Exception` in other processors lets it pass.
    """


class NoConsoleRendererConfiguredError(Exception):
    """`ConsoleRenderer.get_active()` found no ConsoleRenderer in the configured processors."""


class MultipleConsoleRenderersConfiguredError(Exception):
    """`ConsoleRenderer.get_active()` found more than one ConsoleRenderer."""
