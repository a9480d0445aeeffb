"""The driver counts as passed what passes on both sides, and says why for everything else."""

from __future__ import annotations

SUITE = """
import pytest
import tenacity

TINY = getattr(tenacity, "flavour", "") == "tiny"

def test_passes_on_both():
    assert tenacity.__name__ == "tenacity"

def test_fails_on_mainstay():
    assert TINY, "the text of the failure"

@pytest.mark.skipif(not TINY, reason="made to skip")
def test_skips_on_mainstay():
    pass

@pytest.mark.xfail(not TINY, reason="made to be expected")
def test_xfails_on_mainstay():
    assert TINY

if TINY:
    def test_is_missing_on_mainstay():
        pass

@pytest.fixture
def broken_afterwards():
    yield
    assert TINY

def test_errs_in_teardown_on_mainstay(broken_afterwards):
    pass

def test_fails_on_both():
    assert False
"""

EXCUSED = "tests/test_it.py::test_fails_on_mainstay"


def test_every_way_of_not_passing_is_a_failure_with_its_reason(tiny_peer):
    outcome = tiny_peer(SUITE).run()
    reasons = {
        failure["what"].partition("::")[2]: failure["why"].splitlines()[0]
        for failure in outcome.result["failures"]
    }
    assert reasons == {
        "test_fails_on_mainstay": "passed on the peer, failed on mainstay",
        "test_skips_on_mainstay": "passed on the peer, skipped on mainstay",
        "test_xfails_on_mainstay": "passed on the peer, xfailed on mainstay",
        "test_is_missing_on_mainstay": "passed on the peer, not collected on mainstay",
        "test_errs_in_teardown_on_mainstay": "passed on the peer, error on mainstay",
    }
    assert "the text of the failure" in outcome.output
    assert (outcome.code, outcome.closing_line) == (1, "1 passed, 5 failed")
    assert "tenacity 0.0.1: peer 6 of 7, mainstay 1 of 7, ledger 0" in outcome.output


def test_a_suite_that_passes_on_both_sides_passes(tiny_peer):
    outcome = tiny_peer("import tenacity\n\ndef test_it():\n    assert tenacity\n").run()
    assert (outcome.code, outcome.closing_line) == (0, "1 passed, 0 failed")


def test_a_ledger_entry_excuses_its_test_and_a_needless_one_is_a_failure(tiny_peer):
    peer = tiny_peer(
        "import tenacity\n\ndef test_fails_on_mainstay():\n    assert tenacity.flavour\n"
        "\ndef test_passes():\n    pass\n"
    )
    peer.write_ledger((EXCUSED, "private"))
    excused = peer.run()
    assert (excused.code, excused.closing_line) == (0, "2 passed, 0 failed")
    assert f"excused by the ledger: {EXCUSED}" in excused.output
    peer.write_ledger((EXCUSED, "private"), ("tests/test_it.py::test_passes", "refused"))
    stale = peer.run()
    assert "stale entry: the test passes on mainstay; remove the entry" in stale.output
    assert "2 entries, the recipe allows 1; repair tests" in stale.output
    assert (stale.code, stale.closing_line) == (1, "2 passed, 2 failed")


def test_one_side_alone_can_be_run(tiny_peer):
    peer = tiny_peer("def test_it():\n    import tenacity\n    assert tenacity.flavour\n")
    assert peer.run("--peer-only").closing_line == "1 passed, 0 failed"
    ours = peer.run("--ours-only")
    assert (ours.code, ours.closing_line) == (1, "0 passed, 1 failed")
