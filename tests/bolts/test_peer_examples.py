"""The examples in boltons' docstrings, run on our modules."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest
from _pytest.mark import ParameterSet

boltons = pytest.importorskip("boltons")

FLAGS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL | doctest.NORMALIZE_WHITESPACE

PEER = r"(?<=from )boltons\b|(?<=import )boltons\b|\bboltons(?=\.\w+utils)"

# write() returns how much was written, as that of every other stream.
DIFFERENT = ("boltons.ioutils.SpooledBytesIO", "boltons.ioutils.SpooledStringIO")


def _examples() -> Iterator[ParameterSet]:
    for module in pkgutil.iter_modules(boltons.__path__):
        peer = importlib.import_module(f"boltons.{module.name}")
        for found in doctest.DocTestFinder(exclude_empty=True).find(peer):
            if found.examples and found.name not in DIFFERENT:
                yield pytest.param(module.name, found, id=found.name)


@pytest.mark.parametrize(("module", "found"), list(_examples()))
def test_an_example_of_the_peer_prints_what_it_promises(
    module: str, found: doctest.DocTest
) -> None:
    found.globs = dict(vars(importlib.import_module(f"mainstay.bolts.{module}")))
    for example in found.examples:
        example.source = re.sub(PEER, "mainstay.bolts", example.source)
        example.want = re.sub(r"\bu(?=')", "", example.want)  # u'abc', as Python 2 wrote it
    report: list[str] = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=FLAGS)
    runner.run(found, out=report.append)
    assert runner.failures == 0, "".join(report)
