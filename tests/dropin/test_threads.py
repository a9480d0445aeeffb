"""Drop-in under threads: one implementation in the whole process, or a refusal."""

from __future__ import annotations

from mainstay.dropin import available

IMPORT_AT_ONCE = """\
import sys, threading
found = []
barrier = threading.Barrier(8)
def work():
    barrier.wait()
    import tenacity, tenacity.asyncio
    found.append((tenacity, tenacity.asyncio))
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len(found), len(set(found)), getattr(found[0][0], "FAKE", "ours"))
"""

INSTALL_AT_ONCE = """\
import sys, threading
import mainstay.dropin as d
before = len(sys.path), len(sys.path_hooks), len(sys.meta_path)
barrier = threading.Barrier(8)
errors = []
def work():
    barrier.wait()
    try: d.install()
    except BaseException as error: errors.append(error)
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
after = len(sys.path), len(sys.path_hooks), len(sys.meta_path)
print(errors, d.installed(), [b - a for a, b in zip(before, after)])
"""

# Each round begins with nothing imported; the threads start together, one of them installs.
RACE = """\
import sys, threading
import mainstay.dropin as d
sys.setswitchinterval(1e-6)
outcomes = set()
for round in range(60):
    found, answer = [], []
    barrier = threading.Barrier(4)
    def use():
        barrier.wait()
        import tenacity
        found.append(getattr(tenacity, "FAKE", "ours"))
    def switch():
        barrier.wait()
        try: d.install()
        except d.AlreadyImportedError: answer.append("refused")
        else: answer.append("installed")
    threads = [threading.Thread(target=use) for _ in range(3)]
    threads.insert(round % 4, threading.Thread(target=switch))
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    outcomes.add((answer[0], *sorted(set(found)), len(found)))
    d.uninstall()
    for name in [n for n in sys.modules if n.partition(".")[0] == "tenacity"]:
        del sys.modules[name]
print(outcomes - {("installed", "ours", 3), ("refused", "1.2.3", 3)}, file=sys.stderr)
print(len(outcomes) > 0)
"""

HALFWAY = """\
import builtins, threading
import mainstay.dropin as d
builtins.entered, builtins.leave = threading.Event(), threading.Event()
answers = []
def use():
    import tenacity
    answers.append(tenacity.FAKE)
def switch():
    builtins.entered.wait()
    try: d.install()
    except d.AlreadyImportedError: answers.append("refused")
threads = [threading.Thread(target=use), threading.Thread(target=switch)]
for thread in threads: thread.start()
builtins.entered.wait()
builtins.leave.set()
for thread in threads: thread.join()
print(sorted(answers), d.installed())
"""


def test_eight_threads_that_import_at_once_get_one_module(present):
    done = present.mainstay("run", "-c", IMPORT_AT_ONCE)
    assert (done.stdout, done.stderr) == ("8 1 ours\n", "")


def test_eight_threads_that_install_at_once_install_once(absent):
    done = absent.run("-c", INSTALL_AT_ONCE)
    assert (done.stdout, done.stderr) == (f"[] {available()} [1, 1, 1]\n", "")


def test_installing_while_others_import_gives_ours_to_all_or_is_refused(present):
    done = present.run("-c", RACE)
    assert (done.stdout, done.stderr) == ("True\n", "set()\n")


def test_installing_while_a_peer_is_half_imported_is_refused(make_environment):
    environment = make_environment()
    environment.install_fake_peer("1.2.3")
    (environment.site / "tenacity" / "__init__.py").write_text(
        "FAKE = '1.2.3'\nimport builtins\nbuiltins.entered.set()\nbuiltins.leave.wait()\n"
    )
    done = environment.run("-c", HALFWAY)
    assert (done.stdout, done.stderr) == ("['1.2.3', 'refused'] ()\n", "")
