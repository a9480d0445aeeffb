"""The exceptions and warnings of progress bars.

A TqdmWarning made with `fp_write` writes itself there instead of holding its text: deprecations are
told on the bar's own stream, where people see them.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class TqdmTypeError(TypeError):
    """A value of the wrong type, such as `--total x` on the command line."""


class TqdmKeyError(KeyError):
    """An option that does not exist."""


class TqdmWarning(Warning):
    """Base of all warnings here: the program is not affected, its output may be."""

    def __init__(self, msg: object, fp_write: Callable[[str], object] | None = None) -> None:
        if fp_write is None:
            super().__init__(msg)
        else:
            text = str(msg).rstrip()
            fp_write(f"\n{type(self).__name__}: {text}\n")


class TqdmExperimentalWarning(TqdmWarning, FutureWarning):
    """What is used may change in any release."""


class TqdmDeprecationWarning(TqdmWarning, DeprecationWarning):
    """What is used may go in a later release; raised where it already went."""


class TqdmMonitorWarning(TqdmWarning, RuntimeWarning):
    """The thread that watches for stalled bars could not be started."""


class TqdmSynchronisationWarning(RuntimeWarning):
    """Bars came or went where it could not be prevented; nesting may be wrong."""
