"""Names of how raw events are grouped. The grouping is native; see `mainstay.watch`'s engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Union

if TYPE_CHECKING:
    from typing import TypeAlias

    from .inotify_c import InotifyEvent


class PathedInotifyEvent(NamedTuple):
    """An event of the kernel's and the path it is about."""

    ev: InotifyEvent
    path: bytes


GroupedInotifyEvent: TypeAlias = Union[
    PathedInotifyEvent, "tuple[PathedInotifyEvent, PathedInotifyEvent]"
]
