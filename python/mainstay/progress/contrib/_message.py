"""What the bars of chat services share: one message, edited by a thread of its own.

Errors of the service are printed above the bars; they never stop the loop.
"""

from __future__ import annotations

from typing import Any
from warnings import warn

from .._errors import TqdmWarning
from ..auto import tqdm as tqdm_auto
from .utils_worker import MonoWorker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Message(MonoWorker):
    """A stream whose last text is the text of a message."""

    def __init__(self) -> None:
        super().__init__()
        self.text = type(self).__name__

    def _ready(self) -> bool:
        """Whether there is a message; sends the first one."""
        raise NotImplementedError

    def _edit(self) -> Any:
        """Submit the change of the message to `self.text`."""
        raise NotImplementedError

    def write(self, s: str) -> Any:
        """Change the message to `s`; the future, None when there is nothing to do."""
        text = (s or "...").replace("\r", "").strip()
        if text == self.text or not self._ready():
            return None
        self.text = text
        return self._tried(self._edit)

    def _tried(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except Exception as error:
            tqdm_auto.write(str(error))
            return None


class PostedMessage(Message):
    """A message of a service that answers with its number."""

    _message_id: Any

    def __init__(self) -> None:
        super().__init__()
        self.message_id  # noqa: B018 - sends it

    def _post(self) -> Any:
        """The answer of the service to the first message."""
        raise NotImplementedError

    def _number(self, answer: Any) -> Any:
        """The number of the message in what the service answered."""
        raise NotImplementedError

    @property
    def message_id(self) -> Any:
        """The number of the message; sends one when there is none, None when that failed."""
        if hasattr(self, "_message_id"):
            return self._message_id
        answer: Any = None
        try:
            answer = self._post()
            content = answer.json()
            answer.raise_for_status()
            self._message_id = self._number(content)
        except Exception as error:
            if getattr(answer, "status_code", None) == 429:
                text = "Creation rate limit: try increasing `mininterval`."
                warn(text, TqdmWarning, stacklevel=2)
            else:
                tqdm_auto.write(str(error))
            return None
        return self._message_id

    def _ready(self) -> bool:
        return self.message_id is not None

    def _remove(self) -> Any:
        """Submit the deletion of the message."""
        raise NotImplementedError

    def delete(self) -> Any:
        """Delete the message; the future, None when there is none."""
        return self._tried(self._remove) if self._ready() else None


class MessageBar(tqdm_auto):
    """A bar that is also a message, `self._message`."""

    _message: Any

    def _message_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = self.format_dict
        form = fields.get("bar_format")
        if form:
            form = form.replace("<bar/>", "{bar:10u}").replace("{bar}", "{bar:10u}")
            fields["bar_format"] = form
        return fields

    def display(self, *args: Any, **kwargs: Any) -> Any:
        """Draw the bar and change the message."""
        drawn = super().display(*args, **kwargs)
        self._message.write(self.format_meter(**self._message_fields()))
        return drawn

    def clear(self, *args: Any, **kwargs: Any) -> None:
        """Clear the bar and empty the message."""
        super().clear(*args, **kwargs)
        if not self.disable:
            self._message.write("")

    def close(self) -> None:
        """Close the bar; the message is deleted when the bar is not left."""
        if not self.disable:
            super().close()
            stays = self.pos == 0 if self.leave is None else self.leave
            if not stays:
                getattr(self._message, "delete", lambda: None)()
