"""A test suite under `mainstay run -m pytest`: rewritten assertions, plugins, workers."""

from __future__ import annotations

import pytest

WHOSE = """\
import tenacity

def test_whose():
    assert getattr(tenacity, "FAKE", "ours") == "ours"
"""

REWRITTEN = """\
def test_rewritten():
    try:
        value = [1, 2]
        assert value == [1, 3]
    except AssertionError as error:
        assert "[1, 2] == [1, 3]" in str(error)
"""

# A plugin whose modules pytest rewrites, importing the peer while pytest is setting up.
PLUGIN = """\
import tenacity
pytest_plugins = ["helper_plugin"]
"""


@pytest.fixture
def suite(make_environment, test_packages):
    """An environment that sees pytest after its own packages, and a suite to run in it."""
    environment = make_environment()
    environment.install_fake_peer("1.2.3")
    (environment.site / "z_tests.pth").write_text(f"{test_packages}\n")
    environment.script("suite/conftest.py", PLUGIN)
    environment.script("suite/helper_plugin.py", WHOSE)
    environment.script("suite/test_one.py", WHOSE + REWRITTEN)
    environment.script("suite/test_two.py", WHOSE)
    return environment


def run_pytest(environment, *options):
    folder = environment.root / "programs" / "suite"
    return environment.mainstay(
        "run", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir=.", *options, cwd=folder
    )


@pytest.mark.parametrize("mode", ["prepend", "importlib"])
def test_a_suite_runs_on_ours_with_rewritten_assertions(mode, suite):
    done = run_pytest(suite, f"--import-mode={mode}")
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


def test_a_suite_without_mainstay_run_shows_the_difference(suite):
    folder = suite.root / "programs" / "suite"
    done = suite.run("-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir=.", cwd=folder)
    assert done.returncode == 1
    assert "2 failed, 1 passed" in done.stdout


def test_the_variable_alone_does_for_a_suite(suite):
    folder = suite.root / "programs" / "suite"
    done = suite.run(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir=.",
        cwd=folder, MAINSTAY_DROPIN="tenacity",
    )  # fmt: skip
    assert "3 passed" in done.stdout


def test_workers_of_a_distributed_run_are_on_ours(suite):
    pytest.importorskip("xdist")
    done = run_pytest(suite, "-n", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout
