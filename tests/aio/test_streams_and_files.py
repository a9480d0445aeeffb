"""Do streams close all they hold, and do paths come from a thread in full?"""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest
from mainstay import aio
from mainstay.aio.streams.stapled import MultiListener, StapledObjectStream
from mainstay.aio.streams.text import TextReceiveStream

T = TypeVar("T")


@pytest.fixture(params=aio.get_available_backends())
def run(request: pytest.FixtureRequest) -> Callable[[Callable[[], Coroutine[Any, Any, T]]], T]:
    return lambda main: aio.run(main, backend=request.param)


class Closing(aio.abc.Listener[Any]):
    """A listener that fails while it is closed, if told to."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.closed = False

    async def serve(self, handler: Any, task_group: Any = None) -> None:
        raise NotImplementedError

    async def aclose(self) -> None:
        self.closed = True
        if self.error is not None:
            raise self.error


def test_a_listener_of_many_closes_all_though_one_fails(run: Any) -> None:
    listeners = [Closing(OSError("first")), Closing(), Closing()]

    async def main() -> None:
        with pytest.raises(OSError, match="first"):
            await MultiListener(listeners).aclose()

    run(main)

    assert [listener.closed for listener in listeners] == [True, True, True]


def test_a_stapled_stream_closes_its_receiver_though_its_sender_fails(run: Any) -> None:
    class FailingSender(aio.abc.ObjectSendStream[int]):
        async def send(self, item: int) -> None:
            raise NotImplementedError

        async def aclose(self) -> None:
            raise OSError("sender")

    async def main() -> None:
        sender, receiver = aio.create_memory_object_stream[int](1)
        sender.close()
        stream = StapledObjectStream(FailingSender(), receiver)
        with pytest.raises(OSError, match="sender"):
            await stream.aclose()
        with pytest.raises(aio.ClosedResourceError):
            receiver.receive_nowait()

    run(main)


def test_a_text_stream_tells_of_half_a_character_once(run: Any) -> None:
    async def main() -> list[type[BaseException]]:
        sender, receiver = aio.create_memory_object_stream[bytes](2)
        sender.send_nowait(b"\xe2\x82")
        sender.close()
        seen: list[type[BaseException]] = []
        with receiver:
            stream = TextReceiveStream(receiver)
            for _ in range(2):
                try:
                    await stream.receive()
                except Exception as error:
                    seen.append(type(error))
        return seen

    assert run(main) == [UnicodeDecodeError, aio.EndOfStream]


def test_paths_of_a_large_folder_all_come_once(run: Any, tmp_path: pathlib.Path) -> None:
    names = {f"file{number}" for number in range(700)}
    for name in names:
        (tmp_path / name).touch()

    async def main() -> list[str]:
        return [path.name async for path in aio.Path(tmp_path).iterdir()]

    found = run(main)

    assert len(found) == 700
    assert set(found) == names


def test_a_walk_over_paths_may_stop_early_and_raises_what_the_system_says(
    run: Any, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "one").touch()

    async def main() -> str:
        with pytest.raises(FileNotFoundError):
            async for _ in aio.Path(tmp_path / "missing").iterdir():
                pass
        async for path in aio.Path(tmp_path).iterdir():
            return path.name
        return ""

    assert run(main) == "one"


def test_a_text_that_outgrows_memory_keeps_its_contents_and_place(run: Any) -> None:
    async def main() -> tuple[str, str]:
        async with aio.SpooledTemporaryFile[str](mode="w+", max_size=4, encoding="utf-8") as file:
            await file.write("größer")
            await file.seek(0)
            await file.rollover()
            head = await file.read(2)
            return head, await file.read()

    assert run(main) == ("gr", "ößer")
