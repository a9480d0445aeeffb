"""A pytest plugin that writes down what each test did, and which implementation it ran on.

One JSON object per line, flushed at once: a process that dies in native code still tells which
test it was running. It knows neither peers nor mainstay; CONFORMANCE_MODULES names the modules
to look at, CONFORMANCE_RECORD the file to write, CONFORMANCE_HIDE modules that must not be found.
It is copied into both environments, so it imports nothing but pytest and the standard library.

Under pytest-xdist the controller writes what the tests did; each worker, which is where they ran,
says in a file of its own (CONFORMANCE_RECORD.gw0) which implementation it had loaded.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Any

import pytest

# Setup, call, teardown and subtests of one test: the worst report is the test's outcome.
SEVERITY = ("passed", "xpassed", "skipped", "xfailed", "failed", "error")


class Recorder:
    """Writes the record; one instance per session."""

    def __init__(self, path: str, packages: list[str], prefixes: list[str]) -> None:
        self._file = open(path, "w", encoding="utf-8")  # noqa: SIM115 - lives for the session
        self._packages = packages
        self._prefixes = (*packages, *prefixes)
        # By test: several run at once where there are workers.
        self._outcomes: dict[str, str] = {}
        self._details: dict[str, list[str]] = {}

    def pytest_sessionstart(self) -> None:
        self._write_proof("start")

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self._write("collected", tests=list(ids))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._write("collect-error", test=report.nodeid, details=str(report.longrepr))
        elif report.skipped:
            self._write("collect-skip", test=report.nodeid, details=str(report.longrepr))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._write("collected", tests=[item.nodeid for item in session.items])

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._outcomes[nodeid], self._details[nodeid] = "passed", []
        self._write("running", test=nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        outcome = _outcome_of(report)
        if SEVERITY.index(outcome) > SEVERITY.index(self._outcomes.get(report.nodeid, "passed")):
            self._outcomes[report.nodeid] = outcome
        if outcome != "passed" and report.longrepr is not None:
            self._details.setdefault(report.nodeid, []).append(str(report.longrepr))

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        details = "\n".join(self._details.pop(nodeid, []))
        outcome = self._outcomes.pop(nodeid, "passed")
        self._write("outcome", test=nodeid, outcome=outcome, details=details)

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        self._write_proof("end")
        self._write("finished", exitstatus=int(exitstatus))
        self._file.close()

    def _write_proof(self, moment: str) -> None:
        """Name the file of every loaded module of the implementation, not only of its root."""
        failures = {}
        for package in self._packages:
            try:
                importlib.import_module(package)
            except Exception as error:
                failures[package] = f"{type(error).__name__}: {error}"
        modules = {
            # A namespace package has no file, but folders.
            name: getattr(module, "__file__", None)
            or next(iter(getattr(module, "__path__", ())), None)
            for name, module in sorted(sys.modules.items())
            if name.startswith(tuple(f"{prefix}." for prefix in self._prefixes))
            or name in self._prefixes
        }
        self._write("proof", moment=moment, modules=modules, failures=failures)

    def _write(self, event: str, **fields: Any) -> None:
        self._file.write(json.dumps({"event": event, **fields}) + "\n")
        self._file.flush()


def _outcome_of(report: pytest.TestReport) -> str:
    if hasattr(report, "wasxfail"):
        return "xfailed" if report.skipped else "xpassed"
    if report.failed:
        return "failed" if report.when == "call" else "error"
    return "skipped" if report.skipped else "passed"


class Witness(Recorder):
    """What a worker writes: which implementation it had, and nothing of its tests."""

    def _write(self, event: str, **fields: Any) -> None:
        if event == "proof":
            super()._write(event, **fields)


def pytest_configure(config: pytest.Config) -> None:
    """Register the recorder; the driver sets the variables, so a missing one is its fault."""
    for name in filter(None, os.environ["CONFORMANCE_HIDE"].split(",")):
        sys.modules[name] = None  # type: ignore[assignment]
    packages = os.environ["CONFORMANCE_MODULES"].split(",")
    path = os.environ["CONFORMANCE_RECORD"]
    worker = getattr(config, "workerinput", None)
    kind = Recorder
    if worker is not None:
        path, kind = f"{path}.{worker['workerid']}", Witness
    config.pluginmanager.register(kind(path, packages, ["mainstay"]), "conformance-recorder")
