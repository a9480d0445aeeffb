"""Bars on a terminal: `for each in tqdm(iterable): ...`.

A bar counts (natively: `_native.Counter`), looks at the clock when it counted `miniters` since it
was drawn, and is drawn when `mininterval` passed. Bars of a process share one lock to draw under;
each has a line, its position, counted from the first. All attributes are live: what a program sets
shows at the next drawing.

A bar may be updated by several threads; iterate over it in one.
"""

from __future__ import annotations

import io
import sys
from collections import defaultdict
from contextlib import contextmanager, nullcontext
from numbers import Number
from time import time
from warnings import warn
from weakref import WeakSet

from . import _native
from ._errors import (
    TqdmDeprecationWarning,
    TqdmExperimentalWarning,
    TqdmKeyError,
    TqdmMonitorWarning,
    TqdmTypeError,
    TqdmWarning,
)
from ._lock import TqdmDefaultWriteLock
from ._lock import TRLock as TRLock
from ._meter import Bar as Bar
from ._meter import interval_text as _interval_text
from ._meter import meter_text as _meter_text
from ._meter import number_text as _number_text
from ._meter import size_text as _size_text
from ._monitor import TMonitor
from ._native import EMA
from .utils import (
    CallbackIOWrapper,
    Comparable,
    DisableOnWriteError,
    SimpleTextIOWrapper,
    _screen_shape_wrapper,
    _supports_unicode,
    _term_move_up,
    disp_len,
    envwrap,
    unannotated,
)
from .utils import FormatReplace as FormatReplace
from .utils import (
    _is_ascii as _is_ascii,
)
from .utils import disp_trim as disp_trim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import TracebackType
    from typing import Any, Generic, TypeVar

    from typing_extensions import Self

    T = TypeVar("T")

    class _Base(_native.Counter, Comparable, Generic[T]):
        iterable: Iterable[T] | None

else:
    T = object()

    class _Base(_native.Counter, Comparable):
        """What a bar is made of. `tqdm[int]` is for type checkers."""

        __class_getitem__ = classmethod(lambda cls, _: cls)


__all__ = [
    "TqdmDeprecationWarning",
    "TqdmExperimentalWarning",
    "TqdmKeyError",
    "TqdmMonitorWarning",
    "TqdmTypeError",
    "TqdmWarning",
    "tqdm",
    "trange",
]

_INFINITE = float("inf")
# Bars of a terminal whose height is not known are hidden from this line on.
_LINES = 20
# Streams that equal themselves only.
_STREAMS = (io.TextIOWrapper, io.StringIO)
# What the native base of a bar keeps; copies and pickles have it as well.
_COUNTED: tuple[str, ...] = ("n", "last_print_n", "last_print_t", "start_t", "delay", "miniters")
_COUNTED += ("mininterval", "disable", "_time")
# In the place of a lock that the caller holds.
_HELD: Any = nullcontext()


def _nothing() -> None:
    """What a stream without `flush` does."""


class tqdm(_Base[T]):
    """An iterable that shows how far its loop got; or a counter for `update()`.

    >>> for each in tqdm(range(3), desc="copy", disable=True): ...

    `total` is what 100 % is, by default the length of `iterable`; without one, only counts and
    rate are shown. `desc` goes before the bar, `postfix` behind it. `leave=False` clears the bar
    at its end; None does unless it is the first. `file` is what it is drawn to, by default
    `sys.stderr`, with `write_bytes` encoded. `ncols` is its width in columns, 0 for no bar, and
    `nrows` how many lines all bars may take; both are the terminal's by default, with
    `dynamic_ncols` always. `position` is its line, by default the first free one.

    It is drawn when `miniters` were counted and `mininterval` seconds passed. Without `miniters`
    they follow the rate, and `maxinterval` seconds bound how long it may be late. Nothing is drawn
    in the first `delay` seconds. With `lock_args` a drawing is skipped when
    `get_lock().acquire(*lock_args)` fails.

    `unit` names what is counted; `unit_scale=True` shows 12.3k, in steps of `unit_divisor`, and a
    number multiplies. `initial` is where counting begins. `smoothing` is the weight of the newest
    rate, 0 for the average of the whole. `ascii` is True or the characters of the bar, from empty
    to full. `colour` is a name or "#rrggbb". `bar_format` is a format string over the fields
    l_bar, bar, r_bar, n, n_fmt, total, total_fmt, percentage, elapsed, elapsed_s, ncols, nrows,
    desc, unit, rate, rate_fmt, rate_noinv, rate_noinv_fmt, rate_inv, rate_inv_fmt, postfix,
    unit_divisor, remaining, remaining_s, eta. `disable` makes all of it do nothing; None does when
    `file` is no terminal.

    Each default can be set by a variable: TQDM_MININTERVAL=5. An unknown argument is a
    TqdmKeyError.
    """

    monitor_interval: float = 10
    """Seconds between two looks for stalled bars; 0 for none."""
    monitor: TMonitor | None = None
    _instances: Any = WeakSet()
    _lock: Any
    desc: Any
    ncols: Any
    _ema_dt: Any

    format_sizeof = staticmethod(_size_text)
    format_interval = staticmethod(_native.format_interval)
    format_num = staticmethod(_number_text)
    format_meter = staticmethod(_native.format_meter)

    @staticmethod
    def status_printer(file: Any) -> Callable[[str], None]:
        """A function that draws a line over the one it drew before."""
        flush = getattr(file, "flush", _nothing)
        if _is_console(file):
            getattr(sys.stderr, "flush", _nothing)()
            getattr(sys.stdout, "flush", _nothing)()
        width = 0

        def print_status(s: str) -> None:
            nonlocal width
            now = _native.disp_len(s)
            file.write("\r" + s + " " * (width - now))
            flush()
            width = now

        return print_status

    def __new__(cls, *_: Any, **__: Any) -> Self:
        instance = super().__new__(cls)
        with cls.get_lock():
            cls._instances.add(instance)
            watching = cls.monitor
            if cls.monitor_interval and (watching is None or not watching.report()):
                try:
                    cls.monitor = TMonitor(cls, cls.monitor_interval)
                except Exception as error:
                    warn(
                        f"tqdm:disabling monitor support (monitor_interval = 0) due to:\n{error}",
                        TqdmMonitorWarning,
                        stacklevel=2,
                    )
                    cls.monitor_interval = 0
        return instance

    @classmethod
    def _get_free_pos(cls, instance: Any = None) -> int:
        """The first line that no bar but `instance` has."""
        if instance is not None and len(cls._instances) == 1:
            return 0  # it is the only one
        others = (each for each in _bars_of(cls) if each is not instance)
        taken = {
            abs(position) for each in others if (position := getattr(each, "pos", None)) is not None
        }
        position = 0
        while position in taken:
            position += 1
        return position

    @classmethod
    def _decr_instances(cls, instance: Any) -> None:
        """Forget a bar; the first hidden one takes its line."""
        with cls._lock:
            instances = cls._instances
            instances.discard(instance)
            if instance.gui or not instances:
                return
            last = (instance.nrows or _LINES) - 1
            hidden = [each for each in _bars_of(cls) if getattr(each, "pos", -1) >= last]
            if hidden:
                first = min(hidden, key=lambda each: each.pos)
                first.clear(nolock=True)
                first.pos = abs(instance.pos)

    @classmethod
    def write(cls, s: str, file: Any = None, end: str = "\n", nolock: bool = False) -> None:
        """Print above the bars, to `sys.stdout` or `file`."""
        out = sys.stdout if file is None else file
        if out is None:
            return
        with cls.external_write_mode(file=file, nolock=nolock):
            out.write(s)
            out.write(end)

    @classmethod
    @contextmanager
    def external_write_mode(cls, file: Any = None, nolock: bool = False) -> Iterator[None]:
        """Bars are off the screen for as long as it lasts."""
        out = sys.stdout if file is None else file
        if out is None:
            yield
            return
        console = (sys.stdout, sys.stderr)
        with _HELD if nolock else cls.get_lock():
            cleared = []
            for bar in list(getattr(cls, "_instances", ())):
                if hasattr(bar, "start_t") and (
                    bar.fp == out or (out in console and bar.fp in console)
                ):
                    bar.clear(nolock=True)
                    cleared.append(bar)
            yield
            for bar in cleared:
                bar.refresh(nolock=True)

    @classmethod
    def set_lock(cls, lock: Any) -> None:
        """Use `lock`, which has acquire() and release() and works in `with`."""
        cls._lock = lock

    @classmethod
    def get_lock(cls) -> Any:
        """The lock bars draw under; made when it is first asked for."""
        try:
            return cls._lock
        except AttributeError:
            lock = cls._lock = TqdmDefaultWriteLock()
        return lock

    @classmethod
    def pandas(cls, **tqdm_kwargs: Any) -> None:
        """Give pandas `progress_apply`, `progress_map` and relatives that show such a bar."""
        from ._pandas import register

        register(cls, tqdm_kwargs)

    @envwrap(
        "tqdm",
        is_method=True,
        types={"total": float, "ncols": int, "miniters": float, "position": int, "nrows": int},
    )
    @unannotated
    def __init__(
        self,
        iterable: Iterable[T] | None = None,
        desc: str | None = None,
        total: float | None = None,
        leave: bool | None = True,
        file: Any = None,
        ncols: int | None = None,
        mininterval: float | None = 0.1,
        maxinterval: float | None = 10.0,
        miniters: float | None = None,
        ascii: bool | str | None = None,
        disable: bool | None = False,
        unit: str = "it",
        unit_scale: bool | float = False,
        dynamic_ncols: Any = False,
        smoothing: float | None = 0.3,
        bar_format: str | None = None,
        initial: float = 0,
        position: int | None = None,
        postfix: Mapping[str, object] | Any = None,
        unit_divisor: float = 1000,
        write_bytes: bool = False,
        lock_args: tuple[Any, ...] | None = None,
        nrows: int | None = None,
        colour: str | None = None,
        delay: float = 0.0,
        gui: bool = False,
        **kwargs: Any,
    ) -> None:
        """See the class."""
        out: Any = sys.stderr if file is None else file
        if write_bytes:
            out = SimpleTextIOWrapper(out, getattr(out, "encoding", None) or "utf-8")
        guarded = DisableOnWriteError(out, self)
        if disable is None:
            disable = _is_no_terminal(guarded) or None
        # What a bar has that is disabled, too.
        self.iterable, self.leave, self.n = iterable, leave, initial
        self.total = _whole(total, iterable) if total is None or total == _INFINITE else total
        if disable or kwargs:
            self.disable = disable or True
            self._take_line(None)
            if not disable:
                raise _refused(kwargs, guarded)
            return

        self.fp, self.gui, self.lock_args, self._time = guarded, gui, lock_args, time
        if dynamic_ncols:
            dynamic_ncols = _screen_shape_wrapper()
            ncols, nrows = dynamic_ncols(guarded)
        elif (ncols is None or nrows is None) and _is_console(out):
            columns, lines = _screen_shape_wrapper()(guarded)
            ncols = columns if ncols is None else ncols
            nrows = lines if nrows is None else nrows
        self.ncols, self.nrows, self.dynamic_ncols = ncols, nrows, dynamic_ncols
        self.ascii = not _supports_unicode(out) if ascii is None else ascii
        self.desc, self.colour, self.bar_format = desc or "", colour, bar_format
        self.unit, self.unit_scale, self.unit_divisor = unit, unit_scale, unit_divisor
        self.delay, self.initial, self.smoothing = delay, initial, smoothing or 0
        self.dynamic_miniters = miniters is None
        self.miniters = 0 if miniters is None else miniters
        self.mininterval = 0 if mininterval is None else mininterval
        self.maxinterval = 0 if maxinterval is None else maxinterval
        self.disable = disable
        self.postfix = None
        if postfix:
            try:
                self.set_postfix(None, False, **postfix)
            except TypeError:  # no mapping: shown as it is
                self.postfix = postfix
        self._count_from(initial)
        self._take_line(position)
        if not gui:
            self.sp = self.status_printer(guarded)
            if delay <= 0:
                self.refresh(lock_args=lock_args)
        now = self._time()
        self.last_print_t = now
        self.start_t = now  # last: other threads take a bar that has it for complete

    def _take_line(self, position: int | None) -> None:
        """The line asked for, else the first free one. A disabled bar keeps none."""
        with self._lock:
            # Positions that were asked for are kept negative: such bars never move.
            self.pos = self._get_free_pos(self) if position is None else -position
            if self.disable:
                self._instances.discard(self)

    def _count_from(self, n: Any) -> None:
        """Be at `n`, with no rate known."""
        self.n = self.last_print_n = n
        self._ema_dn, self._ema_miniters = EMA(self.smoothing), EMA(self.smoothing)
        self._ema_dt = EMA(self.smoothing)

    def __bool__(self) -> bool:
        if self.total is not None:
            return bool(self.total > 0)
        if self.iterable is None:
            raise TypeError("bool() undefined when iterable == total == None")
        return bool(self.iterable)

    def __len__(self) -> int:
        iterable: Any = self.iterable
        if iterable is None:
            return self.total  # type: ignore[return-value]
        if hasattr(iterable, "shape"):
            return iterable.shape[0]  # type: ignore[no-any-return]
        if hasattr(iterable, "__len__"):
            return len(iterable)
        if hasattr(iterable, "__length_hint__"):
            return iterable.__length_hint__()  # type: ignore[no-any-return]
        return getattr(self, "total", None)  # type: ignore[return-value]

    def __reversed__(self) -> Iterator[T]:
        if not hasattr(self, "iterable"):
            raise TypeError("'tqdm' object is not reversible")
        backwards: Any = self.iterable
        return self._iterate(reversed(backwards))

    def __contains__(self, item: object) -> bool:
        contains = getattr(self.iterable, "__contains__", None)
        return (
            bool(contains(item))
            if contains is not None
            else any(each is item or each == item for each in self)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self.close()
        except AttributeError:
            if exc_type is None:
                raise
            # The error that is under way may have left the bar half made.
            warn("AttributeError ignored", TqdmWarning, stacklevel=2)

    def __del__(self) -> None:
        self.close()

    def __getstate__(self) -> dict[str, Any]:
        counted = {name: getattr(self, name) for name in _COUNTED if hasattr(self, name)}
        return {**self.__dict__, **counted}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)

    def __str__(self) -> str:
        return self.format_meter(**self.format_dict)

    @property
    def _comparable(self) -> Any:
        return abs(getattr(self, "pos", 1 << 31))

    def __hash__(self) -> int:
        return id(self)

    if TYPE_CHECKING:

        def __iter__(self) -> Iterator[T]: ...

    def _walk(self, iterable: Iterable[T]) -> Iterator[T]:
        """The items of `iterable`, counted in Python: for numbers the native loop does not know."""
        mininterval, earliest = self.mininterval, self.start_t + self.delay
        printed_n, printed_t = self.last_print_n, self.last_print_t
        clock, n = self._time, self.n
        try:
            for each in iterable:
                yield each
                n += 1
                if n - printed_n >= self.miniters:
                    now = clock()
                    if now - printed_t >= mininterval and now >= earliest:
                        self.update(n - printed_n)
                        printed_n, printed_t = self.last_print_n, self.last_print_t
        finally:
            self.n = n
            self.close()

    if TYPE_CHECKING:

        def update(self, n: float | None = 1) -> bool | None:
            """Count `n` more. True when the bar was drawn, None when not."""

    def _update(self, n: Any) -> bool | None:
        """What `update` does with numbers and clocks that the native one does not know."""
        self.n += n
        if n < 0:
            self.last_print_n += n
        due = self.n - self.last_print_n >= self.miniters
        return self._looked(self._time()) if due else None

    def _looked(self, now: Any) -> bool | None:
        """The clock was read: draw the bar when it is due."""
        spent = now - self.last_print_t
        if spent >= self.mininterval and now >= self.start_t + self.delay:
            return self._draw(spent)
        return None

    def _draw(self, spent: Any) -> bool:
        """Draw what was counted in `spent` seconds; says when to look at the clock next."""
        now = self._time()
        counted = self.n - self.last_print_n
        if self.smoothing and spent and counted:
            self._ema_dn(counted)
            self._ema_dt(spent)
        self.refresh(lock_args=self.lock_args)
        if self.dynamic_miniters:
            interval = self.mininterval
            if self.maxinterval and spent >= self.maxinterval:
                self.miniters = counted * (interval or self.maxinterval) / spent
            elif self.smoothing:
                share = interval / spent if interval and spent else 1
                self.miniters = self._ema_miniters(counted * share)
            else:
                self.miniters = max(self.miniters, counted)
        self.last_print_n = self.n
        self.last_print_t = now
        return True

    def close(self) -> None:
        """Draw the bar a last time, or clear it. Further calls do nothing."""
        if getattr(self, "disable", True):
            return
        self.disable = True
        position = abs(self.pos)
        self._decr_instances(self)
        if not hasattr(self, "last_print_t") or getattr(self, "sp", None) is None:
            return
        if self.last_print_t < self.start_t + self.delay:
            return  # never drawn
        try:
            self.fp.write("")
        except ValueError as error:
            if "closed" in str(error):
                return
            raise
        leave = position == 0 if self.leave is None else self.leave
        with self._lock:
            if leave:
                self._ema_dt = _no_rate  # the last line has the average of the whole
                self.display(pos=0)
                self.fp.write("\n")
            elif self.display(msg="", pos=position) and not position:
                self.fp.write("\r")

    def clear(self, nolock: bool = False) -> None:
        """Take the bar off the screen until it is drawn again."""
        if self.disable:
            return
        with _HELD if nolock else self._lock:
            line = abs(self.pos)
            if line < (self.nrows or _LINES):
                self.moveto(line)
                self.sp("")
                self.fp.write("\r")
                self.moveto(-line)

    def refresh(
        self, nolock: bool = False, lock_args: tuple[Any, ...] | None = None
    ) -> bool | None:
        """Draw the bar now. False when the lock was not to be had with `lock_args`."""
        if self.disable:
            return None
        if nolock:
            self.display()
            return True
        lock = self._lock
        if lock_args:
            if not lock.acquire(*lock_args):
                return False
        else:
            lock.acquire()
        try:
            self.display()
        finally:
            lock.release()
        return True

    def unpause(self) -> None:
        """Leave the time since the last drawing out of the rate."""
        if self.disable:
            return
        now = self._time()
        self.start_t += now - self.last_print_t
        self.last_print_t = now

    def reset(self, total: float | None = None) -> None:
        """Begin again at 0; infinity as `total` is none."""
        self.n = 0
        if total is not None:
            self.total = _whole(total, None)
        if not self.disable:
            self._count_from(0)
            self.start_t = self.last_print_t = self._time()
            self.refresh()

    def set_description(self, desc: str | None = None, refresh: bool | None = True) -> None:
        """Put `desc` and a colon before the bar."""
        self.desc = desc + ": " if desc else ""
        if refresh:
            self.refresh()

    def set_description_str(self, desc: str | None = None, refresh: bool | None = True) -> None:
        """Put `desc` before the bar, as it is."""
        self.desc = desc or ""
        if refresh:
            self.refresh()

    def set_postfix(
        self,
        ordered_dict: Mapping[str, object] | Iterable[tuple[str, object]] | None = None,
        refresh: bool | None = True,
        **kwargs: object,
    ) -> None:
        """Put `name=value` behind the bar; numbers with three digits, keywords in order of name."""
        text = _native.postfix_text(ordered_dict, kwargs)
        if text is None:
            values = dict(ordered_dict or ())
            for key in sorted(kwargs):
                values[key] = kwargs[key]
            text = ", ".join(f"{key}={self._value_text(value)}" for key, value in values.items())
        self.postfix = text
        if refresh:
            self.refresh()

    def _value_text(self, value: object) -> str:
        if isinstance(value, Number):
            return self.format_num(value).strip()
        return (value if isinstance(value, str) else str(value)).strip()

    def set_postfix_str(self, s: str = "", refresh: bool | None = True) -> None:
        """Put `s` behind the bar."""
        self.postfix = str(s)
        if refresh:
            self.refresh()

    def moveto(self, n: int) -> None:
        """Move the cursor `n` lines down, or up when below 0."""
        self.fp.write("\n" * n + _term_move_up() * -n)
        getattr(self.fp, "flush", _nothing)()

    @property
    def format_dict(self) -> Any:
        """What `format_meter` is called with; subclasses add fields for `bar_format`."""
        if self.disable and not hasattr(self, "unit"):
            known = {"n": self.n, "total": self.total, "elapsed": 0, "unit": "it"}
            return defaultdict(_nothing, known)
        if self.dynamic_ncols:
            self.ncols, self.nrows = self.dynamic_ncols(self.fp)
        seconds = self._ema_dt()
        return {
            "n": self.n,
            "total": self.total,
            "elapsed": self._time() - self.start_t if hasattr(self, "start_t") else 0,
            "ncols": self.ncols,
            "nrows": self.nrows,
            "prefix": self.desc,
            "ascii": self.ascii,
            "unit": self.unit,
            "unit_scale": self.unit_scale,
            "rate": self._ema_dn() / seconds if seconds else None,
            "bar_format": self.bar_format,
            "postfix": self.postfix,
            "unit_divisor": self.unit_divisor,
            "initial": self.initial,
            "colour": self.colour,
        }

    def display(self, msg: str | None = None, pos: int | None = None) -> Any:
        """Draw `msg`, by default the bar, in line `pos`; False when that is off the screen."""
        line, lines = abs(self.pos) if pos is None else pos, self.nrows or _LINES
        if line >= lines:
            return False
        draw = getattr(self, "sp", None)
        if draw is None:
            raise TqdmDeprecationWarning(
                "Please use `tqdm.gui.tqdm(...)` instead of `tqdm(..., gui=True)`\n",
                fp_write=getattr(self.fp, "write", sys.stderr.write),
            )
        if line + 1 == lines and msg != "":
            text = " ... (more hidden) ..."
        else:
            text = self.__str__() if msg is None else msg
        if line:
            self.moveto(line)
            draw(text)
            self.moveto(-line)
        else:
            draw(text)
        return True

    @classmethod
    @contextmanager
    def wrapattr(
        cls,
        stream: Any,
        method: str,
        total: float | None = None,
        bytes: bool | None = True,
        **tqdm_kwargs: Any,
    ) -> Iterator[Any]:
        """`stream` with a bar over what its method, "read" or "write", handles.

        >>> with tqdm.wrapattr(file, "read", total=size) as watched:  # doctest: +SKIP
        ...     shutil.copyfileobj(watched, out)
        """
        with cls(total=total, **tqdm_kwargs) as bar:
            if bytes:
                bar.unit, bar.unit_scale, bar.unit_divisor = "B", True, 1024
            yield CallbackIOWrapper(bar.update, stream, method)


def _bars_of(cls: type[tqdm[Any]]) -> list[Any]:
    """The bars there are; without the guard of a WeakSet, as nothing is changed meanwhile."""
    bars = cls._instances
    if type(bars) is not WeakSet:
        return list(bars)
    return [bar for each in list(bars.data) if (bar := each()) is not None]  # type: ignore[attr-defined]


def _is_console(file: Any) -> bool:
    raw = file._wrapped if type(file) is DisableOnWriteError else file
    console = (sys.stderr, sys.stdout)
    return raw is console[0] or raw is console[1] or (type(raw) not in _STREAMS and file in console)


def _is_no_terminal(file: Any) -> bool:
    return hasattr(file, "isatty") and not file.isatty()


def _whole(total: Any, iterable: Any) -> float | None:
    """What 100 % is: `total` or the length; None when it is not known, or infinite."""
    if total is not None or iterable is None:
        return None if total == _INFINITE else total
    try:
        return len(iterable)
    except (TypeError, AttributeError):
        return None


def _no_rate() -> None:
    """The smoothed seconds of a bar at its end."""


def _refused(kwargs: dict[str, Any], file: Any) -> Exception:
    if "nested" in kwargs:
        return TqdmDeprecationWarning(
            "`nested` is deprecated and automated.\nUse `position` instead for manual control.\n",
            fp_write=getattr(file, "write", sys.stderr.write),
        )
    return TqdmKeyError("Unknown argument(s): " + str(kwargs))


def trange(*args: Any, **kwargs: Any) -> tqdm[int]:
    """`tqdm(range(*args), **kwargs)`."""
    return tqdm(range(*args), **kwargs)


_native.adopt(meter_text=_meter_text, interval_text=_interval_text, disp_len=disp_len)
