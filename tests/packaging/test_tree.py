"""The project's files speak of the project alone: of no machine it was written on, of no index it
came from."""

from __future__ import annotations

import re

import pytest

from .conftest import ROOT, project_files

# Written in halves, so that this file passes its own test.
FORBIDDEN = {
    "a folder of one machine": re.compile(r"(?<![\w./~$})-])/(?:work|root|home)/[\w.]"),
    "the host of a package index": re.compile(
        "pypi" + r"\.org|python" + r"hosted\.|index-" + "url|deb" + r"\.debian\."
    ),
    "a folder of one user": re.compile(r"(?<!\$)(?:~|C:\\+Users)/\.\w+/"),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what: str) -> None:
    found: list[str] = []
    for name in project_files():
        try:
            lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue  # a fuzz input, not a text
        for number, line in enumerate(lines, 1):
            if FORBIDDEN[what].search(line):
                found.append(f"{name}:{number}: {line.strip()[:120]}")
    assert found == []


def test_every_text_of_ours_ends_with_a_newline_and_has_no_trailing_blanks() -> None:
    endings = (".py", ".pyi", ".cpp", ".hpp", ".md", ".toml", ".txt", ".sh", ".cmake", ".json")
    untidy: list[str] = []
    for name in project_files():
        if name.endswith(endings):
            text = (ROOT / name).read_text(encoding="utf-8")
            if text and (not text.endswith("\n") or re.search(r"[ \t]+$", text, re.MULTILINE)):
                untidy.append(name)
    assert untidy == []
