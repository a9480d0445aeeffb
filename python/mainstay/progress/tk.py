"""A bar in a window of Tk. Experimental.

The window answers while `mainloop` runs; else it is brought up to date when the bar is drawn, so
call `refresh()` often when items are slow.
"""

from __future__ import annotations

import sys
import tkinter
from tkinter import ttk
from typing import Any
from warnings import warn

from ._errors import TqdmExperimentalWarning, TqdmWarning
from ._front_end import retire, sides
from .std import tqdm as std_tqdm

__all__ = ["tqdm", "tqdm_tk", "trange", "ttkrange"]


class tqdm_tk(std_tqdm[Any]):
    """A bar in its own window.

    Beside the arguments of every bar: `tk_parent` is the window it belongs to, `grab` keeps input
    from the others, and with `cancel_callback` there is a button that calls it and closes the bar.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["gui"] = True
        kwargs["disable"] = bool(kwargs.get("disable", False))
        self._warn_leave = "leave" in kwargs
        grab = kwargs.pop("grab", False)
        parent = kwargs.pop("tk_parent", None)
        self._cancel_callback = kwargs.pop("cancel_callback", None)
        super().__init__(*args, **kwargs)
        if self.disable:
            return
        self._tk_window = self._window(parent)
        warn("GUI is experimental/alpha", TqdmExperimentalWarning, stacklevel=2)
        self._tk_dispatching = self._tk_dispatching_helper()
        window = self._tk_window
        window.protocol("WM_DELETE_WINDOW", self.cancel)
        window.wm_title(self.desc)
        window.wm_attributes("-topmost", 1)
        window.after(0, lambda: window.wm_attributes("-topmost", 0))
        self._tk_n_var = tkinter.DoubleVar(window, value=0)
        self._tk_text_var = tkinter.StringVar(window)
        frame = ttk.Frame(window, padding=5)
        frame.pack()
        ttk.Label(
            frame,
            textvariable=self._tk_text_var,
            wraplength=600,
            anchor="center",
            justify="center",
        ).pack()
        self._tk_pbar = ttk.Progressbar(frame, variable=self._tk_n_var, length=450)
        self._set_total(self.total)
        self._tk_pbar.pack()
        if self._cancel_callback is not None:
            ttk.Button(frame, text="Cancel", command=self.cancel).pack()
        if grab:
            window.grab_set()

    @staticmethod
    def _window(parent: Any) -> Any:
        if parent is not None:
            return tkinter.Toplevel(parent)
        try:
            root = tkinter._default_root  # type: ignore[attr-defined]
        except AttributeError:
            raise AttributeError(
                "`tk_parent` required when using `tkinter.NoDefaultRoot()`"
            ) from None
        return tkinter.Tk() if root is None else tkinter.Toplevel()

    def _set_total(self, total: Any) -> None:
        if total is None:
            self._tk_pbar.configure(maximum=100, mode="indeterminate")
        else:
            self._tk_pbar.configure(maximum=total, mode="determinate")

    def close(self) -> None:
        """Close the window, unless it is to be left and something keeps it alive."""
        if not retire(self):
            return

        def destroy() -> None:
            self._tk_window.after("idle", self._tk_window.destroy)
            self._handle_events()

        self._tk_window.protocol("WM_DELETE_WINDOW", destroy)
        if not self.leave:
            destroy()
        elif not self._tk_dispatching:
            if self._warn_leave:
                warn("leave flag ignored if not in tkinter mainloop", TqdmWarning, stacklevel=2)
            destroy()

    def clear(self, *_: Any, **__: Any) -> None:
        """Nothing: there is no line to clear."""

    def display(self, *_: Any, **__: Any) -> None:
        """Bring the window up to date."""
        self._tk_n_var.set(self.n)
        self._tk_text_var.set("".join(sides(self)))
        self._handle_events()

    def _handle_events(self) -> None:
        if not self._tk_dispatching:  # else the main loop does
            self._tk_window.update()

    def set_description(self, desc: str | None = None, refresh: bool | None = True) -> None:
        """Set the title of the window."""
        self.set_description_str(desc, refresh)

    def set_description_str(self, desc: str | None = None, refresh: bool | None = True) -> None:
        """Set the title of the window."""
        self.desc = desc
        if self.disable:
            return
        self._tk_window.wm_title(desc)
        if refresh:
            self._handle_events()

    def cancel(self) -> None:
        """What the button and the window's own do: the callback, then close()."""
        if self._cancel_callback is not None:
            self._cancel_callback()
        self.close()

    def reset(self, total: Any = None) -> None:
        """Begin again at 0."""
        if hasattr(self, "_tk_pbar"):
            self._set_total(total)
        super().reset(total=total)

    @staticmethod
    def _tk_dispatching_helper() -> bool:
        """Whether some thread is inside a main loop of Tk."""
        loops = (tkinter.mainloop.__code__, tkinter.Misc.mainloop.__code__)
        frames: list[Any] = list(sys._current_frames().values())
        while frames:
            if any(each.f_code in loops for each in frames):
                return True
            frames = [each.f_back for each in frames if each.f_back is not None]
        return False


def ttkrange(*args: Any, **kwargs: Any) -> tqdm_tk:
    """`tqdm(range(*args), **kwargs)`."""
    return tqdm_tk(range(*args), **kwargs)


tqdm = tqdm_tk
trange = ttkrange
