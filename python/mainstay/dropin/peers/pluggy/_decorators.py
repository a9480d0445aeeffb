"""The two markers, and what is known of a specification."""

from __future__ import annotations

from mainstay.plugins import _copies, _native
from mainstay.plugins._native import varnames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["HookSpec", "HookimplMarker", "HookspecMarker", "varnames"]


class HookspecMarker:
    """Marks functions as specifications of hooks of a project."""

    __slots__ = ("project_name",)

    def __init__(self, project_name: str) -> None:
        self.project_name = project_name

    def __call__(
        self,
        function: Any = None,
        firstresult: bool = False,
        historic: bool = False,
        warn_on_impl: Warning | None = None,
        warn_on_impl_args: Any = None,
    ) -> Any:
        """Mark `function`; without one, return what marks it."""

        def setattr_hookspec_opts(func: Any) -> Any:
            if historic and firstresult:
                raise ValueError("cannot have a historic firstresult hook")
            opts = {
                "firstresult": firstresult,
                "historic": historic,
                "warn_on_impl": warn_on_impl,
                "warn_on_impl_args": warn_on_impl_args,
            }
            setattr(func, self.project_name + "_spec", opts)
            return func

        return setattr_hookspec_opts if function is None else setattr_hookspec_opts(function)


class HookimplMarker:
    """Marks functions as implementations of hooks of a project."""

    __slots__ = ("project_name",)

    def __init__(self, project_name: str) -> None:
        self.project_name = project_name

    def __call__(
        self,
        function: Any = None,
        hookwrapper: bool = False,
        optionalhook: bool = False,
        tryfirst: bool = False,
        trylast: bool = False,
        specname: str | None = None,
        wrapper: bool = False,
    ) -> Any:
        """Mark `function`; without one, return what marks it."""

        def setattr_hookimpl_opts(func: Any) -> Any:
            opts = {
                "wrapper": wrapper,
                "hookwrapper": hookwrapper,
                "optionalhook": optionalhook,
                "tryfirst": tryfirst,
                "trylast": trylast,
                "specname": specname,
            }
            setattr(func, self.project_name + "_impl", opts)
            return func

        return setattr_hookimpl_opts if function is None else setattr_hookimpl_opts(function)


class HookSpec(_native.HookSpec):
    """One specification."""

    __slots__ = ()
    __getstate__ = _copies.spec_state
