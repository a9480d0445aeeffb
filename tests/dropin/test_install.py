"""`mainstay.dropin`: on, off, again, and the refusals that keep a program whole."""

from __future__ import annotations

import zipfile

import pytest
from mainstay.dropin import available

EVERY = available()


def check(environment, program, **variables):
    """Runs a program that imports `d` and prints; returns its lines."""
    done = environment.run("-c", "import mainstay.dropin as d\n" + program, **variables)
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_install_takes_effect_and_uninstall_gives_the_installed_peer_back(present):
    program = "d.install('tenacity')\n" + present.whose + "d.uninstall()\n" + present.whose
    assert check(present, program) == ["ours", "1.2.3"]


def test_uninstall_makes_an_absent_peer_absent_again(absent):
    program = "d.install()\n" + absent.whose + "d.uninstall()\n" + absent.whose
    assert check(absent, program) == ["ours", "absent"]


def test_install_works_again_after_uninstall(absent):
    program = ("d.install()\n" + absent.whose + "d.uninstall()\n") * 3
    assert check(absent, program) == ["ours"] * 3


def test_a_module_held_over_an_uninstall_is_whole(present):
    program = (
        "d.install('tenacity')\n"
        "import tenacity as ours\n"
        "d.uninstall()\n"
        "import tenacity as installed\n"
        "print(installed.FAKE)\n"
        "home = __import__('os').path.dirname(ours.__file__)\n"
        "print(*(getattr(ours, name).__file__.startswith(home) for name in\n"
        "        ('asyncio', 'before', 'after', 'before_sleep', '_utils')))\n"
        "async def work(): pass\n"
        "print(ours.retry(work).retry.__class__ is ours.AsyncRetrying)\n"
    )
    assert check(present, program) == ["1.2.3", "True True True True True", "True"]


def test_uninstall_leaves_no_trace_in_the_import_system(present):
    program = (
        "import sys\n"
        "def state(): return (list(sys.path), list(sys.path_hooks), list(sys.meta_path),\n"
        "    [p for p in sys.path_importer_cache if p.endswith('peers-switched-on')],\n"
        "    [n for n in sys.modules if n.partition('.')[0] == 'tenacity'])\n"
        "before = state()\n"
        "d.install()\n"
        "import tenacity.asyncio\n"
        "print(state() == before)\n"
        "d.uninstall()\n"
        "print(state() == before)\n"
    )
    assert check(present, program) == ["False", "True"]


def test_uninstall_undoes_what_the_start_up_file_did(present):
    program = "d.uninstall()\n" + present.whose + "print(d.installed())"
    assert check(present, program, MAINSTAY_DROPIN="tenacity") == ["1.2.3", "()"]


def test_uninstall_without_install_does_nothing(present):
    assert check(present, "d.uninstall()\nd.uninstall()\nprint(d.installed())") == ["()"]


def test_install_twice_is_install_once(absent):
    program = (
        "import sys\n"
        "d.install()\n"
        "once = list(sys.path), list(sys.path_hooks), list(sys.meta_path)\n"
        "import tenacity\n"
        "d.install(); d.install('tenacity')\n"
        "print((sys.path, sys.path_hooks, sys.meta_path) == once, d.installed())\n"
        "import tenacity as again\n"
        "print(again is tenacity)\n"
    )
    assert check(absent, program) == [f"True {EVERY}", "True"]


def test_install_again_returns_to_a_rewritten_path(present):
    program = (
        "import sys\n"
        "d.install()\n"
        "sys.path[:] = [p for p in sys.path if 'peers' not in p][::-1]\n"
        "d.install()\n" + present.whose
    )
    assert check(present, program) == ["ours"]


def test_entries_of_the_path_that_are_no_text_are_left_alone(present):
    program = (
        "import pathlib, sys\n"
        "odd = [pathlib.Path('x'), None, b'y', '']\n"
        "sys.path[:0] = odd\n"
        "d.install()\n"
        "print(sys.path[:4] == odd)\n" + present.whose
    )
    assert check(present, program) == ["True", "ours"]


def test_available_names_the_peers_whether_installed_or_not(absent):
    assert check(absent, "print(d.available(), d.installed())") == [f"{EVERY} ()"]


def test_peers_are_switched_on_one_by_one_and_listed_in_one_order(make_environment):
    environment = make_environment()
    environment.add_toy_peer()
    program = (
        "d.install('toy'); print(d.installed())\n"
        + environment.whose
        + "d.install('tenacity'); print(d.installed())\n"
        + environment.whose
        + "d.uninstall(); d.install(); print(d.installed())\n"
    )
    assert check(environment, program) == [
        "('toy',)",
        "absent",
        "('tenacity', 'toy')",
        "ours",
        "('tenacity', 'toy')",
    ]


def test_an_unknown_name_is_a_value_error_that_lists_the_known_ones(absent):
    program = (
        "try: d.install('tenacity', 'tenacitty')\n"
        "except ValueError as error: print(error)\n"
        "print(d.installed())\n"
    )
    assert check(absent, program) == [
        (
            f"unknown peer 'tenacitty'; mainstay can stand in for: {', '.join(EVERY)}; check the "
            "spelling, or leave the name out"
        ),
        "()",
    ]


@pytest.mark.parametrize(
    ("given", "remedy"),
    [
        ("tenacity, pytest", "'tenacity'"),
        ("tenacity,tenacity", "'tenacity'"),
        ("Tenacity", "'tenacity'"),
        (" tenacity", "'tenacity'"),
    ],
)
def test_several_names_in_one_text_and_capitals_are_told_apart(given, remedy, absent):
    program = f"try: d.install({given!r})\nexcept ValueError as error: print(error)\n"
    (said,) = check(absent, program)
    assert said.startswith(f"unknown peer {given!r}; ")
    assert said.endswith(f"; write {remedy}")


def test_a_list_instead_of_names_is_a_type_error_with_the_right_call(absent):
    program = "try: d.install(['tenacity'])\nexcept TypeError as error: print(error)\n"
    assert check(absent, program) == [
        f"peers are given by name, got list ['tenacity']; write install(\"{available()[0]}\")"
    ]


REFUSED = (
    "try: d.install()\n"
    "except d.AlreadyImportedError as error:\n"
    "    print(isinstance(error, ImportError), error.name, error.path)\n"
    "    print(error)\n"
    "print(d.installed())\n"
)


def test_a_peer_imported_before_is_refused_and_nothing_changes(present):
    file = present.site / "tenacity" / "__init__.py"
    others = ", ".join(f'"{name}"' for name in available() if name != "tenacity")
    told = check(present, "import tenacity\n" + REFUSED + present.whose)
    assert told == [
        f"True tenacity {file}",
        (
            f"tenacity is already imported from {file}, and replacing it now would give the "
            "program half of each; call mainstay.dropin.install() before the first import of "
            "tenacity, or start the program with `mainstay run`; to replace others only, name "
            f"them: install({others})"
        ),
        "()",
        "1.2.3",
    ]


def test_a_module_without_a_file_under_the_name_of_a_peer_is_refused(absent):
    program = "import sys, types\nsys.modules['tenacity'] = types.ModuleType('tenacity')\n"
    lines = check(absent, program + REFUSED)
    assert lines[0] == "True tenacity None"
    assert "already imported from an unknown place" in lines[1]


@pytest.mark.parametrize("kind", ["tenacity.py", "tenacity/__init__.py"])
def test_an_own_module_imported_before_is_no_obstacle(kind, present):
    folder = "before_" + kind.partition(".")[0].replace("/", "_")
    present.script(f"{folder}/{kind}", "FAKE = 'own'\n")
    script = present.script(
        f"{folder}/app.py",
        "import tenacity\nimport mainstay.dropin as d\nd.install()\nprint(d.installed())\n"
        + present.whose,
    )
    done = present.run(script)
    assert (done.stdout, done.stderr) == (f"{EVERY}\nown\n", "")


def test_a_program_can_switch_on_in_its_first_lines_without_start_up_files(present):
    program = "d.install()\n" + present.whose
    assert check(present, program, PYTHONPATH="") == ["ours"]


def test_from_an_archive_nothing_is_switched_on(absent, tmp_path):
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as bundle:
        for file in (absent.site / "mainstay").rglob("*.py"):
            bundle.write(file, file.relative_to(absent.site))
    program = (
        "import mainstay.dropin as d\n"
        "try: d.install()\n"
        "except RuntimeError as error: print(error)\n"
        "print(d.installed())\n" + absent.whose
    )
    lines = absent.run("-c", program, PYTHONPATH=str(archive)).stdout.splitlines()
    assert lines[0].startswith("the peers' packages must be plain files, but ")
    assert lines[0].endswith(
        "install mainstay unpacked (pip does) instead of importing it from an archive"
    )
    assert lines[1:] == ["()", "absent"]


def test_an_own_module_in_an_archive_wins(present, tmp_path):
    archive = tmp_path / "own.zip"
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("tenacity.py", "FAKE = 'own'\n")
    program = "import tenacity\nd.install()\n" + present.whose
    assert check(present, program, PYTHONPATH=str(archive)) == ["own"]


def test_the_standard_tools_still_list_and_find_the_peer(absent):
    program = (
        "d.install()\n"
        "import importlib.util, inspect, pkgutil\n"
        "print('tenacity' in {m.name for m in pkgutil.iter_modules()})\n"
        "print(importlib.util.find_spec('tenacity').origin == inspect.getsourcefile(\n"
        "    importlib.import_module('tenacity')))\n"
        "print(importlib.reload(importlib.import_module('tenacity')).__name__)\n"
    )
    assert check(absent, program) == ["True", "True", "tenacity"]
