"""Bars of libraries that are not installed here, on stand-ins for them."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

import pytest

from .programs import Terminal


def stand_in(monkeypatch: pytest.MonkeyPatch, name: str, **names: Any) -> None:
    module = ModuleType(name)
    vars(module).update(names)
    monkeypatch.setitem(sys.modules, name, module)


def fresh(monkeypatch: pytest.MonkeyPatch, name: str) -> Any:
    """A module of ours that is imported now, and forgotten afterwards."""
    full = f"mainstay.progress.{name}"
    monkeypatch.delitem(sys.modules, full, raising=False)
    module = importlib.import_module(full)
    monkeypatch.delitem(sys.modules, full)
    return module


def test_dask_counts_its_tasks(monkeypatch: pytest.MonkeyPatch, screen: Terminal) -> None:
    class Callback:
        def __init__(self, start: Any = None, pretask: Any = None) -> None: ...

    stand_in(monkeypatch, "dask")
    stand_in(monkeypatch, "dask.callbacks", Callback=Callback)
    made = fresh(monkeypatch, "dask").TqdmCallback(desc="compute", file=screen)
    made._start_state(None, {"ready": [1], "waiting": [2, 3], "running": [], "finished": []})
    made._posttask()
    made._finish()
    assert "compute:  33%" in screen.getvalue()


def test_keras_counts_epochs_and_batches(monkeypatch: pytest.MonkeyPatch, screen: Terminal) -> None:
    class Callback:
        params: dict[str, int] = {"epochs": 2, "steps": 3}

    callbacks = ModuleType("keras.callbacks")
    callbacks.Callback = Callback  # type: ignore[attr-defined]
    stand_in(monkeypatch, "keras", callbacks=callbacks)
    made = fresh(monkeypatch, "keras").TqdmCallback(verbose=2, file=screen)
    made.on_train_begin()
    for epoch in range(2):
        made.on_epoch_begin(epoch)
        for _ in range(3):
            made.on_batch_end(0, {"size": 1, "loss": 0.5})
        made.on_epoch_end(epoch, {"loss": 0.25})
    made.on_train_end()
    assert "2/2" in screen.getvalue()
    assert "loss=0.5" in screen.getvalue()
    assert "loss=0.25" in screen.getvalue()


def test_telegram_edits_one_message(monkeypatch: pytest.MonkeyPatch, screen: Terminal) -> None:
    sent: list[tuple[str, Any]] = []

    class Answer:
        status_code = 200

        def json(self) -> Any:
            return {"result": {"message_id": 7}}

        def raise_for_status(self) -> None: ...

    class Session:
        def post(self, place: str, data: Any) -> Answer:
            sent.append((place.rpartition("/")[2], data))
            return Answer()

    stand_in(monkeypatch, "requests", Session=Session)
    telegram = fresh(monkeypatch, "contrib.telegram")
    bar = telegram.tqdm(total=2, token="t", chat_id="c", file=screen, leave=False)
    bar.update(2)
    bar.close()
    bar.tgio.pool.shutdown()
    assert [method for method, _ in sent][:1] == ["sendMessage"]
    assert sent[-1] == ("deleteMessage", {"chat_id": "c", "message_id": 7})


def test_a_notebook_without_widgets_says_what_is_missing() -> None:
    from mainstay.progress import notebook

    if notebook.IProgress is not None:
        pytest.skip("ipywidgets are installed")
    bar = notebook.tqdm(range(3), disable=True)
    assert list(bar) == [0, 1, 2]
    with pytest.raises(ImportError, match="IProgress not found"):
        notebook.tqdm(range(3))
    notebook.tqdm._instances.clear()
