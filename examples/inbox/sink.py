"""Where records go: a real HTTP server on the loopback interface that fails by plan.

One thread per connection. The counters and the store are shared by all of them and guarded by
one lock; nothing slow happens while it is held.
"""

from __future__ import annotations

import hashlib
import json
import socket
import struct
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import final
from urllib.parse import unquote

from plan import Plan, stored_before_reset

# How long a stalled answer is held open for a client that never hangs up.
STALL_LIMIT_SECONDS = 60.0


@final
class Sink:
    """The store and its server; a context manager. `address` is where it listens."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.counts: Counter[str] = Counter()
        self._tries: Counter[str] = Counter()
        self._stored: dict[str, tuple[str, bytes]] = {}
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.sink = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self.address: tuple[str, int] = ("127.0.0.1", self._server.server_address[1])

    def __enter__(self) -> Sink:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def next_try(self, record_id: str) -> int:
        """Count one more attempt for this record; the first one is 1."""
        with self._lock:
            self._tries[record_id] += 1
            return self._tries[record_id]

    def count(self, what: str) -> None:
        """Add one to a counter of the report."""
        with self._lock:
            self.counts[what] += 1

    def store(self, key: str, record_id: str, body: bytes) -> bool:
        """Store under the idempotency key; False when it was there already."""
        with self._lock:
            if key in self._stored:
                self.counts["seen again"] += 1
                return False
            self._stored[key] = (record_id, body)
            self.counts["stored"] += 1
            return True

    def digest(self) -> str:
        """SHA-256 over everything stored, independent of the order it came in."""
        with self._lock:
            stored = sorted(self._stored.values())
        total = hashlib.sha256()
        for record_id, body in stored:
            total.update(f"{record_id} {len(body)} ".encode() + body)
        return total.hexdigest()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    sink: Sink


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_PUT(self) -> None:
        """Take a record: check its digest, meet its fault, store it."""
        sink = self.server.sink
        record_id = unquote(self.path.lstrip("/"))
        key = self.headers["Idempotency-Key"]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Content-Digest"] != hashlib.sha256(body).hexdigest():
            sink.count("wrong digest")
            self._answer(400, {"error": "the body does not have the digest that came with it"})
            return
        attempt = sink.next_try(record_id)
        fault = sink.plan.fault(record_id, attempt)
        if fault == "unavailable":
            self._answer(503, {"error": "busy"}, "Retry-After: 0\r\nRetry-After-Ms: 2\r\n")
        elif fault == "refused":
            self._answer(422, {"error": "not wanted here"})
        elif fault == "pending":
            self._answer(202, {"stored": False})
        elif fault == "reset":
            if stored_before_reset(record_id, attempt):
                sink.store(key, record_id, body)
            self._reset()
        else:
            new = sink.store(key, record_id, body)
            if fault == "slow":
                self._stall()
            else:
                cut = 5 if fault == "truncated" else None
                self._answer(200, {"stored": True, "new": new}, cut=cut)

    def do_GET(self) -> None:
        """Tell the digest of what is stored; a sink that is ever busy is so the first two times."""
        sink = self.server.sink
        if sink.plan.unavailable and sink.next_try("digest") <= 2:
            self._answer(503, {"error": "busy"}, "Retry-After: 0\r\nRetry-After-Ms: 2\r\n")
        else:
            self._answer(200, {"sha256": sink.digest()})

    def _answer(
        self, status: int, content: dict[str, object], extra: str = "", cut: int | None = None
    ) -> None:
        body = json.dumps(content).encode()
        head = f"HTTP/1.1 {status} .\r\n{extra}Content-Length: {len(body)}\r\n"
        # One write: the body is never late when the head is there, so a client may be
        # impatient about the body without being wrong on a busy machine.
        self.wfile.write(f"{head}Connection: close\r\n\r\n".encode() + body[:cut])
        self.close_connection = True

    def _stall(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 .\r\nContent-Length: 20\r\nConnection: close\r\n\r\n")
        self.connection.settimeout(STALL_LIMIT_SECONDS)
        try:
            self.connection.recv(1)  # returns when the client hangs up
        except OSError:
            pass
        self.close_connection = True

    def _reset(self) -> None:
        # A linger time of zero makes closing send RST instead of FIN.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        socket.close(self.connection.detach())
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the report counts."""
