"""Which family of licences a package belongs to: asked of three sources, the surest one first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from inbox_plugins import hookimpl

# The first pattern that fits decides: "LGPL" contains "GPL", "AGPL" too.
FAMILIES = (
    ("network copyleft", re.compile(r"AGPL|Affero", re.IGNORECASE)),
    ("weak copyleft", re.compile(r"LGPL|Lesser General|MPL|Mozilla|EPL|Eclipse", re.IGNORECASE)),
    ("copyleft", re.compile(r"GPL|General Public", re.IGNORECASE)),
    ("python", re.compile(r"PSF|Python Software Foundation", re.IGNORECASE)),
    (
        "permissive",
        re.compile(r"MIT|BSD|Apache|ISC|zlib|Unlicense|0BSD|CC0|Public Domain", re.IGNORECASE),
    ),
)
OPERATORS = re.compile(r"\s+(?:AND|OR|WITH)\s+|[()]", re.IGNORECASE)


def family(text: str) -> str | None:
    """The family a name or a sentence speaks of; None when it speaks of none."""
    return next((name for name, pattern in FAMILIES if pattern.search(text)), None)


class Expressions:
    """Reads SPDX expressions, the surest source; of several licences the strictest counts."""

    @staticmethod
    @hookimpl(tryfirst=True)
    def inbox_licence(fields: Mapping[str, Any]) -> str | None:
        """The family, when there is an expression."""
        parts = [part for part in OPERATORS.split(fields["licence_expression"]) if part.strip()]
        found = {family(part) for part in parts}
        return next((name for name, _ in FAMILIES if name in found), None)


class Classifiers:
    """Reads the classifiers that packages used before there were expressions."""

    @staticmethod
    @hookimpl
    def inbox_licence(fields: Mapping[str, Any]) -> str | None:
        """The family, when a classifier names one."""
        for classifier in fields["licence_classifiers"]:
            found = family(classifier.rpartition(" :: ")[2])
            if found:
                return found
        return None


class Texts:
    """Guesses from free text; asked when nobody else knows."""

    @staticmethod
    @hookimpl(trylast=True)
    def inbox_licence(fields: Mapping[str, Any]) -> str:
        """The family, or that it is unknown."""
        return family(fields["licence_text"]) or "unknown"
