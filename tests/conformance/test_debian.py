"""A suite out of a source package of Debian: what apt says is believed only as far as hashes go.

apt itself is played by a small script, so that no archive is asked.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PASSES = "import tenacity\n\ndef test_it():\n    assert tenacity\n"
DEBIAN = 'kind = "debian"\npackage = "python-tiny"\nversion = "0.0.1-2"\nrelease = "trixie"'

APT = """#!/bin/sh
case "$0 $*" in
*indextargets*) echo "Debian bookworm address" ;;
*apt-get\\ update*) exit {update} ;;
*showsrc*)
    printf 'Package: python-tiny\\nVersion: {version}\\n'
    printf 'Checksums-Sha256:\\n {sha256} 9 tiny.orig.tar.gz\\n' ;;
*source*) [ -z "{archive}" ] || cp "{archive}" tiny.orig.tar.gz; exit 100 ;;
esac
"""


@pytest.fixture
def apt(tmp_path: Path):
    """Puts an apt first on the path that answers as told; returns the path to use."""

    def make(sha256: str, archive: Path | None, version: str = "0.0.1-2", update: int = 0) -> str:
        folder = tmp_path / "apt"
        folder.mkdir()
        script = APT.format(sha256=sha256, archive=archive or "", version=version, update=update)
        for name in ("apt-get", "apt-cache"):
            (folder / name).write_text(script)
            (folder / name).chmod(0o755)
        return f"{folder}{os.pathsep}{os.environ['PATH']}"

    return make


def archive_of(peer, folder: Path) -> Path:
    path = folder / "served"
    path.write_bytes(peer.source)
    return path


def test_the_suite_is_taken_out_of_the_package_though_the_rest_of_it_is_gone(
    tiny_peer, apt, tmp_path
):
    peer = tiny_peer(PASSES, kind=DEBIAN)
    outcome = peer.run(PATH=apt(peer.source_sha256, archive_of(peer, tmp_path)))
    assert "fetching Debian's source package python-tiny 0.0.1-2" in outcome.output
    assert "peer 1 of 1" in outcome.output


def test_an_archive_with_another_hash_is_not_used(tiny_peer, apt, tmp_path):
    peer = tiny_peer(PASSES, kind=DEBIAN)
    wrong = tmp_path / "wrong"
    wrong.write_bytes(b"not what was promised")
    outcome = peer.run(PATH=apt(peer.source_sha256, wrong))
    assert outcome.code == 2
    assert "Debian trixie has no python-tiny 0.0.1-2 to fetch" in outcome.output


def test_a_version_that_is_gone_is_refused_with_those_there_are(tiny_peer, apt, tmp_path):
    peer = tiny_peer(PASSES, kind=DEBIAN)
    path = apt(peer.source_sha256, archive_of(peer, tmp_path), version="0.0.9-1")
    outcome = peer.run(PATH=path)
    assert outcome.code == 2
    assert "its index has 0.0.9-1; raise version and sha256" in outcome.output


def test_an_index_that_cannot_be_read_is_said(tiny_peer, apt, tmp_path):
    peer = tiny_peer(PASSES, kind=DEBIAN)
    outcome = peer.run(PATH=apt(peer.source_sha256, None, update=1))
    assert outcome.code == 2
    assert "could not read the index of Debian's sources" in outcome.output
