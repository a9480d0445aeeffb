"""Log records on the console above the bars.

>>> from mainstay.progress.contrib.logging import logging_redirect_tqdm
>>> with logging_redirect_tqdm():
...     pass  # loops with bars, whose bodies log
"""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from typing import Any

from ..std import tqdm as std_tqdm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class _TqdmLoggingHandler(logging.StreamHandler):  # type: ignore[type-arg]
    """A console handler that prints with `tqdm_class.write`."""

    def __init__(self, tqdm_class: Any = std_tqdm) -> None:
        super().__init__()
        self.tqdm_class = tqdm_class

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self.tqdm_class.write(self.format(record), file=self.stream)
            self.flush()
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:
            self.handleError(record)


def _is_console_logging_handler(handler: logging.Handler) -> bool:
    return isinstance(handler, logging.StreamHandler) and handler.stream in (
        sys.stdout,
        sys.stderr,
    )


def _get_first_found_console_logging_handler(
    handlers: Iterable[logging.Handler],
) -> Any:
    return next((each for each in handlers if _is_console_logging_handler(each)), None)


@contextmanager
def logging_redirect_tqdm(
    loggers: Sequence[logging.Logger] | None = None, tqdm_class: Any = std_tqdm
) -> Iterator[None]:
    """Have the console handlers of `loggers`, by default the root, print above the bars.

    Their other handlers stay. Formatter, stream and filters are those of the first console handler.
    """
    chosen = [logging.root] if loggers is None else loggers
    before = [logger.handlers for logger in chosen]
    try:
        for logger in chosen:
            handler = _TqdmLoggingHandler(tqdm_class)
            console = _get_first_found_console_logging_handler(logger.handlers)
            if console is not None:
                handler.setFormatter(console.formatter)
                handler.stream = console.stream
                for each in console.filters:
                    handler.addFilter(each)
            others = [each for each in logger.handlers if not _is_console_logging_handler(each)]
            logger.handlers = [*others, handler]
        yield
    finally:
        for logger, handlers in zip(chosen, before, strict=True):
            logger.handlers = handlers


@contextmanager
def tqdm_logging_redirect(*args: Any, **kwargs: Any) -> Iterator[Any]:
    """A bar and `logging_redirect_tqdm` at once; takes `loggers`, `tqdm_class`, and the bar's."""
    loggers = kwargs.pop("loggers", None)
    tqdm_class = kwargs.pop("tqdm_class", std_tqdm)
    with (
        tqdm_class(*args, **kwargs) as bar,
        logging_redirect_tqdm(loggers=loggers, tqdm_class=tqdm_class),
    ):
        yield bar
