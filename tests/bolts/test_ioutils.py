"""Spooled files: what users reported (issues 513 and 235), and programs beside the io module."""

from __future__ import annotations

import io
import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mainstay.bolts.ioutils import SpooledBytesIO, SpooledStringIO

from ..generated import exhaustively

_texts = st.text(st.sampled_from("ab\n\u2014\U0001f600\x85\r\u2028"), max_size=6)
_steps = st.lists(
    st.tuples(st.just("write"), _texts)
    | st.tuples(st.just("seek"), st.integers(0, 12))
    | st.tuples(st.sampled_from(["read", "readline"]), st.integers(-1, 5))
    | st.tuples(st.just("truncate"), st.integers(0, 8)),
    max_size=12,
)


def test_text_is_counted_in_characters_in_memory_and_on_disk() -> None:
    @exhaustively
    @given(_steps, st.booleans())
    def compare(steps: Any, rolled: bool) -> None:
        spooled, model = SpooledStringIO(), io.StringIO(newline="\n")
        if rolled:
            spooled.rollover()
        with spooled:
            for name, argument in steps:
                expected = getattr(model, name)(argument)
                if name == "truncate" and model.tell() > argument:
                    model.seek(argument)
                assert getattr(spooled, name)(argument) == expected
                assert spooled.tell() == model.tell()
            assert spooled.getvalue() == model.getvalue()
            assert spooled.len == len(model.getvalue())

    compare()


def test_write_returns_how_much_it_wrote() -> None:
    with SpooledBytesIO() as binary, SpooledStringIO() as text:
        assert binary.write(memoryview(b"abc")) == 3
        assert binary.write(bytearray(b"de")) == 2
        assert binary.getvalue() == b"abcde"
        assert text.write("caf\xe9") == 4


@pytest.mark.parametrize("rolled", [False, True])
def test_seeking_back_from_the_end_of_text_counts_characters(rolled: bool) -> None:
    with SpooledStringIO() as spooled:
        spooled.write("a\U0001f600b")
        if rolled:
            spooled.rollover()
        assert spooled.seek(-2, os.SEEK_END) == 1
        assert spooled.read() == "\U0001f600b"
        spooled.seek(1)
        spooled.write("\xe9")
        assert spooled.getvalue() == "a\xe9b"
        with pytest.raises(ValueError, match="negative seek value -1"):
            spooled.seek(-4, os.SEEK_END)
