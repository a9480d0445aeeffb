"""Looks over the shoulders of those who tell facts: a wrapper around them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Mapping
from typing import Any

from inbox_plugins import hookimpl

Facts = list[dict[str, Any]]


class Audit:
    """Lets no fact through twice, and counts how often each was told."""

    def __init__(self) -> None:
        self._told: Counter[str] = Counter()
        self._shortest = 0

    @hookimpl
    def inbox_begin(self, settings: Mapping[str, Any]) -> str:
        """Takes the service's settings, which were announced before this plugin was loaded."""
        self._shortest = settings["shortest fact"]
        return "audit"

    @hookimpl(wrapper=True)
    def inbox_facts(self) -> Generator[None, Facts, Facts]:
        """Around the others: what they told, without repetitions and empty words."""
        seen: set[str] = set()
        kept = []
        for facts in (yield):
            new = {
                name: value
                for name, value in facts.items()
                if name not in seen and len(str(value)) >= self._shortest
            }
            seen.update(new)
            kept.append(new)
        self._told.update(seen)
        return kept

    @hookimpl
    def inbox_end(self) -> tuple[str, dict[str, int]]:
        """How often each fact was told."""
        return "facts", dict(self._told)


audit = Audit()
