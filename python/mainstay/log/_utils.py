"""The name of this process."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def get_processname() -> str:
    """What `multiprocessing` calls this process; "n/a" while nothing has imported that module."""
    multiprocessing: Any = sys.modules.get("multiprocessing")
    if multiprocessing is not None:
        try:
            name: str = multiprocessing.current_process().name
        except Exception:  # half imported: an import hook may log while it loads
            return "n/a"
        return name
    return "n/a"
