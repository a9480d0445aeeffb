"""URLs drawn at random beside the peer, and copies that change nothing."""

from __future__ import annotations

import re
from typing import Any

import boltons.urlutils as peer
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mainstay.bolts import urlutils

from ..generated import exhaustively

_parts = st.sampled_from(
    [
        "http",
        "https:",
        "mailto:",
        "git+ssh://",
        "//",
        "/",
        "a",
        "b.c",
        "www.",
        "xn--bcher-kva",
        "bücher",
        ":",
        "@",
        "?",
        "&",
        "=",
        ";",
        "#",
        "%",
        "%41",
        "%2F",
        "%C3%A9",
        "%FF",
        "[::1]",
        "1.2.3.4",
        "80",
        "443",
        "..",
        ".",
        "+",
        "é",
        "(",
        ")",
        ",",
        "!",
        "&amp;",
    ]
    + [" "]
)
_url = st.lists(_parts, max_size=9).map("".join)


def _state(library: Any, text: str) -> Any:
    try:
        url = library.URL(text)
        url.query_params  # noqa: B018  # parsed when it is first read
        state = [str(url), url.to_text(), url.host, url.port, url.path_parts, url.family]
        state += [url.qp.items(multi=True), url.uses_netloc, url.default_port, repr(url)]
        url.normalize()
        return [*state, url.to_text(full_quote=True)]
    except (UnicodeError, library.URLParseError) as error:
        return "no URL" if "idna" in str(error) else str(error)


def test_urls_are_read_and_written_as_at_the_peer() -> None:
    @exhaustively
    @given(_url)
    def compare(text: str) -> None:
        theirs = _state(peer, text)
        if text.isascii() and theirs == "no URL":
            return  # a label that is empty or too long, which ours does not look at
        assert _state(urlutils, text) == theirs

    compare()


def test_references_lead_where_they_lead_at_the_peer() -> None:
    @exhaustively
    @given(_url, _url)
    def compare(base: str, reference: str) -> None:
        if "no URL" in (_state(peer, base), _state(peer, reference)):
            return
        try:
            expected = peer.URL(base).navigate(reference).to_text()
        except peer.URLParseError:
            return
        # The peer loses the brackets, and without a scheme the slash behind the host.
        if "[::1]" not in base + reference and ":" in expected:
            assert urlutils.URL(base).navigate(reference).to_text() == expected

    compare()


@pytest.mark.parametrize("name", ["path", "query", "fragment", "userinfo"])
def test_parts_are_quoted_as_at_the_peer(name: str) -> None:
    @exhaustively
    @given(_url, st.booleans())
    def compare(text: str, full: bool) -> None:
        function = f"quote_{name}_part"
        assert getattr(urlutils, function)(text, full) == getattr(peer, function)(text, full)
        assert urlutils.unquote(text) == peer.unquote(text)
        assert urlutils.parse_qsl(text) == peer.parse_qsl(text)

    compare()


def test_links_are_found_where_the_peer_finds_them() -> None:
    @exhaustively
    @given(_url)
    def compare(text: str) -> None:
        if re.search(r"www\.\S*:", text):
            return  # a host without scheme and a port: the peer takes the host for a scheme
        try:
            expected = [url.to_text() for url in peer.find_all_links(text)]
        except UnicodeError:
            return
        assert [url.to_text() for url in urlutils.find_all_links(text)] == expected
        pieces = urlutils.find_all_links(text, with_text=True, default_scheme=False)
        assert [piece for piece in pieces if piece == ""] == []

    compare()


def test_a_copy_keeps_a_percent_sign_that_was_quoted() -> None:
    url = urlutils.URL("http://h/%2541?a=%2541")
    assert urlutils.URL(url) == url
    assert urlutils.URL(url).path_parts == ("", "%41")


def test_a_reference_keeps_the_brackets_of_an_address() -> None:
    assert str(urlutils.URL("http://[::1]/a").navigate("b")) == "http://[::1]/b"


def test_a_host_that_cannot_be_decoded_is_no_link() -> None:
    assert urlutils.find_all_links("see http://xn--/ there") == []
