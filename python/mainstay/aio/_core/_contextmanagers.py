"""Mixins that make a class a context manager by one generator method.

The method is written with `@contextmanager` or `@asynccontextmanager`; classes that inherit from
each other enter the method of the other with `with super().__contextmanager__():`.
"""

from __future__ import annotations

from abc import abstractmethod
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from inspect import isasyncgen, iscoroutine, isgenerator
from typing import Protocol, TypeVar, cast, final

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

_T_co = TypeVar("_T_co", covariant=True)
_ExitT_co = TypeVar("_ExitT_co", covariant=True, bound="bool | None")


class _SupportsCtxMgr(Protocol[_T_co, _ExitT_co]):
    def __contextmanager__(self) -> AbstractContextManager[_T_co, _ExitT_co]: ...


class _SupportsAsyncCtxMgr(Protocol[_T_co, _ExitT_co]):
    def __asynccontextmanager__(self) -> AbstractAsyncContextManager[_T_co, _ExitT_co]: ...


def _refuse_second_entry(owner: object, opened: object) -> None:
    if opened is not None:
        raise RuntimeError(f"this {type(owner).__qualname__} has already been entered")


def _refuse_early_exit(owner: object, opened: object) -> None:
    if opened is None:
        raise RuntimeError(f"this {type(owner).__qualname__} has not been entered yet")


def _check_made(owner: object, made: object, wanted: type, method: str, kind: str) -> None:
    """Raise TypeError if `method` of `owner` did not return another context manager."""
    decorator = "@asynccontextmanager" if kind.startswith("an async") else "@contextmanager"
    forgotten = f"Did you forget to add the {decorator} decorator"
    if made is owner:
        raise TypeError(
            f"{type(owner).__qualname__}.{method}() returned self. "
            f"{forgotten} and a 'yield' statement?"
        )
    if isinstance(made, wanted):
        return
    if isgenerator(made):
        raise TypeError(f"{method}() returned a generator object instead of {kind}. {forgotten}?")
    if isasyncgen(made):
        raise TypeError(f"{method}() returned an async generator instead of {kind}. {forgotten}?")
    if iscoroutine(made):
        made.close()
        raise TypeError(
            f"{method}() returned a coroutine object instead of {kind}. "
            f"{forgotten} and a 'yield' statement?"
        )
    raise TypeError(f"{method}() did not return {kind} object, but {type(made)!r}")


class ContextManagerMixin:
    """Gives `with` to a class that has `__contextmanager__`. Not re-entrant, but reusable."""

    __cm: AbstractContextManager[object, bool | None] | None = None

    @final
    def __enter__(self: _SupportsCtxMgr[_T_co, bool | None]) -> _T_co:
        make = self.__contextmanager__
        assert isinstance(self, ContextManagerMixin)
        _refuse_second_entry(self, self.__cm)
        made = make()
        _check_made(self, made, AbstractContextManager, "__contextmanager__", "a context manager")
        value = made.__enter__()
        self.__cm = made
        return value

    @final
    def __exit__(
        self: _SupportsCtxMgr[object, _ExitT_co],
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> _ExitT_co:
        assert isinstance(self, ContextManagerMixin)
        opened = self.__cm
        _refuse_early_exit(self, opened)
        assert opened is not None
        # Forgotten before the exit: an exception on its way must not close a cycle through it.
        self.__cm = None
        return cast("_ExitT_co", opened.__exit__(exc_type, exc_val, exc_tb))

    @abstractmethod
    def __contextmanager__(self) -> AbstractContextManager[object, bool | None]:
        """Return a context manager; most often a generator method with one `yield self`.

        An exception of the block is raised at the `yield`: clean up in `finally`.
        """


class AsyncContextManagerMixin:
    """Gives `async with` to a class that has `__asynccontextmanager__`. Not re-entrant."""

    __cm: AbstractAsyncContextManager[object, bool | None] | None = None

    @final
    async def __aenter__(self: _SupportsAsyncCtxMgr[_T_co, bool | None]) -> _T_co:
        make = self.__asynccontextmanager__
        assert isinstance(self, AsyncContextManagerMixin)
        _refuse_second_entry(self, self.__cm)
        made = make()
        _check_made(
            self,
            made,
            AbstractAsyncContextManager,
            "__asynccontextmanager__",
            "an async context manager",
        )
        value = await made.__aenter__()
        self.__cm = made
        return value

    @final
    async def __aexit__(
        self: _SupportsAsyncCtxMgr[object, _ExitT_co],
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> _ExitT_co:
        assert isinstance(self, AsyncContextManagerMixin)
        opened = self.__cm
        _refuse_early_exit(self, opened)
        assert opened is not None
        # As in the mixin above.
        self.__cm = None
        return cast("_ExitT_co", await opened.__aexit__(exc_type, exc_val, exc_tb))

    @abstractmethod
    def __asynccontextmanager__(self) -> AbstractAsyncContextManager[object, bool | None]:
        """Return an async context manager; most often an async generator with one `yield self`.

        An exception of the block is raised at the `yield`: clean up in `finally`.
        """
