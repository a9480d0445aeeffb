"""A decorator that writes down the calls of a function, with their arguments."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def format_arg_value(arg_val: tuple[str, Any]) -> str:
    """`("x", 1)` as "x=1"."""
    name, value = arg_val
    return f"{name}={value!r}"


def echo(
    fn: Callable[..., Any], write: Callable[[str], Any] = sys.stdout.write
) -> Callable[..., Any]:
    """Returns `fn` with each call written down first, as one line given to `write`."""
    code = fn.__code__
    count = code.co_argcount
    names = code.co_varnames[:count]
    defaults = fn.__defaults__ or ()
    by_default = dict(zip(names[count - len(defaults) :], defaults, strict=True))

    @functools.wraps(fn)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        shown = [format_arg_value(each) for each in zip(names, args, strict=False)]
        shown += [
            format_arg_value((name, by_default[name]))
            for name in names[len(args) :]
            if name not in kwargs and name in by_default
        ]
        shown += [repr(each) for each in args[count:]]
        shown += [format_arg_value(each) for each in kwargs.items()]
        write(f"{fn.__name__}({', '.join(shown)})\n")
        return fn(*args, **kwargs)

    return wrapped
