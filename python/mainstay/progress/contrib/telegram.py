"""A bar that is also a message of a Telegram bot.

>>> from mainstay.progress.contrib.telegram import tqdm
>>> for each in tqdm(range(10), token="...", chat_id="..."):  # doctest: +SKIP
...     pass

Without them, token and chat are those of TQDM_TELEGRAM_TOKEN and TQDM_TELEGRAM_CHAT_ID.
"""

from __future__ import annotations

from typing import Any

from requests import Session

from ..utils import envwrap, unannotated
from ._message import MessageBar, PostedMessage

__all__ = ["TelegramIO", "tqdm", "tqdm_telegram", "trange", "ttgrange"]


class TelegramIO(PostedMessage):
    """A message in a chat."""

    API = "https://api.telegram.org/bot"

    def __init__(self, token: Any, chat_id: Any) -> None:
        self.token, self.chat_id = token, chat_id
        self.session = Session()
        super().__init__()

    def _place(self, method: str) -> str:
        return f"{self.API}{self.token}/{method}"

    @property
    def _shown(self) -> dict[str, Any]:
        return {"text": f"`{self.text}`", "chat_id": self.chat_id, "parse_mode": "MarkdownV2"}

    def _post(self) -> Any:
        return self.session.post(self._place("sendMessage"), data=self._shown)

    def _number(self, answer: Any) -> Any:
        return answer["result"]["message_id"]

    def _edit(self) -> Any:
        data = {**self._shown, "message_id": self.message_id}
        return self.submit(self.session.post, self._place("editMessageText"), data=data)

    def _remove(self) -> Any:
        data = {"chat_id": self.chat_id, "message_id": self.message_id}
        return self.submit(self.session.post, self._place("deleteMessage"), data=data)


class tqdm_telegram(MessageBar):
    """A bar that is also a message; making one takes as long as sending it."""

    @envwrap("tqdm", "telegram", is_method=True)
    @unannotated
    def __init__(self, *args: Any, token: Any = None, chat_id: Any = None, **kwargs: Any) -> None:
        if not kwargs.get("disable"):
            self._message = self.tgio = TelegramIO(token, chat_id)
        super().__init__(*args, **kwargs)


def ttgrange(*args: Any, **kwargs: Any) -> tqdm_telegram:
    """`tqdm(range(*args), **kwargs)`."""
    return tqdm_telegram(range(*args), **kwargs)


tqdm = tqdm_telegram
trange = ttgrange
