"""Look after a cache on disk: check it, count it, list it, compact it, export it to diskcache.

A directory is that of a cache, or one above several: a FanoutCache has one below for each store.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import TYPE_CHECKING

from mainstay.cache import Cache, StoreError, Timeout
from mainstay.cache._export import ExportError, export, stores
from mainstay.cache._names import MODE_PICKLE, MODE_SIGNED

if TYPE_CHECKING:
    from mainstay.cache._types import Row, StoreKey

_EXAMPLES = """\
examples:
  mainstay cache check /var/cache/app          compare the store with its files
  mainstay cache check --fix /var/cache/app    and mend what can be mended
  mainstay cache dump /var/cache/app | head    one item a line, as JSON
  mainstay cache export /var/cache/app OLD     write a directory for diskcache
"""


def main(arguments: list[str]) -> int:
    """Runs it; 0 when all is well, 1 when a check found something or it failed, 2 for usage."""
    parser = argparse.ArgumentParser(
        prog="mainstay cache",
        description=(__doc__ or "").partition("\n")[0],
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    check = commands.add_parser("check", help="compare stores, files and counts")
    check.add_argument("--fix", action="store_true", help="mend what is found")
    stats = commands.add_parser("stats", help="items, bytes, hits and settings")
    dump = commands.add_parser("dump", help="list the items, one JSON object a line")
    dump.add_argument("--values", action="store_true", help="with their values, shortened")
    compact = commands.add_parser("compact", help="give unused space back")
    to_peer = commands.add_parser("export", help="write a new directory for diskcache")
    for each in (check, stats, dump, compact, to_peer):
        each.add_argument("directory", help="the directory of a cache, or one above it")
    to_peer.add_argument("target", help="the folder to make")
    given = parser.parse_args(arguments)
    try:
        if given.command == "export":
            with _Progress("items written") as progress:
                count = export(given.directory, given.target, progress)
            print(f"{count} items of {given.directory} written to {given.target}")
            return 0
        found = stores(given.directory)
        if not found:
            raise ExportError(f"{given.directory} holds no cache of mainstay")
        return max([_ACTIONS[given.command](each, given) for each in found])
    except (ExportError, StoreError, OSError) as error:
        print(f"mainstay cache: {error}", file=sys.stderr)
    except Timeout:
        print("mainstay cache: others hold the lock of the cache; try again", file=sys.stderr)
    return 1


class _Progress:
    """Says on a terminal, a few times a second, how far a command is."""

    def __init__(self, noun: str) -> None:
        self._noun, self._next, self._shown = noun, 0.0, False
        self._live = sys.stderr.isatty()

    def __call__(self, done: int, total: int | None = None) -> None:
        now = time.monotonic()
        if self._live and now >= self._next:
            self._next, self._shown = now + 0.2, True
            of = "" if total is None else f" of {total}"
            print(f"\r{done}{of} {self._noun}", end="", file=sys.stderr, flush=True)

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *error: object) -> None:
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _check(directory: str, given: argparse.Namespace) -> int:
    with Cache(directory) as cache, _Progress("items checked") as progress:
        found = cache.check(fix=given.fix, progress=progress)
        count = len(cache)
    for warning in found:
        print(f"{directory}: {warning.message}")
    print(f"{directory}: {count} items, {len(found)} findings" + " mended" * given.fix)
    return 1 if found and not given.fix else 0


def _stats(directory: str, given: argparse.Namespace) -> int:
    with Cache(directory) as cache:
        count, in_files, volume, on_disk = cache._totals()
        hits, misses = cache._stats()
        settings = cache._settings()
    numbers = {"items": count, "bytes": volume, "bytes in files": in_files}
    numbers |= {"bytes on disk": on_disk, "hits": hits, "misses": misses}
    print(directory)
    for name, value in (*numbers.items(), *sorted(settings.items())):
        print(f"  {name:<24}{value}")
    return 0


def _dump(directory: str, given: argparse.Namespace) -> int:
    with Cache(directory) as cache:
        for key, raw, stored, row in cache._all_rows():
            item = {"store": directory, "key": _shown_key(cache, key, raw), "stored": stored}
            item |= {"expires": row[1], "tag": row[2], "mode": row[4], "file": row[5]}
            if given.values:
                item["value"] = _shown_value(cache, row)
            print(json.dumps(item, default=repr))
    return 0


def _shown_key(cache: Cache, key: StoreKey, raw: bool) -> str:
    try:
        return repr(cache.disk.get(key, raw))
    except TypeError:  # a pickle: nothing is unpickled here
        return f"pickle of {len(bytes(key))} bytes"  # type: ignore[arg-type]


def _shown_value(cache: Cache, row: Row) -> str:
    if row[4] in (MODE_PICKLE, MODE_SIGNED):
        return "a pickle"
    try:
        text = repr(cache._fetched(row, False))
    except OSError as error:
        return f"unreadable: {error}"
    return text if len(text) <= 200 else f"{text[:200]}..."


def _compact(directory: str, given: argparse.Namespace) -> int:
    with Cache(directory) as cache, _Progress("bytes left to move") as progress:
        before = cache._totals()[3]
        while left := cache._compact(1000):
            progress(left)
        after = cache._totals()[3]
    print(f"{directory}: {before} bytes on disk before, {after} after")
    return 0


_ACTIONS = {"check": _check, "stats": _stats, "dump": _dump, "compact": _compact}
