"""`mainstay run`: the program runs as under plain Python, and on ours."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from mainstay.dropin import available

EVERY = ", ".join(available())


def test_runs_a_script_with_its_arguments(absent):
    script = absent.script("args.py", "import sys\nprint(sys.argv, __name__)\n" + absent.whose)
    done = absent.mainstay("run", script, "--only", "x", "-c", "--", "")
    assert done.stdout == f"{[str(script), '--only', 'x', '-c', '--', '']} __main__\nours\n"
    assert (done.returncode, done.stderr) == (0, "")


def test_runs_a_module_with_its_arguments(absent):
    absent.script("tool/__init__.py", "")
    script = absent.script("tool/__main__.py", "import sys\nprint(sys.argv[1:])\n" + absent.whose)
    done = absent.mainstay("run", "-m", "tool", "--help", cwd=script.parent.parent)
    assert (done.returncode, done.stdout) == (0, "['--help']\nours\n")


def test_runs_code_with_its_arguments(absent):
    done = absent.mainstay("run", "-c", "import sys; print(sys.argv)\n" + absent.whose, "-m", "x")
    assert (done.returncode, done.stdout) == (0, "['-c', '-m', 'x']\nours\n")


def test_runs_module_and_code_written_together_with_their_option(absent):
    assert absent.mainstay("run", "-cprint(1)").stdout == "1\n"
    assert absent.mainstay("run", "-mthis").stdout.startswith("The Zen")


def test_runs_a_program_from_standard_input(absent):
    done = absent.mainstay("run", "-", "a", stdin="import sys; print(sys.argv)\n" + absent.whose)
    assert (done.returncode, done.stdout) == (0, "['-', 'a']\nours\n")


def test_runs_a_directory_with_a_main_file(absent):
    script = absent.script("folder/__main__.py", absent.whose)
    assert absent.mainstay("run", script.parent).stdout == "ours\n"


def test_the_program_reads_standard_input(absent):
    done = absent.mainstay("run", "-c", "print(input()[::-1], input())", stdin="abc\nd\n")
    assert done.stdout == "cba d\n"


def test_the_installed_command_does_the_same(absent, tmp_path):
    command = tmp_path / "mainstay"
    command.write_text(
        f"#!{absent.python}\nimport sys\nfrom mainstay.cli import main\nsys.exit(main())\n"
    )
    command.chmod(0o755)
    done = subprocess.run(
        [command, "run", "-c", absent.whose], capture_output=True, env=absent.variables, check=False
    )
    assert (done.returncode, done.stdout) == (0, b"ours\n")


ENDINGS = {
    "success": "pass",
    "a code": "raise SystemExit(3)",
    "a text": "import sys; sys.exit('no')",
    "an exception": "1/0",
    "no interpreter exit": "import os; os._exit(7)",
    "a signal": "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
    "an interrupt": "raise KeyboardInterrupt",
    "an interrupt from outside": "import os, signal; os.kill(os.getpid(), signal.SIGINT)",
    "a syntax error": "def (",
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_ends_as_under_plain_python_with(ending, absent):
    program = f"def run():\n    {ENDINGS[ending]}\nprint('out')\nrun()\n"
    script = absent.script(f"{ending.replace(' ', '_')}.py", program)
    plain, ours = absent.run(script), absent.mainstay("run", script)
    assert (ours.returncode, ours.stdout, ours.stderr) == (
        plain.returncode,
        plain.stdout,
        plain.stderr,
    )


def test_a_missing_module_is_reported_by_python_itself(absent):
    plain, ours = absent.run("-m", "no_such"), absent.mainstay("run", "-m", "no_such")
    assert (ours.returncode, ours.stderr) == (plain.returncode, plain.stderr)


def test_the_program_takes_the_place_of_the_process_and_gets_its_signals(absent):
    program = (
        "import os, signal, sys\n"
        "def stop(number, frame):\n"
        "    print('stopped by', number)\n"
        "    sys.exit(5)\n"
        "signal.signal(signal.SIGTERM, stop)\n"
        "print(os.getpid(), flush=True)\n"
        "signal.pause()\n"
    )
    with subprocess.Popen(
        [absent.python, "-m", "mainstay", "run", "-c", program],
        stdout=subprocess.PIPE,
        env=absent.variables,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert int(process.stdout.readline()) == process.pid
            process.send_signal(signal.SIGTERM)
            rest, _ = process.communicate(timeout=120)
        finally:
            process.kill()
    assert (process.returncode, rest) == (5, f"stopped by {int(signal.SIGTERM)}\n")


def test_signals_start_with_the_same_dispositions(absent):
    program = "import signal; print([signal.getsignal(n) for n in signal.valid_signals()])"
    assert absent.mainstay("run", "-c", program).stdout == absent.run("-c", program).stdout


def test_the_import_path_differs_by_one_entry_only(absent):
    program = "import sys; print(*sys.path, sep='\\n')"
    plain = absent.run("-c", program).stdout.splitlines()
    ours = absent.mainstay("run", "-c", program).stdout.splitlines()
    assert [entry for entry in ours if entry != absent.entry] == plain
    assert ours.index(absent.entry) == ours.index(str(absent.site)) - 1


FLAGS = (
    "import sys; sys._xoptions.pop('mainstay_dropin', None); "
    "print(sys.flags, sys.warnoptions, sorted(sys._xoptions), __debug__)"
)


@pytest.mark.parametrize(
    "options",
    [
        ("-O",),
        ("-OO", "-B"),
        ("-W", "error::UserWarning", "-W", "ignore"),
        ("-X", "dev"),
        ("-bb",),
        ("-E",),
        ("-s",),
        ("-I",),
        ("-u", "-q"),
        ("-X", "utf8=0", "-X", "mine=1", "-X", "flag"),
        *([("-P",)] if sys.version_info >= (3, 11) else []),
    ],
    ids=" ".join,
)
def test_options_of_the_interpreter_reach_the_program(options, absent):
    plain = absent.run(*options, "-c", FLAGS, PYTHONWARNINGS="once")
    ours = absent.run(*options, "-m", "mainstay", "run", "-c", FLAGS, PYTHONWARNINGS="once")
    assert (ours.returncode, ours.stdout) == (0, plain.stdout)


def test_standard_output_stays_unbuffered_when_asked(absent):
    program = "import sys; print(sys.stdout.write_through)"
    done = absent.run("-u", "-m", "mainstay", "run", "-c", program)
    assert done.stdout == "True\n"


@pytest.mark.parametrize("option", ["-I", "-E"])
def test_runs_on_ours_where_the_environment_is_ignored(option, absent):
    done = absent.run(option, "-m", "mainstay", "run", "-c", absent.whose)
    assert (done.returncode, done.stdout) == (0, "ours\n")


def test_only_and_except_choose_the_peers(make_environment):
    environment = make_environment()
    environment.add_toy_peer()
    program = "import mainstay.dropin as d; print(*d.installed())"

    def chosen(*options: str) -> str:
        return environment.mainstay("run", *options, "-c", program).stdout.strip()

    assert chosen() == "tenacity toy"
    assert chosen("--only", "toy") == "toy"
    assert chosen("--only=toy,tenacity") == "tenacity toy"
    assert chosen("--only", "toy", "--only", "tenacity") == "tenacity toy"
    assert chosen("--except", "toy") == "tenacity"
    assert chosen("--only", "tenacity,toy", "--except=tenacity") == "toy"


def test_a_peer_that_was_not_chosen_is_not_served(make_environment):
    environment = make_environment()
    environment.add_toy_peer()
    done = environment.mainstay("run", "--only", "toy", "-c", "import toy\n" + environment.whose)
    assert done.stdout == "absent\n"


def test_the_command_line_wins_over_an_inherited_choice(make_environment):
    environment = make_environment()
    environment.add_toy_peer()
    program = "import os, mainstay.dropin as d; print(os.environ['MAINSTAY_DROPIN'], d.installed())"
    done = environment.mainstay("run", "--only", "toy", "-c", program, MAINSTAY_DROPIN="tenacity")
    assert done.stdout == "toy ('toy',)\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "nothing to run; usage: mainstay run"),
        (("no/such.py",), r"there is no script 'no/such.py' in /.*; check the path$"),
        (("pytest",), "for a module write -m pytest"),
        (("-m",), "-m wants the name of a module after it, got nothing"),
        (("-c",), "-c wants a piece of code after it, got nothing"),
        (("--only", "nope", "-c", "1"), f"unknown peer 'nope'; mainstay can stand in for: {EVERY}"),
        (("--except", "nope", "-c", "1"), "unknown peer 'nope'"),
        (("--only",), "--only wants names of peers after it, got nothing"),
        (("--only=", "-c", "1"), "--only wants names of peers, got ''"),
        (("--except", EVERY.replace(" ", ""), "-c", "1"), "leave no peer to replace"),
        (("-O", "x.py"), "`python -O -m mainstay run SCRIPT`"),
        (("--onyl", "x.py"), "unknown option --onyl"),
    ],
)
def test_refuses_with_code_2_and_a_remedy(arguments, said, absent):
    done = absent.mainstay("run", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("mainstay run: ")
    assert re.search(said, done.stderr.strip()), done.stderr


def test_refuses_without_site_directories(absent):
    done = absent.run(
        "-S", "-m", "mainstay", "run", "-c", "print('ran')", PYTHONPATH=str(absent.site)
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "-S, which skips the start-up files" in done.stderr


def test_refuses_without_the_start_up_file(make_environment):
    environment = make_environment()
    for name in ("mainstay.pth", "mainstay.start"):
        (environment.site / name).unlink()
    done = environment.mainstay("run", "-c", "print('ran')")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no start-up file mainstay.pth was found" in done.stderr
    assert "pip install mainstay" in done.stderr


def test_refuses_from_a_source_tree_that_a_fresh_interpreter_does_not_see(
    make_environment, tmp_path
):
    environment = make_environment()
    tree = tmp_path / "tree"
    tree.mkdir()
    (environment.site / "mainstay").rename(tree / "mainstay")
    done = environment.mainstay("run", "-c", "print('ran')", cwd=tree)
    assert (done.returncode, done.stdout) == (2, "")
    assert "does not look at while it starts" in done.stderr


def test_names_like_ours_beside_the_program_do_no_harm(absent):
    absent.script("alike/mainstay.py", "raise SystemExit('the wrong one')")
    absent.script("alike/_startup.py", "raise SystemExit('the wrong one')")
    script = absent.script("alike/app.py", absent.whose)
    command = "import sys; from mainstay.cli import main; sys.exit(main(sys.argv[1:]))"
    start = absent.script("elsewhere/start.py", command)
    done = absent.run(start, "run", script.name, cwd=script.parent)
    assert (done.returncode, done.stdout) == (0, "ours\n")


def test_open_descriptors_reach_the_program(absent):
    reading, writing = os.pipe()
    with subprocess.Popen(
        [absent.python, "-m", "mainstay", "run", "-c", f"import os; os.write({writing}, b'x')"],
        pass_fds=[writing],
        env=absent.variables,
    ) as process:
        os.close(writing)
        assert os.read(reading, 2) == b"x"
        assert process.wait(120) == 0
    os.close(reading)


def test_arguments_that_are_no_text_pass_unchanged(absent):
    program = "import os, sys; print(os.fsencode(sys.argv[1]))"
    done = subprocess.run(
        [absent.python, "-m", "mainstay", "run", "-c", program, b"\xff\xfe"],
        capture_output=True,
        env=absent.variables,
        check=False,
    )
    assert done.stdout == b"b'\\xff\\xfe'\n"


def test_help_gives_examples(absent):
    done = absent.mainstay("run", "--help")
    assert done.returncode == 0
    assert "mainstay run -m pytest" in done.stdout
    assert Path(absent.python).name not in done.stderr
