"""Distributions as `pkg_resources` used to show them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.metadata import Distribution
    from typing import Any


class DistFacade:
    """A distribution of importlib.metadata with a `project_name`."""

    __slots__ = ("_dist",)

    def __init__(self, dist: Distribution) -> None:
        self._dist = dist

    @property
    def project_name(self) -> str:
        """Its name in the metadata."""
        name: str = self.metadata["name"]
        return name

    def __getattr__(self, attr: str) -> Any:
        return getattr(self._dist, attr)

    def __dir__(self) -> list[str]:
        return sorted([*dir(self._dist), "_dist", "project_name"])
