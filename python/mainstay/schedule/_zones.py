"""Time zones by name: where the native reader finds them, and what programs see of them."""

from __future__ import annotations

import os
import sys

from ._errors import ScheduleValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import NoReturn


def more_folders() -> list[str]:
    """Folders beyond the system's: those of PYTHONTZPATH and of the packages tzdata and pytz."""
    folders = os.environ.get("PYTHONTZPATH", "").split(os.pathsep)
    from importlib.util import find_spec

    for name in ("tzdata", "pytz"):
        package = find_spec(name)
        if package is not None and package.submodule_search_locations:
            folders += [f"{folder}/zoneinfo" for folder in package.submodule_search_locations]
    return [folder for folder in folders if os.path.isabs(folder)]


def refuse(name: str, message: str) -> NoReturn:
    """Raises what programs expect for a zone that is not known."""
    pytz = sys.modules.get("pytz")
    if pytz is not None:  # the program may catch its error, as with the peer
        raise pytz.UnknownTimeZoneError(name)
    raise ScheduleValueError(message)


def tzinfo(name: str) -> datetime.tzinfo:
    """The zone of a job as the standard library has it."""
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)
