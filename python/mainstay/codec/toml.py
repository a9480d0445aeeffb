"""TOML, over tomllib or tomli and tomli_w, between which structs and types are converted."""

from __future__ import annotations

import datetime as _datetime
from collections.abc import Callable
from typing import Any, Literal

from ._core import DecodeError as _DecodeError
from ._core import convert as _convert
from ._core import to_builtins as _to_builtins

__all__ = ("decode", "encode")

_KEPT = (_datetime.datetime, _datetime.date, _datetime.time)


def __dir__() -> tuple[str, ...]:
    return __all__


def _missing(caller: str, name: str, width: int) -> ImportError:
    pip = f"  $ python -m pip install {name}".ljust(width)
    conda = f"  $ conda install {name}".ljust(width)
    return ImportError(
        f"`msgspec.toml.{caller}` requires `{name}` be installed.\n\n"
        "Please either `pip` or `conda` install it as follows:\n\n"
        f"{pip}# using pip\n{conda}# or using conda"
    )


def _import_tomllib() -> Any:
    for name in ("tomllib", "tomli"):
        try:
            return __import__(name)
        except ImportError:
            continue
    raise _missing("decode", "tomli", 34)


def _import_tomli_w() -> Any:
    try:
        return __import__("tomli_w")
    except ImportError:
        raise _missing("encode", "tomli_w", 36) from None


def encode(
    obj: Any,
    *,
    enc_hook: Callable[[Any], Any] | None = None,
    order: Literal["deterministic", "sorted"] | None = None,
) -> bytes:
    """The TOML document of an object, in UTF-8.

    `enc_hook` is asked for objects of other types. Raises ImportError without tomli_w, TypeError
    when the object is no table.
    """
    toml = _import_tomli_w()
    plain = _to_builtins(obj, builtin_types=_KEPT, str_keys=True, enc_hook=enc_hook, order=order)
    if not isinstance(plain, dict):
        raise TypeError(
            f"TOML documents must be tables, got an object of type {type(obj).__name__}"
        )
    document: str = toml.dumps(plain)
    return document.encode("utf-8")


def decode(
    buf: Any,
    *,
    type: Any = Any,
    strict: bool = True,
    dec_hook: Callable[[type[Any], Any], Any] | None = None,
) -> Any:
    """The object that a TOML document stands for.

    Raises DecodeError when it is malformed, ValidationError when it is not of `type`.
    """
    toml = _import_tomllib()
    try:
        text = buf if isinstance(buf, str) else bytes(memoryview(buf)).decode("utf-8")
        obj = toml.loads(text)
    except (toml.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _DecodeError(str(error)) from None
    if type is Any:
        return obj
    return _convert(obj, type, builtin_types=_KEPT, str_keys=True, strict=strict, dec_hook=dec_hook)
