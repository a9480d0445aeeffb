"""Which types are numbers, texts, times: also those of NumPy, pandas, polars and pydantic.

These packages are never imported here. They are recognised once a program has imported them: until
then no object of theirs can exist. `kinds()` may be called from any thread.
"""

from __future__ import annotations

import datetime
import ipaddress
import sys
import uuid
from decimal import Decimal
from fractions import Fraction
from typing import Any

Types = tuple[type[Any], ...]

strings: Types = (str, bytes, memoryview)
uuids: Types = (uuid.UUID,)
ipranges: Types = (
    ipaddress.IPv4Interface,
    ipaddress.IPv6Interface,
    ipaddress.IPv4Network,
    ipaddress.IPv6Network,
    ipaddress.IPv4Address,
    ipaddress.IPv6Address,
)
_PYTHON_NUMBERS: Types = (int, float, complex, Decimal, Fraction)
_PYTHON_TIMES: Types = (datetime.datetime, datetime.time)
_PYTHON_DATES: Types = (datetime.datetime, datetime.date, datetime.timedelta, datetime.time)

_NUMPY_NAMES = (
    *("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "intp", "uintp"),
    *("float32", "float64", "double", "floating", "complex64", "complex128", "cdouble"),
)
_NUMPY_COMPLEX = ("complexfloating", "complex64", "complex128", "cdouble")


class Kinds:
    """The types of each kind, given which packages are loaded. Values only, never changed."""

    def __init__(self, numpy: Any, pydantic: Any) -> None:
        def of_numpy(*names: str) -> Types:
            return tuple(getattr(numpy, name) for name in names) if numpy else ()

        self.numpy = numpy
        self.ndarray = of_numpy("ndarray")
        self.numpy_scalars = of_numpy("generic")
        self.numpy_numbers = of_numpy(*_NUMPY_NAMES)
        self.complex_numbers: Types = (complex, *of_numpy(*_NUMPY_COMPLEX))
        self.only_numbers = _PYTHON_NUMBERS + self.numpy_numbers
        self.datetimes = _PYTHON_DATES + of_numpy("datetime64")
        self.times = _PYTHON_TIMES + of_numpy("datetime64")
        self.numbers = self.only_numbers + self.datetimes
        self.booleans: Types = (bool, *of_numpy("bool_"))
        self.floats: Types = (float, *of_numpy("floating"))
        self.basic_types = strings + self.numbers + uuids + self.booleans + (type(None),)
        self.dtypes = frozenset(self.numpy_numbers + of_numpy("bool_", "datetime64"))
        self.pydantic: Types = (pydantic.BaseModel,) if pydantic else ()

    def __reduce__(self) -> Any:
        return kinds, ()


def _loaded(name: str, needed: str) -> Any:
    """The package, or None if it is not there or only half imported by another thread."""
    module = sys.modules.get(name)
    return module if module is not None and hasattr(module, needed) else None


_latest: tuple[Any, Any, Kinds] = (None, None, Kinds(None, None))


def kinds() -> Kinds:
    """The kinds of now. Ask once per operation: it looks at what is loaded."""
    global _latest
    numpy = sys.modules.get("numpy")
    pydantic = sys.modules.get("pydantic.main")
    latest = _latest
    if latest[0] is numpy and latest[1] is pydantic:
        return latest[2]
    numpy = _loaded("numpy", "complexfloating")
    pydantic = _loaded("pydantic.main", "BaseModel")
    made = Kinds(numpy, pydantic)
    _latest = (numpy, pydantic, made)
    return made


def is_data_frame(item: Any) -> str:
    """'pandas' or 'polars' for a data frame of theirs, else an empty text."""
    for name in ("pandas", "polars"):
        frame = getattr(sys.modules.get(name), "DataFrame", None)
        if frame is not None and isinstance(item, frame):
            return name
    return ""


def is_path(item: Any) -> bool:
    """Whether `item` is a `pathlib.Path`."""
    path = getattr(sys.modules.get("pathlib"), "Path", None)
    return path is not None and isinstance(item, path)
