"""Looking into format strings, as `str.format` reads them, and values worked out when formatted.

Plain functions and small objects that belong to one thread at a time.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from string import Formatter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "BaseFormatField",
    "DeferredValue",
    "construct_format_field_str",
    "get_format_args",
    "infer_positional_format_args",
    "split_format_str",
    "tokenize_format_str",
]

_TYPE_MAP: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys("bcdoxXn", int),
    **dict.fromkeys("eEfFgGn%", float),
    "s": str,
}


def _type_of(spec: str) -> Callable[[Any], Any]:
    """The type a specification asks for; its last character says it."""
    return _TYPE_MAP.get(spec[-1:], str)


_UNSET = object()

# Braces that stand for themselves, or the start of a field without a name.
_sub_anonymous = re.compile(r"{{|}}|{(?=[:!.\[}])").sub


def construct_format_field_str(fname: str | None, fspec: str | None, conv: str | None) -> str:
    """The text of a field with this name, specification and conversion character."""
    if fname is None:
        return ""
    converted = f"!{conv}" if conv else ""
    specified = f":{fspec}" if fspec else ""
    return "{" + fname + converted + specified + "}"


def split_format_str(fstr: str) -> list[tuple[str, str | None]]:
    """Pairs of literal text and the field that follows it; None if there is no field."""
    return [
        (literal, None if name is None else construct_format_field_str(name, spec, conv))
        for literal, name, spec, conv in Formatter().parse(fstr)
    ]


def infer_positional_format_args(fstr: str) -> str:
    """Number the fields without name: `{} {:d}` becomes `{0} {1:d}`."""
    numbers = itertools.count()
    return _sub_anonymous(
        lambda found: found[0] if len(found[0]) == 2 else f"{{{next(numbers)}", fstr
    )


def get_format_args(
    fstr: str,
) -> tuple[list[tuple[int, Callable[[Any], Any]]], list[tuple[str, Callable[[Any], Any]]]]:
    """The positional and the named arguments of a format string, each with its nominal type.

    Raises `ValueError` for fields without name and for those with attributes or indexes.
    """
    positional: dict[int, Callable[[Any], Any]] = {}
    named: dict[str, Callable[[Any], Any]] = {}

    def collect(text: str) -> None:
        for _, name, spec, _ in Formatter().parse(text):
            if name is None:
                continue
            kind = _type_of(spec or "")
            if not name:
                raise ValueError("encountered anonymous positional argument")
            if name.isdigit():
                positional.setdefault(int(name), kind)
            elif name.isidentifier():
                named.setdefault(name, kind)
            else:
                raise ValueError(f"encountered compound format arg: {name!r}")
            collect(spec or "")

    collect(fstr)
    return list(positional.items()), list(named.items())


def tokenize_format_str(fstr: str, resolve_pos: bool = True) -> list[str | BaseFormatField]:
    """Literal texts and fields, in order. Fields without name are numbered by default."""
    tokens: list[str | BaseFormatField] = []
    parsed = Formatter().parse(infer_positional_format_args(fstr) if resolve_pos else fstr)
    for literal, name, spec, conv in parsed:
        if literal:
            tokens.append(literal)
        if name is not None:
            tokens.append(BaseFormatField(name, spec or "", conv))
    return tokens


class BaseFormatField:
    """A field of a format string.

    `base_name` and `subpath` are the argument and what is taken from it, `type_func` the type its
    specification asks for, `subfields` the names of the fields in the specification.
    """

    fname: str
    base_name: str
    subpath: list[str]
    is_positional: bool
    fspec: str
    subfields: list[str]
    type_char: str
    type_func: Callable[[Any], Any]
    conv: str | None

    def __init__(self, fname: str, fspec: str = "", conv: str | None = None) -> None:
        self.set_fname(fname)
        self.set_fspec(fspec)
        self.set_conv(conv)

    def set_fname(self, fname: str) -> None:
        """Set the name, such as `0.name[key]`."""
        base, *path = re.split(r"[.\[]", fname)
        self.base_name = base
        self.fname = fname
        self.subpath = [part.rstrip("]") for part in path]
        self.is_positional = not base or base.isdigit()

    def set_fspec(self, fspec: str | None) -> None:
        """Set the specification, which stands behind the colon."""
        spec = fspec or ""
        self.subfields = [name for _, name, _, _ in Formatter().parse(spec) if name is not None]
        self.fspec = spec
        self.type_char, self.type_func = spec[-1:], _type_of(spec)

    def set_conv(self, conv: str | None) -> None:
        """Set the conversion character: r, s or a."""
        self.conv, self.conv_func = conv, None  # str.format knows what each character does

    @property
    def fstr(self) -> str:
        """The field as it stands in a format string."""
        return construct_format_field_str(self.fname, self.fspec, self.conv)

    def __repr__(self) -> str:
        shown: list[Any] = [self.fname]
        if self.conv is not None:
            shown += [self.fspec, self.conv]
        elif self.fspec:
            shown.append(self.fspec)
        return f"{type(self).__name__}({', '.join(map(repr, shown))})"

    def __str__(self) -> str:
        return self.fstr


class DeferredValue:
    """A value that `func` works out when it is formatted or shown, once if `cache_value` is true.

    For log messages that may never be written.
    """

    def __init__(self, func: Callable[[], Any], cache_value: bool = True) -> None:
        self.func = func
        self.cache_value = cache_value
        self._value: Any = _UNSET

    def get_value(self) -> Any:
        """The value."""
        if not self.cache_value:
            return self.func()
        if self._value is _UNSET:
            self._value = self.func()
        return self._value

    def __int__(self) -> int:
        return int(self.get_value())

    def __float__(self) -> float:
        return float(self.get_value())

    def __str__(self) -> str:
        return str(self.get_value())

    def __repr__(self) -> str:
        return repr(self.get_value())

    def __format__(self, fmt: str) -> str:
        value = self.get_value()
        try:
            return format(value, fmt)
        except (TypeError, ValueError):  # such as "d" for text or a float
            return format(_type_of(fmt)(value), fmt)
