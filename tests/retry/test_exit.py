"""The interpreter exits while daemon threads retry."""

from __future__ import annotations

import sys

import pytest

from ..fresh import exits_under_daemon_threads

DOORS = {
    "lenient": "from mainstay import dropin; dropin.install(); import tenacity as api",
    "strict": "from mainstay import retry as api",
}
POLICY = """
policy = dict(stop=api.stop_after_attempt(3), wait=api.wait_fixed(0), reraise=True)
"""
KINDS = {
    "decorated": """
@api.retry(**policy)
def work():
    return sum(range(50))
""",
    "failing": """
@api.retry(before=lambda state: sum(range(50)), sleep=lambda seconds: None, **policy)
def fail():
    raise OSError(sum(range(50)))

def work():
    try:
        fail()
    except OSError:
        pass
""",
    "blocks": """
def work():
    for attempt in api.Retrying(sleep=lambda seconds: None, **policy):
        with attempt:
            if attempt.retry_state.attempt_number < 3:
                raise OSError(sum(range(50)))
""",
    "coroutines": """
@api.retry(**policy)
async def succeed():
    return sum(range(50))

def work():
    try:
        succeed().send(None)
    except StopIteration:
        pass
""",
}


@pytest.mark.skipif(
    sys.version_info < (3, 11),
    reason="Python 3.10 itself can crash when daemon threads run while it exits, with the peer too",
)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("door", DOORS)
def test_the_interpreter_exits_while_daemon_threads_retry(door: str, kind: str) -> None:
    exits_under_daemon_threads("\n".join([DOORS[door], POLICY, KINDS[kind]]))
