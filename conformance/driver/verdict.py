"""What two records mean together: which tests count as passed, which as failed, and why.

The peer decides what is asked of us: a test that passes on the peer must pass on mainstay,
or stand in the ledger by name. Everything that weakens the proof is a failure as well: an
excuse nobody needs, a run of the wrong implementation, a run that ended early.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from driver.recipe import Excuse, Recipe
from driver.sides import Outcome, Side

MISSING = Outcome("not collected")
UNFINISHED = Outcome("not finished")


@dataclass
class Verdict:
    """`passed`: tests that count as passed. `failures`: (what, why) of everything else."""

    passed: list[str] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    excused: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    headline: str = ""

    @property
    def closing_line(self) -> str:
        return f"{len(self.passed)} passed, {len(self.failures)} failed"


def judge_both(recipe: Recipe, ledger: Sequence[Excuse], peer: Side, ours: Side) -> Verdict:
    """Compare test by test; see the module's sentence for the rule."""
    verdict = Verdict()
    excuses = {excuse.test: excuse for excuse in ledger}
    for test in peer.passed:
        outcome = _outcome(ours, test)
        if outcome.result == "passed":
            verdict.passed.append(test)
        elif test in excuses and excuses[test].kind != "environment":
            verdict.passed.append(test)
            verdict.excused.append(test)
        else:
            why = f"passed on the peer, {outcome.result} on mainstay"
            verdict.failures.append((test, f"{why}\n{outcome.details}".rstrip()))
    _judge_ledger(recipe, ledger, peer, ours, verdict)
    _judge_side(peer, verdict)
    _judge_side(ours, verdict)
    _note_the_rest(peer, ours, verdict)
    total = len(peer.outcomes)
    good_here = sum(1 for test in ours.passed if test in peer.outcomes)
    verdict.headline = (
        f"{recipe.peer} {recipe.version}: peer {len(peer.passed)} of {total}, "
        f"mainstay {good_here} of {total}, ledger {len(ledger)}"
    )
    return verdict


def judge_one(recipe: Recipe, ledger: Sequence[Excuse], side: Side) -> Verdict:
    """The verdict on one side alone: no comparison, so skipped tests are only noted."""
    verdict = Verdict()
    excused = {excuse.test for excuse in ledger} if side.name != "peer" else set()
    for test, outcome in side.outcomes.items():
        if outcome.result == "passed" or test in excused:
            verdict.passed.append(test)
        elif outcome.result in ("failed", "error"):
            verdict.failures.append((test, f"{outcome.result}\n{outcome.details}".rstrip()))
        else:
            verdict.notes.append(f"{outcome.result}: {test}")
    _judge_side(side, verdict)
    verdict.headline = (
        f"{recipe.peer} {recipe.version}: {side.name} {len(side.passed)} of {len(side.outcomes)}"
    )
    return verdict


def _outcome(side: Side, test: str) -> Outcome:
    """What a test did; one that a dying process never got to did something, too."""
    return side.outcomes.get(test, UNFINISHED if test in side.collected else MISSING)


def _judge_ledger(
    recipe: Recipe, ledger: Sequence[Excuse], peer: Side, ours: Side, verdict: Verdict
) -> None:
    for excuse in ledger:
        if excuse.test not in peer.outcomes:
            why = "the peer's suite has no such test; remove the entry or correct its name"
        elif _outcome(ours, excuse.test).result == "passed":
            why = "the test passes on mainstay; remove the entry"
        elif (excuse.kind == "environment") == (excuse.test in peer.passed):
            passes = "passes" if excuse.test in peer.passed else "does not pass"
            why = f"the kind is {excuse.kind!r}, but the test {passes} on the peer; correct it"
        else:
            continue
        verdict.failures.append((f"ledger: {excuse.test}", f"stale entry: {why}"))
    if len(ledger) > recipe.ledger_limit:
        why = f"{len(ledger)} entries, the recipe allows {recipe.ledger_limit}; repair tests"
        verdict.failures.append(("ledger", why))


def _judge_side(side: Side, verdict: Verdict) -> None:
    for problem in side.problems:
        verdict.failures.append((f"run on {side.name}", problem))
    for where, details in side.uncollected.items():
        if side.name == "peer":
            verdict.notes.append(f"not collected on the peer: {where}")
        else:
            verdict.notes.append(f"not collected on mainstay: {where}\n{details}".rstrip())


def _note_the_rest(peer: Side, ours: Side, verdict: Verdict) -> None:
    for test, outcome in peer.outcomes.items():
        if outcome.result != "passed":
            here = _outcome(ours, test).result
            verdict.notes.append(f"{outcome.result} on the peer, {here} on mainstay: {test}")
    extra = [test for test in ours.outcomes if test not in peer.outcomes]
    verdict.notes += [f"collected on mainstay only: {test}" for test in extra]
