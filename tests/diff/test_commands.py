"""`mainstay diff|patch|grep|extract`, and reports for people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from mainstay.diff import DeepDiff, report
from mainstay.diff.commands import run


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps({"a": [1, 2], "b": "text"}), encoding="utf-8")
    new.write_text(json.dumps({"a": [1, 3], "b": "text", "c": None}), encoding="utf-8")
    return str(old), str(new)


def test_a_report_is_what_diff_prints(files: tuple[str, str], capsys: Any) -> None:
    assert run("diff", list(files)) == 0
    assert capsys.readouterr().out.splitlines() == [
        *("root['a'][1]", "  - 2", "  + 3", "root['c']", "  + None", "1 changed, 1 added")
    ]


def test_the_peers_command_prints_json(files: tuple[str, str], capsys: Any) -> None:
    assert run("diff", list(files), of_peer=True) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"dictionary_item_added", "values_changed"}


def test_a_patch_makes_the_old_file_the_new_one(
    files: tuple[str, str], tmp_path: Path, capfdbinary: Any
) -> None:
    old, new = files
    assert run("diff", [old, new, "--create-patch"]) == 0
    patch = tmp_path / "patch.json"
    patch.write_bytes(capfdbinary.readouterr().out)
    assert run("patch", [old, str(patch), "--backup"]) == 0
    assert json.loads(Path(old).read_text()) == json.loads(Path(new).read_text())
    assert Path(f"{old}.bak").exists()


def test_a_pickled_patch_is_read_on_request_only(
    files: tuple[str, str], tmp_path: Path, capfdbinary: Any
) -> None:
    old, new = files
    assert run("diff", [old, new, "--create-patch"], of_peer=True) == 0
    patch = tmp_path / "patch.pickle"
    patch.write_bytes(capfdbinary.readouterr().out)
    assert run("patch", [old, str(patch)]) == 1
    assert b"this delta is a pickle" in capfdbinary.readouterr().err
    assert run("patch", [old, str(patch), "--allow-pickle"]) == 0
    assert json.loads(Path(old).read_text()) == json.loads(Path(new).read_text())


def test_grep_and_extract_find_what_is_there(files: tuple[str, str], capsys: Any) -> None:
    assert run("grep", ["text", files[0]]) == 0
    assert run("extract", ["root['a'][1]", files[0]]) == 0
    assert capsys.readouterr().out.splitlines() == ["{'matched_values': [\"root['b']\"]}", "2"]


def test_what_is_missing_or_broken_is_said_in_words(tmp_path: Path, capsys: Any) -> None:
    with pytest.raises(SystemExit) as wrong:
        run("diff", ["nothing.json", "nothing.json"])
    assert wrong.value.code == 2
    assert "Path 'nothing.json' does not exist" in capsys.readouterr().err
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    assert run("grep", ["x", str(broken)]) == 1
    assert "Error when loading" in capsys.readouterr().err


def test_a_report_shows_types_lines_moves_and_repetitions() -> None:
    old = {"t": 1, "text": "a\nb\nc", "gone": [1]}
    new = {"t": "1", "text": "a\nB\nc"}
    assert report(DeepDiff(old, new)).splitlines() == [
        *("root['gone']", "  - [1]"),
        *("root['t']", "  - 1 (int)", "  + '1' (str)"),
        *("root['text']", "    @ -1,3 +1,3 @@", "    a", "  - b", "  + B", "    c"),
        "1 removed, 2 changed",
    ]
    counted = report(DeepDiff([1, 1, 2], [1, 2, 2], ignore_order=True, report_repetition=True))
    assert "repeated: 1 2 -> 1 times" in counted
    assert report(DeepDiff(1, 1)) == "no differences"
    assert "\033[32m+ 2" in report(DeepDiff(1, 2), color=True)
    hostile = report(DeepDiff("a\nb", "a\n\x1b[2J\ud800"))
    assert "  + \\x1b[2J\\ud800" in hostile.splitlines()
