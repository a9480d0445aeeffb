"""The start-up files: silent, cheap, idempotent, and deaf to anything but names of peers."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import mainstay
import pytest
from mainstay.dropin import available

LOADED = "import sys; print(sorted(n for n in sys.modules if n.startswith('mainstay')))"


def test_an_interpreter_without_the_variable_loads_nothing_of_ours(present):
    done = present.run("-c", LOADED + "\n" + present.whose)
    assert (done.stdout, done.stderr) == ("[]\n1.2.3\n", "")


def test_the_variable_switches_on(present):
    assert present.run("-c", present.whose, MAINSTAY_DROPIN="tenacity").stdout == "ours\n"


def test_an_empty_variable_switches_nothing_on(present):
    done = present.run("-c", present.whose, MAINSTAY_DROPIN="")
    assert (done.stdout, done.stderr) == ("1.2.3\n", "")


@pytest.mark.parametrize("option", ["-I", "-E"])
def test_the_variable_is_not_heard_where_the_environment_is_ignored(option, present):
    done = present.run(option, "-c", present.whose, MAINSTAY_DROPIN="tenacity")
    assert (done.stdout, done.stderr) == ("1.2.3\n", "")


@pytest.mark.parametrize("option", ["-I", "-E", "-s"])
def test_the_option_is_heard_even_so(option, present):
    done = present.run(option, "-X", "mainstay_dropin=tenacity", "-c", present.whose)
    assert (done.stdout, done.stderr) == ("ours\n", "")


def test_the_option_without_names_means_all(present):
    assert present.run("-X", "mainstay_dropin", "-c", present.whose).stdout == "ours\n"


def test_the_option_wins_over_the_variable(present):
    done = present.run("-X", "mainstay_dropin=", "-c", present.whose, MAINSTAY_DROPIN="tenacity")
    assert (done.stdout, done.stderr) == ("1.2.3\n", "")


def test_without_site_nothing_is_heard(present):
    done = present.run("-S", "-X", "mainstay_dropin", "-c", LOADED, MAINSTAY_DROPIN="tenacity")
    assert (done.stdout, done.stderr) == ("[]\n", "")


HOSTILE = {
    "a path": "../../evil",
    "code": "tenacity;import os",
    "an import": "__import__('os').system('echo evil')",
    "a dotted name": "os.path",
    "a line break": "tenacity\nprint('evil')",
    "capitals": "Tenacity",
    "no ascii": "t\u00e9nacity\udcff",
    "a tab": "tenacity,\ttenacity",
    "much": "x!" * 20000,
}


@pytest.mark.parametrize("content", HOSTILE)
def test_the_variable_is_ignored_with_one_line_when_it_holds(content, present):
    value = HOSTILE[content].encode("utf-8", "surrogateescape")
    done = subprocess.run(
        [present.python, "-c", present.whose],
        env={**present.variables, "MAINSTAY_DROPIN": value},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, b"1.2.3\n")
    assert done.stderr.startswith(b"mainstay: MAINSTAY_DROPIN=")
    assert b" is ignored: it may hold only names of peers" in done.stderr
    assert done.stderr.count(b"\n") == 1
    assert len(done.stderr) < 300


@pytest.mark.parametrize(
    "names",
    ["tenacity, tenacity", " tenacity ", "tenacity tenacity", ", tenacity ,", "  ,tenacity"],
)
def test_names_may_be_separated_as_people_separate_them(names, present):
    for arguments, variables in (
        ((), {"MAINSTAY_DROPIN": names}),
        (("-X", f"mainstay_dropin={names}"), {}),
    ):
        done = present.run(*arguments, "-c", present.whose, **variables)
        assert (done.stdout, done.stderr) == ("ours\n", "")


@pytest.mark.parametrize("names", [" ", ",", " , ,"])
def test_separators_without_names_switch_nothing_on(names, present):
    done = present.run("-c", present.whose, MAINSTAY_DROPIN=names)
    assert (done.stdout, done.stderr) == ("1.2.3\n", "")


def test_unknown_names_are_noted_and_known_ones_honoured(present):
    done = present.run("-c", present.whose, MAINSTAY_DROPIN="nope,,tenacity,tenacity")
    assert done.stdout == "ours\n"
    assert done.stderr == (
        "mainstay: MAINSTAY_DROPIN names 'nope', which is no peer; it is ignored "
        f"(known: {', '.join(available())})\n"
    )


def test_a_very_long_unknown_name_is_shown_short(present):
    done = present.run("-c", present.whose, MAINSTAY_DROPIN="x" * 20000)
    assert done.stdout == "1.2.3\n"
    assert "xxx...', which" in done.stderr
    assert len(done.stderr) < 300


def test_many_unknown_names_do_no_harm(present):
    done = present.run("-c", present.whose, MAINSTAY_DROPIN="-,_,os,sys")
    assert (done.returncode, done.stdout) == (0, "1.2.3\n")


def test_a_second_run_of_the_line_changes_nothing(make_environment):
    environment = make_environment()
    program = (
        "import sys, mainstay.dropin\n"
        f"print(sys.path.count({environment.entry!r}), mainstay.dropin.installed())\n"
        "print(len([h for h in sys.path_hooks if h.__module__.startswith('mainstay')]))\n"
    )
    line = (environment.site / "mainstay.pth").read_text()
    (environment.site / "mainstay_again.pth").write_text(line * 2)
    done = environment.run("-c", program, MAINSTAY_DROPIN="tenacity")
    assert (done.stdout, done.stderr) == ("1 ('tenacity',)\n1\n", "")


def test_the_line_is_silent_when_the_package_is_gone(make_environment):
    environment = make_environment()
    (environment.site / "mainstay").rename(environment.root / "gone")
    done = environment.run("-c", "print('fine')", MAINSTAY_DROPIN="tenacity")
    assert (done.stdout, done.stderr) == ("fine\n", "")


def test_a_peer_that_an_earlier_start_up_file_imported_is_not_replaced(make_environment):
    environment = make_environment()
    environment.install_fake_peer("1.2.3")
    (environment.site / "a_first.pth").write_text("import tenacity\n")
    done = environment.run("-c", environment.whose, MAINSTAY_DROPIN="tenacity")
    assert done.stdout == "1.2.3\n"
    assert done.stderr == (
        "mainstay: tenacity is not replaced: another start-up file already imported it from "
        f"{environment.site / 'tenacity' / '__init__.py'}\n"
    )


def test_a_program_without_standard_error_starts(present):
    done = subprocess.run(
        ["/bin/sh", "-c", f"exec {present.python} -c 'print(1)' 2>&-"],
        env={**present.variables, "MAINSTAY_DROPIN": "../evil"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, b"1\n")


def test_a_virtual_environment_made_inside_another_runs_on_ours(present, tmp_path):
    program = (
        "import sys, venv\n"
        "venv.EnvBuilder(symlinks=True, system_site_packages=True).create(sys.argv[1])\n"
    )
    inner = tmp_path / "inner"
    assert present.mainstay("run", "-c", program, inner).returncode == 0
    place = next(inner.glob("lib*/python*/site-packages"))
    for name in ("mainstay", "mainstay.pth", "mainstay.start"):
        (place / name).symlink_to(present.site / name)
    done = subprocess.run(
        [inner / "bin" / "python", "-m", "mainstay", "run", "-c", present.whose],
        env=present.variables,
        capture_output=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == (b"ours\n", b"")


def test_a_virtual_environment_without_mainstay_ignores_the_inherited_variable(present, tmp_path):
    program = (
        "import subprocess, sys, venv\n"
        "venv.EnvBuilder(symlinks=True).create(sys.argv[1])\n"
        "print(subprocess.run([sys.argv[1] + '/bin/python', '-c', sys.argv[2]],\n"
        "                     capture_output=True, text=True, check=True))\n"
    )
    done = present.mainstay("run", "-c", program, tmp_path / "bare", present.whose)
    assert r"stdout='absent\n', stderr=''" in done.stdout


def test_the_file_for_newer_pythons_names_a_callable_the_import_line_calls_too():
    root = Path(mainstay.__file__).parent.parent
    lines = (root / "mainstay.start").read_text(encoding="utf-8").splitlines()
    entries = [line for line in lines if line and not line.startswith("#")]
    assert entries == ["mainstay._startup:activate"]
    module, _, name = entries[0].partition(":")
    assert callable(getattr(importlib.import_module(module), name))
    assert f"from {module} import {name}" in (root / "mainstay.pth").read_text()


def test_the_import_line_is_one_line_that_starts_with_import():
    text = (Path(mainstay.__file__).parent.parent / "mainstay.pth").read_text()
    assert text.startswith("import ")
    assert text.count("\n") == 1


def test_the_cost_of_an_inactive_line_is_shown(absent, capsys):
    program = (
        "import time\n"
        f"line = open({str(absent.site / 'mainstay.pth')!r}).read()\n"
        "exec(line)\n"
        "start = time.perf_counter()\n"
        "for _ in range(200): exec(line)\n"
        "print(f'{(time.perf_counter() - start) / 200 * 1e6:.0f}')\n"
    )
    cost = int(absent.run("-c", program).stdout)
    with capsys.disabled():
        print(f"\ninactive start-up line: {cost} us ({sys.version.split()[0]})")
