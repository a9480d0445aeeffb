"""A bar drawn by the library rich. Experimental."""

from __future__ import annotations

from typing import Any
from warnings import warn

from rich.progress import (  # type: ignore
    BarColumn,
    Progress,
    ProgressColumn,
    Text,
    TimeElapsedColumn,
    TimeRemainingColumn,
    filesize,
)

from ._errors import TqdmExperimentalWarning
from .std import tqdm as std_tqdm

__all__ = ["tqdm", "tqdm_rich", "trange", "trrange"]

_LEFT = "[progress.description]{task.description}[progress.percentage]{task.percentage:>4.0f}%"
_PREFIXES = ["", "K", "M", "G", "T", "P", "E", "Z", "Y"]


def _unit_of(size: Any, scaled: Any, divisor: int) -> tuple[int, str, int]:
    """What to divide by, its prefix, and how many digits to show behind the point."""
    if scaled:
        unit, prefix = filesize.pick_unit_and_suffix(size, _PREFIXES, divisor)
    else:
        unit, prefix = filesize.pick_unit_and_suffix(size, [""], 1)
    return unit, prefix, 0 if unit == 1 else 1


class FractionColumn(ProgressColumn):  # type: ignore[misc]
    """How many of how many: 0.5/2.3 G."""

    def __init__(self, unit_scale: Any = False, unit_divisor: int = 1000) -> None:
        super().__init__()
        self.unit_scale, self.unit_divisor = unit_scale, unit_divisor

    def render(self, task: Any) -> Text:
        """The text for a task; `?` where its total is unknown."""
        done = int(task.completed)
        total = None if task.total is None else int(task.total)
        base = done if total is None else total
        unit, prefix, digits = _unit_of(base, self.unit_scale, self.unit_divisor)
        of = "?" if total is None else f"{total / unit:,.{digits}f}"
        return Text(f"{done / unit:,.{digits}f}/{of} {prefix}", style="progress.download")


class RateColumn(ProgressColumn):  # type: ignore[misc]
    """How many a second."""

    def __init__(self, unit: str = "", unit_scale: Any = False, unit_divisor: int = 1000) -> None:
        super().__init__()
        self.unit, self.unit_scale, self.unit_divisor = unit, unit_scale, unit_divisor

    def render(self, task: Any) -> Text:
        """The text for a task; `?` while there is no rate."""
        text, speed = "? ", task.speed
        if speed is not None:
            unit, prefix, digits = _unit_of(speed, self.unit_scale, self.unit_divisor)
            text = f"{speed / unit:,.{digits}f} {prefix}"
        return Text(f"{text}{self.unit}/s", style="progress.data.speed")


def _columns(fields: Any) -> tuple[Any, ...]:
    """What is shown by default: 40% ---- 2/5 [0:00:01 < 0:00:02 , 1 it/s ]."""
    scale = fields["unit_scale"], fields["unit_divisor"]
    done, rate = FractionColumn(*scale), RateColumn(fields["unit"], *scale)
    times = "[", TimeElapsedColumn(), "<", TimeRemainingColumn(), ","
    return (_LEFT, BarColumn(bar_width=None), done, *times, rate, "]")


class tqdm_rich(std_tqdm[Any]):
    """A bar drawn by rich.

    Beside the arguments of every bar, `progress` are the columns and `options` the keywords of
    `rich.progress.Progress`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["gui"] = True
        kwargs["disable"] = bool(kwargs.get("disable", False))
        columns = kwargs.pop("progress", None)
        options = dict(kwargs.pop("options", {}))
        super().__init__(*args, **kwargs)
        if not self.disable:
            warn("rich is experimental/alpha", TqdmExperimentalWarning, stacklevel=2)
            fields = self.format_dict
            options.setdefault("transient", not self.leave)
            self._prog = Progress(*(_columns(fields) if columns is None else columns), **options)
            self._prog.start()
            self._task_id = self._prog.add_task(self.desc or "", **fields)

    def close(self) -> None:
        """Draw the bar a last time and let rich go."""
        if not self.disable:
            self.display()
            super().close()
            self._prog.stop()

    def clear(self, *_: Any, **__: Any) -> None:
        """Nothing: rich clears."""

    def display(self, *_: Any, **__: Any) -> None:
        """Tell rich what was counted."""
        if hasattr(self, "_task_id"):
            self._prog.update(self._task_id, completed=self.n, description=self.desc)

    def reset(self, total: Any = None) -> None:
        """Begin again at 0."""
        if hasattr(self, "_prog"):
            self._prog.reset(self._task_id, total=total)
        super().reset(total=total)


def trrange(*args: Any, **kwargs: Any) -> tqdm_rich:
    """`tqdm(range(*args), **kwargs)`."""
    return tqdm_rich(range(*args), **kwargs)


tqdm = tqdm_rich
trange = trrange
