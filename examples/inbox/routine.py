"""What the service does on a schedule: jobs in words, run when they are due."""

from __future__ import annotations

from collections import Counter

import schedule

SECTIONS = ("records", "licences", "attempts", "cache", "changes")


def run_routine(ticks: int) -> dict[str, int]:
    """Plan the reports of a week, look `ticks` times whether one is due, then run each once."""
    done: Counter[str] = Counter()
    planner = schedule.Scheduler()
    for hours, section in enumerate(SECTIONS, start=4):
        planner.every(hours).hours.do(done.update, [section]).tag("report", section)
    planner.every().monday.at("07:30").do(done.update, ["week"]).tag("report")
    planner.every().day.at("23:59:59").do(done.update, ["day"]).tag("housekeeping")
    for _ in range(ticks):
        planner.run_pending()
    planner.run_all()
    planner.clear("housekeeping")
    return {"jobs left": len(planner.get_jobs()), **dict(sorted(done.items()))}
