"""boltons.urlutils: the names of mainstay.bolts.urlutils."""

from mainstay.dropin._mirror import mirror

# fmt: off
mirror(__name__, "mainstay.bolts.urlutils", (
    "DEFAULT_ENCODING", "DEFAULT_PARSED_URL", "NO_NETLOC_SCHEMES", "OMD", "OrderedMultiDict",
    "QueryParamDict", "SCHEME_PORT_MAP", "URL", "URLParseError", "_URL_RE", "cachedproperty",
    "find_all_links", "inet_pton", "normalize", "parse_host", "parse_qsl", "parse_url",
    "quote_fragment_part", "quote_path_part", "quote_query_part", "quote_userinfo_part",
    "register_scheme", "resolve_path_parts", "to_unicode", "unquote", "unquote_to_bytes",
))
