"""The parts of a file of speedscope, as `renderers.speedscope` names them.

In a module of their own because `dataclasses` takes as long to import as all the rest: programs
that profile seldom need it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any


@dataclass(frozen=True)
class SpeedscopeFrame:
    """A function, as the file lists them."""

    name: str | None
    file: str | None
    line: int | None


class SpeedscopeEventType(Enum):
    """What an event says: a function begins or ends."""

    OPEN = "O"
    CLOSE = "C"


@dataclass
class SpeedscopeEvent:
    """That a function begins or ends, `at` seconds; `frame` is its place in the list."""

    type: SpeedscopeEventType
    at: float
    frame: int


@dataclass
class SpeedscopeProfile:
    """The events of one run."""

    name: str
    events: list[SpeedscopeEvent]
    end_value: float
    start_value: float = 0.0
    type: str = "evented"
    unit: str = "seconds"


@dataclass
class SpeedscopeFile:
    """A whole file."""

    name: str
    profiles: list[SpeedscopeProfile]
    shared: dict[str, list[SpeedscopeFrame]]
    schema: str = "https://www.speedscope.app/file-format-schema.json"
    active_profile_index: None = None
    exporter: str = "pyinstrument"


class SpeedscopeEncoder(json.JSONEncoder):
    """Writes the classes of this module as the format names them."""

    def default(self, o: Any) -> Any:
        """Return what `json` knows for an object it does not."""
        if isinstance(o, SpeedscopeFile):
            return {
                "$schema": o.schema,
                "name": o.name,
                "activeProfileIndex": o.active_profile_index,
                "exporter": o.exporter,
                "profiles": o.profiles,
                "shared": o.shared,
            }
        if isinstance(o, SpeedscopeProfile):
            return {
                "type": o.type,
                "name": o.name,
                "unit": o.unit,
                "startValue": o.start_value,
                "endValue": o.end_value,
                "events": o.events,
            }
        if isinstance(o, SpeedscopeEventType):
            return o.value
        if isinstance(o, (SpeedscopeFrame, SpeedscopeEvent)):
            return asdict(o)
        return super().default(o)
