"""show when a cron expression, or a schedule in words, would run

mainstay schedule preview "0 9 * * mon-fri" --zone Europe/Berlin
mainstay schedule preview "every 20 minutes on mon-fri between 08:00 and 18:00" --count 3
"""

from __future__ import annotations

import argparse
import sys

from mainstay import schedule
from mainstay.schedule import _words


def main(arguments: list[str]) -> int:
    """Prints the next runs, one a line; 2 for what is no schedule."""
    parser = argparse.ArgumentParser(
        prog="mainstay schedule", description=(__doc__ or "").partition("\n")[0] + "."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    preview = commands.add_parser("preview", help="print the next runs")
    preview.add_argument("text", help="a cron expression or words; quote it")
    preview.add_argument("-n", "--count", type=int, default=5, help="how many runs (5)")
    preview.add_argument("--zone", help="the time zone, such as Europe/Berlin (local time)")
    options = parser.parse_args(arguments)
    if options.count < 1:
        parser.error(f"--count is at least 1, got {options.count}")
    try:
        job = _words.job_of(schedule.Scheduler(), options.text)
        if options.zone is not None:
            job.at_time_zone = options.zone
        runs = job.next_runs(options.count)
    except (schedule.ScheduleError, OverflowError) as error:
        print(f"mainstay schedule: {error}", file=sys.stderr)
        return 2
    for run in runs:
        print(run.strftime("%a %Y-%m-%d %H:%M:%S %Z").rstrip())
    if not runs:
        print("never")
    return 0
