"""`auto` and `tqdm.pandas()` at once; a bar of Slack, Telegram or Discord where variables are set.

They are TQDM_SLACK_TOKEN and TQDM_SLACK_CHANNEL, TQDM_TELEGRAM_TOKEN and TQDM_TELEGRAM_CHAT_ID,
TQDM_DISCORD_TOKEN and TQDM_DISCORD_CHANNEL_ID.
"""

from __future__ import annotations

import warnings
from os import getenv
from typing import Any

TYPE_CHECKING = False

__all__ = ["tqdm", "trange"]


def _set(service: str, place: str) -> bool:
    return bool(getenv(f"TQDM_{service}_TOKEN") and getenv(f"TQDM_{service}_{place}"))


tqdm: Any
trange: Any
if _set("SLACK", "CHANNEL"):
    from .slack import tqdm, trange
elif _set("TELEGRAM", "CHAT_ID"):
    from .telegram import tqdm, trange
elif _set("DISCORD", "CHANNEL_ID"):
    from .discord import tqdm, trange
else:
    from ..auto import tqdm, trange

with warnings.catch_warnings():
    warnings.simplefilter("ignore", category=FutureWarning)
    tqdm.pandas()
