"""Descriptive statistics: one value, or all of them from a `Stats` object that keeps results.

The functions of this module (`mean`, `median`, `variance`, ...) are the properties of `Stats` for
data that is looked at once. A `Stats` object belongs to one thread at a time.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import ceil, floor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "Stats",
    "describe",
    "format_histogram_counts",
    "iqr",
    "kurtosis",
    "mean",
    "median",
    "median_abs_dev",
    "mode",
    "pearson_type",
    "rel_std_dev",
    "skewness",
    "std_dev",
    "trimean",
    "variance",
]


class _StatsProperty:
    """A value worked out once and kept until `clear_cache`; the default where there is no data."""

    def __init__(self, func: Callable[[Any], Any]) -> None:
        self.func = func
        self.name = func.__name__
        self.__doc__ = func.__doc__

    def __get__(self, stats: Stats | None, owner: type[Any] | None = None) -> Any:
        if stats is None:
            return self
        kept = stats._kept
        if self.name not in kept:
            kept[self.name] = self.func(stats) if stats.data else stats.default
        return kept[self.name]


class Stats:
    """Numbers, and what can be said about them.

    `default` stands for values that are not defined, such as the mean of nothing. The data is
    copied, and the copy sorted when that helps, unless `use_copy` is false; `is_sorted` promises
    that it is sorted already. Values are kept: call `clear_cache` after changing `data`.
    """

    def __init__(
        self,
        data: Iterable[Any],
        default: Any = 0.0,
        use_copy: bool = True,
        is_sorted: bool = False,
    ) -> None:
        self._use_copy = use_copy
        self._promised_sorted = self._is_sorted = is_sorted
        self._kept: dict[str, Any] = {}
        self.data: Any = list(data) if use_copy else data
        self.default = default

    def __len__(self) -> int:
        return len(self.data)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.data)

    def _get_sorted_data(self) -> Sequence[Any]:
        if self._use_copy and not self._is_sorted:
            self.data.sort()
            self._is_sorted = True
        found: Sequence[Any] = self.data if self._is_sorted else sorted(self.data)
        return found

    def clear_cache(self) -> None:
        """Forget all values, so that they are worked out from the data as it is now."""
        self._kept.clear()
        self._is_sorted = self._promised_sorted

    @_StatsProperty
    def count(self) -> int:
        """How many values there are."""
        return len(self.data)

    @_StatsProperty
    def mean(self) -> Any:
        """The sum divided by the number of values."""
        return sum(self.data, 0.0) / len(self.data)

    @_StatsProperty
    def max(self) -> Any:
        """The largest value."""
        return self.data[-1] if self._promised_sorted else max(self.data)

    @_StatsProperty
    def min(self) -> Any:
        """The smallest value."""
        return self.data[0] if self._promised_sorted else min(self.data)

    @_StatsProperty
    def median(self) -> Any:
        """The value in the middle, or the mean of the two there."""
        return self._get_quantile(self._get_sorted_data(), 0.5)

    @_StatsProperty
    def mode(self) -> Any:
        """The most frequent value; of several, the one that comes first."""
        return Counter(self.data).most_common(1)[0][0]

    @_StatsProperty
    def iqr(self) -> Any:
        """The distance between the 25th and the 75th percentile."""
        return self.get_quantile(0.75) - self.get_quantile(0.25)

    @_StatsProperty
    def trimean(self) -> Any:
        """The mean of both quartiles and twice the median: the middle, little moved by outliers."""
        low, middle, high = [self.get_quantile(q) for q in (0.25, 0.5, 0.75)]
        return (low + 2 * middle + high) / 4.0

    @_StatsProperty
    def variance(self) -> Any:
        """The mean of the squared differences from the mean."""
        return sum(self._get_pow_diffs(2), 0.0) / len(self.data)

    @_StatsProperty
    def std_dev(self) -> Any:
        """The square root of the variance."""
        return self.variance**0.5

    @_StatsProperty
    def median_abs_dev(self) -> Any:
        """The median of the absolute differences from the median."""
        middle = float(self.median)
        return self._get_quantile(sorted([abs(middle - x) for x in self._get_sorted_data()]), 0.5)

    mad = median_abs_dev

    @_StatsProperty
    def rel_std_dev(self) -> Any:
        """The standard deviation divided by the absolute mean."""
        size = abs(self.mean)
        return self.std_dev / size if size else self.default

    @_StatsProperty
    def skewness(self) -> Any:
        """How asymmetric the values are: negative if most lie above the mean."""
        deviation = self.std_dev
        if len(self.data) < 2 or not deviation > 0:
            return self.default
        scale = float((len(self.data) - 1) * (deviation**3))
        return sum(self._get_pow_diffs(3)) / scale

    @_StatsProperty
    def kurtosis(self) -> Any:
        """How much lies in the tails: 3 for a normal distribution."""
        deviation = self.std_dev
        if len(self.data) < 2 or not deviation > 0:
            return 0.0
        scale = float((len(self.data) - 1) * (deviation**4))
        return sum(self._get_pow_diffs(4)) / scale

    @_StatsProperty
    def pearson_type(self) -> int:
        """The type of the Pearson distribution with this skewness and kurtosis; 0 is the normal."""
        # Whole numbers decide: the moments of a sample are not exact.
        skew_squared = self.skewness**2.0
        kurtosis = self.kurtosis
        c0 = 4 * kurtosis - 3 * skew_squared
        c1 = self.skewness * (kurtosis + 3)
        c2 = 2 * kurtosis - 3 * skew_squared - 6
        if not round(c1):
            tails = round(kurtosis)
            return 0 if tails == 3 else 2 if tails < 3 else 7
        if not round(c2):
            return 3
        if not c0:
            return 1
        kappa = c1**2 / (4 * c0 * c2)
        if kappa < 0:
            return 1
        return (4, 5, 6)[min(round(kappa), 2)]

    @staticmethod
    def _get_quantile(sorted_data: Sequence[Any], q: float) -> Any:
        position = q * (len(sorted_data) - 1)
        low, high = floor(position), ceil(position)
        if low == high:
            return sorted_data[low]
        return sorted_data[low] * (high - position) + sorted_data[high] * (position - low)

    def get_quantile(self, q: float) -> Any:
        """The value below which the share `q` of the data lies, from 0.0 to 1.0."""
        q = float(q)
        if not 0.0 <= q <= 1.0:
            raise ValueError(f"expected q between 0.0 and 1.0, not {q!r}")
        return self._get_quantile(self._get_sorted_data(), q) if self.data else self.default

    def get_zscore(self, value: float) -> Any:
        """How many standard deviations `value` lies from the mean.

        Without deviation it is 0 or infinite.
        """
        if self.std_dev:
            return (float(value) - self.mean) / self.std_dev
        if self.mean == value:
            return 0
        return float("inf") if value > self.mean else float("-inf")

    def trim_relative(self, amount: float = 0.15) -> None:
        """Remove the share `amount` (below 0.5) of the values at each end."""
        amount = float(amount)
        if not 0.0 <= amount < 0.5:
            raise ValueError(f"expected amount between 0.0 and 0.5, not {amount!r}")
        number = int(len(self.data) * amount)
        if number:
            self.data = self._get_sorted_data()[number:-number]
            self.clear_cache()

    def _get_pow_diffs(self, power: float) -> list[Any]:
        middle = self.mean
        return [(value - middle) ** power for value in self.data]

    def _get_bin_bounds(self, count: int | None = None) -> list[float]:
        """Where bins of equal width begin; the number of bins is by Freedman and Diaconis."""
        if not self.data:
            return [0.0]
        low, high, spread = self.min, self.max, self.iqr
        if len(self.data) < 4:
            count = count or len(self.data)  # too few to guess
        elif count is None:
            if not spread:
                return [float(low)]
            width = 2 * spread / (len(self.data) ** (1 / 3))
            bounds = [low + width * i for i in range(max(1, ceil((high - low) / width)))]
            return [bound for bound in bounds if bound < high]
        width = (high - low) / float(count)
        return [low + width * number for number in range(count)]

    def get_histogram_counts(self, bins: Any = None, **kw: Any) -> list[tuple[float, int]]:
        """Where each bin of a histogram begins, and how many values are in it.

        `bins` is the number of bins, a list of where they begin, or None to choose by the data.
        `bin_digits` are the decimal digits the bounds are rounded down to (default 1).
        """
        digits = int(kw.pop("bin_digits", 1))
        if kw:
            raise TypeError(f"unexpected keyword arguments: {kw.keys()!r}")
        if not bins:
            bounds = self._get_bin_bounds()
        else:
            try:
                bounds = self._get_bin_bounds(max(int(bins), 1))
            except TypeError:
                try:
                    bounds = [float(bound) for bound in bins]
                except (TypeError, ValueError):
                    raise ValueError(
                        "bins expected integer bin count or list of float bin boundaries,"
                        f" not {bins!r}"
                    ) from None
                if self.min < bounds[0]:
                    bounds.insert(0, self.min)
        scale = 10.0**digits
        bounds = sorted({floor(bound * scale) / scale for bound in bounds})
        counts = dict.fromkeys(bounds, 0)
        for value in self.data:
            counts[bounds[bisect(bounds, value) - 1]] += 1
        return list(counts.items())

    def format_histogram(self, bins: Any = None, **kw: Any) -> str:
        """A histogram as text, one line per bin.

        `bins` and `bin_digits` are those of `get_histogram_counts`; `width` is that of the longest
        line (default: the console's); `format_bin` makes the label of a bin.
        """
        width = kw.pop("width", None)
        format_bin = kw.pop("format_bin", None)
        counts = self.get_histogram_counts(bins=bins, **kw)
        return format_histogram_counts(counts, width=width, format_bin=format_bin)

    def describe(self, quantiles: Sequence[float] | None = None, format: str | None = None) -> Any:
        """Count, mean, deviations, extremes and `quantiles` (by default the quartiles).

        `format` is "dict" (the default), "list" for pairs, or "text".
        """
        if format not in (None, "dict", "list", "text"):
            raise ValueError(
                f'invalid format for describe, expected one of "dict"/"list"/"text", not {format!r}'
            )
        parts = [(str(q), self.get_quantile(q)) for q in quantiles or [0.25, 0.5, 0.75]]
        items = [(name, getattr(self, name)) for name in ("count", "mean", "std_dev", "mad", "min")]
        items += parts
        items.append(("max", self.max))
        if format == "list":
            return items
        if format == "text":
            return "\n".join([f"{label + ':':<10}{value}" for label, value in items])
        return dict(items)


def describe(
    data: Iterable[Any], quantiles: Sequence[float] | None = None, format: str | None = None
) -> Any:
    """`Stats(data).describe(quantiles, format)`."""
    return Stats(data).describe(quantiles=quantiles, format=format)


def _function(name: str) -> Callable[..., Any]:
    """The property of `Stats` as a function of the data."""

    def stats_helper(data: Sequence[Any], default: Any = 0.0) -> Any:
        return getattr(Stats(data, default=default, use_copy=False), name)

    stats_helper.__doc__ = vars(Stats)[name].__doc__
    return stats_helper


iqr = _function("iqr")
kurtosis = _function("kurtosis")
mean = _function("mean")
median = _function("median")
median_abs_dev = _function("median_abs_dev")
mode = _function("mode")
pearson_type = _function("pearson_type")
rel_std_dev = _function("rel_std_dev")
skewness = _function("skewness")
std_dev = _function("std_dev")
trimean = _function("trimean")
variance = _function("variance")


def format_histogram_counts(
    bin_counts: Iterable[tuple[float, int]],
    width: int | None = None,
    format_bin: Callable[[float], Any] | None = None,
) -> str:
    """What `Stats.get_histogram_counts` returns, as text.

    `width` is that of the longest line (default: the console's), `format_bin` makes the labels.
    """
    if not width:
        from shutil import get_terminal_size

        width = get_terminal_size()[0]
    pairs = list(bin_counts)
    if not pairs:
        return ""
    labels = [str((format_bin or str)(bound)) for bound, _ in pairs]
    most = max(count for _, count in pairs)
    label_width = max(map(len, labels))
    count_width = max(len(str(count)) for _, count in pairs)
    bar_width = max(width - label_width - count_width - 4, 3)
    lines = []
    for label, (_, count) in zip(labels, pairs, strict=True):
        bar = "#" * round(count * bar_width / most) if most else ""
        lines.append(f"{label:>{label_width}}: {count:>{count_width}} {bar or '|'}")
    return "\n".join(lines)
