"""Before and after: the order among named plugins, on top of tryfirst and trylast.

The engine arranges (mainstay/plugins/arrange.hpp); here its answer becomes a list.
"""

from __future__ import annotations

from . import _native
from ._errors import PluginValidationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

__all__ = ["arranged"]


def arranged(hook_name: str, ranked: Sequence[Any], plugin: Any) -> list[Any]:
    """The implementations in the order that keeps all wishes, in reverse calling order.

    Args:
        hook_name: for the message.
        ranked: the same in the order of their ranks.
        plugin: whom to blame.

    Raises:
        PluginValidationError: wishes go in a circle, which the message names.
    """
    entries = [
        (
            each.plugin_name,
            bool(each.wrapper or each.hookwrapper),
            each.opts.get("before", ()),
            each.opts.get("after", ()),
        )
        for each in ranked
    ]
    try:
        return [ranked[at] for at in _native.arrange(entries)]
    except ValueError as error:
        raise PluginValidationError(plugin, f"hook {hook_name!r}: {error}") from None
