import sys
from collections.abc import Callable, Iterable
from typing import Any, final

from _typeshed import ReadableBuffer
from typing_extensions import disjoint_base

P_ANY: int
P_NONE: int
P_BOOL: int
P_INT: int
P_FLOAT: int
P_STR: int
P_BYTES: int
P_BYTEARRAY: int
P_MEMORYVIEW: int
P_DATETIME: int
P_DATE: int
P_TIME: int
P_TIMEDELTA: int
P_UUID: int
P_DECIMAL: int
P_EXT: int
P_STRUCT: int
P_STRUCT_ARRAY: int
P_STRUCT_UNION: int
P_STRUCT_ARRAY_UNION: int
P_ENUM: int
P_INTENUM: int
P_CUSTOM: int
P_CUSTOM_GENERIC: int
P_DICT: int
P_LIST: int
P_SET: int
P_FROZENSET: int
P_VARTUPLE: int
P_FIXTUPLE: int
P_INTLITERAL: int
P_STRLITERAL: int
P_TYPEDDICT: int
P_DATACLASS: int
P_NAMEDTUPLE: int
P_TRUE: int
P_FALSE: int
P_INT_MIN: int
P_INT_MAX: int
P_INT_MULTIPLE: int
P_FLOAT_GT: int
P_FLOAT_GE: int
P_FLOAT_LT: int
P_FLOAT_LE: int
P_FLOAT_MULTIPLE: int
P_STR_REGEX: int
P_STR_MIN: int
P_STR_MAX: int
P_BYTES_MIN: int
P_BYTES_MAX: int
P_ARRAY_MIN: int
P_ARRAY_MAX: int
P_MAP_MIN: int
P_MAP_MAX: int
P_TZ_AWARE: int
P_TZ_NAIVE: int

@final
class Plan:
    def __init__(self, types: int, details: dict[str, Any], /) -> None: ...

@final
class Lookup:
    def __init__(
        self, values: dict[Any, Any], enum_type: Any, tag_field: str | None, array_like: bool, /
    ) -> None: ...
    @property
    def values(self) -> dict[Any, Any]: ...
    @property
    def array_like(self) -> bool: ...

@final
class Record:
    def __init__(self, type: Any, /) -> None: ...
    @property
    def type(self) -> Any: ...
    def fill(
        self,
        fields: list[tuple[str, Plan, bool, bool]],
        defaults: tuple[Any, ...],
        pre_init: Any,
        post_init: Any,
    ) -> None: ...

@final
class Raw:
    def __init__(self, msg: ReadableBuffer | str = b"", /) -> None: ...
    def copy(self) -> Raw: ...
    def __len__(self) -> int: ...
    if sys.version_info >= (3, 12):
        def __buffer__(self, flags: int, /) -> memoryview: ...

    def __reduce__(self) -> tuple[Any, ...]: ...

@final
class Factory:
    def __init__(self, factory: Callable[[], Any], /) -> None: ...
    @property
    def factory(self) -> Any: ...

@disjoint_base
class StructMetaBase(type):
    @property
    def __struct_fields__(cls) -> tuple[str, ...]: ...
    @property
    def __struct_defaults__(cls) -> tuple[Any, ...]: ...
    @property
    def __struct_encode_fields__(cls) -> tuple[str, ...]: ...
    @property
    def __match_args__(cls) -> tuple[str, ...]: ...

class _StructMixin:
    @property
    def __struct_fields__(self) -> tuple[str, ...]: ...
    @property
    def __struct_encode_fields__(self) -> tuple[str, ...]: ...
    @property
    def __struct_defaults__(self) -> tuple[Any, ...]: ...
    @property
    def __struct_config__(self) -> Any: ...
    def __copy__(self) -> Any: ...
    def __replace__(self, **changes: Any) -> Any: ...
    def __reduce__(self) -> tuple[Any, ...]: ...
    def __rich_repr__(self) -> list[tuple[str, Any]]: ...

@final
class JSONEncoder:
    def __init__(
        self,
        *,
        enc_hook: Callable[[Any], Any] | None = None,
        decimal_format: Any = "string",
        uuid_format: str = "canonical",
        order: str | None = None,
    ) -> None: ...
    @property
    def enc_hook(self) -> Callable[[Any], Any] | None: ...
    @property
    def decimal_format(self) -> Any: ...
    @property
    def uuid_format(self) -> str: ...
    @property
    def order(self) -> str | None: ...
    def encode(self, obj: Any, /) -> bytes: ...
    def encode_into(self, obj: Any, buffer: bytearray, offset: int = 0, /) -> None: ...
    def encode_lines(self, items: Iterable[Any], /) -> bytes: ...

@final
class MsgpackEncoder:
    def __init__(
        self,
        *,
        enc_hook: Callable[[Any], Any] | None = None,
        decimal_format: Any = "string",
        uuid_format: str = "canonical",
        order: str | None = None,
    ) -> None: ...
    @property
    def enc_hook(self) -> Callable[[Any], Any] | None: ...
    @property
    def decimal_format(self) -> Any: ...
    @property
    def uuid_format(self) -> str: ...
    @property
    def order(self) -> str | None: ...
    def encode(self, obj: Any, /) -> bytes: ...
    def encode_into(self, obj: Any, buffer: bytearray, offset: int = 0, /) -> None: ...

@final
class JSONDecoder:
    def __init__(
        self,
        type: Any = ...,
        *,
        strict: bool = True,
        dec_hook: Callable[[type[Any], Any], Any] | None = None,
        float_hook: Callable[[str], Any] | None = None,
    ) -> None: ...
    @property
    def type(self) -> Any: ...
    @property
    def strict(self) -> bool: ...
    @property
    def dec_hook(self) -> Callable[[Any, Any], Any] | None: ...
    @property
    def float_hook(self) -> Callable[[str], Any] | None: ...
    def decode(self, buf: ReadableBuffer | str, /) -> Any: ...
    def decode_lines(self, buf: ReadableBuffer | str, /) -> list[Any]: ...
    @classmethod
    def __class_getitem__(cls, item: Any, /) -> Any: ...

@final
class MsgpackDecoder:
    def __init__(
        self,
        type: Any = ...,
        *,
        strict: bool = True,
        dec_hook: Callable[[type[Any], Any], Any] | None = None,
        ext_hook: Callable[[int, memoryview], Any] | None = None,
    ) -> None: ...
    @property
    def type(self) -> Any: ...
    @property
    def strict(self) -> bool: ...
    @property
    def dec_hook(self) -> Callable[[Any, Any], Any] | None: ...
    @property
    def ext_hook(self) -> Callable[[int, memoryview], Any] | None: ...
    def decode(self, buf: ReadableBuffer, /) -> Any: ...
    @classmethod
    def __class_getitem__(cls, item: Any, /) -> Any: ...

def connect(*objects: Any) -> None: ...
def enable_vectorcall(metaclass: type, /) -> None: ...
def finish_struct(
    cls: Any,
    fields: tuple[str, ...],
    encode_fields: tuple[str, ...],
    defaults: tuple[Any, ...],
    match_args: tuple[str, ...],
    keyword_only: int,
    tag: Any,
    tag_field: str | None,
    tag_value: Any,
    rename: Any,
    post_init: Any,
    cache_hash: bool,
    options: tuple[int, ...],
    /,
) -> None: ...
def struct_config(cls: Any, /) -> tuple[Any, Any, Any, int, bool, Any, tuple[int, ...]]: ...
def struct_info(cls: Any, record: Record | None = ..., /) -> Record | None: ...
def replace(struct: Any, /, **changes: Any) -> Any: ...
def asdict(struct: Any, /) -> dict[str, Any]: ...
def astuple(struct: Any, /) -> tuple[Any, ...]: ...
def force_setattr(struct: Any, name: str, value: Any, /) -> None: ...
def json_decode(
    buf: ReadableBuffer | str,
    /,
    *,
    type: Any = ...,
    strict: bool = True,
    dec_hook: Callable[[Any, Any], Any] | None = None,
) -> Any: ...
def msgpack_decode(
    buf: ReadableBuffer,
    /,
    *,
    type: Any = ...,
    strict: bool = True,
    dec_hook: Callable[[Any, Any], Any] | None = None,
    ext_hook: Callable[[int, memoryview], Any] | None = None,
) -> Any: ...
def convert(
    obj: Any,
    type: Any,
    *,
    strict: bool = True,
    from_attributes: bool = False,
    dec_hook: Callable[[Any, Any], Any] | None = None,
    builtin_types: Iterable[type] | None = None,
    str_keys: bool = False,
) -> Any: ...
def json_encode(
    obj: Any, /, *, enc_hook: Callable[[Any], Any] | None = None, order: str | None = None
) -> bytes: ...
def msgpack_encode(
    obj: Any, /, *, enc_hook: Callable[[Any], Any] | None = None, order: str | None = None
) -> bytes: ...
def to_builtins(
    obj: Any,
    *,
    str_keys: bool = False,
    builtin_types: Iterable[type] | None = None,
    enc_hook: Callable[[Any], Any] | None = None,
    order: str | None = None,
) -> Any: ...
def json_format(buf: Any, /, *, indent: int = 2) -> Any: ...
