"""The examples in boltons' docstrings, run on our modules."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from _pytest.mark import ParameterSet

boltons = pytest.importorskip("boltons")

FLAGS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL | doctest.NORMALIZE_WHITESPACE


def _examples() -> Iterator[ParameterSet]:
    for module in pkgutil.iter_modules(boltons.__path__):
        peer = importlib.import_module(f"boltons.{module.name}")
        for found in doctest.DocTestFinder(exclude_empty=True).find(peer):
            if found.examples:
                yield pytest.param(module.name, found, id=found.name)


@pytest.mark.parametrize(("module", "found"), list(_examples()))
def test_an_example_of_the_peer_prints_what_it_promises(
    module: str, found: doctest.DocTest
) -> None:
    found.globs = dict(vars(importlib.import_module(f"mainstay.bolts.{module}")))
    for example in found.examples:
        example.source = example.source.replace("boltons.", "mainstay.bolts.")
    report: list[str] = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=FLAGS)
    runner.run(found, out=report.append)
    assert runner.failures == 0, "".join(report)
