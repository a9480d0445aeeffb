"""Comparisons need the peer; without it they are left out, and that is said."""

from __future__ import annotations

import importlib.util

collect_ignore = [] if importlib.util.find_spec("msgspec") else ["test_differential.py"]
