"""Which loop a decorated function needs."""

from __future__ import annotations

import sys

from ._names import is_coroutine_callable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["is_tornado_coroutine", "needs_async"]


def needs_async(function: Any, sleep: Any) -> bool:
    """Whether `function` is to be awaited: it is async itself, or its sleep is."""
    return is_coroutine_callable(function) or (sleep is not None and is_coroutine_callable(sleep))


def is_tornado_coroutine(function: Any, namespace: dict[str, Any]) -> bool:
    """Whether Tornado made `function`. Where Tornado was never imported it did not.

    A program may say that there is no Tornado by putting None under that name in `namespace`.
    """
    gen = sys.modules.get("tornado.gen")
    if gen is None or namespace.get("tornado", gen) is None:
        return False
    decide = getattr(gen, "is_coroutine_function", None)
    return decide is not None and bool(decide(function))
