"""tenacity for Tornado's generator coroutines."""

from __future__ import annotations

from typing import Any

from mainstay.retry._tornado import TornadoRetrying as _TornadoRetrying
from tornado import gen

from tenacity import BaseRetrying

__all__ = ["TornadoRetrying"]


class TornadoRetrying(_TornadoRetrying, BaseRetrying):
    """Runs functions made with `tornado.gen.coroutine` under a policy."""

    def __init__(self, sleep: Any = gen.sleep, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sleep = sleep
