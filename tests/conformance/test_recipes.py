"""What a recipe can ask for: places, passes, workers, hidden modules, commands, a recorded peer."""

from __future__ import annotations

import json

PASSES = "import tenacity\n\ndef test_it():\n    assert tenacity\n"


def test_passes_have_names_arguments_and_hidden_modules_of_their_own(tiny_peer):
    suite = (
        "import os, pytest, tenacity\n\ndef test_it():\n    assert tenacity\n"
        "    assert os.environ['WHICH'] == 'plain'\n    import colorsys\n"
    )
    peer = tiny_peer(
        suite,
        passes="[[pass]]\nname = 'plain'\nenvironment = {WHICH = 'plain'}\n"
        "[[pass]]\nname = 'other'\nenvironment = {WHICH = 'other'}\n"
        "[[pass]]\nname = 'hidden'\nenvironment = {WHICH = 'plain'}\nhide = ['colorsys']\n",
    )
    outcome = peer.run("--peer-only")
    failures = {each["what"]: each["why"] for each in outcome.result["failures"]}
    assert set(failures) == {
        "other::tests/test_it.py::test_it",
        "hidden::tests/test_it.py::test_it",
    }
    assert "No module named 'colorsys'" in failures["hidden::tests/test_it.py::test_it"] or (
        "import of colorsys halted" in failures["hidden::tests/test_it.py::test_it"]
    )


def test_workers_share_a_suite_and_each_proves_what_it_ran_on(tiny_peer):
    suite = "import pytest, tenacity\n\n" + "".join(
        f"def test_{i}():\n    assert tenacity\n\n" for i in range(8)
    )
    peer = tiny_peer(suite, workers=2)
    outcome = peer.run()
    assert (outcome.code, outcome.closing_line) == (0, "8 passed, 0 failed")
    folder = next(peer.cache.glob("tenacity/*/"))
    assert {path.name for path in folder.glob("*.jsonl.*")} == {
        f"{side}.jsonl.gw{number}" for side in ("peer", "mainstay") for number in (0, 1)
    }


def test_a_worker_with_another_implementation_is_found_out(tiny_peer):
    suite = (
        "import sys, types\n\ndef test_it():\n"
        "    sys.modules['tenacity'] = types.ModuleType('tenacity')\n"
    )
    outcome = tiny_peer(suite, workers=2).run("--ours-only")
    assert outcome.code == 1
    assert "wrong implementation at the end: tenacity" in outcome.output


def test_a_part_of_the_archive_has_its_place_in_the_run_folder(tiny_peer):
    suite = {"deep/down/test_it.py": PASSES}
    copy = [{"from": "deep/down", "to": "tests"}]
    peer = tiny_peer(suite, copy=copy)
    assert peer.run("--peer-only").closing_line == "1 passed, 0 failed"


def test_the_recorded_outcomes_stand_for_the_peer_until_the_release_changes(tiny_peer):
    peer = tiny_peer(PASSES)
    first = peer.run("--record")
    assert first.code == 0 and "recorded in" in first.output
    again = peer.run()
    assert "peer, as recorded: 1 passed" in again.output
    assert "running the suite on peer" not in again.output
    assert (again.code, again.closing_line) == (0, "1 passed, 0 failed")
    data = json.loads(peer.expected.read_text())
    peer.expected.write_text(json.dumps({**data, "suite": "0" * 64}))
    stale = peer.run()
    assert "running the suite on peer" in stale.output


def test_a_test_that_passes_on_the_recorded_peer_must_pass_here(tiny_peer):
    peer = tiny_peer("import tenacity\n\ndef test_it():\n    assert tenacity.flavour\n")
    assert peer.run("--record").code == 1
    outcome = peer.run()
    assert (outcome.code, outcome.closing_line) == (1, "0 passed, 1 failed")
    assert "passed on the peer, failed on mainstay" in outcome.output


def test_commands_of_the_peer_are_on_the_path_and_run_the_same_implementation(tiny_peer):
    suite = (
        "import subprocess, sys, tenacity\n\ndef test_it():\n"
        "    done = subprocess.run(['tinycommand'], capture_output=True, text=True)\n"
        "    assert done.stdout.strip() == repr(tenacity.__file__)\n"
    )
    peer = tiny_peer(
        {"tests/test_it.py": suite, "tests/tiny_command.py": COMMAND},
        executables='[run.executables]\ntinycommand = "tiny_command:main"',
        path='path = ["tests"]',
    )
    outcome = peer.run()
    assert (outcome.code, outcome.closing_line) == (0, "1 passed, 0 failed")


COMMAND = "import tenacity\n\ndef main():\n    print(repr(tenacity.__file__))\n"
