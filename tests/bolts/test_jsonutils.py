"""Lines from the end: with blocks of any size they are the lines from the start, turned round."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st
from mainstay.bolts.jsonutils import JSONLIterator, reverse_iter_lines

from ..generated import exhaustively


def test_reversed_lines_are_the_lines_whatever_the_block() -> None:
    @exhaustively
    @given(st.text("ab\r\n\u2028\xe9", max_size=12), st.integers(1, 6))
    def compare(text: str, blocksize: int) -> None:
        data = text.encode()
        lines = (data + b".").splitlines()
        lines[-1] = lines[-1][:-1]
        expected = lines[::-1] if data else []
        assert list(reverse_iter_lines(io.BytesIO(data), blocksize)) == expected
        decoded = [line.decode() for line in expected]
        wrapped = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8")
        assert list(reverse_iter_lines(wrapped, blocksize)) == decoded
        assert list(reverse_iter_lines(io.StringIO(text, newline=""), blocksize)) == decoded

    compare()


def test_json_lines_are_read_from_a_text_in_memory_too() -> None:
    text = io.StringIO('{"n": 1}\n\nbad\n{"n": 2}\n')
    found = list(JSONLIterator(text, ignore_errors=True, reverse=True))
    assert found == [{"n": 2}, {"n": 1}]
