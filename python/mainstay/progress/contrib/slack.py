"""A bar that is also a message of a Slack app.

>>> from mainstay.progress.contrib.slack import tqdm
>>> for each in tqdm(range(10), token="...", channel="..."):  # doctest: +SKIP
...     pass

Without them, token and channel are those of TQDM_SLACK_TOKEN and TQDM_SLACK_CHANNEL.
"""

from __future__ import annotations

import logging
from typing import Any

try:
    from slack_sdk import WebClient  # type: ignore
except ImportError:
    raise ImportError("Please `pip install slack-sdk`") from None

from ..auto import tqdm as tqdm_auto
from ..utils import envwrap, unannotated
from ._message import Message, MessageBar

__all__ = ["SlackIO", "tqdm", "tqdm_slack", "trange", "tsrange"]

# Slack allows no more messages than that.
_SHORTEST_INTERVAL = 1.5
_SYMBOLS = [
    ":black_square:",
    ":small_blue_diamond:",
    ":large_blue_diamond:",
    ":large_blue_square:",
]


class SlackIO(Message):
    """A message in a channel."""

    def __init__(self, token: Any, channel: Any) -> None:
        super().__init__()
        self.client = WebClient(token=token)
        try:
            self.message: Any = self.client.chat_postMessage(channel=channel, text=self.text)
        except Exception as error:
            tqdm_auto.write(str(error))
            self.message = None

    def _ready(self) -> bool:
        return self.message is not None

    def _edit(self) -> Any:
        place = {"channel": self.message["channel"], "ts": self.message["ts"]}
        return self.submit(self.client.chat_update, text=f"`{self.text}`", **place)


class tqdm_slack(MessageBar):
    """A bar that is also a message; making one takes as long as sending it."""

    @envwrap("tqdm", "slack", is_method=True)
    @unannotated
    def __init__(self, *args: Any, token: Any = None, channel: Any = None, **kwargs: Any) -> None:
        if not kwargs.get("disable"):
            logging.getLogger("HTTPClient").setLevel(logging.WARNING)
            self._message = self.sio = SlackIO(token, channel)
            given = kwargs.get("mininterval", _SHORTEST_INTERVAL)
            kwargs["mininterval"] = max(_SHORTEST_INTERVAL, given)
        super().__init__(*args, **kwargs)

    def _message_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = self.format_dict
        form = fields.get("bar_format")
        if form:
            form = form.replace("<bar/>", "`{bar:10}`").replace("{bar}", "`{bar:10u}`")
            fields["bar_format"] = form
        elif self.total:
            fields["bar_format"] = "{l_bar}`{bar:10}`{r_bar}"
        if fields["ascii"] is False:
            fields["ascii"], fields["ncols"] = _SYMBOLS, 336
        return fields


def tsrange(*args: Any, **kwargs: Any) -> tqdm_slack:
    """`tqdm(range(*args), **kwargs)`."""
    return tqdm_slack(range(*args), **kwargs)


tqdm = tqdm_slack
trange = tsrange
