"""The parts of `mainstay.retry` for Tornado's generator coroutines. Importing it needs Tornado."""

from __future__ import annotations

from tornado import gen

from ._public import BaseRetrying
from ._tornado import TornadoRetrying as _TornadoRetrying

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["TornadoRetrying"]


class TornadoRetrying(_TornadoRetrying, BaseRetrying):
    """Runs functions made with `tornado.gen.coroutine` under a policy."""

    def __init__(self, *, sleep: Any = gen.sleep, **policy: Any) -> None:
        super().__init__(sleep=sleep, **policy)
