"""Results as JSON, pickles, dicts for deltas and sentences; files in the formats people use.

Pickles are read by a restricted reader only: it gives the classes of a fixed list, and of those
`safe_to_import` names, and never imports a module.
"""

from __future__ import annotations

import base64
import collections
import datetime
import decimal
import fractions
import io
import ipaddress
import json
import logging
import os
import pickle
import re
import sys
import uuid
from collections.abc import Callable, KeysView, Mapping
from copy import copy
from importlib import import_module
from types import FunctionType
from typing import TYPE_CHECKING, Any

from . import _native
from ._kinds import ipranges, kinds
from ._sets import SetOrdered
from .helper import TEXT_VIEW, TREE_VIEW, NotPresent, Opcode, get_type
from .model import DeltaResult

orjson: Any
try:  # the peer writes JSON with it where it is installed, and its layout differs
    orjson = import_module("orjson")
except ImportError:
    orjson = None

if TYPE_CHECKING:
    from ._options import Options

logger = logging.getLogger("deepdiff.serialization")

NONE_TYPE = type(None)
MODULE_NOT_FOUND_MSG = (
    "DeepDiff Delta did not find {} in your modules. Please make sure it is already imported."
)
FORBIDDEN_MODULE_MSG = (
    "Module '{}' is forbidden. You need to explicitly pass it by passing a safe_to_import parameter"
)
DELTA_IGNORE_ORDER_NEEDS_REPETITION_REPORT = (
    "report_repetition must be set to True when ignore_order is True to create the delta object."
)
DELTA_ERROR_WHEN_GROUP_BY = (
    "Delta can not be made when group_by is used since the structure of data is modified from the "
    "original form."
)

_BUILTINS = (
    *("range", "complex", "set", "frozenset", "slice", "str", "bytes", "list", "tuple"),
    *("int", "float", "dict", "bool", "bin", "None"),
)
_OURS = {
    f"{package}.helper.{each.__name__}": each
    for each in (SetOrdered, Opcode)
    for package in ("deepdiff", "mainstay.diff")
} | {
    "mainstay.diff._sets.SetOrdered": SetOrdered,
    **{
        f"orderly_set.sets.{name}": SetOrdered
        for name in ("OrderedSet", "OrderlySet", "StableSetEq")
    },
}
SAFE_TO_IMPORT = frozenset(
    [f"builtins.{name}" for name in _BUILTINS]
    + [f"datetime.{name}" for name in ("datetime", "time", "timedelta")]
    + ["decimal.Decimal", "fractions.Fraction", "uuid.UUID", "re.Pattern"]
    + ["collections.namedtuple", "collections.OrderedDict", "collections.abc.KeysView"]
    + [f"ipaddress.{each.__name__}" for each in ipranges]
    + list(_OURS)
)

TYPE_STR_TO_TYPE: dict[str, Any] = {
    **{
        each.__name__: each
        for each in (
            *(range, complex, set, frozenset, slice, str, bytes, list, tuple, int, float, dict),
            *(bool, bin, datetime.datetime, datetime.time, datetime.timedelta, decimal.Decimal),
            *(SetOrdered, collections.namedtuple, collections.OrderedDict, re.Pattern),
            *(ipaddress.IPv4Address, ipaddress.IPv6Address),
        )
    },
    **{"None": None, "NoneType": None, "iprange": str, "KeysView": list},
}


class UnsupportedFormatErr(TypeError):
    """A file whose format is not known."""


class ModuleNotFoundError(ImportError):
    """A pickle names a class of a module that the program has not imported."""


class ForbiddenModule(ImportError):
    """A pickle names a class that was not allowed."""


def delta_dict(
    options: Options,
    changes: Mapping[str, Any],
    opcodes: Mapping[Any, Any],
    numpy_paths: Mapping[Any, str],
    directed: bool = True,
    always_include_values: bool = False,
) -> dict[str, Any]:
    """What a delta needs of the changes; it refers to the objects that were compared."""
    if directed and not always_include_values:
        opcodes = {
            path: [opcode._replace(old_values=None) for opcode in steps]
            for path, steps in opcodes.items()
        }
    result = DeltaResult(
        changes, options.ignore_order, always_include_values, _iterable_opcodes=dict(opcodes)
    )
    result.remove_empty_keys()
    if directed:
        for kind in ("values_changed", "type_changes"):
            for entry in result.get(kind, {}).values():
                entry.pop("old_value", None)
    if numpy_paths:
        result["_numpy_paths"] = numpy_paths
    if options.iterable_compare_func:
        result["_iterable_compare_func_was_used"] = True
    if options.key is not None:
        result["_keyed"] = True
    return dict(result)


def _jsonpickle(name: str) -> Any:
    try:
        return import_module("jsonpickle")
    except ImportError:
        logger.error(f"jsonpickle library needs to be installed in order to run {name}")
        return None


class SerializationMixin:
    """How a DeepDiff is written."""

    if TYPE_CHECKING:
        _options: Options

        @property
        def _numpy_paths(self) -> dict[Any, str]: ...
        @property
        def tree(self) -> Any: ...

        def _source(self) -> tuple[dict[str, Any], dict[Any, Any]]: ...
        def _get_view_results(self, view: str, verbose_level: int | None = None) -> Any: ...
        def copy(self) -> dict[str, Any]: ...

    def to_json_pickle(self) -> Any:
        """The results as JSON of the package jsonpickle, which has to be installed."""
        jsonpickle = _jsonpickle("to_json_pickle")
        return jsonpickle and jsonpickle.encode(self.copy())

    @classmethod
    def from_json_pickle(cls, value: str) -> Any:
        """What `to_json_pickle` wrote. jsonpickle imports what the text names: trust it first."""
        jsonpickle = _jsonpickle("from_json_pickle")
        return jsonpickle and jsonpickle.decode(value)

    def to_json(
        self,
        default_mapping: dict[Any, Callable[[Any], Any]] | None = None,
        force_use_builtin_json: bool = False,
        verbose_level: int | None = None,
        **kwargs: Any,
    ) -> str:
        """The text view as JSON.

        `default_mapping` says how objects of further types are written; further arguments go to
        `json.dumps`, or to orjson where it is installed.
        """
        found = self.to_dict(verbose_level=verbose_level)
        text: str = json_dumps(
            found,
            default_mapping=default_mapping,
            force_use_builtin_json=force_use_builtin_json,
            **kwargs,
        )
        return text

    def to_dict(self, verbose_level: int | None = None) -> dict[str, Any]:
        """The text view as a plain dict; of a tree view in full detail, unless told otherwise."""
        if verbose_level is None:
            verbose_level = 2 if self._options.view == TREE_VIEW else self._options.verbose_level
        elif verbose_level not in {0, 1, 2}:
            raise ValueError("verbose_level should be 0, 1, or 2.")
        return dict(self._get_view_results(TEXT_VIEW, verbose_level=verbose_level))

    def _to_delta_dict(
        self,
        directed: bool = True,
        report_repetition_required: bool = True,
        always_include_values: bool = False,
    ) -> dict[str, Any]:
        """What a delta needs of the changes, as a deep copy.

        A directed one has no old values: it cannot be undone, and does not check what it changes.
        """
        options = self._options
        if options.group_by is not None:
            raise ValueError(DELTA_ERROR_WHEN_GROUP_BY)
        if report_repetition_required and options.ignore_order and not options.report_repetition:
            raise ValueError(DELTA_IGNORE_ORDER_NEEDS_REPETITION_REPORT)
        changes, opcodes = self._source()
        return _native.deep_copy(  # type: ignore[no-any-return]
            delta_dict(
                options, changes, opcodes, self._numpy_paths, directed, always_include_values
            )
        )

    def pretty(self, prefix: str | Callable[..., str] | None = None) -> str:
        """A sentence per change. `prefix` stands before each, or gives what does."""
        sentences = [
            pretty_print_diff(change) for kind in sorted(self.tree) for change in self.tree[kind]
        ]
        if callable(prefix):
            return "\n".join(f"{prefix(diff=self)}{sentence}" for sentence in sentences)
        return "\n".join(f"{prefix or ''}{sentence}" for sentence in sentences)


# Pickles

_MAX_ALLOC_SIZE = 128 * 1024 * 1024


class _SafeConstructor:
    """`bytes` and the like, but not of a size that would fill the memory; functions as well."""

    __slots__ = ("_wrapped",)

    def __init__(self, wrapped: Any) -> None:
        self._wrapped = wrapped

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        for arg in args:
            if isinstance(arg, int) and arg > _MAX_ALLOC_SIZE:
                raise pickle.UnpicklingError(
                    f"Refusing to create {self._wrapped.__name__}() with size {arg}: exceeds the "
                    f"maximum allowed size of {_MAX_ALLOC_SIZE} bytes. "
                    "This could be a denial-of-service attack payload."
                )
        return self._wrapped(*args, **kwargs)


class _RestrictedUnpickler(pickle.Unpickler):
    def __init__(self, *args: Any, safe_to_import: Any = None, **kwargs: Any) -> None:
        extra = {safe_to_import} if isinstance(safe_to_import, str) else set(safe_to_import or ())
        self.safe_to_import = SAFE_TO_IMPORT | extra
        self._as_found: dict[Any, dict[str, Any]] = {}
        super().__init__(*args, **kwargs)

    def load(self) -> Any:
        """What the pickle holds; one that set attributes of a class is refused, and undone."""
        try:
            return super().load()
        finally:
            changed = [_restored(of, was) for of, was in self._as_found.items()]
            if any(changed):
                raise pickle.UnpicklingError(
                    "this pickle sets attributes of classes; it is refused"
                )

    def find_class(self, module: str, name: str) -> Any:
        """The class of this name, if it is allowed and there already."""
        full = f"{module}.{name}"
        if full not in self.safe_to_import:
            raise ForbiddenModule(FORBIDDEN_MODULE_MSG.format(full)) from None
        try:
            found = _OURS[full] if full in _OURS else getattr(sys.modules[module], name)
        except KeyError:
            raise ModuleNotFoundError(MODULE_NOT_FOUND_MSG.format(full)) from None
        if full in SAFE_TO_IMPORT and hasattr(found, "__dict__"):  # those of a program are its own
            self._as_found.setdefault(found, dict(found.__dict__))
        wrapped = found in (bytes, bytearray) or isinstance(found, FunctionType)
        return _SafeConstructor(found) if wrapped else found

    def persistent_load(self, pid: Any) -> Any:
        """The type of None, which pickle cannot name."""
        if pid == "<<NoneType>>":
            return NONE_TYPE
        return None


def _restored(of: Any, was: dict[str, Any]) -> bool:
    """Give a class the attributes that it had; whether it had others."""
    now = dict(of.__dict__)
    changed = {name for name in now if now[name] is not was.get(name)} - {"__slotnames__"}
    for name in changed:
        if name in was:
            setattr(of, name, was[name])
        else:
            delattr(of, name)
    return bool(changed)


class _RestrictedPickler(pickle.Pickler):
    def persistent_id(self, obj: Any) -> Any:
        """A name for the type of None."""
        return "<<NoneType>>" if obj is NONE_TYPE else None


def pickle_dump(obj: Any, file_obj: Any = None, protocol: int = 4) -> Any:
    """Pickle `obj` into a file that is open for bytes, or return the bytes."""
    into = file_obj or io.BytesIO()
    _RestrictedPickler(into, protocol=protocol, fix_imports=False).dump(obj)
    return None if file_obj else into.getvalue()


def pickle_load(content: Any = None, file_obj: Any = None, safe_to_import: Any = None) -> Any:
    """Read a pickle; classes outside of `SAFE_TO_IMPORT` have to be in `safe_to_import`.

    Their names are full, such as `{"mymodule.MyClass"}`, and their modules have to be imported.
    """
    if not content and not file_obj:
        raise ValueError("Please either pass the content or the file_obj to pickle_load.")
    if isinstance(content, str):
        content = content.encode("utf-8")
    source = io.BytesIO(content) if content else file_obj
    return _RestrictedUnpickler(source, safe_to_import=safe_to_import).load()


# Sentences

_PRETTY = {
    "type_changes": "Type of {path} changed from {type_t1} to {type_t2} and value changed from "
    "{t1} to {t2}.",
    "values_changed": "Value of {path} changed from {t1} to {t2}.",
    "dictionary_item_added": "Item {path}{new} added to dictionary.",
    "dictionary_item_removed": "Item {path}{old} removed from dictionary.",
    "iterable_item_added": "Item {path}{new} added to iterable.",
    "iterable_item_removed": "Item {path}{old} removed from iterable.",
    "attribute_added": "Attribute {path}{new} added.",
    "attribute_removed": "Attribute {path}{old} removed.",
    "set_item_added": "Item root[{t2}] added to set.",
    "set_item_removed": "Item root[{t1}] removed from set.",
    "repetition_change": "Repetition change for item {path}.",
}


def pretty_print_diff(diff: Any) -> str:
    """A change as a sentence; with verbose_level=2 it has the values."""
    types = [get_type(item).__name__ for item in (diff.t1, diff.t2)]
    values = [
        f'"{item}"' if name == "str" else str(item)
        for name, item in zip(types, (diff.t1, diff.t2), strict=True)
    ]
    old, new = (f" ({value})" if diff.verbose_level == 2 else "" for value in values)
    return _PRETTY.get(diff.report_type, "").format(
        path=diff.path(root="root"),
        type_t1=types[0],
        type_t2=types[1],
        t1=values[0],
        t2=values[1],
        old=old,
        new=new,
    )


# Files

_FORMATS_MSG = (
    "Only json, yaml, toml, csv, tsv and pickle are supported.\n The {} extension is not known."
)


def _yaml() -> Any:
    try:
        import yaml  # type: ignore[import-untyped, import-not-found, unused-ignore]
    except ImportError:
        raise ImportError("Pyyaml needs to be installed.") from None
    return yaml


def _toml_reader() -> Any:
    try:
        if sys.version_info >= (3, 11):
            import tomllib

            return tomllib
        import tomli  # type: ignore[import-not-found, unused-ignore]

        return tomli
    except ImportError:
        raise ImportError("On python<=3.10 tomli needs to be installed.") from None


def _number_of(text: Any) -> Any:
    """What is in a cell of a table: a number if it can be read as one."""
    if not isinstance(text, str):
        return text
    for read in (int, float, complex):
        try:
            return read(text.strip())
        except ValueError:
            continue
    return text


def load_path_content(path: str, file_type: str | None = None) -> Any:
    """What a file holds; the ending of its name says in which format unless `file_type` does."""
    file_type = file_type or path.split(".")[-1]
    if file_type == "json":
        with open(path, encoding="utf-8") as file:
            return json_loads(file.read())
    if file_type in {"yaml", "yml"}:
        with open(path, encoding="utf-8") as file:
            return _yaml().safe_load(file)
    if file_type == "toml":
        with open(path, "rb") as binary:
            return _toml_reader().load(binary)
    if file_type == "pickle":
        with open(path, "rb") as binary:
            return pickle_load(binary.read())
    if file_type in {"csv", "tsv"}:
        import csv

        with open(path, encoding="utf-8", newline="") as file:
            dialect = csv.excel_tab if file_type == "tsv" else csv.excel
            rows = list(csv.DictReader(file, dialect=dialect))
        if not rows:
            logger.info(f"NOTE: CSV content was empty in {path}")
        return [{key: _number_of(value) for key, value in row.items()} for row in rows]
    raise UnsupportedFormatErr(_FORMATS_MSG.format(file_type))


def save_content_to_path(
    content: Any, path: str, file_type: str | None = None, keep_backup: bool = True
) -> None:
    """Replace what a file holds. The old file is `<path>.bak` until it is done, or longer."""
    file_type = file_type or path.split(".")[-1]
    backup = f"{path}.bak"
    os.rename(path, backup)
    try:
        _save_content(content, path, file_type)
    except Exception:
        os.rename(backup, path)
        raise
    if not keep_backup:
        os.remove(backup)


def _save_content(content: Any, path: str, file_type: str) -> None:
    if file_type in {"toml", "pickle"}:
        with open(path, "wb") as binary:
            if file_type == "pickle":
                pickle_dump(content, file_obj=binary)
                return
            try:
                import tomli_w  # type: ignore[import-not-found, unused-ignore]
            except ImportError:
                raise ImportError("Tomli-w needs to be installed.") from None
            tomli_w.dump(content, binary)
            return
    if file_type not in {"json", "yaml", "yml", "csv", "tsv"}:
        raise UnsupportedFormatErr(_FORMATS_MSG.format(file_type))
    with open(path, "w", encoding="utf-8", newline="") as file:
        if file_type == "json":
            file.write(json_dumps(content))
        elif file_type in {"yaml", "yml"}:
            _yaml().safe_dump(content, stream=file)
        else:
            import csv

            dialect = csv.excel_tab if file_type == "tsv" else csv.excel
            writer = csv.DictWriter(file, fieldnames=list(content[0]), dialect=dialect)
            writer.writeheader()
            writer.writerows(content)


# JSON


def _decimal(value: decimal.Decimal) -> Any:
    return int(value) if value.as_tuple().exponent == 0 else float(value)


def _fraction(value: fractions.Fraction) -> Any:
    return value.numerator if value.denominator == 1 else float(value)


def _bytes(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return base64.b64encode(value).decode("ascii")


JSON_CONVERTOR: dict[Any, Callable[[Any], Any]] = {
    decimal.Decimal: _decimal,
    fractions.Fraction: _fraction,
    SetOrdered: list,
    set: list,
    frozenset: list,
    type: lambda value: value.__name__,
    bytes: _bytes,
    datetime.datetime: lambda value: value.isoformat(),
    uuid.UUID: str,
    tuple: lambda value: value._asdict() if hasattr(value, "_asdict") else value,
    Mapping: dict,
    NotPresent: str,
    ipranges: str,
    memoryview: lambda value: value.tobytes(),
    KeysView: list,
}


def _of_packages(obj: Any) -> Any:
    """What NumPy and pydantic make of their own objects; an empty tuple for others."""
    known = kinds()
    if known.numpy is not None:
        if isinstance(obj, (known.numpy.floating, known.numpy.integer, known.numpy.bool_)):
            return (obj.item(),)
        if isinstance(obj, known.ndarray):
            return (obj.tolist(),)
    return (obj.model_dump(),) if isinstance(obj, known.pydantic) else ()


def _properties(obj: Any) -> dict[str, Any]:
    found = {}
    for each in type(obj).__mro__:
        for name, descriptor in vars(each).items():
            if isinstance(descriptor, property) and not name.startswith("_"):
                try:
                    found[name] = getattr(obj, name)
                except Exception:  # whatever a property raises: it is left out
                    continue
    return found


def json_convertor_default(default_mapping: Any = None) -> Callable[[Any], Any]:
    """What turns objects that JSON does not know into some that it does."""
    given = default_mapping or {}
    mapping = {**JSON_CONVERTOR, **given}

    def convert(obj: Any) -> Any:
        for of, to in mapping.items():
            if of in given and of not in JSON_CONVERTOR and type(obj) not in given:
                for made in _of_packages(obj):  # before what is given for their base classes
                    return made
            if isinstance(obj, of):
                return to(obj)
        for made in _of_packages(obj):
            return made
        if obj.__class__.__name__ == "list_reverseiterator":
            return list(copy(obj))
        found = _properties(obj)
        if found:
            return found
        if hasattr(obj, "__dict__"):
            return {key: value for key, value in vars(obj).items() if not key.startswith("_")}
        raise TypeError(
            f"Don't know how to JSON-serialize {obj!r} (type {type(obj).__name__}); "
            "consider adding it to default_mapping."
        )

    return convert


class JSONDecoder(json.JSONDecoder):
    """Reads the names of types back into types."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, object_hook=self._types, **kwargs)

    @staticmethod
    def _types(obj: Any) -> Any:
        if "old_type" in obj and "new_type" in obj:
            for key in ("old_type", "new_type"):
                obj[key] = TYPE_STR_TO_TYPE.get(obj[key], obj[key])
        return obj


def _without_oversized_ints(obj: Any) -> Any:
    """orjson writes integers of 64 bits at most: larger ones become texts."""
    if isinstance(obj, int) and not isinstance(obj, bool) and not -(2**63) <= obj < 2**63:
        return str(obj)
    if isinstance(obj, dict):
        return {key: _without_oversized_ints(value) for key, value in obj.items()}
    if isinstance(obj, (list, tuple)):
        items = [_without_oversized_ints(value) for value in obj]
        return type(obj)(*items) if hasattr(obj, "_fields") else type(obj)(items)
    return obj


def _with_orjson(item: Any, convert: Callable[[Any], Any], kwargs: dict[str, Any]) -> bytes:
    if "sort_keys" in kwargs:
        raise TypeError(
            "orjson does not accept the sort_keys parameter. If you need to pass sort_keys, set "
            "force_use_builtin_json=True to use Python's built-in json library instead of orjson."
        )
    option = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY
    if kwargs.pop("indent", None):
        option |= orjson.OPT_INDENT_2
    try:
        return bytes(orjson.dumps(item, default=convert, option=option, **kwargs))
    except TypeError as error:
        if "Integer exceeds 64-bit range" not in str(error):
            raise
        small = _without_oversized_ints(item)
        return bytes(orjson.dumps(small, default=convert, option=option, **kwargs))


def json_dumps(
    item: Any,
    default_mapping: Any = None,
    force_use_builtin_json: bool = False,
    return_bytes: bool = False,
    **kwargs: Any,
) -> Any:
    """`item` as JSON, also where it has objects that JSON does not know."""
    convert = json_convertor_default(default_mapping)
    if orjson and not force_use_builtin_json:
        encoded = _with_orjson(item, convert, kwargs)
        return encoded if return_bytes else encoded.decode("utf-8")
    text = json.dumps(item, default=convert, **kwargs)
    return text.encode("utf-8") if return_bytes else text


def json_loads(text: str | bytes, **kwargs: Any) -> Any:
    """The data of a JSON text; the names of types in reports become types."""
    return json.loads(text, cls=JSONDecoder, **kwargs)
