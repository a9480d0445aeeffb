"""Patterns that meant something else in watchdog 6 are named, with what to write instead."""

from __future__ import annotations

from mainstay.watch._doctor import has_changed, notes

_PROGRAM = """
from watchdog.events import PatternMatchingEventHandler as Base

WANTED = ["*.py", "**/*.js"]

class Handler(Base):
    def __init__(self):
        super().__init__(patterns=WANTED, ignore_patterns=["src/*.tmp", "/var/**/*.log"])
"""


def test_patterns_that_changed_are_named_with_their_places() -> None:
    found = notes([("app.py", _PROGRAM)])
    assert [note.partition(" ")[0] for note in found] == ["app.py:4:", "app.py:8:", "app.py:8:"]
    assert "'*.py' has to match whole paths since watchdog 7" in found[0]
    assert """write '**/*.py', or give match="tail\"""" in found[0]
    assert "'**/src/*.tmp'" in found[1]
    assert "`**` is any number of folders since watchdog 7" in found[2]


def test_what_means_the_same_as_before_is_not_named() -> None:
    assert [p for p in ("**/*.py", "**", "/srv/*.py", "/srv/a") if has_changed(p)] == []
    assert [p for p in ("*", "a", "*.py", "**/a/**") if not has_changed(p)] == []


def test_a_program_without_watchdog_and_one_that_cannot_be_read_have_no_notes() -> None:
    other = _PROGRAM.replace("watchdog.events", "watchers.events")
    assert notes([("other.py", other), ("broken.py", "import watchdog\ndef"), ("e", "")]) == []
