"""What becomes of a record before it is delivered: plugins add what they can tell about it.

The service has the questions, the specifications below, and no answer. Who answers is found by
entry points of the group `inbox`; this file knows no plugin by name.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pluggy import HookspecMarker, PluginManager
from records import Record
from report import with_total

GROUP = "inbox"
SETTINGS = {"shortest fact": 1}

hookspec = HookspecMarker(GROUP)


class Questions:
    """The hooks of this service."""

    @hookspec(historic=True)
    def inbox_begin(self, settings: Mapping[str, Any]) -> str:
        """The service begins, or began before this plugin came; who listens says its name."""

    @hookspec
    def inbox_facts(self, kind: str, fields: Mapping[str, Any]) -> dict[str, Any] | None:
        """Facts about a record, by name; None when there is nothing to tell."""

    @hookspec(firstresult=True)
    def inbox_licence(self, fields: Mapping[str, Any]) -> str | None:
        """The family of licences a package belongs to; the first who knows decides."""

    @hookspec
    def inbox_end(self) -> tuple[str, dict[str, int]]:
        """The service ends: a line for its report, its name and counts."""


class Enricher:
    """Asks the plugins about records. Use it from one thread."""

    def __init__(self, without: Iterable[str] = ()) -> None:
        self._manager = PluginManager(GROUP)
        self._manager.add_hookspecs(Questions)
        self._listeners: list[str] = []
        # Nobody is registered yet: each plugin gets this call when it comes.
        self._manager.hook.inbox_begin.call_historic(
            result_callback=self._listeners.append, kwargs={"settings": SETTINGS}
        )
        for name in without:
            self._manager.set_blocked(name)
        self._manager.load_setuptools_entrypoints(GROUP)
        self._manager.check_pending()
        self.plugins: list[str] = sorted(
            name for name, plugin in self._manager.list_name_plugin() if plugin is not None
        )

    def enrich(self, record: Record) -> Record:
        """The record with a body that says more."""
        fields = json.loads(record.body)
        hook = self._manager.hook
        told = hook.inbox_facts(kind=record.kind, fields=fields)
        facts = {name: value for facts in reversed(told) for name, value in facts.items()}
        if record.kind == "package":
            facts["licence"] = hook.inbox_licence(fields=fields)
        body = json.dumps({**fields, "facts": facts}, sort_keys=True)
        return replace(record, body=body.encode())

    def report(self) -> dict[str, Any]:
        """Who answered, and what those who counted have to say."""
        counted = dict(self._manager.hook.inbox_end())
        return {
            "plugins": ", ".join(self.plugins) or "none",
            "listeners": ", ".join(self._listeners) or "none",
            **{name: with_total(Counter(counts)) for name, counts in sorted(counted.items())},
        }
