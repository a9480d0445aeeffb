"""tqdm.contrib.discord: the names of mainstay.progress.contrib.discord."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.progress.contrib.discord", (
    "DiscordIO", "Session", "default_user_agent", "envwrap", "tdrange", "tqdm", "tqdm_discord",
    "trange",
))
