"""Which child processes run on ours: all that inherit the environment, however they start."""

from __future__ import annotations

import pytest
from mainstay.dropin import available

POOL = """\
import multiprocessing

def whose():
    import tenacity
    return getattr(tenacity, "FAKE", "ours")

if __name__ == "__main__":
    context = multiprocessing.get_context({method!r})
    with context.Pool(1) as pool:
        print(pool.apply(whose))
"""

SPAWN_CHILD = """\
import subprocess, sys
print(subprocess.run([sys.executable, *sys.argv[1:]], capture_output=True, text=True).stdout)
"""


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing_children_run_on_ours_under(method, present):
    script = present.script(f"{method}.py", POOL.format(method=method))
    done = present.mainstay("run", script)
    assert (done.returncode, done.stdout) == (0, "ours\n")


def test_interpreters_started_by_the_program_run_on_ours(present):
    done = present.mainstay("run", "-c", SPAWN_CHILD, "-c", present.whose)
    assert done.stdout.strip() == "ours"


def test_grandchildren_run_on_ours(present):
    done = present.mainstay("run", "-c", SPAWN_CHILD, "-c", SPAWN_CHILD, "-c", present.whose)
    assert done.stdout.strip() == "ours"


@pytest.mark.parametrize("option", ["-I", "-E"])
def test_children_that_ignore_the_environment_run_on_the_installed_peer(option, present):
    done = present.mainstay("run", "-c", SPAWN_CHILD, option, "-c", present.whose)
    assert done.stdout.strip() == "1.2.3"


def test_a_replaced_process_runs_on_ours(present):
    program = "import os, sys; os.execv(sys.executable, [sys.executable, '-c', sys.argv[1]])"
    assert present.mainstay("run", "-c", program, present.whose).stdout == "ours\n"


INSTALL = "import mainstay.dropin as d; d.install(children={children})\n"


def test_install_leaves_children_alone_unless_asked(present):
    program = INSTALL.format(children=False) + SPAWN_CHILD
    assert present.run("-c", program, "-c", present.whose).stdout.strip() == "1.2.3"


def test_install_takes_children_along_when_asked(present):
    program = INSTALL.format(children=True) + SPAWN_CHILD
    assert present.run("-c", program, "-c", present.whose).stdout.strip() == "ours"


INSTALL_IN_THE_PROGRAM = POOL.replace(
    "    context =", "    import mainstay.dropin\n    mainstay.dropin.install()\n    context ="
)
INSTALL_IN_THE_MODULE = "import mainstay.dropin\nmainstay.dropin.install()\n" + POOL


@pytest.mark.parametrize(
    ("method", "whose"), [("fork", "ours"), ("spawn", "1.2.3"), ("forkserver", "1.2.3")]
)
def test_of_an_install_in_the_program_only_copies_of_the_process_know(method, whose, present):
    text = INSTALL_IN_THE_PROGRAM.format(method=method)
    done = present.run(present.script(f"install_{method}.py", text))
    assert (done.stdout, done.stderr) == (f"{whose}\n", "")


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_an_install_in_the_main_module_runs_again_in_multiprocessing_children(method, present):
    text = INSTALL_IN_THE_MODULE.format(method=method)
    done = present.run(present.script(f"module_{method}.py", text))
    assert (done.stdout, done.stderr) == ("ours\n", "")


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing_children_follow_when_asked(method, present):
    text = INSTALL_IN_THE_PROGRAM.replace("install()", "install(children=True)")
    done = present.run(present.script(f"asked_{method}.py", text.format(method=method)))
    assert (done.stdout, done.stderr) == ("ours\n", "")


def test_a_child_that_is_handed_the_path_in_another_way_imports_no_peer_by_it(absent):
    program = (
        "import os, subprocess, sys, mainstay.dropin as d\n"
        "d.install()\n"
        "path = os.pathsep.join(entry for entry in sys.path if entry)\n"
        "env = {**os.environ, 'PYTHONPATH': path}\n"
        "command = [sys.executable, '-c', sys.argv[1]]\n"
        "print(subprocess.run(command, capture_output=True, text=True, env=env).stdout)\n"
    )
    assert absent.run("-c", program, absent.whose).stdout.strip() == "absent"


@pytest.mark.parametrize("before", [None, "", "tenacity"])
def test_uninstall_gives_the_variable_its_old_value_back(before, present):
    program = (
        "import os, mainstay.dropin as d\n"
        "d.uninstall()\n"
        "for _ in range(2): d.install(children=True)\n"
        "during = os.environ['MAINSTAY_DROPIN']\n"
        "d.uninstall()\n"
        "print((during, os.environ.get('MAINSTAY_DROPIN')))\n"
    )
    variables = {} if before is None else {"MAINSTAY_DROPIN": before}
    assert present.run("-c", program, **variables).stdout == f"{(','.join(available()), before)}\n"


def test_install_refuses_children_that_would_run_without(present):
    program = (
        "import mainstay.dropin as d\n"
        "try: d.install(children=True)\n"
        "except RuntimeError as error: print(error)\n"
        "print(d.installed())\n"
    )
    done = present.run("-S", "-c", program, PYTHONPATH=str(present.site))
    assert done.stdout.startswith("child processes would run without drop-in: ")
    assert done.stdout.endswith("\n()\n")
