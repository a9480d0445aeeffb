"""Who wins: the user's own modules, then ours, then what is installed."""

from __future__ import annotations

import pytest

OWN = "FAKE = 'own'\n"


def test_ours_wins_over_the_installed_peer(present):
    assert present.run("-c", present.whose).stdout == "1.2.3\n"
    assert present.mainstay("run", "-c", present.whose).stdout == "ours\n"


def test_ours_stands_in_for_an_absent_peer(absent):
    assert absent.run("-c", absent.whose).stdout == "absent\n"
    assert absent.mainstay("run", "-c", absent.whose).stdout == "ours\n"


def test_submodules_are_all_from_the_same_side(present):
    program = (
        "import sys, tenacity.asyncio\n"
        "try: import tenacity.nap as nap\n"
        "except ModuleNotFoundError: nap = None\n"
        "print({m.__file__.rpartition('/tenacity/')[0] for n, m in sys.modules.items()\n"
        "       if n.partition('.')[0] == 'tenacity'})\n"
    )
    assert present.mainstay("run", "-c", program).stdout == f"{ {str(present.peers)} }\n"


@pytest.mark.parametrize("kind", ["tenacity.py", "tenacity/__init__.py"])
def test_a_module_beside_the_script_wins(kind, present):
    folder = "beside_" + kind.partition(".")[0].replace("/", "_")
    present.script(f"{folder}/{kind}", OWN)
    script = present.script(f"{folder}/app.py", present.whose)
    assert present.mainstay("run", script).stdout == "own\n"


def test_a_module_in_the_working_directory_wins_under_m_and_c(present):
    own = present.script("working/tenacity.py", OWN)
    present.script("working/app.py", present.whose)
    assert present.mainstay("run", "-m", "app", cwd=own.parent).stdout == "own\n"
    assert present.mainstay("run", "-c", present.whose, cwd=own.parent).stdout == "own\n"


def test_a_module_on_pythonpath_wins(present):
    own = present.script("on_path/tenacity.py", OWN)
    done = present.mainstay("run", "-c", present.whose, PYTHONPATH=str(own.parent))
    assert done.stdout == "own\n"


def test_a_module_in_a_directory_the_program_puts_first_wins(present):
    own = present.script("put_first/tenacity.py", OWN)
    program = f"import sys; sys.path.insert(0, {str(own.parent)!r})\n" + present.whose
    assert present.mainstay("run", "-c", program).stdout == "own\n"


def test_a_site_directory_on_pythonpath_does_not_win(absent, tmp_path):
    place = tmp_path / "site-packages"
    absent.install_fake_peer("7.0", into=place)
    variables = {"PYTHONPATH": str(place)}
    assert absent.run("-c", absent.whose, **variables).stdout == "7.0\n"
    assert absent.mainstay("run", "-c", absent.whose, **variables).stdout == "ours\n"


def test_a_site_directory_that_is_added_later_does_not_win(absent, tmp_path):
    absent.install_fake_peer("7.0", into=tmp_path)
    program = f"import site; site.addsitedir({str(tmp_path)!r})\n" + absent.whose
    assert absent.mainstay("run", "-c", program).stdout == "ours\n"


def test_the_user_site_directory_does_not_win(make_environment, tmp_path):
    environment = make_environment()
    config = environment.root / "pyvenv.cfg"
    config.write_text(config.read_text().replace("packages = false", "packages = true"))
    variables = {"PYTHONUSERBASE": str(tmp_path)}
    program = "import site; print(site.ENABLE_USER_SITE, site.getusersitepackages())"
    enabled, _, place = environment.run("-c", program, **variables).stdout.strip().partition(" ")
    assert enabled == "True"
    environment.install_fake_peer("8.0", into=type(tmp_path)(place))
    assert environment.run("-c", environment.whose, **variables).stdout == "8.0\n"
    assert environment.mainstay("run", "-c", environment.whose, **variables).stdout == "ours\n"


def test_an_editable_install_of_the_peer_does_not_win(make_environment, tmp_path):
    environment = make_environment()
    environment.install_fake_peer("develop", into=tmp_path / "src")
    (environment.site / "0_develop.pth").write_text(f"{tmp_path / 'src'}\n")
    assert environment.run("-c", environment.whose).stdout == "develop\n"
    assert environment.mainstay("run", "-c", environment.whose).stdout == "ours\n"


def test_a_module_of_the_program_inside_a_package_is_its_own_business(present):
    present.script("inside/app/__init__.py", "")
    present.script("inside/app/tenacity.py", OWN)
    program = present.script(
        "inside/app/__main__.py",
        "from . import tenacity as own\nprint(own.FAKE)\n" + present.whose,
    )
    done = present.mainstay("run", "-m", "app", cwd=program.parent.parent)
    assert done.stdout == "own\nours\n"
