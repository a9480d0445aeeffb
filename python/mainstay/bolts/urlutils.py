"""URLs as mutable objects, and finding them in text.

Text is decoded as it comes in and quoted again by `to_text`: RFC 3986, with international hosts
and paths. A `URL` belongs to one thread at a time; the functions may be called from any, but
`register_scheme` changes what all of them know.
"""

from __future__ import annotations

import codecs
import re
import socket
import string
from collections.abc import Callable, Iterable, Sequence
from socket import inet_pton
from unicodedata import normalize

from .dictutils import OMD, OrderedMultiDict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "DEFAULT_ENCODING",
    "DEFAULT_PARSED_URL",
    "NO_NETLOC_SCHEMES",
    "OMD",
    "SCHEME_PORT_MAP",
    "URL",
    "OrderedMultiDict",
    "QueryParamDict",
    "URLParseError",
    "cachedproperty",
    "find_all_links",
    "inet_pton",
    "parse_host",
    "parse_qsl",
    "parse_url",
    "quote_fragment_part",
    "quote_path_part",
    "quote_query_part",
    "quote_userinfo_part",
    "register_scheme",
    "resolve_path_parts",
    "to_unicode",
    "unquote",
    "unquote_to_bytes",
]

DEFAULT_ENCODING = "utf8"

# Schemes with a network location and their default ports.
SCHEME_PORT_MAP: dict[str, int | None] = {
    "acap": 674, "afp": 548, "dict": 2628, "dns": 53, "file": None, "ftp": 21, "git": 9418,
    "gopher": 70, "http": 80, "https": 443, "imap": 143, "ipp": 631, "ipps": 631, "irc": 194,
    "ircs": 6697, "ldap": 389, "ldaps": 636, "mms": 1755, "msrp": 2855, "msrps": None,
    "mtqp": 1038, "nfs": 111, "nntp": 119, "nntps": 563, "pop": 110, "prospero": 1525,
    "redis": 6379, "rsync": 873, "rtsp": 554, "rtsps": 322, "rtspu": 5005, "sftp": 22,
    "smb": 445, "snmp": 161, "ssh": 22, "steam": None, "svn": 3690, "telnet": 23,
    "ventrilo": 3784, "vnc": 5900, "wais": 210, "ws": 80, "wss": 443, "xmpp": None,
}  # fmt: skip

NO_NETLOC_SCHEMES = {
    "about", "bitcoin", "blob", "data", "geo", "magnet", "mailto", "news", "pkcs11", "sip",
    "sips", "tel", "urn",
}  # fmt: skip

# RFC 3986, appendix B, with the authority apart from its slashes.
_URL_RE = re.compile(
    r"(?:(?P<scheme>[^:/?#]+):)?"
    r"(?:(?P<_netloc_sep>//)(?P<authority>[^/?#]*))?"
    r"(?P<path>[^?#]*)"
    r"(?:\?(?P<query>[^#]*))?"
    r"(?:#(?P<fragment>.*))?"
)

# What looks like a link in running text: a scheme with slashes, or www., then runs of characters
# that end in neither punctuation nor an entity, and balanced parentheses.
_find_links = re.compile(
    r"""
    \b(?: (?P<scheme>[\w-]+) :/{1,3} | www[.] )
    (?:
        (?: [^\s&()<>] | &amp; | &quot; )* [^!"\#$%'()*+,.:;<=>?@\[\]^`{|}~\s]
      | \( (?: [^\s&()] | &amp; | &quot; )* \)
    )+
    """,
    re.VERBOSE,
).finditer


class URLParseError(ValueError):
    """The text is no URL: a bad port, IPv6 address, host name or encoding."""


def to_unicode(obj: object) -> str:
    """Text as it is, bytes as UTF-8, other objects as `str` shows them."""
    return obj.decode(DEFAULT_ENCODING) if isinstance(obj, bytes) else str(obj)


# --- Quoting

_UNRESERVED = string.ascii_letters + string.digits + "-._~"
_SUB_DELIMS = "!$&'()*+,;="
_DELIMS = ":/?#[]@" + _SUB_DELIMS
_PERCENT = [f"%{byte:02X}" for byte in range(256)]


def _make_quoter(safe: str, doc: str) -> Callable[[Any, bool], str]:
    """A function that quotes all but `safe` characters, or only the delimiters among them."""
    table = [chr(i) if chr(i) in safe else _PERCENT[i] for i in range(256)]
    delims = {ord(char): _PERCENT[ord(char)] for char in _DELIMS if char not in safe}
    find_unsafe = re.compile(f"[^{re.escape(safe)}]").search
    find_delim = re.compile("[" + "".join(re.escape(chr(code)) for code in delims) + "]").search

    def quote(text: Any, full_quote: bool = True) -> str:
        if not isinstance(text, str):
            text = to_unicode(text)
        if full_quote:
            if not find_unsafe(text):
                return str(text)
            data = normalize("NFC", text).encode("utf-8")
            return "".join([table[byte] for byte in data])
        return text.translate(delims) if find_delim(text) else str(text)

    quote.__doc__ = doc
    return quote


_PATH_SAFE = _UNRESERVED + _SUB_DELIMS + ":@"
_QUERY_SAFE = "".join(set(_PATH_SAFE + "/?") - set("&=+"))

quote_path_part = _make_quoter(_PATH_SAFE, "Quote one segment of a path.")
quote_query_part = _make_quoter(_QUERY_SAFE, "Quote a key or a value of a query.")
quote_fragment_part = _make_quoter(_PATH_SAFE + "/?", "Quote a fragment.")
quote_userinfo_part = _make_quoter(_UNRESERVED + _SUB_DELIMS, "Quote a user name or a password.")
for _name in ("path_part", "query_part", "fragment_part", "userinfo_part"):
    globals()[f"quote_{_name}"].__name__ = globals()[f"quote_{_name}"].__qualname__ = (
        f"quote_{_name}"
    )

_BYTE_OF_ESCAPE = {
    f"%{high}{low}".encode(): bytes([int(high + low, 16)])
    for high in string.hexdigits
    for low in string.hexdigits
}
_read_escapes = codecs.unicode_escape_decode
_sub_escapes = re.compile(rb"%[0-9a-fA-F]{2}").sub
_sub_ascii_with_escapes = re.compile(r"[\x00-\x7f]*%[\x00-\x7f]*").sub


def unquote_to_bytes(string: str | bytes) -> bytes:
    """Replace the `%xx` in `string` by the bytes they stand for; text is UTF-8."""
    data = string.encode("utf-8") if isinstance(string, str) else string
    # Python's own codec reads \xHH, many times faster than a call for each escape.
    literal = data.replace(b"\\", rb"\x5c").replace(b"%", rb"\x")
    try:
        return _read_escapes(literal)[0].encode("latin-1")
    except UnicodeDecodeError:  # some % begins no escape and stays
        return _sub_escapes(lambda found: _BYTE_OF_ESCAPE[found[0]], data)


def unquote(string: str, encoding: str = "utf-8", errors: str = "replace") -> str:
    """Replace the `%xx` in `string` by the text they stand for in `encoding`."""
    if "%" not in string:
        return string
    if string.isascii():
        return unquote_to_bytes(string).decode(encoding, errors)
    return _sub_ascii_with_escapes(
        lambda found: unquote_to_bytes(found[0]).decode(encoding, errors), string
    )


# --- Finding, schemes, paths


def find_all_links(
    text: str,
    with_text: bool = False,
    default_scheme: str | bool | None = "https",
    schemes: Iterable[str] = (),
) -> list[Any]:
    """The URLs in plain text, such as `https://a.example` or `www.a.example`.

    `with_text` returns the text between them too. `default_scheme` is for those that have none;
    if it is false, they are text. `schemes` are those to find; by default all.
    """
    found: list[Any] = []
    text_start = 0
    for match in _find_links(text):
        link, scheme = match[0], match["scheme"]
        if not scheme:
            if not default_scheme:
                continue
            scheme = str(default_scheme)
            link = f"{scheme}://{link}"
        if schemes and scheme not in schemes:
            continue
        try:
            url = URL(link)
        except URLParseError:
            continue  # it stays text
        if with_text and text_start < match.start():
            found.append(text[text_start : match.start()])
        found.append(url)
        text_start = match.end()
    if with_text and text_start < len(text):
        found.append(text[text_start:])
    return found


def register_scheme(
    text: str, uses_netloc: bool | None = None, default_port: int | str | None = None
) -> None:
    """Make a scheme known, with or without a network location (`//host`) and with its port.

    Raises `ValueError` for a port that is no integer or belongs to no network location.
    """
    scheme = text.lower()
    port = None if default_port is None else _port_number(default_port)
    if port is not None and uses_netloc is False:
        raise ValueError(f"unexpected default port while specifying non-netloc scheme: {port!r}")
    if uses_netloc or port is not None:
        SCHEME_PORT_MAP[scheme] = port
        NO_NETLOC_SCHEMES.discard(scheme)
    elif uses_netloc is False:
        NO_NETLOC_SCHEMES.add(scheme)
        SCHEME_PORT_MAP.pop(scheme, None)


def _port_number(port: int | str) -> int:
    try:
        return int(port)
    except ValueError:
        raise ValueError(f"default_port expected integer or None, not {port!r}") from None


def resolve_path_parts(path_parts: Iterable[str]) -> list[str]:
    """The segments of a path without `.` and `..`, as RFC 3986, 5.2.4 removes them."""
    resolved: list[str] = []
    part = None
    for part in path_parts:
        if part == "..":
            if resolved and resolved != [""]:  # the root has no parent
                resolved.pop()
        elif part != ".":
            resolved.append(part)
    if part in (".", ".."):
        resolved.append("")
    return resolved


# --- Parsing


def parse_host(host: str | None) -> tuple[Any, str]:
    """A host as address family (or None) and text without the brackets of IPv6.

    Raises `URLParseError` for a bad IPv6 address.
    """
    if not host:
        return None, ""
    if ":" in host and host[0] == "[" and host[-1] == "]":
        host = host[1:-1]
        try:
            inet_pton(socket.AF_INET6, host)
        except (OSError, UnicodeError) as error:
            raise URLParseError(f"invalid IPv6 host: {host!r} ({error!r})") from None
        return socket.AF_INET6, host
    if host[-1] in string.digits:  # only then can it be an IPv4 address
        try:
            inet_pton(socket.AF_INET, host)
        except (OSError, UnicodeError):
            return None, host
        return socket.AF_INET, host
    return None, host


def parse_url(url_text: str) -> dict[str, Any]:
    """The parts of a URL as they stand there, still quoted; None where there is none.

    Almost any text is a URL: only a bad port or IPv6 address raises `URLParseError`.
    """
    match = _URL_RE.match(str(url_text))
    assert match is not None  # every part is optional
    scheme, netloc_sep, authority, path, query, fragment = match.groups()
    username = password = family = port = None
    host = ""
    if authority:
        userinfo, at, location = authority.rpartition("@")
        if at:
            username, _, password = userinfo.partition(":")
        if location[:1] == "[" and "]" in location:
            host, bracket, rest = location.partition("]")
            host += bracket
            colon, port_text = rest, rest.removeprefix(":")
        else:
            host, colon, port_text = location.partition(":")
        if colon and port_text:
            try:
                port = int(port_text)
            except ValueError:
                raise URLParseError(f"expected integer for port, not {port_text!r}") from None
        family, host = parse_host(host)
    return {
        "scheme": scheme,
        "_netloc_sep": netloc_sep,
        "authority": authority,
        "path": path,
        "query": query,
        "fragment": fragment,
        "username": username,
        "password": password,
        "family": family,
        "host": host,
        "port": port,
    }


DEFAULT_PARSED_URL = parse_url("")


def parse_qsl(
    qs: str, keep_blank_values: bool = True, encoding: str = DEFAULT_ENCODING
) -> list[tuple[str, str | None]]:
    """The keys and values of a query, separated by `&` or `;`; a key without value has None."""
    pairs: list[tuple[str, str | None]] = []
    for part in qs.replace("+", " ").replace(";", "&").split("&"):
        if not part:
            continue
        key, _, value = part.partition("=")
        if value:
            pairs.append((unquote(key, encoding), unquote(value, encoding)))
        elif keep_blank_values:
            pairs.append((unquote(key, encoding), None))
    return pairs


# --- The URL


class cachedproperty:
    """A property whose value is kept in the object under the name of its function."""

    def __init__(self, func: Callable[[Any], Any]) -> None:
        self.func = func
        self.__doc__ = func.__doc__

    def __get__(self, obj: Any, objtype: type[Any] | None = None) -> Any:
        if obj is None:
            return self
        cache, name = obj.__dict__, self.func.__name__
        if name not in cache:
            cache[name] = self.func(obj)
        return cache[name]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} func={self.func}>"


class URL:
    """A URL, from text, UTF-8 bytes or another URL; all of its attributes can be set.

    `scheme`, `username`, `password`, `host`, `port` (an int or None), `path` (or `path_parts`),
    `query_params` (or `qp`, a `QueryParamDict`) and `fragment` hold decoded text. `to_text` quotes
    them. Raises `URLParseError` for a bad port, host or encoding.
    """

    _cmp_attrs = (
        "scheme", "uses_netloc", "username", "password", "family", "host", "port", "path",
        "query_params", "fragment",
    )  # fmt: skip

    scheme: str
    username: str
    password: str
    family: Any
    host: str
    port: int | None
    path_parts: tuple[str, ...]
    fragment: str

    def __init__(self, url: Any = "") -> None:
        if isinstance(url, URL):
            self.__dict__.update(url.__dict__)
            if "query_params" in url.__dict__:
                self.__dict__["query_params"] = url.query_params.copy()
            return
        if isinstance(url, bytes):
            try:
                url = url.decode(DEFAULT_ENCODING)
            except UnicodeDecodeError as error:
                raise URLParseError(
                    "expected text or utf8-encoded bytes. try decoding the url bytes and passing"
                    f" the result. (got: {error})"
                ) from None
        parts = parse_url(url) if url else DEFAULT_PARSED_URL
        host = parts["host"]
        if "xn--" in host.lower():
            try:
                host = host.encode("ascii").decode("idna")
            except UnicodeError as error:
                if host.isascii():
                    raise URLParseError(f"invalid international host {host!r} ({error})") from None
        self.scheme = parts["scheme"] or ""
        self._netloc_sep = parts["_netloc_sep"] or ""
        self.username = unquote(parts["username"] or "")
        self.password = unquote(parts["password"] or "")
        self.family = parts["family"]
        self.host = host
        self.port = parts["port"]
        self.path = parts["path"]
        self._query = parts["query"] or ""
        self.fragment = unquote(parts["fragment"] or "")

    @classmethod
    def from_parts(
        cls,
        scheme: str | None = None,
        host: str | None = None,
        path_parts: Iterable[str] = (),
        query_params: Any = (),
        fragment: str = "",
        port: int | None = None,
        username: str | None = None,
        password: str | None = None,
    ) -> URL:
        """A URL from decoded parts, which are not checked."""
        made = cls()
        made.scheme = scheme or ""
        made.host = host or ""
        made.path_parts = tuple(path_parts) or ("",)
        made.__dict__["query_params"] = QueryParamDict(query_params)
        made.fragment = fragment or ""
        made.port = port
        made.username = username or ""
        made.password = password or ""
        return made

    @cachedproperty
    def query_params(self) -> QueryParamDict:
        """The keys and values of the query, parsed when first needed."""
        return QueryParamDict.from_text(self._query)

    qp = query_params

    @property
    def path(self) -> str:
        """The path as text, with its segments quoted where they contain delimiters."""
        return "/".join([quote_path_part(part, False) for part in self.path_parts])

    @path.setter
    def path(self, path_text: str | None) -> None:
        parts = to_unicode(path_text or "").split("/")
        self.path_parts = tuple(parts if "%" not in (path_text or "") else map(unquote, parts))

    @property
    def uses_netloc(self) -> bool | str:
        """Whether `//` follows the scheme: by what is registered, else as the URL came in."""
        scheme = self.scheme
        if scheme not in SCHEME_PORT_MAP:
            if scheme in NO_NETLOC_SCHEMES:
                return False
            scheme = scheme.rpartition("+")[2]  # such as git+ssh
        return scheme in SCHEME_PORT_MAP or self._netloc_sep

    @property
    def default_port(self) -> int | None:
        """The port registered for the scheme, or for what follows its last `+`."""
        try:
            return SCHEME_PORT_MAP[self.scheme]
        except KeyError:
            return SCHEME_PORT_MAP.get(self.scheme.rpartition("+")[2])

    def normalize(self, with_case: bool = True) -> None:
        """Resolve `.` and `..` in the path; make scheme and host lower case unless told not to."""
        self.path_parts = tuple(resolve_path_parts(self.path_parts))
        if with_case:
            self.scheme = self.scheme.lower()
            self.host = self.host.lower()

    def navigate(self, dest: str | URL | None) -> URL:
        """A new URL: where the reference `dest` leads from here (RFC 3986, section 5)."""
        target = dest if isinstance(dest, URL) else type(self)(dest)
        if target.scheme and target.host:
            return type(self)(target)
        query_params = target.query_params
        parts: Sequence[str] = target.path_parts
        if not target.path:
            parts = self.path_parts
            query_params = query_params or self.query_params
        elif not target.path.startswith("/"):
            parts = self.path_parts[:-1] + tuple(parts)
        made = self.from_parts(
            scheme=target.scheme or self.scheme,
            host=target.host or self.host,
            path_parts=parts,
            query_params=query_params,
            fragment=target.fragment,
            port=target.port or self.port,
            username=target.username or self.username,
            password=target.password or self.password,
        )
        made.family = target.family if target.host else self.family
        made._netloc_sep = target._netloc_sep or ("" if target.scheme else self._netloc_sep)
        made.normalize()
        return made

    def get_authority(self, full_quote: bool = False, with_userinfo: bool = False) -> str:
        """Host, and port if it is not the default one; with user name and password if wanted.

        `full_quote` encodes an international host as ASCII.
        """
        userinfo = ""
        if with_userinfo and (self.username or self.password):
            userinfo = quote_userinfo_part(self.username, True)
            if self.password:
                userinfo += ":" + quote_userinfo_part(self.password, True)
            userinfo += "@"
        host = self.host
        if not host:
            return userinfo
        if self.family == socket.AF_INET6:
            host = f"[{host}]"
        elif full_quote and not host.isascii():
            host = host.encode("idna").decode("ascii")
        port = f":{self.port}" if self.port and self.port != self.default_port else ""
        return userinfo + host + port

    def to_text(self, full_quote: bool = False) -> str:
        """The URL as text: quoted only where it must be, or fully, as for sending it."""
        path = "/".join([quote_path_part(part, full_quote) for part in self.path_parts])
        authority = self.get_authority(full_quote=full_quote, with_userinfo=True)
        query = self.query_params.to_text(full_quote)
        text = f"{self.scheme}:" if self.scheme else ""
        if authority:
            text += "//" + authority
            if path and path[0] != "/":
                text += "/"
        elif self.scheme and path[:2] != "//" and self.uses_netloc:
            text += "//"
        text += path
        if query:
            text += "?" + query
        if self.fragment:
            text += "#" + quote_fragment_part(self.fragment, full_quote)
        return text

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.to_text()!r})"

    def __str__(self) -> str:
        return self.to_text()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, URL) and all(
            getattr(self, name) == getattr(other, name) for name in self._cmp_attrs
        )

    __hash__ = None  # type: ignore[assignment]  # URLs can be changed


class QueryParamDict(OrderedMultiDict):
    """The keys and values of a query: an `OrderedMultiDict` of decoded text."""

    @classmethod
    def from_text(cls, query_string: str) -> QueryParamDict:
        """Parse a query without its `?`."""
        return cls(parse_qsl(query_string))

    def to_text(self, full_quote: bool = False) -> str:
        """The query as text; a key with the value None has no `=`."""
        return "&".join(
            [
                quote_query_part(key, full_quote)
                if value is None
                else f"{quote_query_part(key, full_quote)}={quote_query_part(value, full_quote)}"
                for key, value in self.iteritems(multi=True)
            ]
        )
