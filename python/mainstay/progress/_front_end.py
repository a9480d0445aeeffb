"""What bars that are drawn by others than a terminal have in common."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_BAR = re.compile(r"\|?<bar/>\|?")


def retire(bar: Any) -> bool:
    """Disable a bar and forget it; False when it was disabled before."""
    if bar.disable:
        return False
    bar.disable = True
    with bar.get_lock():
        bar._instances.discard(bar)
    return True


def sides(bar: Any) -> tuple[str, str]:
    """The text of a bar left and right of its drawing; all is left when it has none."""
    fields = bar.format_dict
    form = fields["bar_format"] or "{l_bar}<bar/>{r_bar}"
    fields["bar_format"] = form.replace("{bar}", "<bar/>")
    return split(bar.format_meter(**fields))


def split(text: str) -> tuple[str, str]:
    """`text` in two at its bar."""
    left, *right = _BAR.split(text, maxsplit=1)
    return left, right[0] if right else ""
