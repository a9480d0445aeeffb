"""One attempt over HTTP: a PUT or a GET, and every way it can fail as an exception."""

from __future__ import annotations

import hashlib
import http.client
import json
from typing import Any
from urllib.parse import quote

from records import Record

# The head of an answer may take long on a busy machine. Its body is in the same packet, so
# waiting for it longer than this means that it was held back.
HEAD_TIMEOUT_SECONDS = 60.0
BODY_TIMEOUT_SECONDS = 0.02


class Unavailable(Exception):
    """The sink is busy (503); `retry_after` is the pause it asks for, in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("503 from the sink")
        self.retry_after = retry_after


class Refused(Exception):
    """The sink does not want this record (4xx); trying again would not help."""


class Truncated(Exception):
    """The answer broke off before its announced end."""


def put(address: tuple[str, int], record: Record) -> dict[str, Any]:
    """Offer a record once; the sink's answer, or one of the exceptions above, or `OSError`."""
    headers = {
        "Idempotency-Key": record.key,
        "Content-Digest": hashlib.sha256(record.body).hexdigest(),
    }
    return _exchange(address, "PUT", record.id, record.body, headers)


def get_digest(address: tuple[str, int]) -> str:
    """Ask the sink once for the digest of what it stored."""
    return str(_exchange(address, "GET", "digest", None, {})["sha256"])


def _exchange(
    address: tuple[str, int],
    method: str,
    path: str,
    body: bytes | None,
    headers: dict[str, str],
) -> dict[str, Any]:
    connection = http.client.HTTPConnection(*address, timeout=HEAD_TIMEOUT_SECONDS)
    try:
        connection.connect()
        line = connection.sock
        connection.request(method, f"/{quote(path)}", body, headers)
        response = connection.getresponse()
        line.settimeout(BODY_TIMEOUT_SECONDS)
        try:
            content = response.read()
        except http.client.IncompleteRead as error:
            raise Truncated(f"the answer broke off after {len(error.partial)} bytes") from None
        finally:
            response.close()
    finally:
        connection.close()
    if response.status == 503:
        raise Unavailable(float(response.headers["Retry-After-Ms"]) / 1000)
    if response.status >= 400:
        raise Refused(f"{response.status}: {json.loads(content)['error']}")
    answer: dict[str, Any] = json.loads(content)
    return answer
