"""tqdm.contrib.slack: the names of mainstay.progress.contrib.slack."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.progress.contrib.slack", (
    "SlackIO", "WebClient", "envwrap", "tqdm", "tqdm_auto", "tqdm_slack", "trange", "tsrange",
))
