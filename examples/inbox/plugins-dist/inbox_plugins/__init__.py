"""Plugins of the inbox service, found by their entry points in the group `inbox`.

A distribution of its own: it knows pluggy and the names of the hooks, nothing else of the service.
"""

from pluggy import HookimplMarker

hookimpl = HookimplMarker("inbox")
