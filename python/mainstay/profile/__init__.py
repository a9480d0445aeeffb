"""Running totals of whole numbers that are right or refused.

>>> from mainstay import profile
>>> profile.total([10, 20, 12])
42
"""

from __future__ import annotations

from .. import _load

_load("profile")

from ._native import Total  # noqa: E402
from ._total import total  # noqa: E402

__all__ = ["Total", "total"]
