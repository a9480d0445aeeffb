"""Source distribution -> wheel -> clean environment: what a user gets by `pip install mainstay`."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from .conftest import ROOT, Environment, make_environment, project_files

# Compressed, for each capability. What the wheel is today is printed; this is where we want to be
# asked why.
CEILING_BYTES = 300_000

# All that `import mainstay` may load beyond what a bare interpreter has.
LOADED_BY_MAINSTAY = {"mainstay"}


def capabilities() -> list[str]:
    """The nouns with a native module: each has the spine of one in binding/."""
    return sorted(path.parent.name for path in ROOT.glob("binding/*/module.cpp"))


def version() -> str:
    found = re.search(r'^version = "([^"]+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert found
    return found[1]


@pytest.fixture(scope="session")
def wheel_files(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def test_the_installed_package_imports_and_knows_its_version(installed: Environment) -> None:
    code = (
        "import importlib.metadata as m, mainstay; "
        "print(mainstay.__version__, m.version('mainstay'))"
    )
    assert installed.run("-I", "-c", code).split() == [version(), version()]


def test_every_capability_imports_with_its_native_module(installed: Environment) -> None:
    assert capabilities()
    for noun in capabilities():
        code = (
            f"import sys, mainstay.{noun}; print(sys.modules['mainstay.{noun}._native'].__file__)"
        )
        assert Path(installed.run("-I", "-c", code).strip()).is_relative_to(installed.home)


def test_the_environment_is_consistent_and_needs_nothing_else(installed: Environment) -> None:
    assert "No broken requirements" in installed.pip("check")
    listed = {row["name"] for row in json.loads(installed.pip("list", "--format=json"))}
    assert listed <= {"mainstay", "pip", "setuptools"}


def test_the_command_is_installed_and_says_its_version(installed: Environment) -> None:
    done = subprocess.run(
        [installed.home / "bin" / "mainstay", "--version"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert version() in done.stdout


def test_the_wheel_holds_the_package_and_nothing_else(wheel_files: set[str]) -> None:
    info = f"mainstay-{version()}.dist-info/"
    roots = ("mainstay.pth", "mainstay.start")
    strangers = {
        name
        for name in wheel_files
        if not name.startswith(("mainstay/", info)) and name not in roots
    }
    assert strangers == set()
    # The page is the template of a report.
    kinds = (".py", ".pyi", "/py.typed", ".so", "/profile/renderers/page.html")
    assert {n for n in wheel_files if n.startswith("mainstay/") and not n.endswith(kinds)} == set()
    # Part of the interface, not tests of ours.
    helpers = ("/testing.py", "/_testing.py", "/pytest_plugin.py")
    assert {n for n in wheel_files if "test" in n.lower() and not n.endswith(helpers)} == set()
    assert set(roots) <= wheel_files
    assert any(name.startswith(info) and name.endswith("LICENSE") for name in wheel_files)


def test_the_wheel_holds_every_python_file_of_the_package(wheel_files: set[str]) -> None:
    sources = {
        name.removeprefix("python/") for name in project_files() if name.startswith("python/")
    }
    assert sources - wheel_files == set()


def test_the_wheel_holds_exactly_one_shared_object(wheel_files: set[str]) -> None:
    (shared,) = (name for name in wheel_files if ".so" in name)
    assert re.fullmatch(r"mainstay/_native\.[\w.-]+\.so", shared)


def test_the_shared_object_exports_init_functions_only(
    wheel: Path, wheel_files: set[str], tmp_path: Path
) -> None:
    (shared,) = (name for name in wheel_files if name.endswith(".so"))
    with zipfile.ZipFile(wheel) as archive:
        path = archive.extract(shared, tmp_path)
    command = ["nm", "--dynamic", "--defined-only", "--format=posix", path]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    exported = {line.split()[0] for line in listed.splitlines()}
    assert exported == {f"PyInit_{noun}" for noun in capabilities()}


def test_the_wheel_stays_small(wheel: Path) -> None:
    ceiling = CEILING_BYTES * len(list(ROOT.glob("python/mainstay/*/_native.pyi")))
    size = wheel.stat().st_size
    print(f"wheel: {size} bytes of at most {ceiling}")
    assert size <= ceiling


def test_importing_mainstay_loads_nothing_it_does_not_need(installed: Environment) -> None:
    code = "import sys; known = set(sys.modules); import mainstay; print(*set(sys.modules) - known)"
    assert set(installed.run("-I", "-c", code).split()) == LOADED_BY_MAINSTAY


def test_importing_a_capability_loads_no_event_loop_and_no_tooling(installed: Environment) -> None:
    heavy = {"asyncio", "argparse", "importlib.metadata", "subprocess", "unittest"}
    for noun in capabilities():
        code = f"import sys, mainstay.{noun}; print(*set(sys.modules) & {heavy!r})"
        assert installed.run("-I", "-c", code).split() == []


def test_uninstalling_leaves_nothing_behind(wheel: Path, tmp_path: Path) -> None:
    environment = make_environment(tmp_path / "venv")
    before = environment.files()
    environment.pip("install", "--no-index", wheel)
    assert environment.files() > before
    environment.pip("uninstall", "--yes", "mainstay")
    assert environment.files() == before
    assert environment.run("-c", "print('quiet')") == "quiet\n"
