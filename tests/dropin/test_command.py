"""The command `mainstay` itself: version, help, mistakes, and what it costs to start."""

from __future__ import annotations

import mainstay


def test_version(absent):
    for option in ("--version", "-V"):
        done = absent.mainstay(option)
        assert (done.returncode, done.stdout) == (0, f"mainstay {mainstay.__version__}\n")


def test_help_names_the_commands(absent):
    for option in ("--help", "-h"):
        done = absent.mainstay(option)
        assert done.returncode == 0
        assert "  run  " in done.stdout
        assert "  doctor  " in done.stdout


def test_nothing_to_do_prints_help_and_fails(absent):
    done = absent.mainstay()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: mainstay")


def test_an_unknown_command_is_told_with_a_remedy(absent):
    done = absent.mainstay("rnu")
    assert done.returncode == 2
    assert done.stderr.startswith("mainstay: unknown command 'rnu', wanted run, doctor or ")
    assert "write `mainstay run app.py`" in absent.mainstay("app.py").stderr


def test_a_command_of_a_capability_is_found_by_its_file(make_environment):
    environment = make_environment()
    noun = environment.site / "mainstay" / "toynoun"
    (noun / "_commands").mkdir(parents=True)
    (noun / "__init__.py").write_text("")
    (noun / "_commands" / "greet.py").write_text(
        '"""Say hello to NAME."""\n'
        'def main(arguments):\n    print("hello", *arguments)\n    return 3\n'
    )
    done = environment.mainstay("greet", "you")
    assert (done.returncode, done.stdout) == (3, "hello you\n")
    assert "  greet    Say hello to NAME\n" in environment.mainstay("--help").stdout


def test_running_imports_none_of_the_slow_modules(absent):
    slow = {"argparse", "ast", "json", "subprocess", "typing", "dataclasses", "inspect"}
    program = (
        "import sys\n"
        "from mainstay.cli import main\n"
        "main(['run', '--help'])\n"
        "main(['run', '--only', 'nope'])\n"
        f"print(sorted({slow!r} & set(sys.modules)))\n"
    )
    assert absent.run("-c", program).stdout.endswith("\n[]\n")


def test_switching_on_imports_none_of_the_slow_modules(absent):
    slow = {"argparse", "ast", "typing", "dataclasses", "inspect", "logging", "re", "pathlib"}
    program = f"import sys; print(sorted({slow!r} & set(sys.modules)))"
    assert absent.run("-c", program, MAINSTAY_DROPIN="tenacity").stdout == "[]\n"
