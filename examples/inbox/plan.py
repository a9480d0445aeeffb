"""How the sink misbehaves: by plan, so that two runs meet exactly the same faults.

What happens to an attempt depends on the record and on how often it was tried, never on time.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields

DEFAULT_PLAN = "unavailable=14,reset=8,slow=2,truncated=6,pending=6,poison=2,refused=1"


@dataclass(frozen=True)
class Plan:
    """Percentages. The first five apply to each attempt, the last two to a record for good.

    `unavailable`: 503 with Retry-After, nothing stored. `reset`: connection reset, before or
    after storing. `slow`: stored, but the answer never comes. `truncated`: stored, the answer
    breaks off. `pending`: accepted, not stored. `poison`: 503 whatever one does. `refused`:
    422 whatever one does.
    """

    unavailable: int = 0
    reset: int = 0
    slow: int = 0
    truncated: int = 0
    pending: int = 0
    poison: int = 0
    refused: int = 0

    @classmethod
    def parse(cls, text: str) -> Plan:
        """Read `name=percent,...`; raises `ValueError` that says what is wrong."""
        known = [field.name for field in fields(cls)]
        shares: dict[str, int] = {}
        for part in filter(None, text.split(",")):
            name, _, percent = part.partition("=")
            if name not in known:
                raise ValueError(f"unknown fault {name!r} in the plan; use: {', '.join(known)}")
            if not percent.isdecimal():
                raise ValueError(f"{name} must be a whole percentage, got {percent!r}")
            shares[name] = int(percent)
        plan = cls(**shares)
        for_attempts = sum(shares.get(name, 0) for name in known[:5])
        if for_attempts > 100 or plan.poison + plan.refused > 100:
            raise ValueError(f"the plan's shares must not exceed 100 percent, got {text!r}")
        return plan

    def fault(self, record_id: str, attempt: int) -> str:
        """The name of the fault this attempt (from 1) meets, or "" when it succeeds."""
        fate = _hundredth(record_id)
        if fate < self.poison:
            return "unavailable"
        if fate < self.poison + self.refused:
            return "refused"
        draw = _hundredth(f"{record_id}#{attempt}")
        for name in ("unavailable", "reset", "slow", "truncated", "pending"):
            draw -= getattr(self, name)
            if draw < 0:
                return name
        return ""


def stored_before_reset(record_id: str, attempt: int) -> bool:
    """Whether a reset comes after the record was stored: half of them do."""
    return _hundredth(f"{record_id}#{attempt}#stored") < 50


def _hundredth(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % 100
