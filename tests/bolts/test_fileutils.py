"""Saving whole files, and a mailbox in a folder that must not be written to."""

from __future__ import annotations

import mailbox
import os
import stat
from pathlib import Path

import pytest
from mainstay.bolts.fileutils import FilePerms, atomic_save
from mainstay.bolts.mboxutils import mbox_readonlydir


def test_a_file_that_is_closed_by_its_writer_is_saved(tmp_path: Path) -> None:
    target = tmp_path / "settings"
    with atomic_save(target, text_mode=True) as file:
        file.write("done")
        file.close()
    assert target.read_text() == "done"
    assert os.listdir(tmp_path) == ["settings"]


def test_after_an_error_the_old_file_is_there_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "settings"
    target.write_text("old")
    target.chmod(0o640)
    with pytest.raises(KeyError), atomic_save(target) as file:
        file.write(b"new")
        raise KeyError("stop")
    assert (target.read_text(), os.listdir(tmp_path)) == ("old", ["settings"])
    with atomic_save(target) as file:
        file.write(b"new")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_permissions_that_are_taken_away_are_gone() -> None:
    perms = FilePerms("rwx", "rx")
    perms.user = "r"
    assert int(perms) == 0o450


@pytest.mark.parametrize("maxmem", [1, 1 << 20])
def test_a_mailbox_is_rewritten_in_its_place(tmp_path: Path, maxmem: int) -> None:
    path = tmp_path / "mail"
    box = mailbox.mbox(str(path))
    for number in range(3):
        box.add(f"Subject: {number}\n\nbody {number}\n")
    box.close()
    file = path.stat().st_ino
    opened = mbox_readonlydir(str(path), maxmem=maxmem)
    opened.remove(1)
    opened.close()
    again = mailbox.mbox(str(path))
    subjects = [message["Subject"] for message in again]
    again.close()
    assert subjects == ["0", "2"]
    assert path.stat().st_ino == file
