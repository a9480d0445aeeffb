"""Switches of users, and which entry points are loaded."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mainstay.plugins import PluginManager, PluginWarning, Switches

from .strict import add, manager, plugin

# --- the line ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("", {"slow": None, "audit": None}),
        ("-slow,+audit", {"slow": False, "audit": True, "other": None}),
        (" - slow , audit,,", {"slow": False, "audit": True}),
        ("-*,audit", {"slow": False, "audit": True}),
        ("-slow,slow", {"slow": True}),
        ("größer", {"größer": True}),
    ],
)
def test_the_last_item_that_fits_decides(line: str, wanted: dict[str, bool | None]):
    switches = Switches(line)
    assert {name: switches.of(name) for name in wanted} == wanted


def test_wants_answers_for_those_not_mentioned():
    switches = Switches("-slow")
    assert switches.wants("other")
    assert not switches.wants("other", otherwise=False)
    assert not switches.wants("slow", otherwise=True)


def test_a_line_is_read_from_the_variable_the_application_names(monkeypatch):
    monkeypatch.setenv("APP_PLUGINS", "-slow")
    assert Switches.from_environment("APP_PLUGINS") == Switches("-slow")
    assert Switches.from_environment("APP_PLUGINS", {}) == Switches()


def test_what_cannot_be_read_is_refused_with_item_and_variable():
    with pytest.raises(ValueError, match=r"APP_PLUGINS: item 2 of .*has a sign but no name"):
        Switches.from_environment("APP_PLUGINS", {"APP_PLUGINS": "a,-"})
    with pytest.raises(ValueError, match=r'item 1 of .*"-a \+b", has a blank in a name'):
        Switches.from_environment("APP_PLUGINS", {"APP_PLUGINS": "-a +b"})
    with pytest.raises(ValueError, match=r'"a\*", has a \* in a name'):
        Switches("a*")
    with pytest.raises(TypeError, match="switches must be a str, got None"):
        Switches(None)  # type: ignore[arg-type]
    with pytest.raises(UnicodeEncodeError):
        Switches("\udcff")
    with pytest.raises(TypeError, match="a plugin's name must be a str, got 3"):
        Switches("a").of(3)  # type: ignore[arg-type]


def test_switches_are_values():
    switches = Switches("-slow, audit")
    assert switches == Switches("-slow,+audit") != Switches("+audit,-slow")
    assert len({switches, Switches("-slow,+audit")}) == 1
    assert repr(switches) == "Switches('-slow,+audit')"
    assert switches.items == (("slow", False), ("audit", True))
    assert pickle.loads(pickle.dumps(switches)) == switches
    with pytest.raises(AttributeError):
        switches.items = ()  # type: ignore[misc]


# --- the manager ---------------------------------------------------------------------------------


def test_a_plugin_that_is_off_does_not_take_part():
    pm = manager(switches=Switches("-slow"))
    assert pm.register(plugin(lambda value: "slow"), "slow") is None
    add(pm, "quick", lambda value: "quick")
    assert pm.hook.hook(value=0) == ["quick"]
    assert pm.is_blocked("slow") and not pm.has_plugin("slow")
    assert pm.left_out() == {"slow": "switched off by the user"}


def test_all_off_but_some_is_an_allow_list():
    pm = manager(switches=Switches("-*,audit"))
    assert pm.register(plugin(lambda value: "other"), "other") is None
    add(pm, "audit", lambda value: "audit")
    assert pm.hook.hook(value=0) == ["audit"]


def test_a_slip_of_the_pen_is_told():
    pm = manager(switches=Switches("-slwo,-slow,+*"))
    pm.register(plugin(lambda value: "slow"), "slow")
    assert pm.unknown_names() == {"slwo": "the switches"}


def test_a_line_that_was_not_read_is_refused():
    with pytest.raises(TypeError, match=r"write Switches\('-slow'\)"):
        PluginManager("app", switches="-slow")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"switches must be Switches, got 3 \(int\)"):
        PluginManager("app", switches=3)  # type: ignore[arg-type]


# --- entry points --------------------------------------------------------------------------------


@pytest.fixture
def announced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Three distributions with an entry point each; the modules that were imported."""
    for name in ("alpha", "beta", "gamma"):
        info = tmp_path / f"app_{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: app.{name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[app]\n{name} = app_test_{name}\n")
        (tmp_path / f"app_test_{name}.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    imported: set[str] = set()
    yield imported
    for name in [name for name in sys.modules if name.startswith("app_test_")]:
        del sys.modules[name]


def imported() -> set[str]:
    return {name[9:] for name in sys.modules if name.startswith("app_test_")}


@pytest.mark.usefixtures("announced")
def test_only_the_distributions_allowed_are_imported():
    pm = PluginManager("app")
    assert pm.load_setuptools_entrypoints("app", distributions=["App_Alpha", "app-beta"]) == 2
    assert imported() == {"alpha", "beta"}
    assert pm.left_out() == {
        "gamma": "from app.gamma, which is not among the distributions allowed"
    }


def broken(folder: Path) -> None:
    """A distribution whose entry points cannot be parsed."""
    info = folder / "app_broken-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: app.broken\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[other]\n[app\n=\n")


def test_the_environment_is_a_mapping():
    environ: Any = 5
    with pytest.raises(TypeError, match=r"environ must be a mapping such as os.environ, got 5"):
        Switches.from_environment("APP", environ)


@pytest.mark.usefixtures("announced")
def test_a_distribution_that_is_allowed_and_announces_nothing_is_told(tmp_path: Path):
    broken(tmp_path)
    pm = PluginManager("app")
    assert pm.load_setuptools_entrypoints("app", distributions=["App_Alpha", "app-alhpa"]) == 1
    assert pm.unknown_names() == {"app-alhpa": "the distributions allowed"}
    pm.load_setuptools_entrypoints("app", "beta", distributions=["app.gamma"])
    assert pm.unknown_names() == {"app-alhpa": "the distributions allowed"}


@pytest.mark.usefixtures("announced")
def test_a_broken_distribution_nobody_allowed_is_passed_over(tmp_path: Path):
    broken(tmp_path)
    pm = PluginManager("app")
    assert pm.load_setuptools_entrypoints("app", distributions=["app.alpha"]) == 1
    assert imported() == {"alpha"}


@pytest.mark.usefixtures("announced")
@pytest.mark.parametrize("allowed", [None, ["app.broken"]])
def test_a_broken_distribution_is_named(tmp_path: Path, allowed: list[str] | None):
    broken(tmp_path)
    pm = PluginManager("app")
    with pytest.raises(ValueError, match=r"the entry points of app\.broken cannot be read"):
        pm.load_setuptools_entrypoints("app", distributions=allowed)


@pytest.mark.usefixtures("announced")
@pytest.mark.parametrize(("line", "unmentioned"), [("beta", False), ("-*,beta", True)])
def test_a_broken_distribution_is_warned_of_where_the_user_chooses(
    tmp_path: Path, line: str, unmentioned: bool
):
    broken(tmp_path)
    pm = PluginManager("app", switches=Switches(line))
    with pytest.warns(PluginWarning, match=r"app\.broken") as warned:
        assert pm.load_setuptools_entrypoints("app", unmentioned=unmentioned) == 1
    assert [warning.filename for warning in warned] == [__file__]


@pytest.mark.usefixtures("announced")
def test_a_distribution_without_a_name_is_told_by_its_place(tmp_path: Path):
    (tmp_path / "app_gamma-1.0.dist-info" / "METADATA").unlink()
    pm = PluginManager("app")
    pm.load_setuptools_entrypoints("app", distributions=["app.alpha", "app.beta"])
    place = str(tmp_path / "app_gamma-1.0.dist-info")
    assert pm.left_out() == {
        "gamma": f"from a distribution without a name, {place!r}, "
        "which is not among the distributions allowed"
    }


@pytest.mark.usefixtures("announced")
def test_what_is_switched_off_is_not_imported():
    pm = PluginManager("app", switches=Switches("-beta"))
    assert pm.load_setuptools_entrypoints("app") == 2
    assert imported() == {"alpha", "gamma"}


@pytest.mark.usefixtures("announced")
def test_the_user_may_be_the_one_who_chooses():
    pm = PluginManager("app", switches=Switches("beta"))
    assert pm.load_setuptools_entrypoints("app", unmentioned=False) == 1
    assert imported() == {"beta"}
    assert pm.left_out() == {
        "alpha": "not switched on by the user",
        "gamma": "not switched on by the user",
    }
    assert PluginManager("app").load_setuptools_entrypoints("app", unmentioned=False) == 0


@pytest.mark.usefixtures("announced")
def test_blocked_and_registered_ones_are_passed_over():
    pm = PluginManager("app")
    pm.set_blocked("alpha")
    pm.register(object(), "beta")
    assert pm.load_setuptools_entrypoints("app") == 1
    assert imported() == {"gamma"}
    assert [str(dist.metadata["Name"]) for _, dist in pm.list_plugin_distributions()] == [
        "app.gamma"
    ]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"distributions": "app"}, TypeError, r"write \['app'\]"),
        ({"distributions": 3}, TypeError, r"a list of names, got 3"),
        ({"distributions": [""]}, ValueError, "each of distributions must not be empty"),
        ({"unmentioned": 1}, TypeError, "unmentioned must be True or False"),
        ({"name": ""}, ValueError, "name must not be empty"),
    ],
)
def test_arguments_that_make_no_sense(
    arguments: dict[str, Any], error: type[Exception], message: str
):
    with pytest.raises(error, match=message):
        PluginManager("app").load_setuptools_entrypoints("app", **arguments)
