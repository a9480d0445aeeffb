"""A bar as a widget of Jupyter: `from mainstay.progress.notebook import tqdm`.

It needs ipywidgets; without them, making a bar that is not disabled is an ImportError that says so.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from html import escape
from typing import Any
from weakref import proxy

from ._front_end import sides, split
from .std import tqdm as std_tqdm

HBox: Any = object
HTML: Any = None
IProgress: Any = None
IPY = 0
display: Any = None
with suppress(ImportError):
    import ipywidgets  # type: ignore

    HTML, HBox = ipywidgets.HTML, ipywidgets.HBox
    IProgress = ipywidgets.FloatProgress
    IPY = 4
with suppress(ImportError):
    from IPython.display import display  # type: ignore

__all__ = ["tnrange", "tqdm", "tqdm_notebook", "trange"]
WARN_NOIPYW = (
    "IProgress not found. Please update jupyter and ipywidgets."
    " See https://ipywidgets.readthedocs.io/en/stable/user_install.html"
)


def _ignore(*_: Any, **__: Any) -> None:
    """How a bar is drawn that is disabled or half made."""


class TqdmHBox(HBox):  # type: ignore[misc]
    """The box of a bar, which prints as its text."""

    pbar: Any = None

    def _json_(self, pretty: bool | None = None) -> Any:
        if self.pbar is None:
            return {}
        fields = self.pbar.format_dict
        if pretty is not None:
            fields["ascii"] = not pretty
        return fields

    def __repr__(self, pretty: bool = False) -> str:
        if self.pbar is None:
            return str(super().__repr__())
        return str(self.pbar.format_meter(**self._json_(pretty)))

    def _repr_pretty_(self, pp: Any, *_: Any, **__: Any) -> None:
        pp.text(self.__repr__(True))


class tqdm_notebook(std_tqdm[Any]):
    """A bar in the output of a cell.

    Beside the arguments of every bar, `display=False` leaves it to the program to show
    `bar.container`.
    """

    @staticmethod
    def status_printer(
        file: Any, total: Any = None, desc: str | None = None, ncols: Any = None
    ) -> Any:
        """The widgets of a bar: text, bar, text."""
        if IProgress is None:
            raise ImportError(WARN_NOIPYW)
        bar = IProgress(min=0, max=total or 1)
        if not total:
            bar.value = 1
            bar.bar_style = "info"
            if ncols is None:
                bar.layout.width = "20px"
        left, right = HTML(), HTML()
        if desc:
            left.value = desc
        container = TqdmHBox(children=[left, bar, right])
        if ncols is not None:
            width = str(ncols)
            if width.isdecimal() and int(width) > 0:
                width += "px"
            bar.layout.flex = "2"
            container.layout.width = width
            container.layout.display = "inline-flex"
            container.layout.flex_flow = "row wrap"
        return container

    displayed = False
    disp: Any = staticmethod(_ignore)

    def display(
        self,
        msg: str | None = None,
        pos: int | None = None,
        close: bool = False,
        bar_style: str | None = None,
        check_delay: bool = True,
    ) -> None:
        """Bring the widgets up to date. An empty `msg` does not clear them."""
        left, bar, right = self.container.children
        before = after = ""
        if msg:
            before, after = split(msg)
            if not after and "<bar/>" not in msg:
                before, after = "", msg
        elif not close:
            before, after = sides(self)
        bar.value = self.n
        if before or after:
            left.value = _html(before)
            if after:
                right.value = _html(after)
        # What failed stays red, also when it is closed afterwards.
        if bar_style and not (bar.bar_style == "danger" and bar_style == "success"):
            bar.bar_style = bar_style
        if close and bar.bar_style != "danger":
            if hasattr(self.container, "close"):
                self.container.close()
            else:
                self.container.visible = False
            self.container.layout.visibility = "hidden"
        if check_delay and self.delay > 0:
            self._show()

    def _show(self) -> None:
        if not self.displayed:
            display(self.container)
        self.displayed = True

    @property
    def colour(self) -> Any:
        """The colour of the bar, as CSS has it."""
        if hasattr(self, "container"):
            return self.container.children[-2].style.bar_color
        return None

    @colour.setter
    def colour(self, bar_color: Any) -> None:
        if hasattr(self, "container"):
            self.container.children[-2].style.bar_color = bar_color

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("file") in (None, sys.stderr):
            kwargs["file"] = sys.stdout  # a notebook shows sys.stderr in red
        kwargs["gui"] = True
        kwargs["disable"] = bool(kwargs.get("disable", False))
        colour = kwargs.pop("colour", None)
        shown = kwargs.pop("display", True)
        super().__init__(*args, **kwargs)
        if self.disable:
            return
        self.ncols = "100%" if self.dynamic_ncols else kwargs.get("ncols")
        scale = 1 if self.unit_scale is True else self.unit_scale or 1
        total = self.total * scale if self.total else self.total
        box = self.container = self.status_printer(self.fp, total, self.desc, self.ncols)
        box.pbar = proxy(self)
        if shown and self.delay <= 0:
            self._show()
        self.colour, self.disp = colour, self.display
        self.disp(check_delay=False)

    # A bar may be shared and reset, so an error leaves it open.
    def __iter__(self) -> Any:
        try:
            yield from super().__iter__()
        except:
            self.disp(bar_style="danger")
            raise

    def update(self, n: float | None = 1) -> bool | None:
        """Count `n` more."""
        try:
            return super().update(n=n)
        except:
            self.disp(bar_style="danger")
            raise

    def close(self) -> None:
        """Colour the bar by how it ended, or hide it."""
        if self.disable:
            return
        super().close()
        short = self.total and self.n < self.total
        if short or self.leave:
            self.disp(bar_style="danger" if short else "success", check_delay=False)
        else:
            self.disp(close=True, check_delay=False)

    def clear(self, *_: Any, **__: Any) -> None:
        """Nothing: there is no line to clear."""

    def reset(self, total: Any = None) -> None:
        """Begin again at 0."""
        if not self.disable:
            bar = self.container.children[1]
            bar.bar_style = ""
            if total is not None:
                bar.max = total
                if not self.total and self.ncols is None:
                    bar.layout.width = None
        super().reset(total=total)


def _html(text: str) -> str:
    return escape(text.replace(" ", "\u2007"))


def tnrange(*args: Any, **kwargs: Any) -> tqdm_notebook:
    """`tqdm(range(*args), **kwargs)`."""
    return tqdm_notebook(range(*args), **kwargs)


tqdm = tqdm_notebook
trange = tnrange
