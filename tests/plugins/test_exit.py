"""The interpreter exits while daemon threads call hooks."""

from __future__ import annotations

import sys

import pytest

from ..fresh import exits_under_daemon_threads

DOORS = {
    "lenient": "from mainstay import dropin; dropin.install(); import pluggy as api",
    "strict": "from mainstay import plugins as api",
}
MANAGER = """
spec, impl = api.HookspecMarker("app"), api.HookimplMarker("app")

class Specs:
    @spec
    def call(self, value): ...

class Plugin:
    @impl
    def call(self, value):
        return sum(range(50))

class Wrapper:
    @impl(wrapper=True)
    def call(self, value):
        for _ in range(3):
            try:
                result = yield
                break
            finally:
                sum(range(50))
        return result

class Failing:
    @impl(tryfirst=True)
    def call(self, value):
        raise ValueError(value)

class OldWrapper:
    @impl(hookwrapper=True)
    def call(self, value):
        (yield).force_result(sum(range(50)))

manager = api.PluginManager("app")
manager.add_hookspecs(Specs)
manager.register(Plugin())

def work():
    manager.hook.call(value=1)
"""
KINDS = {
    "implementations": "",
    "wrappers": "manager.register(Wrapper())",
    "wrappers of the old form": "manager.register(Failing()); manager.register(OldWrapper())",
    "monitored": "manager.add_hookcall_monitoring(lambda *_: None, lambda *_: None)",
}


@pytest.mark.skipif(
    sys.version_info < (3, 11),
    reason="Python 3.10 itself can crash when daemon threads run while it exits, with the peer too",
)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("door", DOORS)
def test_the_interpreter_exits_while_daemon_threads_call_hooks(door: str, kind: str) -> None:
    exits_under_daemon_threads("\n".join([DOORS[door], MANAGER, KINDS[kind]]))
