"""Run our own Python tests with pytest itself on our pluggy: `python tools/on_plugins_suite.py`.

    python tools/on_plugins_suite.py          every folder of tests/ that says nothing about wheels
    python tools/on_plugins_suite.py --some   a part of it that takes seconds, for ./test
    python tools/on_plugins_suite.py PATH...  these

Every process of the run, the workers too, proves at its start and at its end that it is on ours
(tools/on_plugins_proof.py); a proof that is missing or fails counts as one failed.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from pytest_suite import count
from suite_support import ROOT, close, jobs

LAUNCHER = ("-m", "mainstay", "run", "--only", "pluggy")
# Fixtures, parameters, failures that are expected: much of what pytest has, in seconds.
SOME = (
    "tests/plugins/test_calls.py",
    "tests/plugins/test_wrappers.py",
    "tests/plugins/test_awaiting.py",
    "tests/retry/test_values.py",
    "tests/retry/test_turn.py",
    "tests/tools/test_suites.py",
)
# They look at what an installation consists of, in environments of their own.
LEFT_OUT = ("packaging", "snippets", "typing")


def main(arguments: list[str]) -> int:
    some = arguments == ["--some"]
    targets = list(SOME) if some else arguments or _folders()
    workers = jobs()
    with tempfile.TemporaryDirectory() as scratch:
        passed, failed = count(
            "on-plugins-some" if some else "on-plugins",
            ["-p", "on_plugins_proof", "-n", str(workers), "--dist", "loadfile", *targets],
            launcher=LAUNCHER,
            env={"PYTHONPATH": str(ROOT / "tools"), "MAINSTAY_PROOFS": scratch},
        )
        proofs = sorted(path.read_text().strip() for path in Path(scratch).iterdir())
    print("\n".join(proofs))
    # The one that distributes and each worker, at the start and at the end.
    wanted = 2 * (1 + workers)
    good = sum(": ours, " in proof for proof in proofs)
    if good != len(proofs) or good < wanted:
        print(f"{good} of {len(proofs)} proofs are good; wanted {wanted}")
        failed += 1
    return close(passed + (good == len(proofs) >= wanted), failed)


def _folders() -> list[str]:
    return [
        f"tests/{folder.name}"
        for folder in sorted((ROOT / "tests").iterdir())
        if folder.name not in LEFT_OUT and any(folder.rglob("test_*.py"))
    ]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
