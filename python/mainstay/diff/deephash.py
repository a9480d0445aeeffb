"""DeepHash: the digests of an object and of all that is in it, by content and not by identity.

A digest is the hash of a text: `int:1`, `list:a,b` with the digests of the items sorted,
`dict:{k:v;...}`. Programs store digests, so these texts never change. A DeepHash may be read from
several threads; its `hashes` dict may be passed on to further ones, one at a time.
"""

from __future__ import annotations

import datetime
import logging
import sys
import types
import uuid
from collections.abc import Callable, Generator, Iterable, Iterator, MutableMapping
from enum import Enum
from hashlib import sha1, sha256
from typing import Any

from . import _filters, _native
from ._kinds import ipranges, is_data_frame, is_path, kinds, strings
from .base import Base
from .helper import (
    KEY_TO_VAL_STR,
    datetime_normalize,
    get_doc,
    get_id,
    get_truncate_datetime,
    number_to_string,
    type_in_type_group,
    type_is_subclass_of_type_group,
    unprocessed,
)
from .model import ResultDict

logger = logging.getLogger("deepdiff.deephash")

UNPROCESSED_KEY = object()
NOTHING = object()  # what a DeepHash is given that is to hash only when `digest` is called
INDEX_VS_ATTRIBUTE = ("[%s]", ".%s")
HASH_LOOKUP_ERR_MSG = "{} is not one of the hashed items."
doc = get_doc("deephash_doc.rst")

_BUILTIN_CONTAINERS = frozenset([dict, list, tuple, set, frozenset])

HashTuple = tuple[Any, int]


def sha256hex(obj: str | bytes) -> str:
    """The SHA-256 of a text, in hexadecimal."""
    return sha256(_encoded(obj)).hexdigest()


def sha1hex(obj: str | bytes) -> str:
    """The SHA-1 of a text, in hexadecimal."""
    return sha1(_encoded(obj)).hexdigest()


def _encoded(obj: str | bytes) -> bytes:
    return obj.encode("utf-8", "surrogatepass") if isinstance(obj, str) else obj


default_hasher: Callable[[str | bytes], str] = sha256hex


def combine_hashes_lists(items: Iterable[Iterable[Any]], prefix: str | bytes) -> str:
    """One key for several lists of hashes; the order within a list does not matter."""
    if isinstance(prefix, bytes):
        prefix = prefix.decode("utf-8")
    text = "".join("".join(map(str, sorted(item))) + "--" for item in items)
    return prefix + str(default_hasher(text.encode("utf-8")))


class BoolObj(Enum):
    """True and False as keys that differ from 1 and 0."""

    TRUE = 1
    FALSE = 0


def _decoded(obj: bytes, encodings: list[str] | None, ignore_errors: bool) -> str:
    error: UnicodeDecodeError | None = None
    for encoding in ["utf-8"] if encodings is None else encodings:
        try:
            return obj.decode(encoding, errors="ignore" if ignore_errors else "strict")
        except UnicodeDecodeError as raised:
            error = raised
    if error is None:
        return obj  # type: ignore[return-value]  # no encoding to try: shown as bytes
    readable = obj.decode("utf-8", errors="ignore")
    start, end = max(error.start - 20, 0), error.end + 20
    before, after = "..." if start else "", "..." if end < len(readable) else ""
    raise UnicodeDecodeError(
        error.encoding,
        error.object,
        error.start,
        error.end,
        f"{error.reason} in '{before}{readable[start:end]}{after}'. Please either pass "
        "ignore_encoding_errors=True or pass the encoding via encodings=['utf-8', '...'].",
    ) from None


def prepare_string_for_hashing(
    obj: Any,
    ignore_string_type_changes: bool = False,
    ignore_string_case: bool = False,
    encodings: list[str] | None = None,
    ignore_encoding_errors: bool = False,
) -> str:
    """The text that is hashed for a text or bytes."""
    type_name = obj.__class__.__name__
    if isinstance(obj, memoryview):
        obj = obj.tobytes()
    if isinstance(obj, bytes):
        obj = _decoded(obj, encodings, ignore_encoding_errors)
    if not ignore_string_type_changes:
        obj = KEY_TO_VAL_STR.format(type_name, obj)
    return str(obj.lower() if ignore_string_case else obj)


_ROUTINES: tuple[type, ...] = (types.FunctionType, types.BuiltinFunctionType, types.MethodType)
if sys.version_info >= (3, 11):  # from then on inspect.isroutine says so
    _ROUTINES += (types.MethodWrapperType,)


def _is_routine(value: Any) -> bool:
    """Whether `value` is a function, a method or what makes one."""
    if isinstance(value, _ROUTINES):
        return True
    of = type(value)
    return not isinstance(value, type) and hasattr(of, "__get__") and not hasattr(of, "__set__")


def members(obj: Any) -> Iterator[tuple[str, Any]]:
    """The names `dir()` gives with their values, but for those that raise AttributeError."""
    for name in sorted(dir(obj)):
        try:
            yield name, getattr(obj, name)
        except AttributeError:
            continue


class DeepHash(Base):
    """Hashes `obj` and each object in it: `DeepHash(obj)[obj]` is the digest.

    What cannot be a key is found by its identity: look it up with `[...]`, not in `hashes`.

    >>> DeepHash([2, 1], apply_hash=False)[2]
    'int:2'
    """

    hashes: Any

    def __init__(
        self,
        obj: Any,
        *,
        apply_hash: bool = True,
        custom_operators: list[Any] | None = None,
        default_timezone: Any = datetime.timezone.utc,
        encodings: list[str] | None = None,
        exclude_glob_paths: list[Any] | None = None,
        exclude_obj_callback: Callable[[Any, str], bool] | None = None,
        exclude_paths: Any = None,
        exclude_regex_paths: Any = None,
        exclude_types: Iterable[type] | None = None,
        hasher: Callable[[Any], Any] | None = None,
        hashes: Any = None,
        ignore_encoding_errors: bool = False,
        ignore_iterable_order: bool = True,
        ignore_numeric_type_changes: bool = False,
        ignore_private_variables: bool = True,
        ignore_repetition: bool = True,
        ignore_string_case: bool = False,
        ignore_string_type_changes: bool = False,
        ignore_type_in_groups: Any = None,
        ignore_type_subclasses: bool = False,
        ignore_uuid_types: bool = False,
        include_glob_paths: list[Any] | None = None,
        include_paths: Any = None,
        number_format_notation: str = "f",
        number_to_string_func: Callable[..., Any] | None = None,
        parent: str = "root",
        significant_digits: int | None = None,
        truncate_datetime: str | None = None,
        use_enum_value: bool = False,
        **kwargs: Any,
    ) -> None:
        if kwargs:
            raise ValueError(
                f"The following parameter(s) are not valid: {', '.join(kwargs)}\n"
                "The valid parameters are obj, hashes, exclude_types, significant_digits, "
                "truncate_datetime,exclude_paths, include_paths, exclude_regex_paths, hasher, "
                "ignore_repetition, number_format_notation, apply_hash, ignore_type_in_groups, "
                "ignore_string_type_changes, ignore_numeric_type_changes, ignore_type_subclasses, "
                "ignore_string_case, ignore_uuid_types, number_to_string_func, "
                "ignore_private_variables, parent, use_enum_value, default_timezone encodings, "
                "ignore_encoding_errors"
            )
        self.hashes = hashes.hashes if isinstance(hashes, DeepHash) else hashes
        if not isinstance(self.hashes, MutableMapping):
            self.hashes = {}
        self._filters = _filters.PathFilters(
            exclude_paths, include_paths, exclude_glob_paths, include_glob_paths
        )
        self._filters.prefix_includes = True
        self._filters.exclude_regex_paths = _filters.regexes(exclude_regex_paths)
        self._filters.exclude_types = tuple(set(exclude_types or ()))
        self._filters.exclude_obj_callback = exclude_obj_callback
        self.ignore_repetition = ignore_repetition
        self.hasher = default_hasher if hasher is None else hasher
        self.use_enum_value = use_enum_value
        self.default_timezone = default_timezone
        self.significant_digits = self.get_significant_digits(
            significant_digits, ignore_numeric_type_changes
        )
        self.truncate_datetime = get_truncate_datetime(truncate_datetime)
        self.number_format_notation = number_format_notation
        self.ignore_type_in_groups = self.get_ignore_types_in_groups(
            ignore_type_in_groups,
            ignore_string_type_changes,
            ignore_numeric_type_changes,
            ignore_type_subclasses,
            ignore_uuid_types,
        )
        self.ignore_string_type_changes = ignore_string_type_changes
        self.ignore_numeric_type_changes = ignore_numeric_type_changes
        self.ignore_string_case = ignore_string_case
        self.apply_hash = apply_hash
        self.type_check_func = (
            type_in_type_group if ignore_type_subclasses else type_is_subclass_of_type_group
        )
        self.number_to_string = number_to_string_func or number_to_string
        self.ignore_private_variables = ignore_private_variables
        self.encodings = encodings
        self.ignore_encoding_errors = ignore_encoding_errors
        self.ignore_iterable_order = ignore_iterable_order
        self.custom_operators = custom_operators
        self._active: set[int] = set()
        self._made: list[Any] = []  # keeps alive what is known by its identity
        self._flags: Any = None
        if (
            self.hasher is sha256hex
            and apply_hash
            and type(self.hashes) is dict
            and significant_digits is None
            and not (self._filters or custom_operators or encodings or ignore_encoding_errors)
            and not (ignore_string_type_changes or ignore_numeric_type_changes)
            and not (ignore_string_case or use_enum_value)
        ):
            self._flags = (
                *(ignore_repetition, ignore_iterable_order, ignore_private_variables),
                *(BoolObj.TRUE, BoolObj.FALSE),
            )
        if obj is not NOTHING:
            self.digest(obj, parent)

    sha256hex: Callable[[Any], str] = sha256hex
    sha1hex: Callable[[Any], str] = sha1hex

    def digest(self, obj: Any, parent: str = "root") -> HashTuple:
        """Hash one more object with the same settings; returns its digest and its size."""
        self._kinds = kinds()
        self.hashes[UNPROCESSED_KEY] = []
        self._active = {id(obj)}
        result = self._hash(obj, parent)
        failed = self.hashes[UNPROCESSED_KEY]
        if failed:
            logger.warning(f"Can not hash the following items: {failed}.")
        else:
            del self.hashes[UNPROCESSED_KEY]
        return result

    # Looking up

    @staticmethod
    def _lookup_key(obj: Any, ignore_numeric_type_changes: bool) -> Any:
        """1 and 1.0 are equal keys: numbers are kept with their type."""
        if not ignore_numeric_type_changes and isinstance(obj, kinds().only_numbers):
            return (type(obj), obj)
        return obj

    def _make_hash_key(self, obj: Any) -> Any:
        return self._lookup_key(obj, self.ignore_numeric_type_changes)

    def __getitem__(self, obj: Any) -> Any:
        return self._getitem(
            self.hashes,
            obj,
            use_enum_value=self.use_enum_value,
            ignore_numeric_type_changes=self.ignore_numeric_type_changes,
        )

    @staticmethod
    def _getitem(
        hashes: Any,
        obj: Any,
        extract_index: int | None = 0,
        use_enum_value: bool = False,
        ignore_numeric_type_changes: bool = False,
    ) -> Any:
        key = obj
        if obj is True or obj is False:
            key = BoolObj(obj)
        elif use_enum_value and isinstance(obj, Enum):
            key = obj.value
        key = DeepHash._lookup_key(key, ignore_numeric_type_changes)
        try:
            found = hashes[key]
        except (TypeError, KeyError):
            try:
                found = hashes[get_id(obj)]
            except KeyError:
                raise KeyError(HASH_LOOKUP_ERR_MSG.format(obj)) from None
        return found if extract_index is None or obj is UNPROCESSED_KEY else found[extract_index]

    def __contains__(self, obj: object) -> bool:
        try:
            if self._make_hash_key(obj) in self.hashes:
                return True
        except TypeError:
            pass
        return get_id(obj) in self.hashes

    def get(self, key: Any, default: Any = None, extract_index: int | None = 0) -> Any:
        """The digest of `key`, or its size with `extract_index=1`, or both with None."""
        return self.get_key(
            self.hashes,
            key,
            default,
            extract_index,
            ignore_numeric_type_changes=self.ignore_numeric_type_changes,
        )

    @staticmethod
    def get_key(
        hashes: Any,
        key: Any,
        default: Any = None,
        extract_index: int | None = 0,
        use_enum_value: bool = False,
        ignore_numeric_type_changes: bool = False,
    ) -> Any:
        """As `get`, from a dict of hashes."""
        try:
            return DeepHash._getitem(
                hashes, key, extract_index, use_enum_value, ignore_numeric_type_changes
            )
        except KeyError:
            return default

    @staticmethod
    def _unwrap_hash_key(key: Any) -> Any:
        wrapped = isinstance(key, tuple) and len(key) == 2 and isinstance(key[0], type)
        return key[1] if wrapped and isinstance(key[1], key[0]) else key

    def _get_objects_to_hashes_dict(self, extract_index: int = 0) -> dict[Any, Any]:
        return {
            self._unwrap_hash_key(key): value if key is UNPROCESSED_KEY else value[extract_index]
            for key, value in self.hashes.items()
        }

    def __eq__(self, other: object) -> bool:
        if isinstance(other, DeepHash):
            return bool(self.hashes == other.hashes)
        return bool(self._get_objects_to_hashes_dict() == other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        from .summarize import summarize

        return summarize(self._get_objects_to_hashes_dict(), max_length=500)

    def __str__(self) -> str:
        return str(self._get_objects_to_hashes_dict())

    def __bool__(self) -> bool:
        return bool(self.hashes)

    def keys(self) -> Any:
        """The hashed objects."""
        return [self._unwrap_hash_key(key) for key in self.hashes]

    def values(self) -> Generator[Any, None, None]:
        """The digests."""
        return (value[0] for value in self.hashes.values())

    def items(self) -> Generator[tuple[Any, Any], None, None]:
        """The hashed objects with their digests."""
        return ((self._unwrap_hash_key(key), value[0]) for key, value in self.hashes.items())

    # Hashing

    def _normalized(self, obj: Any, parent: str) -> Any:
        for operator in self.custom_operators or ():
            normalize = getattr(operator, "normalize_value_for_hashing", None)
            if normalize is None:
                raise NotImplementedError(
                    f"{operator.__class__.__name__} needs to define a normalize_value_for_hashing "
                    "method to be compatible with ignore_order=True or iterable_compare_func."
                )
            normal = normalize(parent, obj)
            if normal is not obj:
                self._made.append(normal)
            obj = normal
        return obj

    def _hash(self, obj: Any, parent: str) -> HashTuple:
        """The digest of `obj` and how many objects it is made of; None if it is left out."""
        if self.custom_operators:
            obj = self._normalized(obj, parent)
        if isinstance(obj, self._kinds.booleans):
            obj = BoolObj.TRUE if obj else BoolObj.FALSE
        elif self.use_enum_value and isinstance(obj, Enum):
            obj = obj.value
        # First of all: Python looks up a tuple of any depth by recursion, and may crash.
        if self._flags and type(obj) in _BUILTIN_CONTAINERS:
            native: Any = _native.digest_tree(self, obj, parent, self._flags)
            if native is not NotImplemented:
                return native  # type: ignore[no-any-return]
        key = self._make_hash_key(obj)
        try:
            found: HashTuple = self.hashes[key]
            return found
        except (TypeError, KeyError):
            pass
        if self._filters and self._filters.skip_one(obj, parent):
            return None, 0
        result, counts = self._prepared(obj, parent)
        if result is not unprocessed and self.apply_hash:
            if not isinstance(obj, strings):
                result = prepare_string_for_hashing(
                    str(result), self.ignore_string_type_changes, self.ignore_string_case
                )
            result = self.hasher(result)
        try:
            self.hashes[key] = (result, counts)
        except TypeError:
            self.hashes[get_id(obj)] = (result, counts)
        return result, counts

    def _prepared(self, obj: Any, parent: str) -> HashTuple:
        """The text of `obj` before it is hashed, and how many objects it is made of."""
        known = self._kinds
        if obj is None:
            return "NONE", 1
        if isinstance(obj, strings):
            text = prepare_string_for_hashing(
                obj,
                self.ignore_string_type_changes,
                self.ignore_string_case,
                self.encodings,
                self.ignore_encoding_errors,
            )
            return text, 1
        if is_path(obj):
            return KEY_TO_VAL_STR.format(obj.__class__.__name__, obj), 1
        if isinstance(obj, known.times):
            normal = datetime_normalize(self.truncate_datetime, obj, self.default_timezone)
            return KEY_TO_VAL_STR.format("datetime", normal), 1
        if isinstance(obj, datetime.date):
            return KEY_TO_VAL_STR.format("datetime", obj), 1
        if isinstance(obj, known.numbers):
            return self._number(obj), 1
        if isinstance(obj, ipranges):
            return KEY_TO_VAL_STR.format("iprange", obj), 1
        if isinstance(obj, uuid.UUID):
            return str(obj.int), 1
        if isinstance(obj, MutableMapping):
            return self._mapping(obj, parent)
        if isinstance(obj, tuple):
            if hasattr(obj, "_asdict"):
                return self._object(obj, parent, "nt", lambda item: item._asdict())
            return self._iterable(obj, parent)
        if isinstance(obj, known.numpy_scalars):
            return KEY_TO_VAL_STR.format(type(obj).__name__, obj), 1
        if isinstance(obj, known.ndarray) and not obj.shape:
            digest, count = self._child(obj[()], parent)
            return KEY_TO_VAL_STR.format("scalar ndarray", digest), count
        frame = is_data_frame(obj)
        if frame:
            return self._iterable(_rows_of_frame(obj, frame), parent)
        if isinstance(obj, Iterable):
            return self._iterable(obj, parent)
        if obj == BoolObj.TRUE or obj == BoolObj.FALSE:  # asks the object
            return "bool:true" if obj is BoolObj.TRUE else "bool:false", 1
        return self._object(obj, parent, "obj", lambda item: item.__dict__)

    def _number(self, obj: Any) -> str:
        type_name = "number" if self.ignore_numeric_type_changes else obj.__class__.__name__
        if self.significant_digits is not None:
            obj = self.number_to_string(
                obj,
                significant_digits=self.significant_digits,
                number_format_notation=self.number_format_notation,
            )
        return KEY_TO_VAL_STR.format(type_name, obj)

    def _child(self, item: Any, parent: str) -> HashTuple:
        """Hash what is in another object, and know for that time that it is on the way."""
        self._active.add(id(item))
        try:
            return self._hash(item, parent)
        finally:
            self._active.discard(id(item))

    def _mapping(self, obj: Any, parent: str) -> HashTuple:
        """A dict; the attributes that one of a subclass has count too."""
        text, counts = self._dict(obj, parent)
        own = isinstance(obj, dict) and not isinstance(obj, ResultDict)
        attributes = getattr(obj, "__dict__", None) if own else None
        if attributes:
            more, count = self._dict(attributes, parent, True, type(obj))
            text, counts = text + more, counts + count
        return text, counts

    def _dict(
        self, obj: Any, parent: str, of_attributes: bool = False, original_type: Any = None
    ) -> HashTuple:
        result = []
        counts = 1
        key_text = parent + INDEX_VS_ATTRIBUTE[of_attributes]
        for key, item in obj.items():
            counts += 1
            if self.ignore_private_variables and isinstance(key, str) and key.startswith("__"):
                continue
            quoted = f"'{key}'" if not of_attributes and isinstance(key, strings) else key
            path = key_text % (quoted,)
            key_hash, _ = self._hash(key, path)
            if not key_hash or id(item) in self._active:
                continue
            if self._filters and self._filters.skip_one(item, path):
                continue
            hashed, count = self._child(item, path)
            result.append(KEY_TO_VAL_STR.format(key_hash, hashed))
            counts += count
        result.sort()
        type_name = "dict"
        if of_attributes:
            type_name = original_type.__name__
            for group in self.ignore_type_in_groups:
                if self.type_check_func(original_type, group):
                    type_name = ",".join(each.__name__ for each in group)
                    break
        return f"{type_name}:{{{';'.join(result)}}}", counts

    def _iterable(self, obj: Iterable[Any], parent: str) -> HashTuple:
        counts = 1
        times: dict[Any, int] = {}
        for index, item in enumerate(obj):
            path = f"{parent}[{index}]"
            if self._filters and self._filters.skip_one(item, path):
                continue
            if id(item) in self._active:
                continue
            hashed, count = self._child(item, path)
            times[hashed] = times.get(hashed, 0) + 1
            counts += count
        texts = map(str, times)
        if not self.ignore_repetition:
            texts = (f"{hashed}|{count}" for hashed, count in times.items())  # type: ignore[assignment]
        joined = ",".join(sorted(texts) if self.ignore_iterable_order else texts)
        return KEY_TO_VAL_STR.format(type(obj).__name__, joined), counts

    def _object(
        self, obj: Any, parent: str, prefix: str, attributes: Callable[[Any], Any]
    ) -> HashTuple:
        ways: list[Callable[[Any], Any]] = [attributes]
        if hasattr(obj, "__slots__"):
            ways.append(self._get_slots_dict)
        else:
            ways.append(
                lambda item: {k: v for k, v in members(item) if not _is_routine(v)},
            )
        for way in ways:
            try:
                found = way(obj)
                break
            except AttributeError:
                continue
        else:
            self.hashes[UNPROCESSED_KEY].append(obj)
            return unprocessed, 0
        original_type = obj if isinstance(obj, type) else type(obj)
        text, counts = self._dict(found, parent, True, original_type)
        return prefix + text, counts

    @staticmethod
    def _get_slots_dict(obj: Any) -> dict[str, Any]:
        """The slots that are set; of the others, what the class answers in their place."""
        result = {}
        answers = hasattr(type(obj), "__getattr__")
        slots = obj.__slots__
        for slot in (slots,) if isinstance(slots, str) else slots:
            if slot.startswith("__") and not slot.endswith("__"):
                slot = _private_name(obj, slot)
            try:
                result[slot] = object.__getattribute__(obj, slot)
            except AttributeError:
                if answers:
                    result[slot] = getattr(obj, slot)
        return result


def _private_name(obj: Any, slot: str) -> str:
    """The name under which a private slot is found: with that of the class that has it."""
    for each in (obj if isinstance(obj, type) else type(obj)).__mro__:
        if slot in each.__dict__.get("__slots__", ()):
            return f"_{each.__name__.lstrip('_')}{slot}"
    return slot


def _rows_of_frame(frame: Any, package: str) -> Generator[Any, None, None]:
    """What a data frame is made of; its digest names a generator."""
    if package == "pandas":
        yield "dtype", frame.dtypes
        yield "index", frame.index
        yield from frame.items()
    else:
        yield from frame.columns
        yield from list(frame.schema.items())
        yield from frame.rows()
