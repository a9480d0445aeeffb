"""What becomes of objects that are not plain: stored as pickles, as signed pickles, or refused.

Whoever can write into the directory of a cache can make a reader of pickles run any code. Plain
values need no pickle, so `mainstay.cache` refuses it by default; a program allows it by name. A
signature is an HMAC-SHA256 by a key that is kept elsewhere; it says that a holder of the key wrote
the pickle, not under which cache key.
"""

from __future__ import annotations

import os
import pickle

from ._native import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    Policy = Literal["allow", "signed", "deny"]

MODE_PICKLE = 4
MODE_SIGNED = 6

KEY_VARIABLE = "MAINSTAY_CACHE_KEY"
SIGNATURE_SIZE = 32
SIGNED_KEY = b"\x1f"
"""What a key begins with that is a signed pickle; plain ones begin lower, pickles higher."""
_LEAST_KEY = 16


class PickleDeniedError(TypeError):
    """An object needs pickle to be stored, or is stored as one, and the cache does not allow it."""


class Pickling:
    """A policy that is applied. Immutable; may be shared by threads."""

    def __init__(self, policy: Policy, key: bytes | None = None) -> None:
        if policy not in ("allow", "signed", "deny"):
            raise ValueError(f"pickle must be 'allow', 'signed' or 'deny', got {policy!r}")
        self.policy = policy
        self._mac = _signer(key) if policy == "signed" else None

    def dump(self, value: object, protocol: int) -> tuple[int, bytes]:
        """The mode and the bytes to store `value` as. Raises PickleDeniedError."""
        if self.policy == "deny":
            kind = type(_culprit(value))
            raise PickleDeniedError(
                f"cannot store {kind.__module__}.{kind.__qualname__} without pickle: it is none of "
                "None, bool, int, float, complex, str, bytes, list, tuple, dict, set and dates; "
                "convert it to those, or, if only trusted programs can write to the cache's "
                "directory, open the cache with pickle='allow' (or 'signed')"
            )
        data = pickle.dumps(value, protocol=protocol)
        if self._mac is None:
            return MODE_PICKLE, data
        return MODE_SIGNED, self._sign(data) + data

    def load(self, mode: int, data: bytes) -> Any:
        """The object that was stored. Raises PickleDeniedError."""
        if self.policy == "deny" or (self.policy == "signed" and mode != MODE_SIGNED):
            kind = "a pickle" if mode == MODE_PICKLE else "a signed pickle"
            wanted = "'allow'" if mode == MODE_PICKLE else "'signed' and its key, or 'allow'"
            raise PickleDeniedError(
                f"the item is stored as {kind} and the cache was opened with "
                f"pickle={self.policy!r}; if only trusted programs can write to its directory, "
                f"open it with pickle={wanted}"
            )
        if mode == MODE_SIGNED:
            signature, data = data[:SIGNATURE_SIZE], data[SIGNATURE_SIZE:]
            if self._mac is not None:
                import hmac  # loaded with the signer

                if not hmac.compare_digest(signature, self._sign(data)):
                    raise PickleDeniedError(
                        "the item's signature does not fit: it was written with another key, or "
                        "changed since; delete it, or open the cache with the key that wrote it"
                    )
        return pickle.loads(data)

    def _sign(self, data: bytes) -> bytes:
        assert self._mac is not None
        mac = self._mac.copy()
        mac.update(data)
        digest: bytes = mac.digest()
        return digest


DENY = Pickling("deny")


def _culprit(value: Any) -> object:
    """What in a value is not plain; the value itself where its parts are."""
    for _ in range(100):
        parts: list[Any] = []
        if type(value) is dict:
            parts = [*value, *value.values()]
        elif type(value) in (list, tuple, set, frozenset):
            parts = list(value)
        for part in parts:
            if encode(part) is None:
                value = part
                break
        else:
            break
    return value


def _signer(key: bytes | None) -> Any:
    import hmac  # only programs that sign pay for it

    if key is None:
        key = os.environ.get(KEY_VARIABLE, "").encode()
    if len(key) < _LEAST_KEY:
        raise ValueError(
            f"pickle='signed' needs a key of at least {_LEAST_KEY} bytes, got {len(key)}: give "
            f"pickle_key=..., or set {KEY_VARIABLE}; keep it outside the cache's directory"
        )
    return hmac.new(key, digestmod="sha256")
