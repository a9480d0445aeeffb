"""Plugins that distributions announce: real folders on the path, and patched metadata."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

MODULE = """
from {package} import HookimplMarker
hookimpl = HookimplMarker("app")
@hookimpl
def call():
    return "{name}"
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, api: Any) -> Iterator[Path]:
    """A folder with three distributions, the only one on the path that has any."""
    package = "mainstay.plugins" if api.door.name == "strict" else "pluggy"
    for name, group in (("alpha", "app"), ("beta", "app"), ("gamma", "other")):
        (tmp_path / f"plugin_{name}.py").write_text(MODULE.format(package=package, name=name))
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{group}]\n{name} = plugin_{name}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with api.door.active():
        yield tmp_path
    for name in ("alpha", "beta", "gamma"):
        sys.modules.pop(f"plugin_{name}", None)


def test_plugins_are_loaded_by_group(api: Any, site: Path) -> None:
    assert api.pm.load_setuptools_entrypoints("app") == 2
    assert sorted(name for name, _ in api.pm.list_name_plugin()) == ["alpha", "beta"]
    assert sorted(api.pm.hook.call()) == ["alpha", "beta"]
    assert "plugin_gamma" not in sys.modules


def test_a_plugin_is_loaded_by_name(api: Any, site: Path) -> None:
    assert api.pm.load_setuptools_entrypoints("app", "beta") == 1
    assert api.pm.hook.call() == ["beta"]
    assert "plugin_alpha" not in sys.modules


def test_loading_again_loads_what_is_new(api: Any, site: Path) -> None:
    api.pm.load_setuptools_entrypoints("app", "beta")
    assert api.pm.load_setuptools_entrypoints("app") == 1
    assert api.pm.load_setuptools_entrypoints("app") == 0


def test_a_blocked_name_is_not_even_imported(api: Any, site: Path) -> None:
    api.pm.set_blocked("alpha")
    assert api.pm.load_setuptools_entrypoints("app") == 1
    assert "plugin_alpha" not in sys.modules


def test_each_plugin_comes_with_its_distribution(api: Any, site: Path) -> None:
    api.pm.load_setuptools_entrypoints("app", "alpha")
    [(plugin, distribution)] = api.pm.list_plugin_distributions()
    assert (plugin.__name__, distribution.metadata["Name"]) == ("plugin_alpha", "alpha")
    if hasattr(api.pm, "list_plugin_distinfo"):
        [(plugin, facade)] = api.pm.list_plugin_distinfo()
        assert (facade.project_name, facade.version) == ("alpha", "1.0")


def test_a_plugin_that_cannot_be_imported_raises_and_the_others_stay(api: Any, site: Path) -> None:
    (site / "plugin_beta.py").write_text("raise RuntimeError('broken')\n")
    with pytest.raises(RuntimeError, match="broken"):
        api.pm.load_setuptools_entrypoints("app")
    assert not api.pm.has_plugin("beta")
    assert len(api.pm.list_plugin_distributions()) == len(api.pm.get_plugins())


class Announced:
    """An entry point that nothing on the disk knows of."""

    group, name = "app", "patched"

    def __init__(self, plugin: Any) -> None:
        self.plugin = plugin

    def load(self) -> Any:
        return self.plugin


def test_patched_metadata_is_what_counts(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Plugin:
        @api.impl
        def call(self) -> str:
            return "patched"

    distribution = SimpleNamespace(entry_points=(Announced(Plugin()),))
    monkeypatch.setattr(importlib.metadata, "distributions", lambda: (distribution,))
    assert api.pm.load_setuptools_entrypoints("app") == 1
    assert api.pm.hook.call() == ["patched"]
    assert [found for _, found in api.pm.list_plugin_distributions()] == [distribution]


def test_patched_parsing_is_what_counts(
    api: Any, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Plugin:
        @api.impl
        def call(self) -> str:
            return "parsed"

    mine = Plugin()
    monkeypatch.setattr(
        importlib.metadata.Distribution,
        "entry_points",
        property(
            lambda distribution: (
                [Announced(mine)] if distribution.metadata["Name"] == "gamma" else []
            )
        ),
    )
    assert api.pm.load_setuptools_entrypoints("app") == 1
    assert api.pm.hook.call() == ["parsed"]
