"""The markers of `mainstay.plugins`: what they are told is checked where it is written."""

from __future__ import annotations

from . import _checks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeVar, overload

    # A function, or what @staticmethod and @classmethod make of one.
    Marked = TypeVar(
        "Marked",
        bound="Callable[..., Any] | staticmethod[..., Any] | classmethod[Any, ..., Any]",
    )

__all__ = ["HookimplMarker", "HookspecMarker"]


class _Marker:
    """A project's marker. Immutable; share it as you like."""

    __slots__ = ("_project_name",)
    _project_name: str

    def __init__(self, project_name: str) -> None:
        object.__setattr__(self, "_project_name", _checks.name("project_name", project_name))

    @property
    def project_name(self) -> str:
        """The project whose managers see what this marks."""
        return self._project_name

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(
            f"{type(self).__name__} is immutable; make another one for another project"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.project_name,)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, _Marker) and type(other) is type(self):
            return self._project_name == other._project_name
        return NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), self.project_name))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.project_name!r})"


class HookspecMarker(_Marker):
    """Marks functions as the specification of a hook: its name, its arguments, how it is called.

    >>> from mainstay.plugins import HookspecMarker
    >>> hookspec = HookspecMarker("app")
    >>> class Specs:
    ...     @hookspec(firstresult=True)
    ...     def find(self, name: str) -> object: ...

    Args:
        project_name: the project; the marker, the manager and the plugins' marker carry the same.

    Raises:
        TypeError, ValueError: it is no name.
    """

    __slots__ = ()

    if TYPE_CHECKING:

        @overload
        def __call__(self, function: Marked, /) -> Marked: ...
        @overload
        def __call__(
            self,
            function: None = None,
            /,
            *,
            firstresult: bool = ...,
            historic: bool = ...,
            warn_on_impl: Warning | None = ...,
            warn_on_impl_args: Mapping[str, Warning] | None = ...,
            waterfall: str | None = ...,
            collect_errors: bool = ...,
        ) -> Callable[[Marked], Marked]: ...

    def __call__(
        self,
        function: Any = None,
        /,
        *,
        firstresult: bool = False,
        historic: bool = False,
        warn_on_impl: Warning | None = None,
        warn_on_impl_args: Mapping[str, Warning] | None = None,
        waterfall: str | None = None,
        collect_errors: bool = False,
    ) -> Any:
        """Mark `function`; without one, return what marks it.

        Args:
            function: the function, if there are no options.
            firstresult: stop at the first result that is not None, and return it alone.
            historic: remember each call, and make it again for plugins that come later.
            warn_on_impl: a warning for every implementation.
            warn_on_impl_args: a warning for every implementation that asks for the argument.
            waterfall: the argument that goes from one implementation to the next: each gets what
                the one before returned, and the last result is the hook's.
            collect_errors: call every implementation even if some raise, then raise HookErrors.

        Raises:
            TypeError, ValueError: an option makes no sense, or not together with another, or what
                is marked is no function, or can carry no mark (a bound method).
        """
        opts: dict[str, Any] = {
            "firstresult": _checks.flag("firstresult", firstresult),
            "historic": _checks.flag("historic", historic),
            "warn_on_impl": _checks.warning("warn_on_impl", warn_on_impl),
            "warn_on_impl_args": _checks.warnings_by_name("warn_on_impl_args", warn_on_impl_args),
        }
        if historic and firstresult:
            raise _checks.exclusive(
                "historic", "firstresult", "plugins that come later have no part in a first result"
            )
        if waterfall is not None:
            opts["waterfall"] = _checks.name("waterfall", waterfall)
            for option, value in (
                ("firstresult", firstresult),
                ("historic", historic),
                ("collect_errors", collect_errors),
            ):
                if value:
                    raise ValueError(
                        f"waterfall and {option}=True exclude each other: each implementation "
                        "needs the result of the one before; leave one out"
                    )
        if _checks.flag("collect_errors", collect_errors):
            opts["collect_errors"] = True
            if firstresult:
                raise _checks.exclusive(
                    "collect_errors", "firstresult", "one calls all, the other stops early"
                )
        attribute = self.project_name + "_spec"

        def mark(marked: Marked) -> Marked:
            _checks.mark("hookspec", _checks.hook_function("hookspec", marked), attribute, opts)
            return marked

        return mark if function is None else mark(function)


class HookimplMarker(_Marker):
    """Marks functions as implementations of a hook.

    >>> from mainstay.plugins import HookimplMarker
    >>> hookimpl = HookimplMarker("app")
    >>> class Plugin:
    ...     @hookimpl(tryfirst=True)
    ...     def find(self, name: str) -> object:
    ...         return {"answer": 42}.get(name)

    Args:
        project_name: the project; the marker, the manager and the specifications carry the same.

    Raises:
        TypeError, ValueError: it is no name.
    """

    __slots__ = ()

    if TYPE_CHECKING:

        @overload
        def __call__(self, function: Marked, /) -> Marked: ...
        @overload
        def __call__(
            self,
            function: None = None,
            /,
            *,
            wrapper: bool = ...,
            hookwrapper: bool = ...,
            optionalhook: bool = ...,
            tryfirst: bool = ...,
            trylast: bool = ...,
            specname: str | None = ...,
            before: str | Sequence[str] = ...,
            after: str | Sequence[str] = ...,
        ) -> Callable[[Marked], Marked]: ...

    def __call__(
        self,
        function: Any = None,
        /,
        *,
        wrapper: bool = False,
        hookwrapper: bool = False,
        optionalhook: bool = False,
        tryfirst: bool = False,
        trylast: bool = False,
        specname: str | None = None,
        before: str | Sequence[str] = (),
        after: str | Sequence[str] = (),
    ) -> Any:
        """Mark `function`; without one, return what marks it.

        Args:
            function: the function, if there are no options.
            wrapper: it has one yield, which gives the result of the others, or raises what they
                raised; what it returns is the hook's result.
            hookwrapper: the older form, whose yield gives a Result.
            optionalhook: no error when nobody specified the hook.
            tryfirst: call it as early as possible.
            trylast: call it as late as possible.
            specname: the hook's name, when the function has another.
            before: names of plugins whose implementations of this hook are called later.
            after: names of plugins whose implementations of this hook are called earlier.

        Raises:
            TypeError, ValueError: an option makes no sense, or not together with another, or what
                is marked is no function, or can carry no mark (a bound method), or a wrapper has
                no yield.
        """
        opts: dict[str, Any] = {
            "wrapper": _checks.flag("wrapper", wrapper),
            "hookwrapper": _checks.flag("hookwrapper", hookwrapper),
            "optionalhook": _checks.flag("optionalhook", optionalhook),
            "tryfirst": _checks.flag("tryfirst", tryfirst),
            "trylast": _checks.flag("trylast", trylast),
            "specname": _checks.optional_name("specname", specname),
        }
        if wrapper and hookwrapper:
            raise _checks.exclusive("wrapper", "hookwrapper", "they are the new and the old form")
        if tryfirst and trylast:
            raise _checks.exclusive("tryfirst", "trylast", "it cannot be at both ends")
        for option, value in (("before", before), ("after", after)):
            plugins = _checks.names(option, value)
            if plugins:
                opts[option] = plugins
        attribute = self.project_name + "_impl"

        def mark(marked: Marked) -> Marked:
            _checks.hook_function("hookimpl", marked)
            if wrapper or hookwrapper:
                _checks.wrapper_function("wrapper" if wrapper else "hookwrapper", marked)
            _checks.mark("hookimpl", marked, attribute, opts)
            return marked

        return mark if function is None else mark(function)
