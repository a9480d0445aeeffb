"""A bar over the epochs and batches of Keras: `model.fit(..., callbacks=[TqdmCallback()])`."""

from __future__ import annotations

from functools import partial
from typing import Any

from .auto import tqdm as tqdm_auto

try:
    import keras  # type: ignore
except (ImportError, AttributeError) as error:
    try:
        from tensorflow import keras  # type: ignore
    except ImportError:
        raise error from None

__all__ = ["TqdmCallback"]

_NO_COUNTS = ("batch", "size")


def _one(logs: Any) -> int:
    return 1


def _size(logs: Any) -> Any:
    return logs.get("size", 1)


class TqdmCallback(keras.callbacks.Callback):  # type: ignore[misc]
    """Bars of `tqdm_class(**tqdm_kwargs)`: epochs, and with `verbose` batches.

    `verbose` 1 shows one bar of batches that begins again with each epoch, 2 one per epoch, 0 none.
    `data_size` and `batch_size` say how many batches an epoch has where Keras does not.
    """

    @staticmethod
    def bar2callback(bar: Any, pop: Any = None, delta: Any = _one) -> Any:
        """A callback that counts `delta(logs)` and shows `logs` without the names in `pop`."""

        def callback(_: Any, logs: Any = None) -> None:
            counted = delta(logs)
            if logs:
                shown = {name: value for name, value in logs.items() if name not in (pop or ())}
                bar.set_postfix(shown, refresh=False)
            bar.update(counted)

        return callback

    def __init__(
        self,
        epochs: int | None = None,
        data_size: int | None = None,
        batch_size: int | None = None,
        verbose: int = 1,
        tqdm_class: Any = tqdm_auto,
        **tqdm_kwargs: Any,
    ) -> None:
        self.tqdm_class = partial(tqdm_class, **tqdm_kwargs) if tqdm_kwargs else tqdm_class
        self.epoch_bar = self.tqdm_class(total=epochs, unit="epoch")
        self.on_epoch_end = self.bar2callback(self.epoch_bar)
        self.batches = -(-data_size // batch_size) if data_size and batch_size else None
        self.verbose = verbose
        if verbose == 1:
            self._show_batches(total=self.batches, leave=False)

    def _show_batches(self, **kwargs: Any) -> None:
        self.batch_bar = self.tqdm_class(unit="batch", **kwargs)
        self.on_batch_end = self.bar2callback(self.batch_bar, pop=_NO_COUNTS, delta=_size)

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        """Take the number of epochs from the model."""
        total = self.params.get("epochs", self.params.get("nb_epoch"))
        if total is not None and total != self.epoch_bar.total:
            self.epoch_bar.reset(total=total)

    def on_epoch_begin(self, epoch: int, *_: Any, **__: Any) -> None:
        """Begin a bar of batches."""
        bar = self.epoch_bar
        if bar.n < epoch:
            bar.n = bar.last_print_n = bar.initial = epoch
        if not self.verbose:
            return
        known = self.params.get
        total = known("samples", known("nb_sample", known("steps"))) or self.batches
        scale = 1 / (known("batch_size", 1) or 1)
        if self.verbose == 2:
            if hasattr(self, "batch_bar"):
                self.batch_bar.close()
            self._show_batches(total=total, leave=True, unit_scale=scale)
        elif self.verbose == 1:
            self.batch_bar.unit_scale = scale
            self.batch_bar.reset(total=total)
        else:
            raise KeyError("Unknown verbosity")

    def on_train_end(self, *_: Any, **__: Any) -> None:
        """Close the bars."""
        if hasattr(self, "batch_bar"):
            self.batch_bar.close()
        self.epoch_bar.close()

    def display(self) -> None:
        """Show the bars in this cell of a notebook."""
        if getattr(self.epoch_bar, "container", None) is None:
            return
        from .notebook import display

        display(self.epoch_bar.container)
        if getattr(self, "batch_bar", None) is not None:
            display(self.batch_bar.container)

    @staticmethod
    def _implements_train_batch_hooks() -> bool:
        return True

    @staticmethod
    def _implements_test_batch_hooks() -> bool:
        return True

    @staticmethod
    def _implements_predict_batch_hooks() -> bool:
        return True
