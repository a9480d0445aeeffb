"""How records get there: every delivery goes through a retry policy, three kinds of them.

Packages go one by one through decorated functions, inspections through a retried block,
modules as an asynchronous batch. Whatever is given up gets one second chance at the end.
Waits are a few milliseconds, so that a demonstration does not take minutes.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import client
from client import Refused, Truncated, Unavailable
from records import Record
from tenacity import (
    RetryCallState,
    RetryError,
    Retrying,
    before_sleep_log,
    retry,
    retry_if_exception_type,
    retry_if_result,
    stop_after_attempt,
    stop_after_delay,
    wait_exception,
    wait_exponential,
    wait_fixed,
)
from tenacity.wait import wait_base

TRANSIENT = (Unavailable, Truncated, ConnectionError, TimeoutError)
PATIENCE_SECONDS = 300
AT_ONCE = 8

Answer = dict[str, Any]


@dataclass
class Tally:
    """What the report says about the deliveries. Nothing in it depends on time."""

    attempts: int = 0
    retries: Counter[str] = field(default_factory=Counter)
    delivered: Counter[str] = field(default_factory=Counter)
    given_up: Counter[str] = field(default_factory=Counter)
    attempts_needed: Counter[int] = field(default_factory=Counter)


def is_pending(answer: Answer) -> bool:
    """The sink accepted the record but did not store it: ask again."""
    return not answer["stored"]


def asked_pause(error: BaseException) -> float:
    """The pause the sink asks for, in seconds; none for every other failure."""
    return error.retry_after if isinstance(error, Unavailable) else 0.0


class AskedPause(wait_base):
    """The same as a strategy of our own, for outcomes that may be an answer, too."""

    def __call__(self, retry_state: RetryCallState) -> float:
        """Seconds to wait before the next attempt."""
        error = retry_state.outcome.exception() if retry_state.outcome else None
        return asked_pause(error) if error else 0.0


class Courier:
    """Delivers records to one sink and keeps the tally. Use it from one thread."""

    def __init__(self, address: tuple[str, int], log: logging.Logger) -> None:
        self.tally = Tally()
        self._address = address
        self._log_pause = before_sleep_log(log, logging.WARNING)
        hooks: dict[str, Any] = {"before": self._on_attempt, "before_sleep": self._on_pause}
        patience = stop_after_attempt(5) | stop_after_delay(PATIENCE_SECONDS)
        backoff = wait_exponential(multiplier=0.0005, max=0.004)

        put = retry(
            retry=retry_if_exception_type(TRANSIENT),
            wait=backoff + wait_exception(asked_pause),
            stop=patience,
            **hooks,
        )
        self._put = put(self._put_once)
        # Around the retried call a second policy of its own: the call may succeed and still
        # not be what we want.
        confirm = retry(
            retry=retry_if_result(is_pending),
            wait=wait_fixed(0.001),
            stop=stop_after_attempt(4),
            before_sleep=self._on_pause,
        )
        self._put_confirmed = confirm(self._put)
        self._block: dict[str, Any] = {
            "retry": retry_if_exception_type(TRANSIENT) | retry_if_result(is_pending),
            "wait": backoff + AskedPause(),
            "stop": patience,
            **hooks,
        }
        self._put_async = retry(**self._block)(self._put_once_async)

    def deliver(self, records: Iterable[Record]) -> None:
        """Deliver everything; afterwards each record is in `delivered` or in `given_up`."""
        by_kind: dict[str, list[Record]] = {"package": [], "inspect": [], "module": []}
        for record in records:
            by_kind[record.kind].append(record)
        missed = [record for record in by_kind["package"] if not self._one_by_one(record)]
        missed += [record for record in by_kind["inspect"] if not self._in_a_block(record)]
        missed += asyncio.run(self._batch(by_kind["module"]))
        for record in missed:
            self._second_chance(record)

    def stored_digest(self) -> str:
        """Ask the sink what it holds, as patiently as needed."""
        for attempt in Retrying(
            retry=retry_if_exception_type(Unavailable),
            wait=wait_fixed(0.001),
            stop=stop_after_attempt(10),
            before=self._on_attempt,
            before_sleep=self._on_pause,
            reraise=True,
        ):
            with attempt:
                return client.get_digest(self._address)
        raise AssertionError("the loop returns or raises")

    def _put_once(self, record: Record) -> Answer:
        return client.put(self._address, record)

    async def _put_once_async(self, record: Record) -> Answer:
        return await asyncio.to_thread(client.put, self._address, record)

    def _one_by_one(self, record: Record) -> bool:
        try:
            self._put_confirmed(record)
        except Refused:
            self.tally.given_up["refused"] += 1
            return True
        except RetryError:
            return False
        statistics: dict[str, Any] = self._put.statistics
        self.tally.attempts_needed[statistics["attempt_number"]] += 1
        self.tally.delivered["one by one"] += 1
        return True

    def _in_a_block(self, record: Record) -> bool:
        try:
            for attempt in Retrying(reraise=True, **self._block):
                with attempt:
                    answer = client.put(self._address, record)
                outcome = attempt.retry_state.outcome
                if outcome is not None and not outcome.failed:
                    attempt.retry_state.set_result(answer)
        except Refused:
            self.tally.given_up["refused"] += 1
            return True
        except (RetryError, *TRANSIENT):
            return False
        self.tally.attempts_needed[attempt.retry_state.attempt_number] += 1
        self.tally.delivered["in a block"] += 1
        return True

    async def _batch(self, records: list[Record]) -> list[Record]:
        """Deliver concurrently; returns the records that were not delivered, in their order."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(record: Record) -> bool:
            async with gate:
                try:
                    await self._put_async(record)
                except Refused:
                    self.tally.given_up["refused"] += 1
                    return True
                except RetryError:
                    return False
            self.tally.delivered["batch"] += 1
            return True

        done = await asyncio.gather(*(one(record) for record in records))
        return [record for record, good in zip(records, done, strict=True) if not good]

    def _second_chance(self, record: Record) -> None:
        try:
            answer = self._put.retry_with(stop=stop_after_attempt(3))(record)
        except RetryError as error:
            last = error.last_attempt
            self.tally.given_up[_cause(last.exception())] += 1
            self.tally.attempts_needed[last.attempt_number] += 1
            return
        if is_pending(answer):
            self.tally.given_up["pending"] += 1
        else:
            self.tally.delivered["second chance"] += 1

    def _on_attempt(self, state: RetryCallState) -> None:
        self.tally.attempts += 1

    def _on_pause(self, state: RetryCallState) -> None:
        outcome = state.outcome
        assert outcome is not None, "a pause follows an attempt"
        self.tally.retries[_cause(outcome.exception()) if outcome.failed else "pending"] += 1
        self._log_pause(state)


def _cause(error: BaseException | None) -> str:
    names = {
        Unavailable: "unavailable",
        Truncated: "truncated",
        ConnectionError: "reset",
        TimeoutError: "slow",
    }
    return next((name for kind, name in names.items() if isinstance(error, kind)), "other")
