"""Are names imported when they are read, and hosts named by the rules of today?"""

from __future__ import annotations

import ast
import importlib.metadata
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from mainstay import aio
from mainstay.aio import _lazyimport
from mainstay.aio._core import _sockets


def test_the_table_of_lazy_names_says_what_type_checkers_read() -> None:
    assert aio.abc.__file__ is not None
    block = next(
        node
        for node in ast.walk(ast.parse(Path(aio.abc.__file__).read_text()))
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    )
    declared = {
        (f"{aio.abc.__name__}.{each.module}", each.names[0].name)
        for each in block.body
        if isinstance(each, ast.ImportFrom)
    }

    table, _, _ = _lazyimport._build_lazy_map(aio.abc)

    assert set(table.values()) == declared


def test_a_class_names_the_package_it_is_read_from() -> None:
    assert aio.abc.SocketStream.__module__ == aio.abc.__name__


def test_mainstay_registers_no_plugin_of_pytest() -> None:
    points = importlib.metadata.distribution("mainstay").entry_points

    assert not [point for point in points if point.group == "pytest11"]


def test_addresses_take_turns_by_family_and_the_newer_one_begins() -> None:
    def entry(host: str) -> _sockets.Resolved:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return family, socket.SOCK_STREAM, 6, "", (host, 80)

    found = [entry(host) for host in ("10.0.0.1", "10.0.0.2", "::1", "10.0.0.3", "::2")]

    ordered = [host for host, _ in _sockets._in_order_of_attempts(found)]

    assert ordered == ["::1", "10.0.0.1", "::2", "10.0.0.2", "10.0.0.3"]


def test_without_the_package_idna_a_name_that_both_rules_agree_on_is_translated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "idna", None)

    assert _sockets.idna2008_resolve("bücher.example") == b"xn--bcher-kva.example"


def test_without_the_package_idna_a_name_that_the_old_rules_change_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "idna", None)

    with pytest.raises(UnicodeError, match="package 'idna'"):
        _sockets.idna2008_resolve("faß.example")


def test_a_socket_of_the_wrong_kind_is_refused_and_stays_open() -> None:
    async def main() -> int:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind(("127.0.0.1", 0))
            with pytest.raises(ValueError, match="expected SOCK_STREAM, got SOCK_DGRAM"):
                await aio.abc.SocketListener.from_socket(sock.fileno())
            return int(sock.getsockname()[1])

    assert aio.run(main) > 0


def test_modules_of_streams_can_be_read_without_an_import() -> None:
    # httpcore reads `anyio.streams.tls` after `import anyio` alone.
    program = "from mainstay import aio; print(aio.streams.tls.TLSAttribute.__name__)"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert (done.stdout, done.stderr) == ("TLSAttribute\n", "")
