"""What `importlib.metadata` says of a peer under drop-in."""

from __future__ import annotations


def ask(environment, program, **variables):
    program = "import importlib.metadata as m\n" + program
    done = environment.run("-c", program, MAINSTAY_DROPIN="tenacity", **variables)
    assert done.stderr == ""
    return done.stdout.strip()


def test_an_absent_peer_has_the_version_we_are_compatible_with(absent):
    assert ask(absent, "print(m.version('tenacity'), m.version('Tenacity'))") == "9.2.1 9.2.1"


def test_an_absent_peer_is_a_distribution_with_a_name(absent):
    program = (
        "d = m.distribution('tenacity')\n"
        "print(d.metadata['Name'], m.metadata('tenacity')['Version'])\n"
        "print(d.files, d.requires, list(d.entry_points), m.files('tenacity'))\n"
        "print(d.read_text('no such file'), d.locate_file('tenacity'))\n"
    )
    place = absent.peers / "tenacity"
    assert ask(absent, program).splitlines() == [
        "tenacity 9.2.1",
        "None None [] None",
        f"None {place}",
    ]


def test_an_absent_peer_is_listed_once(absent):
    program = "print([d.version for d in m.distributions() if d.metadata['Name'] == 'tenacity'])"
    assert ask(absent, program) == "['9.2.1']"


def test_an_absent_peer_appears_among_packages_and_does_not_disturb_entry_points(absent):
    program = "print(m.packages_distributions()['tenacity'], m.entry_points(group='fakes'))"
    assert ask(absent, program).startswith("['tenacity'] ")


def test_an_installed_peer_keeps_its_metadata(present):
    program = (
        "print(m.version('tenacity'))\n"
        "print([d.version for d in m.distributions() if d.metadata['Name'] == 'tenacity'])\n"
        "print([e.name for e in m.entry_points(group='fakes')])\n"
        "print(m.packages_distributions()['tenacity'])\n"
    )
    assert ask(present, program).splitlines() == ["1.2.3", "['1.2.3']", "['fake']", "['tenacity']"]


def test_who_names_a_path_sees_what_is_on_disk(absent):
    program = (
        "import sys\n"
        "print([d.metadata['Name'] for d in m.distributions(path=sys.path)])\n"
        "print(list(m.distributions(name='tenacity', path=sys.path)))\n"
        "c = m.DistributionFinder.Context(path=sys.path)\n"
        "print(list(m.Distribution.discover(context=c)))\n"
    )
    assert ask(absent, program).splitlines() == ["[]", "[]", "[]"]


def test_a_peer_that_was_not_chosen_is_not_answered_for(make_environment):
    environment = make_environment()
    environment.add_toy_peer()
    program = (
        "print(m.version('toy-dist'), m.version('toy_dist'))\n"
        "try: m.version('tenacity')\n"
        "except m.PackageNotFoundError as error: print(error)\n"
    )
    done = environment.mainstay(
        "run", "--only=toy", "-c", "import importlib.metadata as m\n" + program
    )
    assert done.stdout.splitlines() == ["1.0 1.0", "No package metadata was found for tenacity"]


def test_after_uninstall_an_absent_peer_is_absent_again(absent):
    program = (
        "import mainstay.dropin\n"
        "mainstay.dropin.uninstall()\n"
        "try: m.version('tenacity')\n"
        "except m.PackageNotFoundError: print('absent')\n"
        "print([d.metadata['Name'] for d in m.distributions()])\n"
    )
    assert ask(absent, program).splitlines() == ["absent", "[]"]


def test_switching_on_does_not_import_the_metadata_machinery(absent):
    program = "import sys; print([n for n in sys.modules if n in ('importlib.metadata', 'email')])"
    done = absent.run("-c", program, MAINSTAY_DROPIN="tenacity")
    assert done.stdout == "[]\n"
