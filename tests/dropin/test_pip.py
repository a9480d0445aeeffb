"""Package managers under the variable: they see what is on disk, and no phantoms."""

from __future__ import annotations

import importlib.util
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("ensurepip") is None,
    reason="this Python cannot make an environment with pip; install python3-venv",
)

OFFLINE = {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_CACHE_DIR": "1"}


def make_wheel(folder: Path, name: str, version: str, *requirements: str) -> None:
    """A wheel with one empty module."""
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata += "".join(f"Requires-Dist: {text}\n" for text in requirements)
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        wheel.writestr(f"{info}/METADATA", metadata)
        wheel.writestr(
            f"{info}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        wheel.writestr(f"{info}/RECORD", "")


@pytest.fixture(scope="module")
def shop(make_shared_environment, tmp_path_factory):
    """An environment with pip and a package that needs the absent peer; it offers both wheels."""
    wheels = tmp_path_factory.mktemp("wheels")
    make_wheel(wheels, "needy", "1.0", "tenacity>=8")
    make_wheel(wheels, "tenacity", "9.9")
    environment = make_shared_environment(pip=True)
    environment.wheels = wheels
    done = pip(environment, "install", "--no-deps", f"--find-links={wheels}", "needy")
    assert done.returncode == 0, done.stderr
    return environment


def pip(environment, *arguments, dropin=True):
    variables = {**OFFLINE, **({"MAINSTAY_DROPIN": "tenacity"} if dropin else {})}
    return environment.run("-m", "pip", *arguments, **variables)


def test_pip_list_is_the_same_with_and_without(shop):
    with_dropin, without = pip(shop, "list"), pip(shop, "list", dropin=False)
    assert (with_dropin.stdout, with_dropin.returncode) == (without.stdout, 0)
    assert "needy" in with_dropin.stdout
    assert "tenacity" not in with_dropin.stdout


def test_pip_check_still_misses_the_absent_peer(shop):
    with_dropin, without = pip(shop, "check"), pip(shop, "check", dropin=False)
    assert with_dropin.stdout == without.stdout
    assert with_dropin.returncode == without.returncode == 1
    assert "requires tenacity, which is not installed" in with_dropin.stdout


def test_pip_install_still_plans_to_install_the_absent_peer(shop):
    done = pip(shop, "install", "--dry-run", f"--find-links={shop.wheels}", "needy")
    assert done.returncode == 0, done.stderr
    assert "Would install tenacity-9.9" in done.stdout


def test_pip_freeze_and_show_name_no_phantom(shop):
    assert "tenacity" not in pip(shop, "freeze").stdout
    assert pip(shop, "show", "tenacity").returncode == 1
