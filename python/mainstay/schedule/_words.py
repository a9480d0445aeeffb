"""A schedule in words, as people write it into a file or on a command line.

every 20 minutes on mon-fri between 08:00 and 18:00
every monday at 10:30 in Europe/Berlin
every 5 to 10 seconds        every day at 09:00 on 1 15 -1 during oct-mar
*/15 9-17 * * mon-fri        @daily
"""

from __future__ import annotations

from ._errors import ScheduleValueError
from ._window import DAYS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._job import Job
    from ._scheduler import Scheduler

_SINGULAR = ("second", "minute", "hour", "day", "week")
_UNITS = {*DAYS, *_SINGULAR, *(unit + "s" for unit in _SINGULAR)}
_CLAUSES = ("at", "in", "on", "during", "between")


def job_of(scheduler: Scheduler, text: str) -> Job:
    """The job that words or a cron expression describe, not yet registered.

    Raises ScheduleValueError for words that are none.
    """
    words = text.split()
    if not words or words[0].lower() != "every":
        return scheduler.cron(text)
    head, clauses = _split(words[1:], text)
    job = _begun(scheduler, head, text)
    if "in" in clauses:
        job.at_time_zone = " ".join(clauses["in"])
    if "at" in clauses:
        job.at(" ".join(clauses["at"]))
    if "on" in clauses:
        job.on(*(int(day) if day.lstrip("-").isdecimal() else day for day in clauses["on"]))
    if "during" in clauses:
        job.during(*clauses["during"])
    if "between" in clauses:
        hours = [word for word in clauses["between"] if word != "and"]
        if len(hours) != 2:
            raise _refusal(text)
        job.between(*hours)
    return job


def _split(words: list[str], text: str) -> tuple[list[str], dict[str, list[str]]]:
    head: list[str] = []
    clauses: dict[str, list[str]] = {}
    current = head
    for word in words:
        word = word.strip(",")
        if word in _CLAUSES:
            if word in clauses:
                raise _refusal(text)
            current = clauses[word] = []
        elif word:
            current.append(word)
    return head, clauses


def _begun(scheduler: Scheduler, head: list[str], text: str) -> Job:
    """`[N [to M]] unit`, or a day of the week."""
    try:
        interval = int(head[0]) if len(head) > 1 else 1
        job = scheduler.every(interval)
        if len(head) == 4 and head[1] == "to":
            job.to(int(head[2]))
        elif len(head) > 2:
            raise ValueError(head)
        unit = head[-1].lower()
        if unit not in _UNITS:
            raise ValueError(unit)
    except (IndexError, ValueError):
        raise _refusal(text) from None
    made: Job = getattr(job, unit)
    return made


def _refusal(text: str) -> ScheduleValueError:
    return ScheduleValueError(
        f"{text!r} is no schedule; write a cron expression, or words such as "
        "'every 20 minutes on mon-fri between 08:00 and 18:00' or 'every monday at 10:30 in "
        "Europe/Berlin'"
    )
