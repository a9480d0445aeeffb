"""Programs written for pluggy, as whole processes: installed or absent, entry points, pytest."""

from __future__ import annotations

import pytest

# A host that finds its plugins by entry points; the plugin is a distribution of its own.
HOST = """\
import pluggy, sys
spec = pluggy.HookspecMarker("host")
class Specs:
    @spec
    def greet(self, name): ...
pm = pluggy.PluginManager("host")
pm.add_hookspecs(Specs)
print(pm.load_setuptools_entrypoints("host"))
pm.check_pending()
print(pm.hook.greet(name="you"))
[(plugin, distribution)] = pm.list_plugin_distinfo()
print(plugin.__name__, distribution.project_name, distribution.version)
print(type(pm).__module__, pluggy.__version__, "mainstay.plugins._native" in sys.modules)
"""
PLUGIN = """\
import pluggy
@pluggy.HookimplMarker("host")
def greet(name):
    return f"hello {name}"
"""
SPOKEN = ["1", "['hello you']", "host_plugin host-plugin 2.0"]


@pytest.fixture
def host(make_environment):
    """An environment with the host's plugin installed, and no pluggy."""
    environment = make_environment()
    (environment.site / "host_plugin.py").write_text(PLUGIN)
    info = environment.site / "host_plugin-2.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: host-plugin\nVersion: 2.0\n")
    (info / "entry_points.txt").write_text("[host]\npolite = host_plugin\n")
    return environment


def test_a_host_and_its_plugin_run_without_pluggy(host):
    done = host.mainstay("run", "--only", "pluggy", host.script("host.py", HOST))
    assert done.stderr == ""
    assert done.stdout.splitlines() == [*SPOKEN, "pluggy._manager 1.7.0 True"]


def test_an_installed_pluggy_keeps_its_metadata_and_is_not_imported(host):
    host.install_fake_peer("9.9", name="pluggy")
    done = host.mainstay("run", host.script("host.py", HOST))
    assert done.stderr == ""
    assert done.stdout.splitlines() == [*SPOKEN, "pluggy._manager 9.9 True"]


def test_without_drop_in_the_host_needs_pluggy(host):
    done = host.run(host.script("host.py", HOST))
    assert "No module named 'pluggy'" in done.stderr


def test_a_child_process_does_the_same(host):
    script = host.script("host.py", HOST)
    program = f"import subprocess, sys; subprocess.run([sys.executable, {str(script)!r}])"
    done = host.mainstay("run", "-c", program)
    assert done.stdout.splitlines() == [*SPOKEN, "pluggy._manager 1.7.0 True"]


def test_the_metadata_of_an_absent_pluggy_says_where_it_lives(absent):
    program = (
        "import importlib.metadata as m\n"
        "print(m.version('pluggy'), m.metadata('pluggy').get_all('Project-URL'))"
    )
    done = absent.run("-c", program, MAINSTAY_DROPIN="pluggy")
    assert done.stdout == "1.7.0 ['Repository, https://github.com/pytest-dev/pluggy']\n"


SUITE = """\
import sys
import pluggy, pytest

def test_on_ours(request):
    assert "mainstay" in pluggy.__file__
    hook = request.config.hook.pytest_runtest_setup
    assert type(hook).__mro__[1].__module__ == "mainstay.plugins._native"

@pytest.fixture
def broken():
    raise ValueError("in a fixture")

def test_fails(broken): ...

def test_fails_itself():
    assert [1, 2] == [1, 3]
"""


def test_pytest_runs_on_ours_and_shows_no_frame_of_ours(make_environment, test_packages):
    environment = make_environment()
    (environment.site / "z_tests.pth").write_text(f"{test_packages}\n")
    script = environment.script("suite/test_it.py", SUITE)
    done = environment.mainstay(
        *("run", "--only", "pluggy", "-m", "pytest", "-q", "-p", "no:cacheprovider"),
        *("-p", "no:xdist", "--tb=native", script),
        cwd=script.parent,
    )
    assert "1 passed" in done.stdout
    assert "1 failed" in done.stdout
    assert "1 error" in done.stdout
    assert "dropin/peers" not in done.stdout
    assert "mainstay/plugins" not in done.stdout
    assert "ValueError: in a fixture" in done.stdout
