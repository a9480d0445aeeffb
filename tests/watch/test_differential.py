"""Patterns, handlers and snapshots drawn at random give what they give on the peer."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mainstay.watch import events
from mainstay.watch.observers import api
from mainstay.watch.utils import dirsnapshot, patterns

from ..generated import exhaustively
from .writers import change

peer_events = pytest.importorskip("watchdog.events")  # needs Python 3.11
import watchdog.observers.api as peer_api  # noqa: E402
import watchdog.utils.dirsnapshot as peer_dirsnapshot  # noqa: E402
import watchdog.utils.patterns as peer_patterns  # noqa: E402

_MEMORY = "/dev/shm"

# Not drawn: drives and shares of Windows (`c:`, `//server`), which the peer knows where letters are
# compared in lower case, and the root alone, which a class such as `[!a]` matches with the peer.
_NAMES = ["a", "B", "ab", "a.py", "x.PY", ".hidden", "é", "É", "a b", "[", "]", "-", "a\\b", "~"]
_PARTS = [
    *_NAMES,
    "*",
    "**",
    "?",
    "*.py",
    "a*",
    "**a",
    "[ab]",
    "[!a]",
    "[a-c]*",
    "[]]",
    "[!]a]",
    "*.*",
]
_path = st.builds(
    lambda root, names: root + "/".join(names),
    st.sampled_from(["", "/", "./"]),
    st.lists(st.sampled_from([*_NAMES, ".", ".."]), min_size=1, max_size=4),
).filter(lambda path: path.strip("./") != "")
_pattern = st.builds(
    lambda root, parts, end: root + "/".join(parts) + end,
    st.sampled_from(["", "/", "./"]),
    st.lists(st.sampled_from(_PARTS), min_size=1, max_size=4),
    st.sampled_from(["", "", "/"]),
)
_patterns = st.none() | st.lists(_pattern, max_size=3)


def answer(function: Any, *arguments: Any, **keywords: Any) -> Any:
    """What it returns, or the type and text of what it raises."""
    try:
        return function(*arguments, **keywords)
    except Exception as error:
        return type(error), str(error)


@exhaustively
@given(st.lists(_path, max_size=4), _patterns, _patterns, st.booleans())
def test_the_same_paths_match(
    paths: list[str], included: list[str] | None, excluded: list[str] | None, sensitive: bool
) -> None:
    def matches(of: Any) -> Any:
        keywords = {"included_patterns": included, "excluded_patterns": excluded}
        found = of.filter_paths(paths, case_sensitive=sensitive, **keywords)
        return answer(lambda: list(found))

    assert matches(patterns) == matches(peer_patterns)


@exhaustively
@given(
    _patterns,
    _patterns,
    st.booleans(),
    st.booleans(),
    st.sampled_from(["any", "all"]),
    _path,
    st.just("") | _path,
    st.booleans(),
)
def test_handlers_hand_on_the_same_events(
    included: list[str] | None,
    excluded: list[str] | None,
    without_directories: bool,
    sensitive: bool,
    policy: str,
    source: str,
    target: str,
    directory: bool,
) -> None:
    def handed_on(of: Any) -> Any:
        calls: list[str] = []

        class Handler(of.PatternMatchingEventHandler):  # type: ignore[misc]
            def on_any_event(self, event: Any) -> None:
                calls.append(repr(event))

        handler = Handler(
            patterns=included,
            ignore_patterns=excluded,
            ignore_directories=without_directories,
            case_sensitive=sensitive,
            ignore_policy=policy,
        )
        kind = of.DirMovedEvent if directory else of.FileMovedEvent
        handler.dispatch(kind(source, target))
        return calls

    assert answer(handed_on, events) == answer(handed_on, peer_events)


def without_links_to_folders(root: str) -> None:
    """The peer follows links in circles until the kernel ends it: there are no circles then."""
    for folder, folders, _ in os.walk(root):
        for each in folders:
            if os.path.islink(path := os.path.join(folder, each)):
                os.unlink(path)


@pytest.mark.skipif(not os.path.isdir(_MEMORY), reason="elsewhere inodes are used again")
@exhaustively
@given(st.integers(0, 2**64 - 1), st.booleans(), st.booleans())
def test_the_same_differences_of_snapshots_are_found(
    seed: int, recursive: bool, ignore_device: bool
) -> None:
    chance = Random(seed)
    modules = (dirsnapshot, peer_dirsnapshot)
    with tempfile.TemporaryDirectory(dir=_MEMORY) as root:
        for _ in range(chance.randrange(40)):
            change(chance, root)
        without_links_to_folders(root)
        before = [of.DirectorySnapshot(root, recursive=recursive) for of in modules]
        for _ in range(chance.randrange(12)):
            change(chance, root)
        without_links_to_folders(root)
        after = [of.DirectorySnapshot(root, recursive=recursive) for of in modules]
        ours, theirs = (
            of.DirectorySnapshotDiff(one, other, ignore_device=ignore_device)
            for of, one, other in zip(modules, before, after, strict=True)
        )
    for kind in ("created", "deleted", "modified", "moved", "attrib"):
        for name in (f"files_{kind}", f"dirs_{kind}"):
            assert sorted(getattr(ours, name)) == sorted(getattr(theirs, name)), name
    assert after[0].paths == after[1].paths
    for path in after[0].paths:
        assert after[0].stat_info(path)[:7] == after[1].stat_info(path)[:7]
        assert after[0].mtime(path) == after[1].mtime(path)


_watch = st.fixed_dictionaries(
    {
        "recursive": st.booleans(),
        "event_filter": st.none() | st.just(["FileCreatedEvent"]),
        "follow_symlink": st.booleans(),
    }
)


@exhaustively
@given(st.sampled_from(["a", b"a", Path("a"), ".", "/tmp/"]), _watch, _watch)
def test_watches_are_equal_when_they_are_on_the_peer(path: Any, one: Any, other: Any) -> None:
    def compared(api: Any, of: Any) -> Any:
        made = []
        for options in (one, other):
            wanted = options["event_filter"]
            kinds = None if wanted is None else [getattr(of, each) for each in wanted]
            made.append(api.ObservedWatch(path, **{**options, "event_filter": kinds}))
        return made[0] == made[1], hash(made[0]) == hash(made[1]), repr(made[0]), made[0].path

    assert compared(api, events) == compared(peer_api, peer_events)
