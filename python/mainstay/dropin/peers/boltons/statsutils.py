"""boltons.statsutils: the names of mainstay.bolts.statsutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.statsutils", (
    "Counter", "Stats", "ceil", "describe", "floor", "format_histogram_counts", "iqr",
    "kurtosis", "mean", "median", "median_abs_dev", "mode", "pearson_type", "rel_std_dev",
    "skewness", "std_dev", "trimean", "variance",
))
