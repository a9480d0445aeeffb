"""The native store and its codec: what the face is written on.

A row is what the store holds of one item; keys come as the pair a `Disk` makes of them. Methods
without an underscore are complete operations: one native call where nothing of the cache or its
disk is overridden, else the method `_general_<name>` of the same arguments, which is Python.
"""

from collections.abc import Callable, Mapping
from typing import Any

from typing_extensions import disjoint_base

from ._types import Row, Scalar, StoreKey

def register(
    *,
    timeout: type[Exception],
    disk: type[Any],
    constants: tuple[object, ...],
    make_error: Callable[[str, str, int], BaseException],
) -> None: ...
def encode(value: object, /) -> bytes | None: ...
def decode(data: bytes | bytearray | memoryview, /) -> Any: ...
def encode_key(key: object, /) -> bytes | None: ...
def decode_key(data: bytes | bytearray | memoryview, /) -> Any: ...
def hash_key(key: object, /) -> int: ...
def crc32c(data: bytes | bytearray | memoryview, start: int = 0, /) -> int: ...

@disjoint_base
class Core:
    _exact: bool
    _disk: Any
    @property
    def _owned(self) -> bool: ...
    def _open(self, directory: str, /, *, timeout: float, mode: int, sync: bool) -> bool: ...
    def _close(self) -> None: ...
    def _configure(
        self,
        *,
        size_limit: float,
        cull_limit: int,
        policy: int,
        statistics: bool,
        min_file_size: int,
        strict: bool,
    ) -> None: ...
    def _settings(self) -> dict[str, Any]: ...
    def _store_settings(self, changes: Mapping[str, Any], /) -> None: ...
    def _stats(self) -> tuple[int, int]: ...
    def _store_stats(self, hits: int, misses: int, /) -> None: ...
    def _score(self, hits: int, misses: int, /) -> None: ...
    def _totals(self) -> tuple[int, int, int, int]: ...
    def _begin(self, retry: bool, /) -> object: ...
    def _commit(self) -> None: ...
    def _rollback(self) -> None: ...
    def _find(self, key: StoreKey, raw: bool, now: float | None, touch: bool, /) -> Row | None: ...
    def _first(self, last: bool, /) -> tuple[StoreKey, bool, Row] | None: ...
    def _edge(
        self, low: StoreKey, high: StoreKey, last: bool, /
    ) -> tuple[StoreKey, Row] | None: ...
    def _last_rank(self) -> int: ...
    def _scan(
        self, after: int, until: int, limit: int, reverse: bool, /
    ) -> list[tuple[int, StoreKey, bool]]: ...
    def _scan_sorted(
        self, start: tuple[StoreKey, bool] | None, until: int, limit: int, reverse: bool, /
    ) -> list[tuple[StoreKey, bool]]: ...
    def _rows(
        self, after: int, until: int, limit: int, /
    ) -> list[tuple[StoreKey, bool, float, float, int, Row]]: ...
    def _put(
        self,
        key: StoreKey,
        raw: bool,
        now: float,
        expire_time: float | None,
        tag: Scalar | None,
        size: int,
        mode: int,
        filename: str | None,
        value: Scalar | None,
        /,
        *,
        content: bytes | int | None = None,
        retry: bool = False,
    ) -> str | None: ...
    def _new_file(self) -> int: ...
    def _update(self, key: StoreKey, raw: bool, now: float, value: Any, touch: bool, /) -> None: ...
    def _touch(self, key: StoreKey, raw: bool, expire_time: float | None, /) -> bool: ...
    def _delete(self, key: StoreKey, raw: bool, /) -> tuple[bool, str | None]: ...
    def _cull(self, now: float, limit: int, /) -> tuple[int, list[str]]: ...
    def _expire(self, now: float, limit: int, /) -> tuple[int, list[str]]: ...
    def _evict_tag(
        self, tag: Scalar | None, after: int, limit: int, /
    ) -> tuple[int, int, list[str]]: ...
    def _evict(self, limit: int, /) -> tuple[int, list[str]]: ...
    def _clear(self, limit: int, /) -> tuple[int, list[str]]: ...
    def _ticket(self, key: StoreKey, raw: bool, /) -> int: ...
    def _wait(self, key: StoreKey, raw: bool, ticket: int, seconds: float, /) -> bool: ...
    def _check(self, fix: bool, /) -> list[str]: ...
    def _own_files(self) -> list[str]: ...
    def _compact(self, steps: int, /) -> int: ...
    def get(
        self,
        key: Any,
        default: Any = None,
        read: bool = False,
        expire_time: bool = False,
        tag: bool = False,
        retry: bool = False,
    ) -> Any:
        """The value of `key`, or `default` when it is missing or expired.

        With `read`, a value that lies in a file is given as an open binary file. With
        `expire_time` and `tag` the answer is a tuple that also holds them.
        """

    def set(
        self,
        key: Any,
        value: Any,
        expire: float | None = None,
        read: bool = False,
        tag: Scalar | None = None,
        retry: bool = False,
    ) -> bool:
        """Stores `value`, for `expire` seconds; with `read`, what the binary file `value` holds.

        Answers whether it is stored: False when the size limit pushed it out at once. Raises
        Timeout when the store stays locked, unless `retry`.
        """

    def add(
        self,
        key: Any,
        value: Any,
        expire: float | None = None,
        read: bool = False,
        tag: Scalar | None = None,
        retry: bool = False,
    ) -> bool:
        """Stores `value` if `key` is missing or expired; answers whether it did. Atomic."""

    def delete(self, key: Any, retry: bool = False) -> bool:
        """Removes `key`; answers whether it was there."""

    def incr(self, key: Any, delta: Any = 1, default: Any = 0, retry: bool = False) -> Any:
        """Adds `delta` to the value of `key` and gives the sum; atomic.

        A missing key counts as `default`; KeyError when that is None.
        """

    def push(
        self,
        value: Any,
        prefix: str | None = None,
        side: str = "back",
        expire: float | None = None,
        read: bool = False,
        tag: Scalar | None = None,
        retry: bool = False,
    ) -> Any:
        """Stores `value` under a new key at the "back" or "front" of a queue; gives the key.

        Keys are numbers from 500 trillion, or `prefix` with such a number.
        """

    def pull(
        self,
        prefix: str | None = None,
        default: Any = (None, None),
        side: str = "front",
        expire_time: bool = False,
        tag: bool = False,
        retry: bool = False,
    ) -> Any:
        """Removes the item at a side of a queue and gives its key and value, or `default`."""

    def __getitem__(self, key: Any, /) -> Any: ...
    def __setitem__(self, key: Any, value: Any, /) -> None: ...
    def __delitem__(self, key: Any, /, retry: bool = True) -> None: ...
    def __contains__(self, key: Any, /) -> bool: ...
    def __len__(self) -> int: ...
