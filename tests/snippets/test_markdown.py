"""markdown.py finds what a reader sees, and refuses a remark it does not understand."""

from __future__ import annotations

import pytest

from .markdown import Block, blocks


def test_a_block_knows_its_language_its_line_and_its_code() -> None:
    text = "# title\n\n```python\nx = 1\n```\n\n   ~~~cpp title\n   int main() {}\n   ~~~\n"
    assert list(blocks(text)) == [Block("python", 4, "x = 1\n"), Block("cpp", 8, "int main() {}\n")]


def test_a_longer_fence_holds_a_shorter_one() -> None:
    (block,) = blocks("````markdown\n```python\nx = 1\n```\n````\n")
    assert block.language == "markdown"


def test_remarks_belong_to_the_next_block_only() -> None:
    text = (
        "<!-- snippet: skip needs a network -->\n```python\nx\n```\n"
        "<!-- snippet: given\ny = 2\n-->\n<!-- snippet: raises KeyError -->\n```python\ny\n```\n"
        "```python\nz\n```\n"
    )
    first, second, third = blocks(text)
    assert (first.skip, second.given, second.raises) == ("needs a network", "y = 2\n", "KeyError")
    assert third == Block("python", 13, "z\n")


@pytest.mark.parametrize("remark", ["skip", "skp because", "raises"])
def test_a_remark_that_says_nothing_is_refused(remark: str) -> None:
    with pytest.raises(ValueError, match="not understood"):
        list(blocks(f"<!-- snippet: {remark} -->\n```python\nx\n```\n"))


def test_a_fence_that_is_never_closed_is_refused() -> None:
    with pytest.raises(ValueError, match="line 2"):
        list(blocks("text\n```python\nx\n"))
