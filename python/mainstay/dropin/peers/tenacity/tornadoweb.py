"""tenacity for Tornado's generator coroutines."""

from __future__ import annotations

from mainstay.retry._tornado import TornadoRetrying as _TornadoRetrying
from tornado import gen

from tenacity import BaseRetrying

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["TornadoRetrying"]


class TornadoRetrying(_TornadoRetrying, BaseRetrying):
    """Runs functions made with `tornado.gen.coroutine` under a policy."""

    def __init__(self, sleep: Any = gen.sleep, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sleep = sleep
