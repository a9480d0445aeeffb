"""Sentinels, named tuples, type groups and small functions that the other modules and users share.

Names that depend on NumPy or pydantic (`numbers`, `basic_types`, `np`, `np_ndarray`, ...) are
answered when they are looked at; only `np...` names import NumPy, if it is installed.
"""

from __future__ import annotations

import datetime
import enum
import logging
import re
import string
import sys
import time
import warnings
from ast import literal_eval
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation, localcontext
from fractions import Fraction
from functools import partial
from itertools import product
from threading import Timer
from typing import Any, NamedTuple, TypedDict

from ._kinds import ipranges, kinds, strings, uuids  # noqa: F401  # also names of this module
from ._sets import SetOrdered as SetOrdered
from .path import compile_glob_paths, path_has_wildcard

logger = logging.getLogger("deepdiff.helper")

py_major_version = sys.version_info.major
py_minor_version = sys.version_info.minor
py_current_version = Decimal(f"{py_major_version}.{py_minor_version}")
pypy3 = hasattr(sys, "pypy_translation_info")

NUMERICS = frozenset(string.digits)

ID_PREFIX = "!>*id"
KEY_TO_VAL_STR = "{}:{}"
TREE_VIEW = "tree"
TEXT_VIEW = "text"
DELTA_VIEW = "_delta"
COLORED_VIEW = "colored"
COLORED_COMPACT_VIEW = "colored_compact"
ENUM_INCLUDE_KEYS = ["__objclass__", "name", "value"]
UnkownValueCode = "unknown___"
JSON = Any


class np_type:
    """Stands for a NumPy type where NumPy is not installed."""


class pydantic_base_model_type:
    """Stands for pydantic's BaseModel where no program has imported pydantic."""


# Sentinels are told apart by identity, also after pickling: a string from __reduce__ is the name
# of a global of their module.


class OtherTypes:
    """The base of what takes the place of a result that there is none of."""

    _global: str

    def __repr__(self) -> str:
        return f"Error: {self.__class__.__name__}"

    __str__ = __repr__

    def __reduce__(self) -> str:
        return self._global


class Skipped(OtherTypes):
    """An object was left out."""

    _global = "skipped"


class Unprocessed(OtherTypes):
    """An object could not be looked into."""

    _global = "unprocessed"


class NotHashed(OtherTypes):
    """An object has no hash yet."""

    _global = "not_hashed"


class NotPresent(OtherTypes):
    """The side of a change on which there is nothing; None would be a value."""

    _global = "notpresent"

    def __repr__(self) -> str:
        return "not present"

    __str__ = __repr__


class _NotFound:
    def __eq__(self, other: object) -> bool:
        return False

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return "not found"


skipped = Skipped()
unprocessed = Unprocessed()
not_hashed = NotHashed()
notpresent = NotPresent()
not_found = _NotFound()


# Pickles of the peer's name these functions.
_resolve_skipped, _resolve_unprocessed, _resolve_not_hashed, _resolve_notpresent = (
    partial(getattr, each, "__self__", each)
    for each in (skipped, unprocessed, not_hashed, notpresent)
)


class CannotCompare(Exception):
    """Raised by a compare function that cannot tell whether two items belong together."""


class DeepDiffDeprecationWarning(DeprecationWarning):
    """Something will go away; shown once."""


warnings.simplefilter("once", DeepDiffDeprecationWarning)


class EnumBase(str, enum.Enum):
    """Members are texts; they print as their quoted names."""

    def __repr__(self) -> str:
        return f"'{self.name}'"

    def __str__(self) -> str:
        return self.name


class OpcodeTag(EnumBase):
    """What happens to a stretch of a list."""

    insert = "insert"
    delete = "delete"
    equal = "equal"
    replace = "replace"  # type: ignore[assignment]  # str has a method of this name


class FlatDataAction(EnumBase):
    """What a row of a flat delta does."""

    values_changed = "values_changed"
    type_changes = "type_changes"
    set_item_added = "set_item_added"
    set_item_removed = "set_item_removed"
    dictionary_item_added = "dictionary_item_added"
    dictionary_item_removed = "dictionary_item_removed"
    iterable_item_added = "iterable_item_added"
    iterable_item_removed = "iterable_item_removed"
    iterable_item_moved = "iterable_item_moved"
    iterable_items_inserted = "iterable_items_inserted"
    iterable_items_deleted = "iterable_items_deleted"
    iterable_items_replaced = "iterable_items_replaced"
    iterable_items_equal = "iterable_items_equal"
    attribute_removed = "attribute_removed"
    attribute_added = "attribute_added"
    unordered_iterable_item_added = "unordered_iterable_item_added"
    unordered_iterable_item_removed = "unordered_iterable_item_removed"
    initiated = "initiated"


class SummaryNodeType(EnumBase):
    """What a node of summarised data is."""

    dict = "dict"
    list = "list"
    leaf = "leaf"


OPCODE_TAG_TO_FLAT_DATA_ACTION = {
    OpcodeTag.insert: FlatDataAction.iterable_items_inserted,
    OpcodeTag.delete: FlatDataAction.iterable_items_deleted,
    OpcodeTag.replace: FlatDataAction.iterable_items_replaced,
    OpcodeTag.equal: FlatDataAction.iterable_items_equal,
}
FLAT_DATA_ACTION_TO_OPCODE_TAG = {v: k for k, v in OPCODE_TAG_TO_FLAT_DATA_ACTION.items()}


def named_tuple_repr(self: Any) -> str:
    """The repr of a named tuple without the fields that have their default."""
    defaults = self._field_defaults
    shown = [
        f"{field}={value!r}"
        for field, value in self._asdict().items()
        if field not in defaults or value != defaults[field]
    ]
    return f"{self.__class__.__name__}({', '.join(shown)})"


class Opcode(NamedTuple):
    """One step that turns a stretch of the first list into one of the second."""

    tag: str
    t1_from_index: int
    t1_to_index: int
    t2_from_index: int
    t2_to_index: int
    old_values: Any = None
    new_values: Any = None

    def __repr__(self) -> str:
        return named_tuple_repr(self)

    def __str__(self) -> str:
        return named_tuple_repr(self)


class FlatDeltaRow(NamedTuple):
    """One change of a delta."""

    path: list[Any]
    action: Any
    value: Any = UnkownValueCode
    old_value: Any = UnkownValueCode
    type: Any = UnkownValueCode
    old_type: Any = UnkownValueCode
    new_path: list[Any] | None = None
    t1_from_index: int | None = None
    t1_to_index: int | None = None
    t2_from_index: int | None = None
    t2_to_index: int | None = None

    def __repr__(self) -> str:
        return named_tuple_repr(self)

    def __str__(self) -> str:
        return named_tuple_repr(self)


class _FlatDeltaDictRequired(TypedDict):
    path: list[Any]
    action: FlatDataAction


class FlatDeltaDict(_FlatDeltaDictRequired, total=False):
    """A `FlatDeltaRow` as a dict."""

    value: Any
    old_value: Any
    type: Any
    old_type: Any
    new_path: list[Any] | None
    t1_from_index: int | None
    t1_to_index: int | None
    t2_from_index: int | None
    t2_to_index: int | None


def short_repr(item: Any, max_length: int = 15) -> str:
    """The repr of `item`, cut in the middle when it is longer than `max_length` characters."""
    text = repr(item)
    return text if len(text) <= max_length else f"{text[: max_length - 3]}...{text[-1]}"


def _int_or_zero(value: str) -> int:
    digits = "".join(char for char in value if char in NUMERICS)
    return int(digits) if digits else 0


def get_semvar_as_integer(version: str) -> int:
    """'1.23.5' as 1023005: three numbers of three digits."""
    parts = [*version.split(".")[:3], "0", "0"][:3]
    return sum(
        _int_or_zero(part) * 1000**power for part, power in zip(parts, (2, 1, 0), strict=True)
    )


def convert_item_or_items_into_set_else_none(items: Any) -> set[Any] | None:
    """One text or several, as a set; None for nothing."""
    if not items:
        return None
    return {items} if isinstance(items, str) else set(items)


def convert_item_or_items_into_compiled_regexes_else_none(items: Any) -> list[Any] | None:
    """One regular expression or several, compiled; None for nothing."""
    if not items:
        return None
    several = [items] if isinstance(items, (str, re.Pattern)) else list(items)
    return [item if isinstance(item, re.Pattern) else re.compile(item) for item in several]


def add_root_to_paths(paths: Iterable[str] | None) -> SetOrdered | None:
    """Full paths; a bare key stands for each full path that it may mean."""
    if paths is None:
        return None
    result = SetOrdered()
    for path in paths:
        if path.startswith("root"):
            result.add(path)
        elif path.isdigit():
            result.update([f"root['{path}']", f"root[{path}]"])
        elif path[0].isdigit():
            result.add(f"root['{path}']")
        else:
            result.update([f"root.{path}", f"root['{path}']"])
    return result


def separate_wildcard_and_exact_paths(paths: Any) -> tuple[set[str] | None, list[Any] | None]:
    """The exact paths among `paths`, and matchers of those with wildcards; None for none."""
    if not paths:
        return None, None
    globs = [path for path in paths if path_has_wildcard(path)]
    for path in globs:
        if not path.startswith("root"):
            raise ValueError(f"Wildcard paths must start with 'root'. Got: {path}")
    exact = {path for path in paths if path not in globs}
    return exact or None, compile_glob_paths(globs)


def get_id(obj: Any) -> str:
    """The identity of `obj` as a text that no user's key equals by chance."""
    return f"{ID_PREFIX}{id(obj)}"


def get_type(obj: Any) -> Any:
    """The type of `obj`; a class is its own, and an array's is that of its items."""
    if isinstance(obj, kinds().ndarray):
        return obj.dtype.type
    return obj if type(obj) is type else type(obj)


def type_in_type_group(item: Any, type_group: Any) -> bool:
    """Whether the very type of `item` is one of the group."""
    return get_type(item) in type_group


def type_is_subclass_of_type_group(item: Any, type_group: Any) -> bool:
    """Whether `item` is of, or is, one of the group's types or a class derived from one."""
    group = tuple(type_group)
    return (
        isinstance(item, group)
        or (isinstance(item, type) and issubclass(item, group))
        or get_type(item) in group
    )


def get_doc(doc_filename: str) -> str:
    """Where the documentation of a class is; the docstrings say what is needed to use it."""
    return f"See docs/capabilities/diff.md ({doc_filename})."


number_formatting = {"f": r"{:.%sf}", "e": r"{:.%se}"}
_LEADING_ZEROS_OF_EXPONENT = re.compile(r"(?<=e[+\-])0(?=\d)+")


def _quantized(number: Decimal, digits: int) -> Decimal:
    step = Decimal("0." + "0" * digits)
    with localcontext() as context:
        context.prec = len(str(abs(number // 1))) + digits
        try:
            return number.quantize(step)
        except InvalidOperation:
            context.prec += 1  # 999.9 rounds to a number with one digit more
            return number.quantize(step)


def number_to_string(
    number: Any, significant_digits: int, number_format_notation: str = "f"
) -> Any:
    """`number` rounded and written with so many digits; what is no number, as it is."""
    try:
        form = number_formatting[number_format_notation]
    except KeyError:
        raise ValueError(
            f"number_format_notation got invalid value of {number_format_notation}. "
            "The valid values are 'f' and 'e'"
        ) from None
    known = kinds()
    if not isinstance(number, known.numbers):
        return number
    if isinstance(number, Decimal):
        number = _quantized(number, significant_digits)
    elif isinstance(number, known.complex_numbers):
        real, imag = (
            number_to_string(part, significant_digits, number_format_notation)
            for part in (number.real, number.imag)
        )
        number = number.__class__(f"{real}+{imag}j")
    else:
        if isinstance(number, Fraction):
            number = float(number)  # formatting of fractions came with Python 3.12
        number = round(number, significant_digits)
        if significant_digits == 0:
            number = int(number)
    if number == 0.0:
        number = abs(number)  # no minus zero
    text = (form % significant_digits).format(number)
    return _LEADING_ZEROS_OF_EXPONENT.sub("", text) if number_format_notation == "e" else text


def cartesian_product_of_shape(dimentions: Iterable[int]) -> Iterator[tuple[int, ...]]:
    """The indexes of an array of this shape, in order."""
    return product(*map(range, dimentions))


def get_numpy_ndarray_rows(
    obj: Any, shape: tuple[int, ...] | None = None
) -> Generator[tuple[tuple[int, ...], Any], None, None]:
    """Each row of an array of several dimensions, with its index."""
    for path in cartesian_product_of_shape((obj.shape if shape is None else shape)[:-1]):
        yield path, obj[path]


class RepeatedTimer:
    """Calls `function` every `interval` seconds in a thread, with the seconds since the start."""

    def __init__(
        self, interval: float, function: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> None:
        self._timer: Timer | None = None
        self.interval = interval
        self.function = function
        self.args = args
        self.kwargs = kwargs
        self.start_time = time.time()
        self.is_running = False
        self.start()

    def _get_duration_sec(self) -> int:
        return int(time.time() - self.start_time)

    def _run(self) -> None:
        self.is_running = False
        self.start()
        self.function(*self.args, **self.kwargs)

    def start(self) -> None:
        """Wait for the next call, unless one is waited for."""
        self.kwargs["duration"] = self._get_duration_sec()
        if not self.is_running:
            self._timer = Timer(self.interval, self._run)
            self._timer.daemon = True
            self._timer.start()
            self.is_running = True

    def stop(self) -> int:
        """Call no more; returns how many seconds it ran."""
        duration = self._get_duration_sec()
        if self._timer is not None:
            self._timer.cancel()
        self.is_running = False
        return duration


def _eval_datetime(params: str) -> datetime.datetime:
    return datetime.datetime(*literal_eval(f"({params})"))


def _eval_date(params: str) -> datetime.date:
    return datetime.date(*literal_eval(f"({params})"))


LITERAL_EVAL_PRE_PROCESS: list[tuple[str, str, Callable[[str], Any]]] = [
    ("Decimal(", ")", Decimal),
    ("datetime.datetime(", ")", _eval_datetime),
    ("datetime.date(", ")", _eval_date),
]


def literal_eval_extended(item: str) -> Any:
    """`ast.literal_eval` that also reads the reprs of Decimal, datetime and date."""
    try:
        return literal_eval(item)
    except (SyntaxError, ValueError):
        for begin, end, read in LITERAL_EVAL_PRE_PROCESS:
            if item.startswith(begin) and item.endswith(end):
                return read(item[len(begin) : -len(end)].strip("'\""))
        raise


def time_to_seconds(t: datetime.time) -> int:
    """Seconds since midnight, without the microseconds."""
    return (t.hour * 60 + t.minute) * 60 + t.second


_TRUNCATED: dict[str, Any] = {
    "second": {"microsecond": 0},
    "minute": {"second": 0, "microsecond": 0},
    "hour": {"minute": 0, "second": 0, "microsecond": 0},
    "day": {"hour": 0, "minute": 0, "second": 0, "microsecond": 0},
}


def datetime_normalize(
    truncate_datetime: str | None, obj: Any, default_timezone: Any = datetime.timezone.utc
) -> Any:
    """A time cut to the unit and moved to the time zone; a time of day becomes its seconds."""
    if truncate_datetime:
        obj = obj.replace(**_TRUNCATED.get(truncate_datetime, {}))
    if isinstance(obj, datetime.datetime):
        if has_timezone(obj):
            return obj.astimezone(default_timezone)
        return obj.replace(tzinfo=default_timezone)
    if isinstance(obj, datetime.time):
        return time_to_seconds(obj)
    return obj


def has_timezone(dt: datetime.datetime) -> bool:
    """Whether `dt` knows its offset; a tzinfo alone may not."""
    return dt.tzinfo is not None and dt.tzinfo.utcoffset(dt) is not None


def get_truncate_datetime(truncate_datetime: str | None) -> str | None:
    """The unit, checked."""
    if truncate_datetime is not None and truncate_datetime not in _TRUNCATED:
        raise ValueError("truncate_datetime must be second, minute, hour or day")
    return truncate_datetime


def cartesian_product_numpy(*arrays: Any) -> Any:
    """Each combination of the items of several arrays, as rows of one."""
    numpy = kinds().numpy
    grids = numpy.meshgrid(*arrays, indexing="ij")
    return numpy.stack([grid.reshape(-1) for grid in grids], axis=-1)


def diff_numpy_array(A: Any, B: Any) -> Any:  # noqa: N803  # the peer's names
    """The items of array `A` that array `B` does not have."""
    return A[~kinds().numpy.isin(A, B)]


def numpy_dtype_string_to_type(dtype_str: str) -> Any:
    """The NumPy scalar type of this name."""
    return __getattr__("numpy_dtype_str_to_type")[dtype_str]


def detailed__dict__(
    obj: Any,
    ignore_private_variables: bool = True,
    ignore_keys: frozenset[str] = frozenset(),
    include_keys: Sequence[str] | None = None,
) -> dict[str, Any]:
    """The attributes of `obj` and what its properties answer, without methods."""
    if include_keys:
        found: dict[str, Any] = {}
        for key in include_keys:
            try:
                value = getattr(obj, key)
            except Exception:  # whatever a property raises: the attribute is then not there
                continue
            if not callable(value) or key == "__objclass__":
                found[key] = value
        return found
    own = f"_{obj.__class__.__name__}__"

    def hidden(key: str, prefixed: bool) -> bool:
        return ignore_private_variables and key.startswith("__") and prefixed

    result = {
        key: value
        for key, value in obj.__dict__.items()
        if key not in ignore_keys and not hidden(key, not key.startswith(own))
    }
    of_class = isinstance(obj, kinds().pydantic)
    for key in dir(obj):
        if key in result or key in ignore_keys:
            continue
        if ignore_private_variables and (key.startswith(("__", own))):
            continue
        value = getattr(type(obj) if of_class else obj, key)
        if not callable(value):
            result[key] = value
    return result


# What depends on packages that may or may not be there

_OF_KINDS = (
    *("numpy_numbers", "only_numbers", "datetimes", "times", "numbers", "booleans"),
    "basic_types",
)


def __getattr__(name: str) -> Any:
    if name in _OF_KINDS:
        return getattr(kinds(), name)
    if name == "PydanticBaseModel":
        try:
            from pydantic.main import (  # type: ignore[import-not-found, unused-ignore]
                BaseModel,
            )
        except ImportError:
            return pydantic_base_model_type
        return BaseModel
    if name == "np" or name.startswith("np_") or "numpy" in name.lower():
        try:
            import numpy
        except ImportError:
            numpy = None  # type: ignore[assignment]
        if name == "np":
            return numpy
        if name == "numpy_dtype_str_to_type":
            return {item.__name__: item for item in kinds().dtypes}
        if name.startswith("np_"):
            return getattr(numpy, name[3:], np_type) if numpy else np_type
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
