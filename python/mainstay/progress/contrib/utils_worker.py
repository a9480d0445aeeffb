"""One thread for messages of which only the newest counts."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from ..auto import tqdm as tqdm_auto

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MonoWorker"]


class MonoWorker:
    """Runs one task; one more may wait, and a newer one takes its place."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(max_workers=1)
        self.futures: deque[Future[Any]] = deque(maxlen=2)

    def submit(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run `func(*args, **kwargs)` next. The future; None when the pool refused it."""
        futures = self.futures
        if len(futures) == 2:
            if futures[0].done():
                futures.popleft()
            else:
                futures.pop().cancel()
        try:
            future = self.pool.submit(func, *args, **kwargs)
        except Exception as error:
            tqdm_auto.write(str(error))
            return None
        futures.append(future)
        return future
