"""`mainstay doctor`: what it finds by reading, and what it makes of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest


@pytest.fixture
def program(tmp_path):
    """Writes files of a program; returns its folder."""

    def write(**files):
        for name, content in files.items():
            path = tmp_path / name.replace("__", "/").replace("_py", ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path

    return write


def examine(environment, *arguments, **options):
    """The report as data, and the exit code."""
    done = environment.mainstay("doctor", "--json", *arguments, **options)
    assert done.stderr == ""
    return json.loads(done.stdout), done.returncode


def test_a_program_without_peers_is_fine(absent, program):
    report, code = examine(absent, program(app_py="import os, tenacity_like\n"))
    assert (report["peers"], report["files_read"], code) == ([], 1, 0)


def test_every_way_to_import_is_found_with_its_place(absent, program):
    folder = program(
        app_py="import tenacity\nimport os, tenacity.asyncio as a\n"
        "def f():\n    from tenacity import retry, stop_never as s\n",
        lib__more_py="import importlib\nfrom importlib import import_module\n"
        'importlib.import_module("tenacity")\nimport_module("tenacity.asyncio")\n'
        '__import__("tenacity")\nprint("tenacity")\n',
    )
    report, code = examine(absent, folder)
    (peer,) = report["peers"]
    assert [
        (os.path.relpath(u["file"], folder), u["line"], u["module"], u["names"], u["dynamic"])
        for u in peer["uses"]
    ] == [
        ("app.py", 1, "tenacity", [], False),
        ("app.py", 2, "tenacity.asyncio", [], False),
        ("app.py", 4, "tenacity", ["retry", "stop_never"], False),
        ("lib/more.py", 3, "tenacity", [], True),
        ("lib/more.py", 4, "tenacity.asyncio", [], True),
        ("lib/more.py", 5, "tenacity", [], True),
    ]
    assert (peer["replaced_by"], peer["compatible_with"]) == ("mainstay.retry", "9.2.1")
    assert peer["installed"] is None
    assert peer["deviations"]
    assert code == 0


def test_relative_imports_and_similar_names_are_not_uses(absent, program):
    folder = program(
        pkg____init___py="", pkg__a_py="from . import tenacity\nfrom .tenacity import x\n"
    )
    (folder / "pkg" / "__init__.py").write_text("")
    report, code = examine(absent, folder)
    assert (report["peers"], code) == ([], 0)


def test_the_installed_version_is_told_and_a_different_one_needs_a_look(present, program):
    report, code = examine(present, program(app_py="import tenacity\n"))
    (peer,) = report["peers"]
    assert (peer["installed"], code) == ("1.2.3", 1)
    assert "version 1.2.3 is installed, we behave as 9.2.1" in peer["attention"][0]


def test_the_same_version_needs_no_look(make_environment, program):
    environment = make_environment()
    environment.install_fake_peer("9.2.1")
    report, code = examine(environment, program(app_py="import tenacity\n"))
    assert (report["peers"][0]["attention"], code) == ([], 0)


def test_under_drop_in_an_absent_peer_is_still_told_as_absent(absent, program):
    report, _ = examine(absent, program(app_py="import tenacity\n"), MAINSTAY_DROPIN="tenacity")
    assert report["peers"][0]["installed"] is None


def test_own_modules_with_the_name_of_a_peer_need_a_look(absent, program):
    folder = program(
        tenacity_py="", src__tenacity__x_py="", app_py="import tenacity\n", src__inside__a_py=""
    )
    (folder / "src" / "tenacity" / "__init__.py").write_text("")
    (folder / "src" / "inside" / "__init__.py").write_text("")
    (folder / "src" / "inside" / "tenacity.py").write_text("")  # inside a package: no rival
    report, code = examine(absent, folder)
    (peer,) = report["peers"]
    assert {os.path.relpath(file, folder) for file in peer["own_modules"]} == {
        "tenacity.py",
        "src/tenacity/__init__.py",
    }
    assert (len(peer["attention"]), code) == (2, 1)


def test_a_submodule_we_do_not_have_needs_a_look(absent, program):
    report, code = examine(absent, program(app_py="import tenacity.no_such\n"))
    assert (
        "app.py:1 imports tenacity.no_such, which we do not have"
        in (report["peers"][0]["attention"][0])
    )
    assert code == 1


def test_a_module_of_ones_own_hides_only_what_is_missing_beside_it(absent, program):
    text = "import tenacity.no_such\n"
    report, _ = examine(absent, program(app_py=text, own__app_py=text, own__tenacity_py=""))
    own, *missing = report["peers"][0]["attention"]
    assert "has the name of the peer" in own
    assert os.path.join("own", "app.py") not in "".join(missing)
    assert len(missing) == 1


def test_a_name_we_do_not_have_needs_a_look(absent, program):
    folder = program(app_py="from tenacity import retry, no_such, stop\n")
    report, code = examine(absent, folder)
    (text,) = report["peers"][0]["attention"]
    assert "app.py:1 imports tenacity.no_such, which we do not have; it would fail" in text
    assert code == 1


def test_everything_public_the_peer_has_is_taken_for_present(absent, program):
    names = absent.mainstay("run", "-c", "import tenacity; print(*tenacity.__all__)").stdout
    assert "AsyncRetrying" in names.split()
    folder = program(
        app_py=f"from tenacity import {', '.join(names.split())}, asyncio, nap, __version__\n"
        "from tenacity.asyncio import retry_if_exception, AsyncRetrying\nfrom tenacity import *\n"
    )
    report, code = examine(absent, folder)
    assert (report["peers"][0]["attention"], code) == ([], 0)


BROKEN = {
    "syntax": b"def (\n",
    "encoding": b"x = '\xff'\n",
    "unknown_coding": b"# coding: nope\n",
    "null_byte": b"x = 1\0\n",
    "depth": b"x = " + b"(" * 5000 + b")" * 5000,
    "unary": b"x = " + b"-" * 100_000 + b"1",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_file_that_cannot_be_parsed_is_listed_and_the_rest_is_read(kind, absent, program):
    folder = program(bad_py=BROKEN[kind], good_py="import tenacity\n")
    report, code = examine(absent, folder)
    assert [os.path.basename(entry["file"]) for entry in report["not_read"]] == ["bad.py"]
    assert report["not_read"][0]["reason"]
    assert (report["files_read"], len(report["peers"]), code) == (1, 1, 1)


def test_a_file_nested_beyond_measure_is_read_or_listed(absent, program):
    folder = program(bad_py=b"x = a" + b".a" * 200_000, good_py="import tenacity\n")
    report, code = examine(absent, folder)
    # Python 3.10 parses it; newer ones refuse to.
    assert report["files_read"] + len(report["not_read"]) == 2
    assert (len(report["peers"]), code) == (1, len(report["not_read"]))


def test_files_without_read_permission_or_target_are_listed(absent, program):
    folder = program(good_py="")
    (folder / "gone.py").symlink_to(folder / "nowhere")
    report, code = examine(absent, folder)
    assert [os.path.basename(entry["file"]) for entry in report["not_read"]] == ["gone.py"]
    assert code == 1


def test_a_folder_that_links_to_itself_ends(absent, program):
    folder = program(app_py="import tenacity\n")
    (folder / "loop").symlink_to(folder)
    report, _ = examine(absent, folder)
    assert report["files_read"] == 1


def test_environments_and_installed_packages_are_skipped(absent, program):
    folder = program(app_py="")
    for name in (".venv", ".git", "node_modules", "__pycache__", "site-packages", "odd_name"):
        (folder / name).mkdir()
        (folder / name / "m.py").write_text("import tenacity\n")
    (folder / "odd_name" / "pyvenv.cfg").write_text("")
    report, _ = examine(absent, folder)
    assert (report["peers"], report["files_read"]) == ([], 1)


def test_a_file_is_read_whatever_its_name(absent, program):
    script = program(tool="#!/usr/bin/env python3\nimport tenacity\n") / "tool"
    report, _ = examine(absent, script)
    assert report["peers"][0]["uses"][0]["line"] == 2


def test_a_file_named_twice_is_read_once(absent, program):
    folder = program(app_py="import tenacity\n")
    report, _ = examine(absent, folder, folder / "app.py")
    assert (report["files_read"], len(report["peers"][0]["uses"])) == (1, 1)


def test_nothing_of_the_program_is_run(absent, program):
    folder = program(
        conftest_py="open('ran', 'w')\n",
        json_py="open('ran', 'w')\n",
        app_py="import tenacity, json\nopen('ran', 'w')\n",
    )
    # Without the current directory on the path, which `python -m` would put there itself.
    option = "-P" if sys.version_info >= (3, 11) else "-I"
    done = absent.run(option, "-m", "mainstay", "doctor", folder, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert not (folder / "ran").exists()


def test_imports_by_a_computed_name_are_counted(absent, program):
    folder = program(app_py="import importlib\nimportlib.import_module(name)\n")
    report, code = examine(absent, folder)
    assert [entry["line"] for entry in report["computed_imports"]] == [2]
    assert code == 0


def test_the_text_says_the_same(present, program):
    folder = program(app_py="from tenacity import retry\n", bad_py="def (\n")
    done = present.mainstay("doctor", ".", cwd=folder)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[:3] == [
        "tenacity -> mainstay.retry",
        "  we behave as 9.2.1; installed here: 1.2.3",
        "  ./app.py:1: from tenacity import retry",
    ]
    assert "  ./bad.py: line 1: invalid syntax" in lines
    assert lines[-1] == "1 file read; peers imported: tenacity; needing a look: 2"


def test_file_names_that_are_no_text_are_shown_escaped(absent, program):
    folder = program(app_py="")
    with open(os.fsencode(folder) + b"/\xff.py", "wb") as stream:
        stream.write(b"import tenacity\n")
    done = absent.mainstay("doctor", folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert r"\udcff.py:1: import tenacity" in done.stdout


def test_a_reader_that_leaves_early_is_no_error(absent, program):
    folder = program(app_py="import tenacity\n" * 20_000)
    command = '"$0" -m mainstay doctor "$1" | head -n 1'
    done = subprocess.run(
        ["/bin/sh", "-c", command, absent.python, str(folder)],
        capture_output=True,
        env=absent.variables,
        check=False,
    )
    assert (done.stdout, done.stderr) == (b"tenacity -> mainstay.retry\n", b"")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "the following arguments are required: PATH"),
        (("no/such",), "there is no file or folder 'no/such'; check the path"),
        (("--nope", "."), "unrecognized arguments: --nope"),
    ],
)
def test_a_wrong_command_line_is_code_2(arguments, said, absent):
    done = absent.mainstay("doctor", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_help_explains_the_exit_codes(absent):
    done = absent.mainstay("doctor", "--help")
    assert done.returncode == 0
    assert "exit code:" in done.stdout
    assert "mainstay doctor --json app.py" in done.stdout
