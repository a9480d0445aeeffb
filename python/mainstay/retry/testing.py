"""For tests of programs that retry: no waiting, few attempts, and which way calls went.

>>> from mainstay.retry import RetryError, retry, stop_after_attempt, testing, wait_fixed
>>> @retry(stop=stop_after_attempt(5), wait=wait_fixed(60))
... def fetch() -> str:
...     raise ConnectionError
>>> with testing.quick(attempts=2):
...     try:
...         fetch()
...     except RetryError as error:
...         print(error.last_attempt.attempt_number)
2

The switch holds for the whole process: every thread, decorated functions, blocks and coroutines, in
`mainstay.retry` and under drop-in, calls that are under way included. While it is on, calls run
through the Python loops. Child processes that are started anew begin with it off.
"""

from __future__ import annotations

import os
import threading

from . import _checks, _loop, _native
from ._switch import Switch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

    from typing_extensions import Self

__all__ = ["Paths", "is_quick", "no_waits", "paths", "quick", "set_quick"]


class _Block:
    """What one `with` block asks for. May be entered again, also while it is entered."""

    # Whether the block says something about the number of attempts, and what.
    _caps = False
    _attempts: int | None = None

    def __enter__(self) -> Self:
        _change(add=self)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _change(remove=self)


class quick(_Block):
    """While the `with` block runs: no sleeps, and no call makes more than `attempts` attempts.

    A call that reaches the cap ends as if its `stop` had said so: RetryError, the last exception
    under `reraise`, or what `retry_error_callback` returns. A sleep that is skipped counts as
    slept, so that `stop_after_delay` sees the time pass; coroutines let other tasks run instead.

    Blocks nest, and the innermost that is still open decides; of blocks in several threads, the one
    that was entered last.

    Args:
        attempts: at least 1; None for as many as each policy allows.

    Raises:
        TypeError, ValueError: `attempts` is no such number.
    """

    _caps = True

    def __init__(self, attempts: int | None = 1) -> None:
        self._attempts = None if attempts is None else _checks.count("attempts", attempts)

    @property
    def attempts(self) -> int | None:
        """The cap of this block."""
        return self._attempts

    def __repr__(self) -> str:
        return f"quick(attempts={self._attempts})"


class no_waits(_Block):
    """While the `with` block runs: no sleeps. The number of attempts stays the policy's.

    Within `quick(...)` its cap stays in force.
    """

    def __repr__(self) -> str:
        return "no_waits()"


def set_quick(on: bool = True, *, attempts: int | None = 1) -> None:
    """Turn the switch on or off for the rest of the process, as `quick(attempts)` without an end.

    Blocks that are open, and those entered later, have precedence while they last. Turning it off
    leaves them alone.

    Raises:
        TypeError, ValueError: an argument makes no sense.
    """
    global _always
    block = quick(attempts) if _checks.flag("on", on) else None
    with _lock:
        _always = block
        _apply()


def is_quick() -> bool:
    """Whether the switch is on at this moment, by a block of any thread or by `set_quick`."""
    return _loop.switch is not None


# --- the switch ----------------------------------------------------------------------------------

# Guards the two below, and that what they come to is put in force in the same order.
_lock = threading.Lock()
_always: quick | None = None
_blocks: list[_Block] = []


def _change(*, add: _Block | None = None, remove: _Block | None = None) -> None:
    with _lock:
        if add is not None:
            _blocks.append(add)
        if remove is not None:
            # Of an object that was entered several times any entry will do, they are alike; the
            # last one keeps the order of the others.
            last = max(i for i, block in enumerate(_blocks) if block is remove)
            del _blocks[last]
        _apply()


def _apply() -> None:
    """Put in force what the open blocks come to. The lock is held."""
    blocks = _blocks if _always is None else [_always, *_blocks]
    if blocks:
        caps = [block._attempts for block in blocks if block._caps]
        _loop.switch = Switch(caps[-1] if caps else None)
    else:
        _loop.switch = None
    _native.set_testing(bool(blocks))


def _after_fork() -> None:
    """A new lock for the child: the parent's may have been held by a thread that is not there."""
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_after_fork)


# --- which way calls went ------------------------------------------------------------------------


class Paths(dict[str, int]):
    """From the way calls went to how many did: "native", or what kept them from it.

    Decorated functions, blocks, and functions that a policy was called with count alike.

    As a context manager, what happened while the block ran, without the ways nobody went; filled
    in when the block ends.
    """

    def __enter__(self) -> Self:
        self._start = _native.paths()
        self.clear()
        return self

    def __exit__(self, *exc_info: Any) -> None:
        for way, times in _native.paths().items():
            if times != self._start.get(way, 0):
                self[way] = times - self._start.get(way, 0)


def paths() -> Paths:
    """How many calls went which way since the process began, those of every thread counted.

    >>> from mainstay.retry import retry, testing
    >>> @retry
    ... def fetch() -> str:
    ...     return "page"
    >>> with testing.paths() as ways:
    ...     _ = fetch(), fetch()
    >>> ways
    {'native': 2}
    """
    return Paths(_native.paths())
