"""A bar over the tasks of dask: `with TqdmCallback(desc="compute"): ...`."""

from __future__ import annotations

from functools import partial
from typing import Any

from dask.callbacks import Callback  # type: ignore

from .auto import tqdm as tqdm_auto

__all__ = ["TqdmCallback"]


class TqdmCallback(Callback):  # type: ignore[misc]
    """A callback of dask that shows a `tqdm_class(**tqdm_kwargs)` per computation."""

    def __init__(
        self,
        start: Any = None,
        pretask: Any = None,
        tqdm_class: Any = tqdm_auto,
        **tqdm_kwargs: Any,
    ) -> None:
        super().__init__(start=start, pretask=pretask)
        self.tqdm_class = partial(tqdm_class, **tqdm_kwargs) if tqdm_kwargs else tqdm_class

    def _start_state(self, _: Any, state: Any) -> None:
        states = ("ready", "waiting", "running", "finished")
        self.pbar = self.tqdm_class(total=sum(len(state[each]) for each in states))

    def _posttask(self, *_: Any, **__: Any) -> None:
        self.pbar.update()

    def _finish(self, *_: Any, **__: Any) -> None:
        self.pbar.close()

    def display(self) -> None:
        """Show the bar in this cell of a notebook."""
        container = getattr(self.pbar, "container", None)
        if container is not None:
            from .notebook import display

            display(container)
