"""Text: drawn at random beside the peer, and ranges that the peer writes out number by number."""

from __future__ import annotations

import re
from typing import Any

import boltons.strutils as peer
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mainstay.bolts import strutils

from ..generated import exhaustively

_alphabet = st.sampled_from("aBcsxyZ09 .,-_!?#\t\n\r\x1b[m\x85\u2028éÖßǖ①\u0301½'\"\\")
_text = st.text(_alphabet, max_size=20)
# Separate numbers, so that the peer does not write out a range of millions of them.
_number = st.integers(0, 30).map(str)
_range = st.one_of(
    _number, st.tuples(_number, _number).map("-".join), st.sampled_from(["", " ", "x", "-"])
)
_ranges = st.lists(_range, max_size=6).map(",".join)
_names = [
    "a10n", "asciify", "camel2under", "find_hashtags", "is_ascii", "ordinalize", "pluralize",
    "singularize", "slugify", "split_punct_ws", "strip_ansi", "under2camel", "unwrap_text",
]  # fmt: skip
_range_names = ["parse_int_list", "int_ranges_from_int_list", "complement_int_list"]


def _call(function: Any, *arguments: Any, **options: Any) -> Any:
    try:
        return function(*arguments, **options)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def _both(name: str, *arguments: Any, **options: Any) -> None:
    ours = _call(getattr(strutils, name), *arguments, **options)
    assert ours == _call(getattr(peer, name), *arguments, **options)


@pytest.mark.parametrize("name", _names)
def test_functions_of_a_text_are_as_at_the_peer(name: str) -> None:
    @exhaustively
    @given(_text)
    def compare(text: str) -> None:
        _both(name, text)

    compare()


def test_functions_with_options_are_as_at_the_peer() -> None:
    @exhaustively
    @given(_text, st.text(_alphabet, max_size=2), st.booleans(), st.lists(_text, max_size=3))
    def compare(text: str, other: str, flag: bool, words: list[str]) -> None:
        _both("slugify", text, other, flag, flag)
        _both("asciify", text, flag)
        _both("indent", text, other)
        _both("ellipsize", text, len(other) + 3, ellipsis=other)
        _both("args2sh", words)
        _both("args2cmd", words)
        _both("human_readable_list", words, other, oxford=flag)
        assert list(strutils.iter_splitlines(text)) == list(peer.iter_splitlines(text))
        found = dict.fromkeys(words, other)
        _both("multi_replace", text, found)
        _both("multi_replace", text, list(found.items())[::-1], flags=re.IGNORECASE)

    compare()


@pytest.mark.parametrize("name", _range_names)
def test_lists_of_numbers_are_as_at_the_peer(name: str) -> None:
    @exhaustively
    @given(_ranges)
    def compare(text: str) -> None:
        _both(name, text)

    compare()


def test_numbers_are_written_as_at_the_peer() -> None:
    @exhaustively
    @given(st.lists(st.integers(-5, 20), max_size=12), st.booleans(), st.integers(-5, 2**90))
    def compare(numbers: list[int], flag: bool, size: int) -> None:
        _both("format_int_list", numbers, delim_space=flag)
        _both("bytes2human", size, 2)

    compare()


def test_a_range_of_any_length_is_not_written_out() -> None:
    assert strutils.int_ranges_from_int_list("1-9,10-1000000000000") == ((1, 10**12),)
    assert strutils.complement_int_list("2-1000000000000") == "0-1"


def test_html_at_the_end_of_the_text_is_not_lost() -> None:
    assert strutils.html2text("<p>one &amp; two &am") == "one & two &am"


def test_a_compiled_pattern_keeps_its_flags() -> None:
    replace = strutils.MultiReplace([(re.compile("cat", re.IGNORECASE), "dog"), ("x", "y")])
    assert replace.sub("Cat x X") == "dog y X"


def test_escape_codes_are_stripped_from_bytes_that_are_no_text() -> None:
    assert strutils.strip_ansi(b"\x1b[1m\xff\x1b[0m") == b"\xff"
