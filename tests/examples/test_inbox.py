"""The inbox example runs on its peers and under `mainstay run`, and says the same."""

from __future__ import annotations

import ast
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

INBOX = Path(__file__).resolve().parents[2] / "examples" / "inbox"
SMALL = ("--records", "60", "--calls", "200", "--hook-calls", "200", "--ticks", "100")
SMALL += ("--arrivals", "6", "--again", "1")
PEERS = (
    "tenacity",
    "pluggy",
    "diskcache",
    "pyrsistent",
    "glom",
    "deepdiff",
    "msgspec",
    "structlog",
    "tqdm",
    "schedule",
    "watchdog",
)
UNDER_MAINSTAY = ("-m", "mainstay", "run")

needs_peer = pytest.mark.skipif(
    any(importlib.util.find_spec(peer) is None for peer in PEERS),
    reason="a peer itself is not installed here",
)


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, cwd=INBOX, check=False
    )


def test_the_service_knows_nothing_of_mainstay():
    modules = sorted(set(INBOX.rglob("*.py")) - {INBOX / "compare.py"})
    imported = {
        name.split(".")[0]
        for path in modules
        for node in ast.walk(ast.parse(path.read_text()))
        for name in _names(node)
    }
    assert set(PEERS) <= imported
    assert "mainstay" not in imported


def test_two_runs_say_the_same_and_lose_nothing(tmp_path):
    runs = []
    for number in range(2):
        facts = tmp_path / f"{number}.json"
        done = python(*UNDER_MAINSTAY, "inbox.py", *SMALL, "--json", str(facts))
        assert done.returncode == 0, done.stderr
        runs.append((done.stdout, json.loads(facts.read_text())))
    assert runs[0] == runs[1]
    report = runs[0][1]
    assert report["delivered"]["total"] + report["given up"]["total"] == report["records"]["total"]
    assert report["sink"]["stored"] >= report["delivered"]["total"]
    assert report["log lines"] == report["retries"]["total"]


@needs_peer
def test_records_are_kept_compared_planned_and_watched(tmp_path):
    report = enriched(tmp_path)
    count = report["records"]["total"]
    assert report["cache"]["misses"] == report["cache"]["hits"] == count
    assert report["changes"]["dictionary_item_added"] == count // 10
    assert report["state"]["steps"] == 2 * report["state"]["after undo"] == count
    assert report["routine"]["jobs left"] == 6
    assert report["folder"] == {"arrived": 6, "noticed": 6}


def test_without_faults_every_record_takes_one_attempt(tmp_path):
    facts = tmp_path / "facts.json"
    done = python(*UNDER_MAINSTAY, "inbox.py", *SMALL, "--plan", "", "--json", str(facts))
    assert done.returncode == 0, done.stderr
    report = json.loads(facts.read_text())
    assert report["retries"] == {"total": 0}
    # One attempt each, and one to ask the sink for its digest.
    assert report["attempts"] == report["records"]["total"] + 1


def test_a_sink_that_is_always_busy_is_given_up_record_by_record(tmp_path):
    facts = tmp_path / "facts.json"
    plan = ("--plan", "unavailable=100")
    done = python(*UNDER_MAINSTAY, "inbox.py", "--records", "9", *plan, "--json", str(facts))
    assert done.returncode == 0, done.stderr
    report = json.loads(facts.read_text())
    assert report["given up"] == {"total": 9, "unavailable": 9}
    # Five attempts, three more as second chance, and the digest's third attempt is answered.
    assert report["attempts"] == 9 * (5 + 3) + 3


def enriched(tmp_path, *options):
    facts = tmp_path / "facts.json"
    done = python(*UNDER_MAINSTAY, "inbox.py", *SMALL, *options, "--json", str(facts))
    assert done.returncode == 0, done.stderr
    return json.loads(facts.read_text())


def test_plugins_are_found_by_their_entry_points_and_each_has_its_say(tmp_path):
    report = enriched(tmp_path)
    assert report["plugins"] == "audit, census, classifiers, names, sizes, spdx, texts"
    # Loaded after the call it listens to was made: the call is historic.
    assert report["listeners"] == "audit"
    records = report["records"]
    # One licence a package, whoever knew it; an import name for packages and modules.
    assert report["licences"]["total"] == records["package"]
    assert report["facts"]["import"] == records["package"] + records["module"]
    assert report["facts"]["private"] == records["module"]


def test_a_plugin_that_is_left_out_changes_what_is_told(tmp_path):
    report = enriched(tmp_path, "--without", "names", "--without", "census")
    assert report["plugins"] == "audit, classifiers, sizes, spdx, texts"
    assert "import" not in report["facts"]
    assert "licences" not in report


def test_without_plugins_records_are_delivered_as_they_are(tmp_path):
    report = enriched(tmp_path, "--plugins", str(tmp_path))
    assert report["plugins"] == report["listeners"] == "none"
    assert report["delivered"]["total"] > 0


@needs_peer
def test_the_peer_and_mainstay_give_equal_outputs():
    done = python("compare.py", "--rounds", "1", "--", *SMALL)
    assert done.returncode == 0, done.stdout + done.stderr
    last = done.stdout.splitlines()[-1]
    assert last.startswith("demo: outputs equal (60 records, ")


@needs_peer
def test_a_failing_service_is_reported_and_not_compared():
    done = python("compare.py", "--rounds", "1", "--", "--plan", "nonsense=1")
    assert done.returncode == 1
    assert "unknown fault 'nonsense' in the plan; use: unavailable" in done.stderr
    assert done.stdout.splitlines()[-1].startswith("demo: the service failed: ")


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module]
    return []
