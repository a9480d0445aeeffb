"""What a pass of `iter()` notes."""

import dataclasses

from mainstay.retry._iter_state import Pass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["IterState"]


@dataclasses.dataclass(slots=True)
class IterState(Pass):
    """One pass of `iter()`: the actions still to run and the answers given so far."""

    actions: list["Any"] = dataclasses.field(default_factory=list)
    retry_run_result: bool = False
    stop_run_result: bool = False
    is_explicit_retry: bool = False

    def reset(self) -> None:
        """Forget everything, for a new pass."""
        self.actions = []
        self.retry_run_result = False
        self.stop_run_result = False
        self.is_explicit_retry = False


IterState.__module__ = "tenacity"
