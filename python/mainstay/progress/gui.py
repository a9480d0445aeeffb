"""A bar as a plot of the rate, drawn by matplotlib. Experimental."""

from __future__ import annotations

from collections import deque
from typing import Any
from warnings import warn

from ._errors import TqdmExperimentalWarning
from ._front_end import retire, sides
from .std import tqdm as std_tqdm

__all__ = ["tgrange", "tqdm", "tqdm_gui", "trange"]

_SECONDS_SHOWN = 66


class tqdm_gui(std_tqdm[Any]):
    """A bar that is drawn in a window of matplotlib, which has to be installed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        import matplotlib as mpl  # type: ignore
        import matplotlib.pyplot as plt  # type: ignore

        kwargs["gui"] = True
        colour = kwargs.pop("colour", "g")
        super().__init__(*args, **kwargs)
        if self.disable:
            return
        warn("GUI is experimental/alpha", TqdmExperimentalWarning, stacklevel=2)
        self.mpl, self.plt = mpl, plt
        self.toolbar = mpl.rcParams["toolbar"]
        mpl.rcParams["toolbar"] = "None"
        self.mininterval = max(self.mininterval, 0.5)
        self.fig, axes = plt.subplots(figsize=(9, 2.2))
        sized = self.__len__() is not None
        kept: Any = list if sized else deque
        self.xdata, self.ydata, self.zdata = kept(), kept(), kept()
        (self.line1,) = axes.plot(self.xdata, self.ydata, color="b")
        (self.line2,) = axes.plot(self.xdata, self.zdata, color="k")
        axes.set_ylim(0, 0.001)
        names = ("cur", "est")
        if sized:
            axes.set_xlim(0, 100)
            axes.set_xlabel("percent")
            self.fig.legend((self.line1, self.line2), names, loc="center right")
            self.hspan = plt.axhspan(0, 0.001, xmin=0, xmax=0, color=colour)
        else:
            axes.set_xlim(0, 60)
            axes.invert_xaxis()
            axes.set_xlabel("seconds")
            axes.legend(names, loc="lower left")
        axes.grid()
        axes.set_ylabel(f"{self.unit or 'it'}/s")
        if self.unit_scale:
            plt.ticklabel_format(style="sci", axis="y", scilimits=(0, 0))
            axes.yaxis.get_offset_text().set_x(-0.15)
        self.wasion = plt.isinteractive()
        plt.ion()
        self.ax = axes

    def close(self) -> None:
        """Give the window back its settings, and close it unless it is to be left."""
        if not retire(self):
            return
        self.mpl.rcParams["toolbar"] = self.toolbar
        if not self.wasion:
            self.plt.ioff()
        if not self.leave:
            self.plt.close(self.fig)
        else:
            self.display()

    def clear(self, *_: Any, **__: Any) -> None:
        """Nothing: there is no line to clear."""

    def display(self, *_: Any, **__: Any) -> None:
        """Draw the rates up to now."""
        n, total, now = self.n, self.total, self._time()
        rate = (n - self.last_print_n) / ((now - self.last_print_t) or 1e-9)
        average = n / ((now - self.start_t) or 1e-9)
        self.xdata.append(n * 100.0 / total if total else now)
        self.ydata.append(rate)
        self.zdata.append(average)
        if not total and now - self.start_t > _SECONDS_SHOWN:
            for each in (self.xdata, self.ydata, self.zdata):
                each.popleft()
        low, high = self.ax.get_ylim()
        if rate > high or average > high:
            high = 1.1 * max(rate, average)
            self.ax.set_ylim(low, high)
            self.ax.figure.canvas.draw()
        across = self.xdata if total else [now - each for each in self.xdata]
        self.line1.set_data(across, self.ydata)
        self.line2.set_data(across, self.zdata)
        span = getattr(self, "hspan", None)
        if total and span:
            span.set_xy((0, low))
            span.set_height(high - low)
            span.set_width(n / total)
        self.ax.set_title("".join(sides(self)), fontname="DejaVu Sans Mono", fontsize=11)
        self.plt.pause(1e-9)


def tgrange(*args: Any, **kwargs: Any) -> tqdm_gui:
    """`tqdm(range(*args), **kwargs)`."""
    return tqdm_gui(range(*args), **kwargs)


tqdm = tqdm_gui
trange = tgrange
