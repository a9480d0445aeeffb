"""`progress_apply` and its relatives on the classes of pandas."""

from __future__ import annotations

import sys

from ._errors import TqdmDeprecationWarning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def register(cls: Any, kwargs: dict[str, Any]) -> None:
    """Give the classes of pandas methods that show a bar of `cls`, made with `kwargs`."""
    from pandas import DataFrame, Series  # type: ignore[import-untyped]
    from pandas.core.groupby.generic import (  # type: ignore[import-untyped]
        DataFrameGroupBy,
        SeriesGroupBy,
    )
    from pandas.core.groupby.groupby import GroupBy  # type: ignore[import-untyped]
    from pandas.core.window.expanding import Expanding  # type: ignore[import-untyped]
    from pandas.core.window.rolling import Rolling  # type: ignore[import-untyped]

    windows = (Rolling, Expanding)
    given = dict(kwargs)
    # A bar that exists already is used for the first call.
    ready = [given.pop("deprecated_t", None)]

    def total_of(data: Any, method: str, kwargs: dict[str, Any]) -> Any:
        groups = getattr(data, "ngroups", None)
        if groups is not None or isinstance(data, windows):
            return groups
        if method == "applymap":
            return data.size
        if isinstance(data, Series):
            return len(data)
        axis = kwargs.get("axis", 0)
        axis = {"index": 0, "columns": 1}.get(axis, axis) if isinstance(axis, str) else axis
        return data.size // data.shape[axis]

    def shown(method: str = "apply") -> Callable[..., Any]:
        def inner(df: Any, func: Any, *args: Any, **kwargs: Any) -> Any:
            total = given.pop("total", None)
            if total is None:
                total = total_of(df, method, kwargs)
            bar, ready[0] = ready[0], None
            if bar is None:
                bar = cls(total=total, **given)
            if args:
                TqdmDeprecationWarning(
                    "Except func, normal arguments are intentionally not supported by"
                    " `(DataFrame|Series|GroupBy).progress_apply`."
                    " Use keyword arguments instead.",
                    fp_write=getattr(bar.fp, "write", sys.stderr.write),
                )

            def wrapper(*args: Any, **kwargs: Any) -> Any:
                # pandas may call the function once more than there are items.
                bar.update(n=1 if not bar.total or bar.n < bar.total else 0)
                return func(*args, **kwargs)

            try:
                func = _resolved(df, func)
                return getattr(df, method)(wrapper, **kwargs)
            finally:
                bar.close()

        return inner

    for each in (Series, SeriesGroupBy, DataFrame, DataFrameGroupBy):
        each.progress_apply = shown()
        each.progress_map = shown("map")
    DataFrame.progress_applymap = shown("applymap")
    GroupBy.progress_apply = shown()
    GroupBy.progress_aggregate = shown("aggregate")
    GroupBy.progress_transform = shown("transform")
    Rolling.progress_apply = shown()
    Expanding.progress_apply = shown()


def _resolved(data: Any, func: Any) -> Any:
    """What pandas itself would call for `func`, where its release replaces some builtins."""
    try:
        from pandas.core.common import is_builtin_func  # type: ignore[import-untyped]
    except ImportError:
        is_builtin_func = getattr(data, "_is_builtin_func", None)
    if is_builtin_func is None:
        return func
    try:
        return is_builtin_func(func)
    except TypeError:
        return func
