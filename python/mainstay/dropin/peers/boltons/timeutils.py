"""boltons.timeutils: the names of mainstay.bolts.timeutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.timeutils", (
    "Central", "ConstantTZInfo", "DSTEND_1967_1986", "DSTEND_1987_2006", "DSTEND_2007",
    "DSTSTART_1967_1986", "DSTSTART_1987_2006", "DSTSTART_2007", "EPOCH_AWARE", "Eastern",
    "HOUR", "LocalTZ", "LocalTZInfo", "Mountain", "Pacific", "USTimeZone", "UTC", "ZERO",
    "date", "daterange", "datetime", "decimal_relative_time", "dt_to_timestamp", "isoparse",
    "parse_td", "parse_timedelta", "relative_time", "strpdate", "timedelta", "timezone",
    "total_seconds", "tzinfo",
))
