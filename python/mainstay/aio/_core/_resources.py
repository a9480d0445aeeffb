"""Closing without waiting for the other side."""

from __future__ import annotations

from ._tasks import CancelScope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..abc import AsyncResource


async def aclose_forcefully(resource: AsyncResource) -> None:
    """Close `resource` in a cancelled scope: it frees what it holds and skips farewells."""
    with CancelScope() as scope:
        scope.cancel()
        await resource.aclose()
