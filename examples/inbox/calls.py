"""The other kind of retried call: a local function that hardly ever fails and waits for nothing.

Programs put policies around cheap calls, too: a cache look-up, a lock, an in-memory queue. Here
the policy's own overhead is the whole cost.
"""

from __future__ import annotations

from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_none

# One call in so many meets a busy slot on its first attempt.
BUSY_EVERY = 20


class Busy(Exception):
    """The slot was taken; it will be free the next time."""


def run_calls(count: int) -> tuple[int, int]:
    """Make `count` retried calls; returns the sum of their results and the attempts made."""
    attempts = 0
    busy_at = -1

    @retry(retry=retry_if_exception_type(Busy), stop=stop_after_attempt(3), wait=wait_none())
    def take(number: int) -> int:
        nonlocal attempts, busy_at
        attempts += 1
        if number % BUSY_EVERY == 0 and busy_at != number:
            busy_at = number
            raise Busy(number)
        return number & 7

    return sum(take(number) for number in range(count)), attempts
