"""Several peers at once: chosen one by one, left one by one, told apart everywhere."""

from __future__ import annotations

import json

import pytest

POOL = """\
import multiprocessing
import mainstay.dropin as d

def whose():
    answers = []
    for name in ("tenacity", "toy"):
        try:
            module = __import__(name)
        except ModuleNotFoundError:
            answers.append("absent")
        else:
            answers.append(getattr(module, "FAKE", "ours"))
    return answers

if __name__ == "__main__":
    d.install("toy"{children})
    print(*whose())
    with multiprocessing.get_context({method!r}).Pool(1) as pool:
        print(*pool.apply(whose))
"""


@pytest.fixture(scope="module")
def both(make_shared_environment):
    """Two peers, both installed: tenacity 1.2.3 and toy 0.5. Not to be changed."""
    environment = make_shared_environment()
    environment.add_toy_peer()
    environment.install_fake_peer("1.2.3")
    environment.install_fake_peer("0.5", name="toy")
    return environment


@pytest.fixture(scope="module")
def only_toy(make_shared_environment):
    """Two peers, of which toy 0.5 is installed. Not to be changed."""
    environment = make_shared_environment()
    environment.add_toy_peer()
    environment.install_fake_peer("0.5", name="toy")
    return environment


def check(environment, program, **variables):
    """Runs a program that imports `d` and prints; returns its lines."""
    done = environment.run("-c", "import os, mainstay.dropin as d\n" + program, **variables)
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_the_second_install_leaves_the_first_alone(both):
    program = (
        "d.install('tenacity')\nimport tenacity as first\nd.install('toy')\n"
        + both.whose_of("tenacity", "toy")
        + "import tenacity\nprint(tenacity is first, d.installed())\n"
    )
    assert check(both, program) == ["ours", "ours", "True ('tenacity', 'toy')"]


def test_uninstalling_one_leaves_the_other(both):
    program = (
        "d.install()\nimport tenacity as first\nimport toy\nd.uninstall('toy')\n"
        "print(d.installed())\n"
        + both.whose_of("tenacity", "toy")
        + "print(tenacity is first)\n"
        + "d.uninstall('tenacity')\nprint(d.installed())\n"
        + both.whose_of("tenacity", "toy")
    )
    expected = ["('tenacity',)", "ours", "0.5", "True", "()", "1.2.3", "0.5"]
    assert check(both, program) == expected


def test_uninstalling_one_that_is_not_installed_does_nothing(both):
    program = "d.install('toy')\nd.uninstall('tenacity')\nprint(d.installed())\n"
    assert check(both, program) == ["('toy',)"]


def test_uninstalling_the_last_one_leaves_no_trace(both):
    program = (
        "import sys\n"
        "def state(): return list(sys.path), list(sys.path_hooks), list(sys.meta_path)\n"
        "before = state()\n"
        "d.install()\nd.uninstall('toy')\nd.uninstall('tenacity')\nprint(state() == before)\n"
    )
    assert check(both, program) == ["True"]


def test_uninstalling_an_unknown_peer_is_refused_and_changes_nothing(both):
    program = (
        "d.install()\n"
        "try: d.uninstall('toyy')\n"
        "except ValueError as error: print(error)\n"
        "print(d.installed())\n"
    )
    assert check(both, program) == [
        (
            "unknown peer 'toyy'; mainstay can stand in for: tenacity, toy; check the spelling, "
            "or leave the name out"
        ),
        "('tenacity', 'toy')",
    ]


def test_one_already_imported_refuses_both_and_says_how_to_have_the_other(both):
    program = (
        "import toy\n"
        "try: d.install()\n"
        "except d.AlreadyImportedError as error:\n"
        "    print(error.name, str(error).partition('; to ')[2])\n"
        "print(d.installed())\nd.install('tenacity')\n" + both.whose_of("tenacity", "toy")
    )
    assert check(both, program) == [
        'toy replace others only, name them: install("tenacity")',
        "()",
        "ours",
        "0.5",
    ]


def test_one_already_imported_is_not_replaced_at_start_and_the_other_is(make_environment):
    environment = make_environment()
    environment.add_toy_peer()
    environment.install_fake_peer("1.2.3")
    (environment.site / "a_first.pth").write_text("import tenacity\n")
    done = environment.run(
        "-c", environment.whose_of("tenacity", "toy"), MAINSTAY_DROPIN="tenacity,toy"
    )
    assert done.stdout.splitlines() == ["1.2.3", "ours"]
    assert done.stderr.startswith("mainstay: tenacity is not replaced: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("variable", ["tenacity, toy", "toy tenacity", " toy ,tenacity "])
def test_the_variable_switches_several_on(variable, both):
    program = both.whose_of("tenacity", "toy")
    assert check(both, program, MAINSTAY_DROPIN=variable) == ["ours", "ours"]


def test_an_unknown_name_in_the_variable_does_not_keep_the_others_off(both):
    done = both.run("-c", both.whose_of("tenacity", "toy"), MAINSTAY_DROPIN="toy, plugy, tenacity")
    assert done.stdout.splitlines() == ["ours", "ours"]
    assert done.stderr == (
        "mainstay: MAINSTAY_DROPIN names 'plugy', which is no peer; it is ignored "
        "(known: tenacity, toy)\n"
    )


CHOICES = {
    (): ["ours", "ours"],
    ("--only", "toy"): ["1.2.3", "ours"],
    ("--only", "toy, tenacity"): ["ours", "ours"],
    ("--except", "toy"): ["ours", "0.5"],
    ("--only=toy,tenacity", "--except=tenacity"): ["1.2.3", "ours"],
}


@pytest.mark.parametrize("options", CHOICES, ids=" ".join)
def test_run_replaces_the_chosen_ones_in_the_program_and_in_its_children(options, both):
    whose = both.whose_of("tenacity", "toy")
    program = (
        f"import subprocess, sys\n{whose}sys.stdout.flush()\n"
        f"subprocess.run([sys.executable, '-c', {whose!r}])\n"
    )
    done = both.mainstay("run", *options, "-c", program)
    assert (done.stdout.splitlines(), done.stderr) == (CHOICES[options] * 2, "")


def test_names_that_fell_apart_on_the_command_line_are_told(both):
    done = both.mainstay("run", "--only", "toy,", "tenacity", "-c", "pass")
    assert done.returncode == 2
    assert "names of peers are written together, as in --only toy,tenacity" in done.stderr


@pytest.mark.parametrize(
    ("method", "child"),
    [("fork", "1.2.3 ours"), ("spawn", "1.2.3 0.5"), ("forkserver", "1.2.3 0.5")],
)
def test_children_never_get_a_peer_that_was_not_chosen(method, child, both):
    script = both.script(f"{method}.py", POOL.format(method=method, children=""))
    done = both.run(script)
    assert (done.stdout.splitlines(), done.stderr) == (["1.2.3 ours", child], "")


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_children_get_the_chosen_peers_when_asked(method, both):
    script = both.script(
        f"asked_{method}.py", POOL.format(method=method, children=", children=True")
    )
    done = both.run(script)
    assert (done.stdout.splitlines(), done.stderr) == (["1.2.3 ours", "1.2.3 ours"], "")


def test_children_are_told_of_those_they_were_to_be_told_of(both):
    program = (
        "def told(): print(os.environ.get('MAINSTAY_DROPIN'))\n"
        "d.install('tenacity'); told()\n"
        "d.install('toy', children=True); told()\n"
        "d.install('tenacity', children=True); told()\n"
        "d.uninstall('toy'); told()\n"
        "d.uninstall(); told()\n"
    )
    assert check(both, program) == ["None", "toy", "tenacity,toy", "tenacity", "None"]


def test_what_children_were_told_from_outside_stays(both):
    program = (
        "def told(): print(os.environ.get('MAINSTAY_DROPIN'))\n"
        "d.install('toy', children=True); told()\n"
        "d.uninstall('tenacity'); told()\n"
        "d.uninstall('toy'); told()\n"
    )
    told = check(both, program, MAINSTAY_DROPIN=" tenacity")
    assert told == ["tenacity,toy", "tenacity,toy", " tenacity"]


def test_one_absent_and_one_installed_each_have_their_own_metadata(only_toy):
    program = (
        "import importlib.metadata as m\n"
        "print(m.version('tenacity'), m.version('toy-dist'), m.version('Toy.Dist'))\n"
        "names = ('tenacity', 'toy-dist')\n"
        "print(sorted((d.metadata['Name'], d.version) for d in m.distributions()\n"
        "             if d.metadata['Name'] in names))\n"
        "print([e.value for e in m.entry_points(group='fakes')])\n"
    )
    assert check(only_toy, program, MAINSTAY_DROPIN="tenacity,toy") == [
        "9.2.1 0.5 0.5",
        "[('tenacity', '9.2.1'), ('toy-dist', '0.5')]",
        "['toy.nap']",
    ]


def test_after_uninstalling_one_its_metadata_are_gone_and_the_others_stay(make_environment):
    environment = make_environment()
    environment.add_toy_peer()
    program = (
        "import importlib.metadata as m\n"
        "d.install()\nd.uninstall('toy')\nprint(m.version('tenacity'))\n"
        "try: m.version('toy-dist')\n"
        "except m.PackageNotFoundError: print('absent')\n"
    )
    assert check(environment, program) == ["9.2.1", "absent"]


def test_an_own_module_of_one_name_does_not_hinder_the_other(both):
    both.script("own/toy.py", "FAKE = 'own'\n")
    script = both.script("own/app.py", both.whose_of("tenacity", "toy"))
    done = both.mainstay("run", script)
    assert (done.stdout.splitlines(), done.stderr) == (["ours", "own"], "")


def test_doctor_judges_each_by_itself(only_toy):
    file = only_toy.script(
        "judged/app.py", "import toy\nfrom tenacity import retry, nonsense\nimport toy.nap\n"
    )
    done = only_toy.mainstay("doctor", "--json", file)
    retry, toy = json.loads(done.stdout)["peers"]
    assert (retry["name"], retry["installed"], retry["compatible_with"]) == (
        "tenacity",
        None,
        "9.2.1",
    )
    assert (toy["name"], toy["installed"], toy["compatible_with"]) == ("toy", "0.5", "1.0")
    assert [use["module"] for use in toy["uses"]] == ["toy", "toy.nap"]
    (missing,) = retry["attention"]
    assert "imports tenacity.nonsense, which we do not have" in missing
    version, submodule = toy["attention"]
    assert version.startswith("version 0.5 is installed, we behave as 1.0")
    assert "imports toy.nap, which we do not have" in submodule
    assert done.returncode == 1
    text = only_toy.mainstay("doctor", file).stdout.splitlines()
    assert text[0] == "tenacity -> mainstay.retry"
    assert "toy -> mainstay.toy" in text
    assert text[-1] == "1 file read; peers imported: tenacity, toy; needing a look: 3"


@pytest.fixture
def suite(make_environment, test_packages):
    """An environment with pytest where tenacity and toy are peers, and a plugin brings toy in."""
    environment = make_environment()
    environment.add_toy_peer()
    environment.install_fake_peer("1.2.3")
    environment.install_fake_peer("0.5", name="toy")
    # As pluggy is: imported by pytest itself, before any file of the suite.
    (environment.site / "early_plugin.py").write_text("import toy\n")
    (environment.site / "z_tests.pth").write_text(f"{test_packages}\n")
    environment.script(
        "suite/test_one.py",
        "import tenacity, toy\n"
        "def test_whose():\n"
        "    assert getattr(tenacity, 'FAKE', 'ours') == 'ours'\n"
        "    assert getattr(toy, 'FAKE', 'ours') == 'ours'\n",
    )
    return environment


PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "early_plugin", "--rootdir=.")


def test_what_pytest_imports_before_any_conftest_is_ours_under_run(suite):
    done = suite.mainstay("run", *PYTEST, cwd=suite.root / "programs" / "suite")
    assert "1 passed" in done.stdout, done.stdout


def test_what_pytest_imports_before_any_conftest_is_ours_by_the_variable(suite):
    folder = suite.root / "programs" / "suite"
    done = suite.run(*PYTEST, cwd=folder, MAINSTAY_DROPIN="tenacity, toy")
    assert "1 passed" in done.stdout, done.stdout


def test_in_a_conftest_it_is_too_late_for_what_pytest_has_imported(suite):
    suite.script(
        "suite/conftest.py",
        "import mainstay.dropin as d\n"
        "d.install('tenacity')\n"
        "try: d.install('toy')\n"
        "except d.AlreadyImportedError as error: print(error)\n"
        "assert d.installed() == ('tenacity',)\n",
    )
    done = suite.run(*PYTEST, "-s", cwd=suite.root / "programs" / "suite")
    assert "toy is already imported from" in done.stdout
    assert (
        "pytest, or a plugin of it, came first: start it with `mainstay run -m pytest`, or set "
        "MAINSTAY_DROPIN=toy in the environment"
    ) in done.stdout
    assert "1 failed" in done.stdout
