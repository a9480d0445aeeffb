"""`mainstay doctor`: tells beforehand what drop-in would replace in a program, and what differs.

Judges and prints; `_scan` reads.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tokenize
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import mainstay
from mainstay.cli import _provided, _scan
from mainstay.dropin import _path, _registry

if TYPE_CHECKING:
    from collections.abc import Iterator

_DESCRIPTION = """\
Reads the Python files below PATH and tells which peers they import, what `mainstay run` would
replace, and what behaves differently. Nothing of the program is run or imported.
"""

_EPILOG = """\
exit code:
  0  every import of a peer would be replaced, by the version that is installed
  1  something needs a look: a file that cannot be read, a module of yours that has a peer's
     name, a submodule or name we do not have, an installed version other than the one we stand
     in for
  2  the command line was not understood

not seen: imports by a computed name (they are counted), code in strings, notebooks, and what
the program's dependencies import. Skipped folders: virtual environments, site-packages,
.git, node_modules, __pycache__.

examples:
  mainstay doctor .
  mainstay doctor src/shop tests
  mainstay doctor --json app.py
"""


@dataclass(frozen=True)
class Verdict:
    """What holds for one peer in one program."""

    peer: _registry.Peer
    uses: list[_scan.Use]
    shadows: list[str]
    installed: str | None
    """The version installed in the environment of this interpreter; None when absent."""
    attention: list[str]


def main(arguments: list[str]) -> int:
    """Prints the report on stdout; returns 0, 1 (something needs a look) or 2 (usage)."""
    parser = argparse.ArgumentParser(
        prog="mainstay doctor",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a file or a folder")
    parser.add_argument("--json", action="store_true", help="print the report as one JSON object")
    try:
        options = parser.parse_args(arguments)
    except SystemExit as stop:  # argparse has printed why
        return stop.code if isinstance(stop.code, int) else 2
    for path in options.paths:
        if not os.path.exists(path):
            print(
                f"mainstay doctor: there is no file or folder {path!r}; check the path",
                file=sys.stderr,
            )
            return 2
    findings = _scan.scan(options.paths)
    verdicts = [
        _judge(peer, findings)
        for peer in _registry.PEERS.values()
        if peer.name in findings.uses or peer.name in findings.shadows
    ]
    if options.json:
        text = json.dumps(_as_json(findings, verdicts), indent=2)
    else:
        text = "\n".join(_as_text(findings, verdicts))
    _show(text)
    return int(_needs_a_look(findings, verdicts) > 0)


def _show(text: str) -> None:
    # File names may hold bytes that are no text; show them escaped rather than fail.
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        print(text.encode(encoding, "backslashreplace").decode(encoding), flush=True)
    except BrokenPipeError:
        # The reader has seen enough (`| head`). What is still buffered must not fail at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _needs_a_look(findings: _scan.Findings, verdicts: list[Verdict]) -> int:
    return len(findings.unread) + sum(len(verdict.attention) for verdict in verdicts)


def _judge(peer: _registry.Peer, findings: _scan.Findings) -> Verdict:
    uses = findings.uses.get(peer.name, [])
    shadows = findings.shadows.get(peer.name, [])
    installed = _installed_version(peer.distribution)
    attention = [
        f"{file} has the name of the peer: where its folder comes first on sys.path (always for "
        "scripts in that folder) it is imported, and nothing is replaced"
        for file in shadows
    ]
    if installed is not None and installed != peer.version:
        attention.append(
            f"version {installed} is installed, we behave as {peer.version}; check what changed "
            "between the two"
        )
    attention += [
        f"{use.file}:{use.line} imports {name}, which we do not have; it would fail"
        for use in uses
        if not any(_may_serve(shadow, use.file) for shadow in shadows)
        for name in _provided.missing(use)
    ]
    attention += _notes(peer, uses)
    return Verdict(peer, uses, shadows, installed, attention)


def _notes(peer: _registry.Peer, uses: list[_scan.Use]) -> list[str]:
    """What the capability itself finds in the files that use its peer: `notes(sources)` in its
    module `_doctor`, where it has one, is given each file's name and text."""
    if not any(
        os.path.exists(os.path.join(folder, peer.noun, "_doctor.py"))
        for folder in mainstay.__path__
    ):
        return []
    from importlib import import_module

    texts = []
    for file in sorted({use.file for use in uses}):
        with tokenize.open(file) as stream:  # it was parsed a moment ago: it has an encoding
            texts.append((file, stream.read()))
    notes: list[str] = import_module(f"mainstay.{peer.noun}._doctor").notes(texts)
    return notes


def _may_serve(shadow: str, importer: str) -> bool:
    """Whether a module of the user's own lies beside a file that imports its name, or above it."""
    home = os.path.dirname(os.path.abspath(shadow))
    if os.path.basename(shadow) == "__init__.py":
        home = os.path.dirname(home)
    importer = os.path.abspath(importer)
    return importer.startswith(os.path.join(home, ""))


def _installed_version(distribution: str) -> str | None:
    from importlib.metadata import distributions

    # An explicit path leaves out our own stand-in, should doctor itself run under drop-in.
    path = list(_path.textual(sys.path))
    for found in distributions(name=distribution, path=path):
        return found.version
    return None


def _as_json(findings: _scan.Findings, verdicts: list[Verdict]) -> dict[str, Any]:
    return {
        "files_read": findings.read,
        "not_read": [{"file": file, "reason": reason} for file, reason in findings.unread],
        "computed_imports": [{"file": file, "line": line} for file, line in findings.computed],
        "peers": [
            {
                "name": verdict.peer.name,
                "replaced_by": f"mainstay.{verdict.peer.noun}",
                "compatible_with": verdict.peer.version,
                "installed": verdict.installed,
                "uses": [
                    {
                        "file": use.file,
                        "line": use.line,
                        "module": use.module,
                        "names": list(use.names),
                        "dynamic": use.dynamic,
                    }
                    for use in verdict.uses
                ],
                "own_modules": verdict.shadows,
                "deviations": list(verdict.peer.deviations),
                "attention": verdict.attention,
            }
            for verdict in verdicts
        ],
    }


def _as_text(findings: _scan.Findings, verdicts: list[Verdict]) -> Iterator[str]:
    for verdict in verdicts:
        peer = verdict.peer
        installed = verdict.installed or "none"
        yield f"{peer.name} -> mainstay.{peer.noun}"
        yield f"  we behave as {peer.version}; installed here: {installed}"
        for use in verdict.uses:
            yield f"  {use.file}:{use.line}: {use}"
        if peer.deviations:
            yield "  what differs:"
            yield from (f"    - {text}" for text in peer.deviations)
        if verdict.attention:
            yield "  needs a look:"
            yield from (f"    - {text}" for text in verdict.attention)
        yield ""
    if findings.unread:
        yield "not read:"
        yield from (f"  {file}: {reason}" for file, reason in findings.unread)
        yield ""
    if findings.computed:
        yield f"imports by a computed name, which may be of anything: {len(findings.computed)}"
        yield from (f"  {file}:{line}" for file, line in findings.computed[:10])
        yield ""
    names = ", ".join(verdict.peer.name for verdict in verdicts if verdict.uses)
    count = _needs_a_look(findings, verdicts)
    yield (
        f"{findings.read} file{'' if findings.read == 1 else 's'} read; "
        f"peers imported: {names or 'none'}; needing a look: {count}"
    )
