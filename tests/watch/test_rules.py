"""What `.gitignore` files leave out, beside git's own answer, for trees and rules at random."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from mainstay.watch.utils.dirsnapshot import DirectorySnapshot

_NAMES = ["a", "b", "ab", "a.log", "build", "src", ".x", "a b", "é", "[a]", "*", "!a", "#a"]
_PARTS = [
    *_NAMES,
    *["?", "**", "[ab]", "[!a]", "[^a]", "[a-b]", "[]a]", "a*", "*b", "**a", "*.log"],
    *["\\a", "\\!a", "\\#a", "\\[a\\]", "a\\ "],
]


def _rule(chance: random.Random) -> str:
    rule = "/".join(chance.choice(_PARTS) for _ in range(chance.choice([1, 1, 1, 2, 2, 3])))
    rule = chance.choice(["", "", "", "!"]) + chance.choice(["", "", "/"]) + rule
    return rule + chance.choice(["", "", "/"]) + chance.choice(["", "", "", " ", "\r", "\t"])


def _make_tree(chance: random.Random, folder: Path, depth: int) -> None:
    folder.mkdir()
    for name in chance.sample(_NAMES, 4):
        if depth and chance.random() < 0.5:
            _make_tree(chance, folder / name, depth - 1)
        else:
            (folder / name).touch()
    if chance.random() < 0.5:
        rules = "\n".join(_rule(chance) for _ in range(chance.randint(1, 5)))
        (folder / ".gitignore").write_text(rules, newline="")


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")
def test_rules_leave_out_what_git_ignores(tmp_path: Path) -> None:
    settings = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}

    def git(*arguments: str) -> bytes:
        command = ["git", "-C", str(tmp_path), *arguments]
        return subprocess.run(command, env=settings, capture_output=True, check=True).stdout

    git("init", "--quiet")
    for seed in range(40):
        _make_tree(random.Random(seed), tmp_path / str(seed), 3)
    listed = os.fsdecode(git("ls-files", "-z", "--others", "--exclude-standard")).split("\0")
    paths = map(os.fsdecode, DirectorySnapshot(str(tmp_path), gitignore=True).paths)
    assert {os.path.relpath(p, tmp_path) for p in paths if os.path.isfile(p)} == {*listed} - {""}
