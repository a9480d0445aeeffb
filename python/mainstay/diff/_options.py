"""Options: the keywords of DeepDiff, checked and in the form in which the walk asks for them.

Built once per DeepDiff with keywords; all without keywords share one. Never changed after that, so
several threads may use one.
"""

from __future__ import annotations

import datetime
import logging
import uuid
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from . import _native
from ._filters import PathFilters, regexes
from ._kinds import ipranges, kinds, strings
from ._nodes import Node
from ._sets import SetOrdered
from .base import Base
from .helper import (
    TEXT_VIEW,
    get_truncate_datetime,
    notpresent,
    number_to_string,
    type_in_type_group,
    type_is_subclass_of_type_group,
)
from .model import (
    AttributeRelationship,
    DictRelationship,
    NonSubscriptableIterableRelationship,
    NumpyArrayRelationship,
    SetRelationship,
    SubscriptableIterableRelationship,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from re import Pattern

    from typing_extensions import TypedDict

    Paths = str | Iterable[str] | None
    Ask = Callable[[Any, str], bool] | None

    class Keywords(TypedDict, total=False):
        """The keywords of DeepDiff, for type checkers."""

        cache_purge_level: int
        cache_size: int
        cache_tuning_sample_size: int
        custom_operators: list[Any] | None
        cutoff_distance_for_pairs: float
        cutoff_intersection_for_pairs: float
        default_timezone: datetime.tzinfo
        encodings: list[str] | None
        exclude_obj_callback: Ask
        exclude_obj_callback_strict: Ask
        exclude_paths: Paths
        exclude_regex_paths: str | Pattern[str] | Iterable[str | Pattern[str]] | None
        exclude_types: Iterable[type] | None
        get_deep_distance: bool
        group_by: Any
        group_by_sort_key: str | Callable[[Any], Any] | None
        hasher: Callable[[Any], Any] | None
        hashes: dict[Any, Any] | None
        ignore_encoding_errors: bool
        ignore_nan_inequality: bool
        ignore_numeric_type_changes: bool
        ignore_order: bool
        ignore_order_func: Callable[[Any], bool] | None
        ignore_private_variables: bool
        ignore_string_case: bool
        ignore_string_type_changes: bool
        ignore_type_in_groups: Any
        ignore_type_subclasses: bool
        ignore_uuid_types: bool
        include_obj_callback: Ask
        include_obj_callback_strict: Ask
        include_paths: Paths
        iterable_compare_func: Callable[..., bool] | None
        key: str | Callable[[Any], Any] | dict[str, Any] | None
        log_frequency_in_sec: float
        log_scale_similarity_threshold: float
        log_stacktrace: bool
        math_epsilon: Any
        max_depth: int | None
        max_diffs: int | None
        max_passes: int
        multiprocessing: bool
        multiprocessing_workers: int | None
        multiprocessing_threshold: int | None
        number_format_notation: Literal["f", "e"]
        number_to_string_func: Callable[..., Any] | None
        pairing: Literal["distance", "index"]
        progress_logger: Callable[[str], Any]
        report_repetition: bool
        significant_digits: int | None
        threshold_to_diff_deeper: float
        truncate_datetime: Literal["second", "minute", "hour", "day"] | None
        use_enum_value: bool
        use_log_scale: bool
        verbose_level: Literal[0, 1, 2]
        view: Literal["text", "tree", "_delta", "colored", "colored_compact"]
        zip_ordered_iterables: bool
        _original_type: Any
        _parameters: Any
        _shared_parameters: Any


logger = logging.getLogger("deepdiff.diff")

CUTOFF_DISTANCE_FOR_PAIRS_DEFAULT = 0.3
CUTOFF_INTERSECTION_FOR_PAIRS_DEFAULT = 0.7
CUTOFF_RANGE_ERROR_MSG = "cutoff_distance_for_pairs needs to be a positive float max 1."
VERBOSE_LEVEL_RANGE_MSG = "verbose_level should be 0, 1, or 2."
PURGE_LEVEL_RANGE_MSG = "cache_purge_level should be 0, 1, or 2."
MATH_EPSILON_MSG = (
    "math_epsilon in conjunction with ignore_order=True is only used for flat object comparisons. "
    "Custom math_epsilon will not have an effect when comparing nested objects."
)

DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(
        (
            *("_original_type", "_parameters", "_shared_parameters", "custom_operators"),
            *("encodings", "exclude_obj_callback", "exclude_obj_callback_strict", "exclude_paths"),
            *("exclude_regex_paths", "exclude_types", "group_by", "group_by_sort_key", "hasher"),
            *("hashes", "ignore_order_func", "ignore_type_in_groups", "include_obj_callback"),
            *("include_obj_callback_strict", "include_paths", "iterable_compare_func", "key"),
            *("math_epsilon", "max_depth", "max_diffs", "multiprocessing_workers"),
            *("multiprocessing_threshold", "number_to_string_func", "significant_digits"),
            "truncate_datetime",
        ),
        None,
    ),
    **dict.fromkeys(
        (
            *("get_deep_distance", "ignore_encoding_errors", "ignore_nan_inequality"),
            *("ignore_numeric_type_changes", "ignore_order", "ignore_string_case"),
            *("ignore_string_type_changes", "ignore_type_subclasses", "ignore_uuid_types"),
            *("log_stacktrace", "multiprocessing", "report_repetition", "use_enum_value"),
            *("use_log_scale", "zip_ordered_iterables"),
        ),
        False,
    ),
    "cache_purge_level": 1,
    "cache_size": 0,
    "cache_tuning_sample_size": 0,
    "cutoff_distance_for_pairs": CUTOFF_DISTANCE_FOR_PAIRS_DEFAULT,
    "cutoff_intersection_for_pairs": CUTOFF_INTERSECTION_FOR_PAIRS_DEFAULT,
    "default_timezone": datetime.timezone.utc,
    "ignore_private_variables": True,
    "log_frequency_in_sec": 0,
    "log_scale_similarity_threshold": 0.1,
    "max_passes": 10000000,
    "number_format_notation": "f",
    "pairing": "distance",
    "progress_logger": logger.info,
    "threshold_to_diff_deeper": 0.33,
    "verbose_level": 1,
    "view": TEXT_VIEW,
}

# Hashes follow these keywords too.
_OF_HASHES = (
    *("hasher", "number_format_notation", "ignore_string_type_changes", "use_enum_value"),
    *("ignore_numeric_type_changes", "ignore_uuid_types", "ignore_type_subclasses"),
    *("ignore_string_case", "ignore_private_variables", "encodings", "ignore_encoding_errors"),
    *("default_timezone", "exclude_types", "exclude_obj_callback", "significant_digits"),
    *("ignore_type_in_groups", "custom_operators"),
)
_OF_DIGESTS = (
    *("hasher", "encodings", "ignore_encoding_errors", "number_to_string_func", "use_enum_value"),
    *("ignore_uuid_types", "ignore_type_in_groups", "custom_operators"),
)


def _unknown(names: list[str]) -> ValueError:
    valid = ", ".join(sorted(name for name in DEFAULTS if not name.startswith("_")))
    return ValueError(
        f"The following parameter(s) are not valid: {', '.join(names)}\n"
        f"The valid parameters are {valid}, _parameters and _shared_parameters."
    )


class Options(Base):
    """What one comparison was asked to do. The attributes are the keywords, after checking."""

    def __init__(self, given: dict[str, Any]) -> None:
        unknown = [name for name in given if name not in DEFAULTS]
        if unknown:
            raise _unknown(unknown)
        self.__dict__.update(DEFAULTS)
        self.__dict__.update(given)
        self._groups()
        self._check()
        self.filters = self._filters()
        self.custom_operators = self.custom_operators or []
        self.number_to_string = self.number_to_string_func or number_to_string
        self.log_err = logger.exception if self.log_stacktrace else logger.error
        sort_key = self.group_by_sort_key
        if sort_key and not callable(sort_key):
            self.group_by_sort_key = lambda row: row[sort_key]

    if TYPE_CHECKING:  # those that are changed by the checks; the others are as they were given
        custom_operators: Any
        group_by_sort_key: Any
        ignore_type_in_groups: Any
        significant_digits: Any
        cutoff_distance_for_pairs: float
        cutoff_intersection_for_pairs: float
        exclude_paths: Any
        include_paths: Any
        exclude_regex_paths: Any

        def __getattr__(self, name: str) -> Any: ...

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_settings": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    _settings: Any = None

    def settings(self, ask_digests: bool = False) -> _native.Settings:
        """What the native walk is to know of this; made anew when another package was loaded.

        With `ask_digests` it asks for the hash of each item of a list without order.
        """
        if ask_digests:
            return _native_settings(self, ask_digests=True)
        known = kinds()
        made = self._settings
        if made is None or made[0] is not known:
            self._settings = made = (known, _native_settings(self))
        settings: _native.Settings = made[1]
        return settings

    def _groups(self) -> None:
        """Groups of types that stand for a keyword turn that keyword on."""
        groups = self.ignore_type_in_groups or []

        def named(*wanted: Any) -> bool:
            return tuple(groups) == wanted or wanted in groups

        if named(*kinds().numbers):
            self.ignore_numeric_type_changes = True
        if named(*strings):
            self.ignore_string_type_changes = True
        if named(uuid.UUID, str):
            self.ignore_uuid_types = True
        self.ignore_type_in_groups = self.get_ignore_types_in_groups(
            groups,
            self.ignore_string_type_changes,
            self.ignore_numeric_type_changes,
            self.ignore_type_subclasses,
            self.ignore_uuid_types,
        )
        self.type_check_func = (
            type_in_type_group if self.ignore_type_subclasses else type_is_subclass_of_type_group
        )

    def _check(self) -> None:
        self.significant_digits = self.get_significant_digits(
            self.significant_digits, self.ignore_numeric_type_changes
        )
        if self.math_epsilon is not None and self.ignore_order:
            logger.warning(MATH_EPSILON_MSG)
        get_truncate_datetime(self.truncate_datetime)
        if self.verbose_level not in {0, 1, 2}:
            raise ValueError(VERBOSE_LEVEL_RANGE_MSG)
        if self.cache_purge_level not in {0, 1, 2}:
            raise ValueError(PURGE_LEVEL_RANGE_MSG)
        self.cutoff_distance_for_pairs = float(self.cutoff_distance_for_pairs)
        self.cutoff_intersection_for_pairs = float(self.cutoff_intersection_for_pairs)
        if not 0 <= self.cutoff_distance_for_pairs <= 1:
            raise ValueError(CUTOFF_RANGE_ERROR_MSG)
        if self.pairing not in ("distance", "index"):
            raise ValueError(f"pairing must be 'distance' or 'index', got {self.pairing!r}")
        keys = self.key.items() if isinstance(self.key, dict) else [("root", self.key)]
        for path, key in keys if self.key is not None else ():
            if not isinstance(path, str) or not (isinstance(key, str) or callable(key)):
                raise TypeError(
                    "key must be the name of a field, a path in an item, a function, or a dict "
                    f"from paths of lists to one of these; got {self.key!r}"
                )
        # Accepted and without effect: sending objects to workers costs more than comparing them.
        if self.multiprocessing not in (True, False):
            raise ValueError(f"multiprocessing must be True or False; got {self.multiprocessing!r}")
        for name, least in (("multiprocessing_workers", 1), ("multiprocessing_threshold", 0)):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, int) or value < least):
                raise ValueError(f"{name} must be None or an integer from {least}; got {value!r}")

    def _filters(self) -> PathFilters:
        filters = PathFilters(self.exclude_paths, self.include_paths)
        self.exclude_paths, self.include_paths = filters.exclude_paths, filters.include_paths
        self.exclude_glob_paths = filters.exclude_globs
        self.include_glob_paths = filters.include_globs
        filters.exclude_regex_paths = self.exclude_regex_paths = regexes(self.exclude_regex_paths)
        filters.exclude_types = self.exclude_types_tuple = tuple(self.exclude_types or ())
        for name in ("exclude_obj_callback", "include_obj_callback"):
            for each in (name, f"{name}_strict"):
                setattr(filters, each, getattr(self, each))
        return filters

    @classmethod
    def of_attributes(cls, attributes: dict[str, Any]) -> Options:
        """Options with these attributes, as another DeepDiff has them: checked already."""
        options = cls({})
        options.__dict__.update(attributes)
        options.filters = options._filters()
        return options

    @property
    def deephash_parameters(self) -> dict[str, Any]:
        """The keywords for `DeepHash`."""
        filters = self.filters
        return {
            **{name: getattr(self, name) for name in _OF_HASHES},
            "exclude_paths": filters.exclude_paths,
            "exclude_glob_paths": filters.exclude_globs,
            "include_paths": filters.include_paths,
            "include_glob_paths": filters.include_globs,
            "exclude_regex_paths": filters.exclude_regex_paths,
            "ignore_repetition": not self.report_repetition,
            "number_to_string_func": self.number_to_string,
        }


_EQUAL_TYPES = frozenset(
    [Decimal, Fraction, uuid.UUID, *ipranges]
    + [datetime.datetime, datetime.date, datetime.time, datetime.timedelta]
)
"""Types of which two equal values never differ; unequal ones may still not, so they are asked."""


_CLASSES = {
    "node_type": Node,
    "set_type": SetOrdered,
    "absent": notpresent,
    "entry_relation": DictRelationship,
    "item_relation": SubscriptableIterableRelationship,
    "plain_relation": NonSubscriptableIterableRelationship,
    "member_relation": SetRelationship,
    "attribute_relation": AttributeRelationship,
    "array_relation": NumpyArrayRelationship,
    "decimal_type": Decimal,
}


def _native_settings(options: Options, ask_digests: bool = False) -> _native.Settings:
    """How the native walk compares, and what it asks its host for."""
    filters = options.filters
    only_exact = filters.only_exact_paths
    keys_are_cleaned = bool(
        options.ignore_string_type_changes
        or options.ignore_numeric_type_changes
        or options.ignore_string_case
    )
    scalars = bool(
        options.significant_digits is not None
        or options.math_epsilon is not None
        or options.use_log_scale
        or options.ignore_string_case
    )
    # The keywords whose values change what is hashed.
    digests = bool(
        ask_digests
        or options.significant_digits is not None
        or filters
        or keys_are_cleaned
        or options.hashes is not None
        or options.cache_purge_level == 0
        or options.number_format_notation != "f"
        or options.ignore_private_variables is not True
        or any(getattr(options, name) for name in _OF_DIGESTS)
    )
    return _native.Settings(
        options,
        threshold_to_diff_deeper=options.threshold_to_diff_deeper or 0,
        pair_by_parts=options.pairing == "index",
        ask_operators=bool(options.custom_operators),
        ask_lists=bool(
            options.ignore_order_func or options.iterable_compare_func or options.key is not None
        ),
        exclude_paths_exact=frozenset(filters.exclude_paths or ()) if only_exact else None,
        skip_pair=filters.skip_pair if filters and not only_exact else None,
        skip_report=filters.skip_report if filters.include_globs else None,
        special_scalars=scalars,
        special_types=bool(options.ignore_type_in_groups or options.use_enum_value),
        special_keys=keys_are_cleaned or filters.including,
        special_union=bool(filters),
        special_digests=digests,
        special_distances=bool(options.iterable_compare_func or options.use_log_scale),
        equal_types=frozenset() if options.truncate_datetime else _EQUAL_TYPES,
        simple_types=kinds().basic_types,
        **_CLASSES,
    )


_default: Options | None = None


def default() -> Options:
    """The options of a DeepDiff without keywords, which all of them share."""
    global _default
    if _default is None:
        _default = Options({})
    return _default
