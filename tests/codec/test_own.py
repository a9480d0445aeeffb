"""What mainstay.codec promises beside its peer's suite: limits, threads, imports, collection."""

from __future__ import annotations

import datetime
import gc
import pickle
import subprocess
import sys
import sysconfig
import threading
import weakref
from typing import Any, Optional, Union

import pytest
from mainstay import codec


class Node(codec.Struct):
    value: int
    next: Optional[Node] = None  # noqa: UP045  # evaluated at run time


class Left(codec.Struct, tag=True):
    a: int


class Right(codec.Struct, tag=True):
    b: Union[int, list[Left]]  # evaluated at run time


def test_the_error_says_where_in_the_message_it_is() -> None:
    with pytest.raises(codec.ValidationError) as caught:
        codec.json.decode(
            b'[{"type": "Right", "b": [{"type": "Left", "a": "x"}]}]', type=list[Right]
        )
    assert str(caught.value) == "Expected `int`, got `str` - at `$[0].b[0].a`"


def test_a_key_that_is_wrong_is_named_as_a_key() -> None:
    with pytest.raises(
        codec.ValidationError, match=r"Expected `int`, got `str` - at `key` in `\$\.x`"
    ):

        class Holder(codec.Struct):
            x: dict[int, int]

        codec.json.decode(b'{"x": {"a": 1}}', type=Holder)


@pytest.mark.parametrize("kind", [Any, Node, list[Any]])
@pytest.mark.parametrize("opened", ["[", '{"next":'])
def test_a_message_nested_too_deeply_is_refused(kind: Any, opened: str) -> None:
    with pytest.raises((RecursionError, codec.DecodeError)):
        codec.json.decode(opened * 100_000, type=kind)
    with pytest.raises((RecursionError, codec.DecodeError)):
        codec.msgpack.decode(b"\x91" * 100_000, type=kind)


def test_an_unknown_member_nested_too_deeply_is_refused() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    with pytest.raises(codec.DecodeError, match="nested too deeply"):
        codec.json.decode('{"value": 1, "other": ' + deep + "}", type=Node)


def test_an_object_that_contains_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    for encode in (codec.json.encode, codec.msgpack.encode, codec.to_builtins):
        with pytest.raises(RecursionError):
            encode(loop)


def test_a_short_message_that_promises_much_takes_no_memory() -> None:
    with pytest.raises(codec.DecodeError, match="truncated"):
        codec.msgpack.decode(b"\xdd\xff\xff\xff\xff")
    with pytest.raises(codec.DecodeError, match="truncated"):
        codec.msgpack.decode(b"\xdf\xff\xff\xff\xff", type=dict[str, int])


def test_threads_may_use_a_type_for_the_first_time_together() -> None:
    threads, rounds = 4, 20
    for _ in range(rounds):

        class Fresh(codec.Struct):
            x: int
            y: list[Union[Left, Right]] = []  # evaluated at run time

        start = threading.Barrier(threads)
        made: list[Any] = []

        def work(kind: Any = Fresh, start: Any = start, made: list[Any] = made) -> None:
            start.wait(timeout=60)
            made.append(codec.json.decode(b'{"x":1,"y":[{"type":"Left","a":2}]}', type=kind))

        running = [threading.Thread(target=work) for _ in range(threads)]
        for each in running:
            each.start()
        for each in running:
            each.join(timeout=60)
        assert made == [Fresh(1, [Left(2)])] * threads


def test_threads_may_share_an_encoder_and_a_decoder() -> None:
    encoder, decoder = codec.json.Encoder(), codec.json.Decoder(list[Node])
    value = [Node(i, Node(-i)) for i in range(50)]
    good: list[bool] = []

    def work() -> None:
        good.extend(decoder.decode(encoder.encode(value)) == value for _ in range(20))

    running = [threading.Thread(target=work) for _ in range(4)]
    for each in running:
        each.start()
    for each in running:
        each.join(timeout=60)
    assert good == [True] * 80


def test_a_struct_in_a_cycle_is_collected() -> None:
    class Loop(codec.Struct, weakref=True):
        other: Any = None

    loop = Loop()
    loop.other = [loop]
    gone = weakref.ref(loop)
    del loop
    gc.collect()
    assert gone() is None


def test_a_cycle_through_the_dict_of_a_struct_is_collected() -> None:
    class Open(codec.Struct, dict=True, weakref=True):
        x: int

    opened = codec.json.decode(b'{"x": 1}', type=Open)
    opened.__dict__["me"] = opened
    gone = weakref.ref(opened)
    del opened
    gc.collect()
    assert gone() is None


def test_the_collector_runs_again_when_python_runs_or_a_call_ends() -> None:
    seen: list[bool] = []

    class Looking(codec.Struct):
        x: list[int]

        def __post_init__(self) -> None:
            seen.append(gc.isenabled())

    message = codec.json.encode([{"x": list(range(100))}] * 20)
    codec.json.decode(message, type=list[Looking])
    assert seen == [True] * 20
    with pytest.raises(codec.DecodeError):
        codec.json.decode(message + b"?", type=list[dict[str, list[int]]])
    assert gc.isenabled()


@pytest.mark.parametrize("collected", [True, False])
def test_a_long_chain_of_structs_is_freed_without_recursion(collected: bool) -> None:
    class Link(codec.Struct, gc=collected):
        before: Any
        ended: Any = None

    class Ended(codec.Struct, weakref=True):
        pass

    end = Ended()
    gone = weakref.ref(end)
    chain = Link(None, end)
    del end
    for _ in range(300_000):
        chain = Link(chain)
    del chain
    assert gone() is None


def test_slots_of_another_base_are_freed_with_a_struct_without_collection() -> None:
    class Slot:
        __slots__ = ("extra",)

    class Both(codec.Struct, Slot, gc=False):
        x: int

    class Ended(codec.Struct, weakref=True):
        pass

    both: Any = Both(1)
    end = Ended()
    both.extra = end
    gone = weakref.ref(end)
    del both, end
    assert gone() is None


def test_there_are_no_instances_of_a_struct_that_is_not_complete() -> None:
    class Early(codec.Struct, gc=False):
        def __init_subclass__(cls) -> None:
            with pytest.raises(TypeError, match="is not complete yet"):
                cls.__new__(cls)

    class Late(Early, gc=False):
        x: int = 1

    assert repr(Late()) == "Late(x=1)"
    with pytest.raises(AttributeError, match="'x' is unset"):
        repr(Late.__new__(Late))


def test_a_class_that_is_no_struct_cannot_have_the_methods_of_one() -> None:
    mixin: Any = codec.Struct.__mro__[1]
    assert mixin.__name__ == "_StructMixin"
    with pytest.raises(TypeError, match="is no struct type: derive from Struct"):
        type("Plain", (mixin,), {})()


def test_a_slot_of_another_class_is_no_field() -> None:
    class Other:
        __slots__ = ("a", "b", "c", "d")

    class Early(codec.Struct):
        def __init_subclass__(cls) -> None:
            cls.x = Other.__dict__["d"]  # type: ignore[attr-defined]

    with pytest.raises(RuntimeError, match="offset for 'x'"):

        class Late(Early):
            x: int


@pytest.mark.parametrize("days", [-2, -1, 1, 1_000_000])
def test_an_offset_of_a_day_or_more_is_refused(days: int) -> None:
    class Far(datetime.tzinfo):
        def utcoffset(self, _: datetime.datetime | None) -> datetime.timedelta:
            return datetime.timedelta(days=days)

        dst = utcoffset

        def tzname(self, _: datetime.datetime | None) -> str:
            return "far"

    moment = datetime.datetime(2020, 1, 1, tzinfo=Far())
    for encode in (codec.json.encode, codec.msgpack.encode, codec.to_builtins):
        with pytest.raises(ValueError, match="less than 24 hours"):
            encode(moment)


def test_a_raw_that_was_not_initialised_is_an_empty_one() -> None:
    raw = codec.Raw.__new__(codec.Raw)
    assert pickle.loads(pickle.dumps(raw)) == raw.copy() == codec.Raw()


@pytest.mark.skipif(
    sysconfig.get_config_var("Py_GIL_DISABLED") == 1 and sys.version_info < (3, 14),
    reason="classes of a free-threaded Python 3.13 live for ever",
)
def test_a_struct_type_is_collected_with_what_is_known_of_it() -> None:
    class Temporary(codec.Struct):
        x: Optional[list[Temporary]] = None  # noqa: UP045  # evaluated at run time

    with pytest.raises(NameError):
        codec.json.decode(b"{}", type=Temporary)

    def make() -> Any:
        class Brief(codec.Struct):
            x: int

        codec.json.decode(b'{"x":1}', type=Brief)
        return weakref.ref(Brief)

    gone = make()
    gc.collect()
    assert gone() is None


def test_a_hook_may_change_the_list_that_is_encoded() -> None:
    class Odd:
        pass

    items: list[Any] = [Odd(), 1, 2]

    def hook(_: Any) -> Any:
        items.clear()
        return "gone"

    assert codec.json.encode(items, enc_hook=hook) == b'["gone"]'
    items[:] = [Odd(), 1, 2]
    with pytest.raises(RuntimeError, match="changed size"):
        codec.msgpack.encode(items, enc_hook=hook)


def test_a_buffer_stays_locked_while_a_part_of_it_is_held() -> None:
    buffer = bytearray(b"[1,2]")
    raw = codec.json.decode(buffer, type=codec.Raw)
    with pytest.raises(BufferError):
        buffer.extend(b"more")
    assert bytes(raw.copy()) == b"[1,2]"
    del raw
    buffer.extend(b"more")


def test_the_import_loads_no_module_that_the_names_do_not_need() -> None:
    script = (
        "import sys; before = set(sys.modules); import mainstay.codec; "
        "print({'inspect', 'dataclasses', 'yaml', 'attrs'} & (set(sys.modules) - before))"
    )
    found = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert found.stdout.strip() == "set()"


def test_the_shapes_of_the_benchmark_round_trip() -> None:
    value = [{"id": i, "name": f"user {i}", "tags": ["a", "é"], "rate": i / 7} for i in range(100)]
    for form in (codec.json, codec.msgpack):
        assert form.decode(form.encode(value)) == value
