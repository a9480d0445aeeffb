"""The old spelling of `tqdm.pandas()`."""

from __future__ import annotations

import sys

from ._errors import TqdmDeprecationWarning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["tqdm_pandas"]


def tqdm_pandas(tclass: Any, **tqdm_kwargs: Any) -> None:
    """Deprecated: `tclass.pandas(**tqdm_kwargs)`, where `tclass` may be a bar."""
    is_class = isinstance(tclass, type) or getattr(tclass, "__name__", "").startswith("tqdm_")
    file = tqdm_kwargs.get("file") if is_class else tclass.fp
    old = "tqdm_pandas(tqdm, ...)" if is_class else "tqdm_pandas(tqdm(...))"
    TqdmDeprecationWarning(
        f"Please use `tqdm.pandas(...)` instead of `{old}`.",
        fp_write=getattr(file, "write", sys.stderr.write),
    )
    cls: Any = tclass if is_class else type(tclass)
    cls.pandas(**tqdm_kwargs if is_class else {"deprecated_t": tclass})
