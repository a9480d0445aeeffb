"""Host names and socket addresses in the forms that this package uses."""

from __future__ import annotations

# Letters that the old standard replaces and the new one keeps: with them the two name other hosts.
_CHANGED_BY_IDNA_2008 = frozenset("ß\u1e9eς\u200c\u200d")


def idna2008_resolve(host: str) -> bytes:
    """The ASCII form of a host name, by the standard of 2008.

    Without the package `idna` the standard library's older rules are used, where both agree;
    names for which they differ are refused with UnicodeError.
    """
    if host.isascii():
        return host.encode("ascii")
    # Imported for such a name only: its tables cost more than all of this package.
    try:
        import idna
    except ModuleNotFoundError:
        if _CHANGED_BY_IDNA_2008.isdisjoint(host):
            return host.encode("idna")
        raise UnicodeError(
            f"host name {host!r} needs the rules of IDNA 2008, which the package 'idna' has; "
            "install it, or give the name in its ASCII form (xn--...)"
        ) from None
    encoded: bytes = idna.encode(host, uts46=True)
    return encoded


def convert_ipv6_sockaddr(
    sockaddr: tuple[str, int, int, int] | tuple[str, int],
) -> tuple[str, int]:
    """An address of IPv6 as a pair, with its scope behind "%"; any other address as it is."""
    if not isinstance(sockaddr, tuple) or len(sockaddr) != 4:
        return sockaddr
    host, port, _, scope = sockaddr
    if scope and "%" not in host:
        return f"{host}%{scope}", port
    return host, port
