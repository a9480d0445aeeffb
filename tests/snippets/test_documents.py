"""The code in README.md, ARCHITECTURE.md, CONTRIBUTING.md and docs/ does what a reader would try:
it runs.

Python blocks of a page run in order in one namespace (run_page.py); C++ blocks that are whole
programs are compiled, linked to the engine, and run.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from .markdown import Block, blocks

ROOT = Path(__file__).resolve().parents[2]
RUN_PAGE = Path(__file__).with_name("run_page.py")
PAGES = sorted(
    [path for path in ROOT.glob("*.md") if path.name != "CHANGELOG.md"]
    + [path for path in (ROOT / "docs").rglob("*.md")]
)


def _blocks(page: Path, *languages: str) -> list[Block]:
    return [b for b in blocks(page.read_text(encoding="utf-8")) if b.language in languages]


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


PYTHON_PAGES = [page for page in PAGES if any(not b.skip for b in _blocks(page, "python", "pycon"))]
PROGRAMS = [
    pytest.param(page, block, id=f"{_name(page)}:{block.line}")
    for page in PAGES
    for block in _blocks(page, "cpp", "c++")
    if not block.skip and (block.complete or re.search(r"\bint main\(", block.code))
]


@pytest.mark.parametrize("page", PYTHON_PAGES, ids=_name)
def test_every_python_block_of_the_page_runs(page: Path, tmp_path: Path) -> None:
    chosen = [block for block in _blocks(page, "python", "pycon") if not block.skip]
    requests = [
        {"line": b.line, "code": b.code, "given": b.given, "raises": b.raises, "file": _name(page)}
        for b in chosen
    ]
    done = subprocess.run(
        [sys.executable, RUN_PAGE],
        input=json.dumps(requests),
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=300,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    wrong = [f"{_name(page)}:{a['line']}: {a['error']}" for a in answers if a["error"]]
    assert not wrong, "\n".join(wrong)
    assert [answer["line"] for answer in answers] == [block.line for block in chosen], done.stderr


COMPILE = ("g++", "-std=c++20", "-O0", "-pthread", f"-I{ROOT / 'engine'}")


def _call(*command: str | Path, cwd: Path) -> None:
    words = [str(word) for word in command]
    done = subprocess.run(words, check=False, capture_output=True, text=True, cwd=cwd, timeout=300)
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}\n{done.stderr}"


def _archives() -> list[Path]:
    """The engines as the package was built from them; none when a source has changed since."""
    tag = f"cp{sys.version_info[0]}{sys.version_info[1]}-*"
    engine = ROOT / "engine" / "mainstay"
    nouns = [path.parent.name for path in sorted(engine.glob("*/CMakeLists.txt"))]
    newest = max(path.stat().st_mtime for path in engine.rglob("*") if path.is_file())
    for built in ROOT.glob(f"build/python/{tag}/engine/mainstay"):
        archives = [built / noun / f"libmainstay_{noun}.a" for noun in nouns]
        if all(path.exists() and path.stat().st_mtime > newest for path in archives):
            return archives
    return []


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> list[Path | str]:
    """What every program is linked with: archives, or the sources compiled once for all."""
    if archives := _archives():
        return ["-Wl,--start-group", *archives, "-Wl,--end-group"]
    folder = tmp_path_factory.mktemp("engine")
    sources = sorted((ROOT / "engine" / "mainstay").rglob("*.cpp"))
    objects: list[Path | str] = [
        folder / f"{number}-{source.stem}.o" for number, source in enumerate(sources)
    ]
    with ThreadPoolExecutor(max_workers=len(os.sched_getaffinity(0))) as pool:
        list(
            pool.map(
                lambda source, target: _call(*COMPILE, "-c", source, "-o", target, cwd=folder),
                sources,
                objects,
            )
        )
    return objects


@pytest.mark.parametrize(("page", "block"), PROGRAMS)
def test_every_cpp_program_compiles_and_runs(
    page: Path, block: Block, engine: list[Path | str], tmp_path: Path
) -> None:
    source, program = tmp_path / "program.cpp", tmp_path / "program"
    source.write_text(f'{block.given}#line {block.line} "{_name(page)}"\n{block.code}')
    _call(*COMPILE, source, *engine, "-o", program, cwd=tmp_path)
    _call(program, cwd=tmp_path)


def test_blocks_that_are_not_run_give_a_reason(capsys: pytest.CaptureFixture[str]) -> None:
    skipped = [
        f"{_name(page)}:{block.line}: {block.skip}"
        for page in PAGES
        for block in blocks(page.read_text(encoding="utf-8"))
        if block.skip
    ]
    with capsys.disabled():
        print(f"\nsnippets not run: {len(skipped)}", *skipped, sep="\n  ")
    assert all(len(reason.split(": ", 1)[1]) > 3 for reason in skipped)
