"""What the service delivers: real records about this machine, the same ones on every run."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

# Folders of the standard library that hold no modules a program imports.
SKIPPED_FOLDERS = {"__pycache__", "site-packages", "dist-packages", "test", "tests", "idle_test"}


@dataclass(frozen=True)
class Record:
    """One thing to deliver: `kind` says which path it takes, `body` is JSON in UTF-8."""

    id: str
    kind: str
    body: bytes

    @property
    def key(self) -> str:
        """The idempotency key: the same content is the same delivery, however often tried."""
        return hashlib.sha256(self.id.encode() + b"\0" + self.body).hexdigest()


def collect(limit: int) -> tuple[list[Record], list[str]]:
    """At most `limit` records, the kinds mixed evenly, and remarks about missing sources."""
    remarks: list[str] = []
    packages = list(installed_packages())
    inspected = list(inspected_packages(remarks))
    modules = list(standard_library())
    mixed = chain.from_iterable(zip_longest(packages, inspected, modules))
    return [record for record in mixed if record is not None][:limit], remarks


def installed_packages() -> Iterator[Record]:
    """One record per installed distribution, from its own metadata."""
    found: dict[str, Mapping[str, Any]] = {}
    for distribution in metadata.distributions():
        name = distribution.metadata["Name"]
        if name:
            # The first one on the path is the one that is imported.
            found.setdefault(
                name,
                {
                    "name": name,
                    "version": distribution.version,
                    "summary": distribution.metadata["Summary"] or "",
                    "requires": len(distribution.requires or []),
                    "files": len(distribution.files or []),
                    "top_level": _top_level(distribution),
                    "licence_expression": distribution.metadata.get("License-Expression", ""),
                    "licence_classifiers": _licence_classifiers(distribution),
                    # Some put the whole text there; its beginning has the name.
                    "licence_text": distribution.metadata.get("License", "")[:200],
                },
            )
    return _records("package", found.items())


def inspected_packages(remarks: list[str]) -> Iterator[Record]:
    """One record per distribution as the package client sees it; none where it is absent."""
    command = [sys.executable, "-m", "pip", "inspect"]
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False)
    try:
        report = json.loads(done.stdout)
    except json.JSONDecodeError:
        remarks.append("pip inspect is not available here; its records are left out")
        return iter(())
    found = {}
    for entry in report.get("installed", []):
        described = entry.get("metadata", {})
        found[described.get("name", "?")] = {
            "version": described.get("version", ""),
            "metadata_version": described.get("metadata_version", ""),
            "installer": entry.get("installer", ""),
            "requested": bool(entry.get("requested")),
            "editable": bool(entry.get("direct_url", {}).get("dir_info", {}).get("editable")),
        }
    return _records("inspect", found.items())


def standard_library() -> Iterator[Record]:
    """One record per module of the standard library: its size and its lines."""
    root = Path(sysconfig.get_path("stdlib"))
    found = {}
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(set(folders) - SKIPPED_FOLDERS)
        for name in files:
            if name.endswith(".py"):
                path = Path(folder, name)
                content = path.read_bytes()
                found[path.relative_to(root).as_posix()] = {
                    "bytes": len(content),
                    "lines": content.count(b"\n"),
                    "sha256": hashlib.sha256(content).hexdigest(),
                }
    return _records("module", found.items())


def _top_level(distribution: metadata.Distribution) -> list[str]:
    """The names beside each other in the site directory that one could import, in their order."""
    names = set()
    for path in distribution.files or []:
        first, *rest = path.parts
        if rest or first.endswith(".py"):
            name = first.removesuffix(".py")
            if name.isidentifier() and name != "__pycache__":
                names.add(name)
    return sorted(names)


def _licence_classifiers(distribution: metadata.Distribution) -> list[str]:
    classifiers = distribution.metadata.get_all("Classifier") or []
    return sorted(text for text in classifiers if text.startswith("License ::"))


def _records(kind: str, found: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[Record]:
    for name, fields in sorted(found):
        body = json.dumps({"kind": kind, "id": name, **fields}, sort_keys=True)
        yield Record(f"{kind}/{name}", kind, body.encode())
