"""`auto` and `tqdm.pandas()` at once; a bar of Slack, Telegram or Discord where variables are set.

They are TQDM_SLACK_TOKEN and TQDM_SLACK_CHANNEL, TQDM_TELEGRAM_TOKEN and TQDM_TELEGRAM_CHAT_ID,
TQDM_DISCORD_TOKEN and TQDM_DISCORD_CHANNEL_ID.
"""

from __future__ import annotations

import warnings
from importlib import import_module
from os import getenv
from typing import Any

__all__ = ["tqdm", "trange"]


def _chosen() -> Any:
    """The first service whose two variables are set, else the bar that fits."""
    for service, place in (
        ("slack", "channel"),
        ("telegram", "chat_id"),
        ("discord", "channel_id"),
    ):
        names = (f"TQDM_{service}_{each}".upper() for each in ("token", place))
        if all(map(getenv, names)):
            return import_module(f".{service}", __package__)
    return import_module("..auto", __package__)


_module = _chosen()
tqdm: Any = _module.tqdm
trange: Any = _module.trange
with warnings.catch_warnings():
    warnings.simplefilter("ignore", category=FutureWarning)
    tqdm.pandas()
