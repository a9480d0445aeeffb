"""What there is of the peer's worker processes: the same checks and functions, in this process.

`multiprocessing=True` is accepted and changes nothing in the results. Sending objects to workers
and back costs more than comparing them natively, so no process is started.
"""

from __future__ import annotations

import os
import pickle
from typing import Any, NamedTuple

DEFAULT_MAX_WORKERS = 4
DEFAULT_THRESHOLD = 64

_COUNTERS = ("DIFF COUNT", "PASSES COUNT", "DISTANCE CACHE HIT COUNT")
_FLAGS = ("MAX PASS LIMIT REACHED", "MAX DIFF LIMIT REACHED")


class MPConfig(NamedTuple):
    """The three keywords, checked."""

    enabled: bool
    workers: int
    threshold: int

    def should_parallelize(self, n_jobs: int) -> bool:
        """Whether the peer would start workers for so many jobs."""
        return self.enabled and self.workers > 1 and n_jobs >= self.threshold


def normalize_mp_config(multiprocessing: Any, workers: Any, threshold: Any) -> MPConfig:
    """Check the keywords; ValueError says which one is wrong."""
    if multiprocessing not in (True, False):
        raise ValueError(f"multiprocessing must be True or False; got {multiprocessing!r}")
    if workers is None:
        workers = min(DEFAULT_MAX_WORKERS, os.cpu_count() or 1)
    elif not isinstance(workers, int) or workers < 1:
        raise ValueError(
            f"multiprocessing_workers must be None or a positive integer; got {workers!r}"
        )
    if threshold is None:
        threshold = DEFAULT_THRESHOLD
    elif not isinstance(threshold, int) or threshold < 0:
        raise ValueError(
            f"multiprocessing_threshold must be None or a non-negative integer; got {threshold!r}"
        )
    return MPConfig(bool(multiprocessing), workers, threshold)


def is_pickleable(obj: Any) -> bool:
    """Whether `obj` could be sent to another process."""
    try:
        pickle.dumps(obj)
    except Exception:  # whatever a __reduce__ raises
        return False
    return True


def _extract_worker_stats(diff_instance: Any) -> dict[str, Any]:
    stats = getattr(diff_instance, "_stats", None) or {}
    return _aggregate_worker_stats([stats])


def _aggregate_worker_stats(deltas: list[dict[str, Any]]) -> dict[str, Any]:
    counters = {key: sum(int(delta.get(key) or 0) for delta in deltas) for key in _COUNTERS}
    flags = {key: any(delta.get(key) for delta in deltas) for key in _FLAGS}
    return {**counters, **flags}


def compute_distances_parallel(
    jobs: list[Any],
    parameters: dict[str, Any],
    original_type: Any,
    iterable_compare_func: Any,
    config: MPConfig,
) -> Any:
    """Nothing for no jobs; None, "do it serially", for all others."""
    return None if jobs else ({}, _aggregate_worker_stats([]))


def compute_subtree_diffs_parallel(
    jobs: list[Any], parameters: dict[str, Any], original_type: Any, config: MPConfig
) -> Any:
    """Nothing for no jobs; None, "do it serially", for all others."""
    return None if jobs else ([], _aggregate_worker_stats([]))


def compute_hashes_parallel(
    jobs: list[Any], deephash_parameters: dict[str, Any], config: MPConfig
) -> Any:
    """Nothing for no jobs; None, "do it serially", for all others."""
    return None if jobs else []
