"""A bar that is also a message of a Discord bot.

>>> from mainstay.progress.contrib.discord import tqdm
>>> for each in tqdm(range(10), token="...", channel_id="..."):  # doctest: +SKIP
...     pass

Without them, token and channel are those of TQDM_DISCORD_TOKEN and TQDM_DISCORD_CHANNEL_ID.
"""

from __future__ import annotations

from typing import Any

from requests import Session
from requests.utils import default_user_agent

from ..utils import envwrap, unannotated
from ..version import __version__
from ._message import MessageBar, PostedMessage

__all__ = ["DiscordIO", "tdrange", "tqdm", "tqdm_discord", "trange"]


class DiscordIO(PostedMessage):
    """A message in a channel."""

    API = "https://discord.com/api/v10"
    UA = f"tqdm (https://tqdm.github.io, {__version__}) {default_user_agent()}"

    def __init__(self, token: Any, channel_id: Any) -> None:
        self.token, self.channel_id = token, channel_id
        self.session = Session()
        super().__init__()

    @property
    def _sent(self) -> dict[str, Any]:
        return {"headers": {"Authorization": f"Bot {self.token}", "User-Agent": self.UA}}

    def _place(self, message: Any = "") -> str:
        return f"{self.API}/channels/{self.channel_id}/messages{message and f'/{message}'}"

    def _post(self) -> Any:
        return self.session.post(self._place(), json={"content": f"`{self.text}`"}, **self._sent)

    def _number(self, answer: Any) -> Any:
        return answer["id"]

    def _edit(self) -> Any:
        content = {"content": f"`{self.text}`"}
        place = self._place(self.message_id)
        return self.submit(self.session.patch, place, json=content, **self._sent)

    def _remove(self) -> Any:
        return self.submit(self.session.delete, self._place(self.message_id), **self._sent)


class tqdm_discord(MessageBar):
    """A bar that is also a message; making one takes as long as sending it."""

    @envwrap("tqdm", "discord", is_method=True)
    @unannotated
    def __init__(
        self, *args: Any, token: Any = None, channel_id: Any = None, **kwargs: Any
    ) -> None:
        if not kwargs.get("disable"):
            self._message = self.dio = DiscordIO(token, channel_id)
        super().__init__(*args, **kwargs)


def tdrange(*args: Any, **kwargs: Any) -> tqdm_discord:
    """`tqdm(range(*args), **kwargs)`."""
    return tqdm_discord(range(*args), **kwargs)


tqdm = tqdm_discord
trange = tdrange
