"""What all tests of log share: a clean configuration, and files to log to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mainstay import log
from mainstay.log import processors


@pytest.fixture(autouse=True)
def unconfigured() -> Iterator[None]:
    """The defaults before and after each test, and nothing bound to its context."""
    log.reset_defaults()
    log.contextvars.clear_contextvars()
    yield
    log.reset_defaults()
    log.contextvars.clear_contextvars()


def json_chain() -> list[Any]:
    """The chain that services use."""
    return [
        log.contextvars.merge_contextvars,
        processors.add_log_level,
        processors.StackInfoRenderer(),
        log.dev.set_exc_info,
        processors.TimeStamper(fmt="iso"),
        processors.format_exc_info,
        processors.JSONRenderer(),
    ]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """The file that `logger` writes to."""
    return tmp_path / "target.log"


@pytest.fixture
def logger(target: Path) -> Iterator[Callable[..., Any]]:
    """Makes loggers with a chain, the services' by default, that write lines to `target`."""
    with target.open("a", encoding="utf-8") as file:

        def make(*chain: Any, **initial: Any) -> Any:
            wrapper: Any = log.make_filtering_bound_logger("info")
            wrapped = log.WriteLogger(file)
            return log.wrap_logger(wrapped, list(chain) or json_chain(), wrapper).bind(**initial)

        yield make
