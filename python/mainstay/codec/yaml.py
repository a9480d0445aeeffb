"""YAML, over PyYAML: its loader and dumper between which structs and types are converted."""

from __future__ import annotations

import datetime as _datetime
from collections.abc import Callable
from typing import Any, Literal

from ._core import DecodeError as _DecodeError
from ._core import convert as _convert
from ._core import to_builtins as _to_builtins

__all__ = ("decode", "encode")

_KEPT = (_datetime.datetime, _datetime.date)


def __dir__() -> tuple[str, ...]:
    return __all__


def _import_yaml(caller: str) -> Any:
    try:
        return __import__("yaml")
    except ImportError:
        raise ImportError(
            f"`msgspec.yaml.{caller}` requires PyYAML be installed.\n\n"
            "Please either `pip` or `conda` install it as follows:\n\n"
            "  $ python -m pip install pyyaml  # using pip\n"
            "  $ conda install pyyaml          # or using conda"
        ) from None


def encode(
    obj: Any,
    *,
    enc_hook: Callable[[Any], Any] | None = None,
    order: Literal["deterministic", "sorted"] | None = None,
) -> bytes:
    """The YAML document of an object, in UTF-8.

    `enc_hook` is asked for objects of other types. Raises ImportError without PyYAML.
    """
    yaml = _import_yaml("encode")
    plain = _to_builtins(obj, builtin_types=_KEPT, enc_hook=enc_hook, order=order)
    document: bytes = yaml.dump_all(
        [plain],
        encoding="utf-8",
        Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper),
        allow_unicode=True,
        sort_keys=False,
    )
    return document


def decode(
    buf: Any,
    *,
    type: Any = Any,
    strict: bool = True,
    dec_hook: Callable[[type[Any], Any], Any] | None = None,
) -> Any:
    """The object that a YAML document stands for.

    Raises DecodeError when it is malformed, ValidationError when it is not of `type`, ImportError
    without PyYAML.
    """
    yaml = _import_yaml("decode")
    if not isinstance(buf, (str, bytes)):
        buf = bytes(memoryview(buf))  # of a number, bytes() would make zeros
    try:
        obj = yaml.load(buf, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, ValueError, LookupError, AttributeError) as error:
        raise _DecodeError(str(error)) from None
    if type is Any:
        return obj
    return _convert(obj, type, builtin_types=_KEPT, strict=strict, dec_hook=dec_hook)
