"""Removing many items, and checking a directory: what a cache does now and then.

Items are removed a hundred at a time, and the lock is given up between, so that others can write.
"""

from __future__ import annotations

import os
import os.path as op
import time
from collections.abc import Callable, Iterator
from warnings import WarningMessage

from ._general import General
from ._names import DBNAME, EmptyDirWarning, Timeout, UnknownFileWarning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._types import Row, Scalar, StoreKey

_BATCH = 100


class Upkeep(General):
    """The part of `Cache` that removes in bulk, counts and checks."""

    _directory: str

    def expire(self, now: float | None = None, retry: bool = False) -> int:
        """Removes what has expired at `now`; answers how many items. Timeout(count so far)."""
        limit = now or time.time()
        return self._remove_in_steps(lambda: self._expire(limit, _BATCH), retry)

    def evict(self, tag: Scalar | None, retry: bool = False) -> int:
        """Removes the items with this tag; answers how many. Timeout(count so far)."""
        rank = 0

        def step() -> tuple[int, list[str]]:
            nonlocal rank
            count, rank, names = self._evict_tag(tag, rank, _BATCH)
            return count, names

        return self._remove_in_steps(step, retry)

    def clear(self, retry: bool = False) -> int:
        """Removes all items; answers how many. Timeout(count so far)."""
        return self._remove_in_steps(lambda: self._clear(_BATCH), retry)

    def cull(self, retry: bool = False) -> int:
        """Removes what has expired, then items by policy until the volume is within the limit.

        Answers how many items; raises Timeout(count so far).
        """
        count = self.expire(time.time())
        if self.eviction_policy == "none":
            return count
        try:
            while self.volume() > self.size_limit:
                with self._transact(retry) as cleanup:
                    dropped, names = self._evict(10)
                    for name in names:
                        cleanup(name)
                if not dropped:
                    break
                count += dropped
        except Timeout:
            raise Timeout(count) from None
        return count

    def _remove_in_steps(self, step: Callable[[], tuple[int, list[str]]], retry: bool) -> int:
        total = 0
        try:
            while True:
                with self._transact(retry) as cleanup:
                    count, names = step()
                    for name in names:
                        cleanup(name)
                if not count:
                    return total
                total += count
        except Timeout:
            raise Timeout(total) from None

    def volume(self) -> int:
        """Bytes the items take: what `size_limit` is compared with."""
        return self._totals()[2]

    def check(
        self,
        fix: bool = False,
        retry: bool = False,
        *,
        progress: Callable[[int, int], object] | None = None,
    ) -> list[WarningMessage]:
        """Compares the store, its files and the directory; mends what it finds when `fix` is set.

        Holds the lock meanwhile. Answers one entry for each finding, whatever filters of warnings
        are set. `progress` is called with items looked at and items in all.
        """
        found: list[WarningMessage] = []

        def report(text: str, kind: type[UserWarning] = UserWarning) -> None:
            found.append(WarningMessage(kind(text), kind, __file__, 0))

        with self._transact(retry):
            for text in self._check(fix):
                report(text)
            known = {op.join(self._directory, name) for name in self._own_files()}
            total = len(self)
            for done, (key, raw, stored, row) in enumerate(self._all_rows()):
                if row[5] is not None and row[7] is None:
                    known.add(op.join(self._directory, row[5]))
                    self._check_file(key, raw, stored, row, fix, report)
                if progress is not None and done % 1000 == 0:
                    progress(done, total)
            for folder, folders, files in os.walk(self._directory):
                for path in (op.join(folder, name) for name in files):
                    if path not in known and DBNAME not in path:
                        report(f"unknown file: {path}", UnknownFileWarning)
                        if fix:
                            os.remove(path)
                if not folders and not files:
                    report(f"empty directory: {folder}", EmptyDirWarning)
                    if fix:
                        os.rmdir(folder)
        return found

    def _check_file(
        self,
        key: StoreKey,
        raw: bool,
        stored: float,
        row: Row,
        fix: bool,
        report: Callable[[str], None],
    ) -> None:
        """Looks after a file that the disk wrote."""
        _, expire_time, tag, size, mode, filename, value, _ = row
        assert filename is not None
        path = op.join(self._directory, filename)
        try:
            found = op.getsize(path)
        except OSError:
            report(f"file not found: {path}")
            if fix:
                self._delete(key, raw)
            return
        if found != size:
            report(f"wrong file size: {path}, {found} != {size}")
            if fix:
                self._put(key, raw, stored, expire_time, tag, found, mode, filename, value)

    def _all_rows(self) -> Iterator[tuple[StoreKey, bool, float, Row]]:
        until, rank = self._last_rank(), 0
        while found := self._rows(rank, until, _BATCH):
            for key, raw, stored, _, _, row in found:
                yield key, raw, stored, row
            rank = found[-1][5][0]
