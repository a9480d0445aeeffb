"""What one pass of `iter()` notes, where it runs in Python."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["IterState", "Pass"]


class Pass:
    """One pass of `iter()`, as far as the engine knows of it."""

    __slots__ = ("turn",)

    turn: "Any"


class IterState(Pass):
    """One pass of `iter()`: the actions still to run and the answers given so far."""

    __slots__ = ("actions", "is_explicit_retry", "retry_run_result", "stop_run_result")

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything, for a new pass."""
        self.actions: list[Any] = []
        self.retry_run_result: Any = False
        self.stop_run_result: Any = False
        self.is_explicit_retry = False
