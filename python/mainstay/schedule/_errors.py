"""What goes wrong with a schedule, and the mark by which a job ends itself."""


class ScheduleError(Exception):
    """The base of all errors of this package."""


class ScheduleValueError(ScheduleError):
    """A value that no schedule can have: a unit, a time, a zone, a deadline in the past."""


class IntervalError(ScheduleValueError):
    """An interval that cannot be: not a number of at least one, or not 1 where 1 is meant."""


class CancelJob:
    """A job that returns this class, or an instance, is not run again."""
