"""What the pytest plugin needs of a backend: one event loop that runs tests and fixtures."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from typing import TypeVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
    from types import TracebackType
    from typing import Any

    from typing_extensions import Self

_T = TypeVar("_T")


class TestRunner(metaclass=ABCMeta):
    """An event loop kept for several calls. Entering it starts nothing; leaving closes the loop."""

    __test__ = False

    def __enter__(self) -> Self:
        return self

    @abstractmethod
    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> bool | None: ...

    @abstractmethod
    def run_asyncgen_fixture(
        self, fixture_func: Callable[..., AsyncGenerator[_T, Any]], kwargs: dict[str, Any]
    ) -> Iterable[_T]:
        """Run an async generator fixture to its `yield`, and to its end at the second step."""

    @abstractmethod
    def run_fixture(
        self, fixture_func: Callable[..., Coroutine[Any, Any, _T]], kwargs: dict[str, Any]
    ) -> _T:
        """Run a coroutine fixture and return its result."""

    @abstractmethod
    def run_test(
        self, test_func: Callable[..., Coroutine[Any, Any, Any]], kwargs: dict[str, Any]
    ) -> None:
        """Run a test."""

    @abstractmethod
    def is_running(self) -> bool:
        """Tell whether a coroutine of a test or fixture is being run right now."""
