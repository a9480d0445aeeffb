"""On top of Twisted's logging: its functions wrapped, its events rendered.

Raises ImportError where Twisted is not installed.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

from ._base import BoundLoggerBase
from ._config import _BUILTIN_DEFAULT_PROCESSORS
from .processors import JSONRenderer as GenericJSONRenderer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TextIO

    from .typing import EventDict, WrappedLogger

log: Any = import_module("twisted.python.log")
Failure: Any = import_module("twisted.python.failure").Failure
ILogObserver: Any = log.ILogObserver
textFromEventDict: Any = log.textFromEventDict  # noqa: N816  # as Twisted names it
implementer: Any = import_module("zope.interface").implementer

_FAIL_TYPES = (BaseException, Failure)


class BoundLogger(BoundLoggerBase):
    """A bound logger around Twisted's `log`."""

    def msg(self, event: str | None = None, **kw: Any) -> Any:
        """Logs by `log.msg`."""
        return self._proxy_to_logger("msg", event, **kw)

    def err(self, event: str | None = None, **kw: Any) -> Any:
        """Logs by `log.err`."""
        return self._proxy_to_logger("err", event, **kw)


class LoggerFactory:
    """Returns Twisted's `log`; what it is called with is not looked at."""

    def __call__(self, *args: Any) -> WrappedLogger:
        return log


def _extractStuffAndWhy(eventDict: EventDict) -> tuple[Any, Any, EventDict]:  # noqa: N802, N803
    """Takes the failure and its reason, as `log.err` knows them, out of the event.

    Raises ValueError when there are two of one.
    """
    stuff = eventDict.pop("_stuff", None)
    why = eventDict.pop("_why", None)
    event = eventDict.pop("event", None)

    if isinstance(event, _FAIL_TYPES):
        if isinstance(stuff, _FAIL_TYPES):
            raise ValueError("Both _stuff and event contain an Exception/Failure.")
        stuff, why = event, why or "error"
    if isinstance(event, str):
        if why:
            raise ValueError("Both `_why` and `event` supplied.")
        why = event
    if not stuff and sys.exc_info()[0] is not None:
        stuff = Failure()
    # log.err() must not print the exception that is being handled once more.
    if isinstance(stuff, BaseException) and not isinstance(stuff, Failure):
        stuff = Failure(stuff)
    return stuff, why, eventDict


class ReprWrapper:
    """A text that is its own repr: `log.err` prints the repr of what it is given."""

    def __init__(self, string: str) -> None:
        self.string = string

    def __eq__(self, other: object) -> bool:
        return isinstance(other, self.__class__) and self.string == other.string

    def __repr__(self) -> str:
        return self.string


class JSONRenderer(GenericJSONRenderer):
    """Renders an event as JSON, and failures of `err` too, which then are logged by `msg`.

    For observers in a JSONLogObserverWrapper. Tests that look for logged errors do not see them.
    """

    def __call__(  # type: ignore[override] # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        logger: WrappedLogger,
        name: str,
        eventDict: EventDict,  # noqa: N803
    ) -> tuple[Sequence[Any], dict[str, Any]]:
        stuff, why, event_dict = _extractStuffAndWhy(eventDict)
        event_dict["event"] = why
        if name == "err" and isinstance(stuff, Failure):
            event_dict["exception"] = stuff.getTraceback(detail="verbose")
            stuff.cleanFailure()
        text: Any = GenericJSONRenderer.__call__(self, logger, name, event_dict)
        return (ReprWrapper(text),), {"_structlog": True}


@implementer(ILogObserver)
class PlainFileLogObserver:
    """Writes the text of each event and a line end to `file`."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def __call__(self, eventDict: EventDict) -> None:  # noqa: N803
        text: Any = textFromEventDict(eventDict)
        self._file.write(text + "\n")
        self._file.flush()


@implementer(ILogObserver)
class JSONLogObserverWrapper:
    """Has an observer see every event as JSON, also those that JSONRenderer did not render."""

    def __init__(self, observer: Any) -> None:
        self._observer = observer

    def __call__(self, eventDict: EventDict) -> str:  # noqa: N803
        if "_structlog" not in eventDict:
            text = textFromEventDict(eventDict)
            rendered = json.dumps({"event": text, "system": eventDict.get("system")})
            eventDict["message"] = (rendered,)
            eventDict["_structlog"] = True
        result: str = self._observer(eventDict)
        return result


def plainJSONStdOutLogger() -> JSONLogObserverWrapper:  # noqa: N802
    """An observer that prints events as JSON: `twistd --logger`."""
    return JSONLogObserverWrapper(PlainFileLogObserver(sys.stdout))


class EventAdapter:
    """A processor, the last one, for Twisted's `log`: a failure of `err` stays one.

    `dictRenderer` renders the event; by default it is the built-in console renderer.
    """

    def __init__(
        self,
        dictRenderer: Callable[[WrappedLogger, str, EventDict], str] | None = None,  # noqa: N803
    ) -> None:
        self._dictRenderer = dictRenderer or _BUILTIN_DEFAULT_PROCESSORS[-1]

    def __call__(self, logger: WrappedLogger, name: str, eventDict: EventDict) -> Any:  # noqa: N803
        if name != "err":
            return self._dictRenderer(logger, name, eventDict)
        stuff, why, event_dict = _extractStuffAndWhy(eventDict)
        event_dict["event"] = why
        return (), {"_stuff": stuff, "_why": self._dictRenderer(logger, name, event_dict)}
