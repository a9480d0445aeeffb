"""The founding texts' own samples: unchanged on the peer and under drop-in, and with their import
changed.

The texts live beside the checkout, where its authors keep them; elsewhere these tests say so and
skip. Concerned is every Python block that imports a peer whose capability has landed, with the
blocks before it that it goes on from.
"""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from mainstay.dropin._registry import PEERS

from .markdown import blocks

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ROOT.parent / "shared" / "seeds"
RUN_SAMPLE = Path(__file__).with_name("run_sample.py")

# Peer package -> what to import instead, for each capability that has landed.
LANDED = {peer.name: f"mainstay.{peer.noun}" for peer in PEERS.values()}
IMPORT = re.compile(rf"^(from|import) ({'|'.join(LANDED)})\b( as\b)?", re.MULTILINE)
MAP = re.compile(r"pmap\(.*\)")
TIME = re.compile(r"(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d|(Duration|CPU time): +[\d.]+")
# What a block without an import needs from the one before it.
GOES_ON = re.compile(r"^\s*@hookimpl\b", re.MULTILINE)


def _samples() -> list[Any]:
    found = []
    for text in sorted(TEXTS.glob("*.md")):
        before = ""
        for block in blocks(text.read_text(encoding="utf-8")):
            if block.language != "python":
                continue
            code = block.code
            if not IMPORT.search(code) and GOES_ON.search(code):
                code = f"{before}\n{code}"
            if IMPORT.search(code):
                found.append(pytest.param(code, id=f"{text.stem}:{block.line}"))
            before = code
    return found or [
        pytest.param(
            "",
            marks=pytest.mark.skip(
                f"the founding texts are not at ../{'/'.join(TEXTS.parts[-2:])}"
            ),
        )
    ]


def _run(code: str, folder: Path, *interpreter: str) -> dict[str, Any]:
    # Each run has a folder of its own: samples keep caches.
    folder = Path(tempfile.mkdtemp(dir=folder))
    sample = folder / "sample.py"
    sample.write_text(code)
    done = subprocess.run(
        [sys.executable, *interpreter, RUN_SAMPLE, sample],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    # A map that promises no order is shown in one that changes from run to run.
    result["said"] = MAP.sub(lambda found: "".join(sorted(found[0])), result["said"])
    result["said"] = TIME.sub("TIME", result["said"].replace(str(folder), "FOLDER"))
    return result


@pytest.mark.parametrize("code", _samples())
def test_a_sample_does_under_drop_in_what_it_does_on_the_peer(code: str, tmp_path: Path) -> None:
    for peer in LANDED:
        if importlib.util.find_spec(peer) is None:
            pytest.skip(f"{peer} is not installed; requirements/peers.txt names it")
    assert _run(code, tmp_path, "-m", "mainstay", "run") == _run(code, tmp_path)


@pytest.mark.parametrize("code", _samples())
def test_a_sample_runs_with_its_import_changed(code: str, tmp_path: Path) -> None:
    changed = IMPORT.sub(_ours, code)
    ours, dropin = _run(changed, tmp_path), _run(code, tmp_path, "-m", "mainstay", "run")
    assert ours["outcomes"] == dropin["outcomes"]
    assert ours["said"] == dropin["said"]
    # Not the lengths: the new API draws its jitter from its own source.
    assert len(ours["slept"]) == len(dropin["slept"])


def _ours(found: re.Match[str]) -> str:
    keyword, peer, renamed = found.groups()
    if keyword == "from" or renamed:
        return f"{keyword} {LANDED[peer]}{renamed or ''}"
    return f"import {LANDED[peer]} as {peer}"


HOOKS = [sample for sample in _samples() if "process_data" in str(sample.values[0])]


@pytest.mark.skipif(not HOOKS, reason="no founding text has the sample of hooks here")
def test_results_come_in_the_order_of_the_calls_whatever_the_text_says(tmp_path: Path) -> None:
    code = HOOKS[0].values[0]
    assert "print(results)  # ['HELLO', 'hello']" in code
    for interpreter in ((), ("-m", "mainstay", "run")):
        said = _run(code, tmp_path, *interpreter)["said"]
        assert said.startswith("Processing: hello\n['hello', 'HELLO']\n")
