"""Renders `docs/benchmarks.md` and its pictures from the newest results; adds no facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from . import text
from .doors import BY_HAND, DROPIN, PEER, STRICT
from .figures import Figure, Measured, middle_ratio, rows, worst_ratio
from .plot import Bar, svg
from .results import Results, newest
from .targets import BENCHMARKS, Target, Targets, capabilities, read_targets
from .verdicts import judge

PAGES = BENCHMARKS.parent / "docs" / "internals"

_HEAD = """\
<!-- Written by `make bench` (tools/bench.py) from benchmarks/results/; do not edit. -->

# Benchmarks

What an operation costs on mainstay beside the library it stands in for. *Ratio* is the peer's
time divided by ours: 10x means a tenth of the time, below 1x means that the peer is faster. Rows
where little is gained stand next to those where much is.

Both run in one process, on the same interpreter, with the garbage collector on, in rounds that
take turns. Time is processor time; where waits are real it is the time that passes. A ratio is
taken within a round; what is printed is the median over the rounds, with the quartiles. *Drop-in*
is what a program written for the peer gets, unchanged; *strict* is the same operation through
mainstay's own module; *by hand* is the loop one would write without a library. mainstay is built
as `pip install .` builds it. Times depend on the machine, ratios much less so:
`benchmarks/floors.toml` holds the ratio below which a change counts as a regression.

```sh
make bench CAP=retry        # measure, and write this page
make bench-check CAP=retry  # quickly, against the floors
```
"""


def newest_runs() -> list[tuple[Results, Targets]]:
    """What the page is about: the newest run of each capability that has one."""
    return [(results, read_targets(noun)) for noun in capabilities() if (results := newest(noun))]


def render(runs: Sequence[tuple[Results, Targets]]) -> str:
    """The page over all capabilities, in the order given."""
    return "\n".join([_HEAD, *("\n".join(_section(*run)) for run in runs)])


def picture(results: Results, targets: Targets) -> str:
    """The picture of one capability: `docs/benchmarks/<noun>.svg`."""
    wanted = {row: target for target in targets.targets for row in target.rows}
    bars = []
    for row in _ordered(results.measured, targets.targets):
        columns = {}
        for column in (DROPIN, STRICT):
            middle = middle_ratio(results.measured, row, column)
            worst = worst_ratio(results.measured, row, column)
            if middle is not None and worst is not None:
                columns[column] = (middle, worst)
        bars.append(Bar(row, columns, wanted[row].at_least if row in wanted else None))
    return svg(f"{results.noun}: the peer's time divided by ours, {results.date}", bars)


def _section(results: Results, targets: Targets) -> Iterator[str]:
    facts = results.facts
    yield f"## {results.noun}\n"
    yield (
        f"Against {facts['peer']}, measured on {results.date} at commit {facts['commit']}:\n"
        f"{facts['processor']} ({facts['cores']} cores), {facts['system']};\n"
        f"{facts['python']}; mainstay {facts['mainstay']} built by {facts['compiler']}.\n"
        + ("A quick look, with few rounds.\n" if facts.get("effort") == "quick" else "")
    )
    yield "### What is to be reached\n"
    yield (
        "The worst variant counts. Where a figure is below what was set out for, it says so"
        + (
            f", and\n[the internals](internals/{results.noun}.md) say what the limit is.\n"
            if (PAGES / f"{results.noun}.md").exists()
            else ".\n"
        )
    )
    yield "| Operation | At least | Goal | Drop-in | | Strict |\n|---|---|---|---|---|---|"
    for verdict in judge(targets.targets, results.measured):
        target = verdict.target
        yield (
            f"| {target.operation} | {_whole(target.at_least)} | {_goal(target)} "
            f"| {_known(verdict.dropin)} | {verdict.words} | {_known(verdict.strict)} |"
        )
    yield f"\n![{results.noun}: ratios to the peer](benchmarks/{results.noun}.svg)\n"
    yield "### Every row\n"
    yield (
        "*Way* is what the path counter said during the run; where it says nothing, none is kept\n"
        "for the operation.\n"
    )
    for row in _ordered(results.measured, targets.targets):
        yield f"**{row}**\n"
        yield "| Variant | Peer | Drop-in | Ratio | Strict | Ratio | By hand | Way |"
        yield "|---|---|---|---|---|---|---|---|"
        yield from (_line(one) for one in results.measured if one.row == row)
        yield ""


def _line(one: Measured) -> str:
    figures = one.figures
    cells = [
        one.variant.replace("|", "\\|"),
        _time(figures.get(PEER)),
        _time(figures.get(DROPIN)),
        _ratio(figures.get(DROPIN)),
        _time(figures.get(STRICT)),
        _ratio(figures.get(STRICT)),
        _time(figures.get(BY_HAND)),
        one.paths.get(DROPIN, ""),
    ]
    return f"| {' | '.join(cells)} |"


def _ordered(measured: Sequence[Measured], targets: Sequence[Target]) -> list[str]:
    """Rows that something is wanted of first, in the targets' order; then the others."""
    known = rows(measured)
    wanted = [row for target in targets for row in target.rows if row in known]
    return wanted + [row for row in known if row not in wanted]


def _time(figure: Figure | None) -> str:
    return text.duration(figure.nanoseconds.median) if figure else ""


def _ratio(figure: Figure | None) -> str:
    if figure is None or figure.ratio is None:
        return ""
    spread = figure.ratio
    quartiles = f"{text.ratio(spread.low)[:-1]} to {text.ratio(spread.high)[:-1]}"
    return f"**{text.ratio(spread.median)}** ({quartiles})"


def _known(value: float | None) -> str:
    return text.ratio(value) if value is not None else "-"


def _whole(value: float) -> str:
    return f"{value:g}x"


def _goal(target: Target) -> str:
    words = [_whole(target.goal)] if target.goal is not None else []
    return " ".join([*words, *([f"({target.note})"] if target.note else [])])
