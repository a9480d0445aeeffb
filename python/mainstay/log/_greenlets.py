"""`threading.local` for greenlets. Raises ImportError where greenlet is not installed."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

getcurrent: Any = __import__("greenlet").getcurrent


class GreenThreadLocal:
    """Attributes that each greenlet has for itself."""

    _of_greenlets: WeakKeyDictionary[Any, dict[str, Any]]

    def __init__(self) -> None:
        self.__dict__["_of_greenlets"] = WeakKeyDictionary()

    def __getattr__(self, name: str) -> Any:
        try:
            return self._of_greenlets[getcurrent()][name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self._of_greenlets.setdefault(getcurrent(), {})[name] = value

    def __delattr__(self, name: str) -> None:
        try:
            del self._of_greenlets[getcurrent()][name]
        except KeyError:
            raise AttributeError(name) from None
