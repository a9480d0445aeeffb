"""The driver accepts no result of the wrong implementation, of a crash, or of wrong bytes."""

from __future__ import annotations

import pytest

PASSES = "def test_it():\n    pass\n"


def test_a_copy_of_the_peer_beside_the_suite_is_found_out_on_both_sides(tiny_peer):
    suite = {
        "tests/test_it.py": PASSES,
        "tests/conftest.py": "import pathlib, sys\n"
        "sys.path.insert(0, str(pathlib.Path(__file__).parent / 'vendored'))\n",
        "tests/vendored/tenacity.py": "",
    }
    outcome = tiny_peer(suite).run()
    assert outcome.code == 1
    assert "FAILED run on peer: wrong implementation at the start: tenacity" in outcome.output
    assert "FAILED run on mainstay: wrong implementation at the start: tenacity" in outcome.output


def test_a_swap_during_the_run_is_found_out_at_its_end(tiny_peer):
    outcome = tiny_peer(
        "import sys, types\n\ndef test_it():\n"
        "    sys.modules['tenacity'] = types.ModuleType('tenacity')\n"
        "    sys.modules.pop('mainstay.retry._native', None)\n"
    ).run()
    assert outcome.code == 1
    assert "run on peer: wrong implementation at the end: tenacity" in outcome.output
    assert "the native module mainstay.retry._native was not loaded at the end" in outcome.output


def test_a_process_that_dies_names_the_test_it_was_running(tiny_peer):
    outcome = tiny_peer(
        "import os, tenacity\n\ndef test_good():\n    pass\n\ndef test_fatal():\n"
        "    if not hasattr(tenacity, 'flavour'):\n        os.abort()\n"
    ).run()
    assert outcome.code == 1
    assert "killed by SIGABRT while running tests/test_it.py::test_fatal" in outcome.output
    assert "test_fatal: passed on the peer, not finished on mainstay" in outcome.output


def test_a_run_that_hangs_is_ended(tiny_peer):
    suite = "import threading\n\ndef test_hangs():\n    threading.Event().wait()\n"
    outcome = tiny_peer(suite, timeout=3).run("--ours-only")
    assert outcome.code == 1
    assert "not finished after 3 s" in outcome.output


def test_a_suite_without_tests_proves_nothing(tiny_peer):
    outcome = tiny_peer("").run("--peer-only")
    assert outcome.code == 1
    assert "no test ran" in outcome.output


def test_an_archive_with_the_wrong_hash_is_refused(tiny_peer):
    peer = tiny_peer(PASSES)
    [archive] = (peer.cache / "archives" / peer.source_sha256).iterdir()
    archive.write_bytes(peer.source + b"changed")
    outcome = peer.run()
    assert (outcome.code, outcome.closing_line) == (2, "0 passed, 1 failed")
    assert f"the recipe wants {peer.source_sha256}; delete the file" in outcome.output


def test_a_recipe_that_would_copy_the_peer_itself_is_refused(tiny_peer):
    outcome = tiny_peer(PASSES, copy=["tests", "tenacity"]).run()
    assert outcome.code == 2
    assert "would shadow the implementation under test; copy the tests only" in outcome.output


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("timeout", 0, "timeout_seconds must be at least 1, got 0"),
        ("wheel", "abc", "sha256 must be 64 hexadecimal digits"),
        ("copy", ["nowhere"], "holds no nowhere; correct source.copy"),
    ],
)
def test_a_recipe_with_a_mistake_is_refused_with_its_name(tiny_peer, field, value, complaint):
    outcome = tiny_peer(PASSES, **{field: value}).run()
    assert outcome.code == 2
    assert complaint in outcome.output


def test_a_peer_without_a_recipe_is_refused_with_the_known_ones(tiny_peer):
    outcome = tiny_peer(PASSES).run("--recipes", "conformance/nowhere")
    assert outcome.code == 2
    assert "no recipe for 'tenacity'" in outcome.output
