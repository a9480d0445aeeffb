"""What a program does with bars, drawn at random, and the bytes it writes as a clock is moved."""

from __future__ import annotations

import io
from typing import Any

from hypothesis import strategies as st


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    """Text in memory with an encoding, so that bars are drawn in blocks."""

    encoding = "utf-8"


numbers = st.one_of(
    st.integers(0, 50), st.integers(-3, 3), st.floats(0, 20, width=16), st.just(10**7)
)
texts = st.one_of(
    # Python before 3.13 takes characters that do not exist yet for wide ones.
    st.text(
        st.characters(codec="utf-8", exclude_characters="{}", exclude_categories=["Cn"]),
        max_size=8,
    ),
    st.sampled_from(["", "copy", "copy: ", "日本", "\x1b[31mred\x1b[0m", "ﾆｯﾎﾟﾝ"]),
)
FORMATS = [
    "{l_bar}{bar}{r_bar}",
    "{desc}: {percentage:3.0f}%|{bar:20}| {n_fmt}/{total_fmt}",
    "{bar:-10a}|{rate_noinv_fmt} {rate_inv_fmt}{postfix}",
    "{n}/{total} {elapsed}<{remaining} {unit}",
    "{elapsed_s:.1f} {rate!r} {{}} {ncols}",
    "{bar}",
    "{desc} {bar:5b}{percentage:.2f}",
    "no field",
]
options = st.fixed_dictionaries(
    {},
    optional={
        "total": st.one_of(st.none(), st.integers(0, 200), st.floats(0.5, 200, width=16)),
        "desc": texts,
        "leave": st.sampled_from([True, False, None]),
        "ncols": st.one_of(st.none(), st.integers(0, 90)),
        "mininterval": st.sampled_from([0, 0.1, 0.5, 3]),
        "maxinterval": st.sampled_from([0, 1, 10]),
        "miniters": st.sampled_from([None, 0, 1, 5, 2.5]),
        "ascii": st.sampled_from([None, True, False, " .oO", " ▖▘▝"]),
        "unit": st.sampled_from(["it", "B", "行"]),
        "unit_scale": st.sampled_from([False, True, 1, 2, 0.5]),
        "smoothing": st.sampled_from([0, 0.3, 1, None]),
        "bar_format": st.sampled_from([None, *FORMATS]),
        "initial": st.sampled_from([0, 3, 1.5]),
        "position": st.sampled_from([None, None, 0, 1, 2]),
        "unit_divisor": st.sampled_from([1000, 1024]),
        "colour": st.sampled_from([None, "green", "#00ff7f"]),
        "delay": st.sampled_from([0, 0, 2]),
        "nrows": st.sampled_from([None, 2, 3]),
        "write_bytes": st.just(False),
        "disable": st.sampled_from([False, False, False, True]),
    },
)
values = st.one_of(st.integers(-(10**9), 10**9), st.floats(), texts, st.none(), st.booleans())
steps = st.one_of(
    st.tuples(st.just("pass"), st.sampled_from([0.0, 0.01, 0.1, 0.7, 5.0, 4000.0])),
    st.tuples(st.just("update"), numbers),
    st.tuples(st.just("update"), numbers),
    st.tuples(st.just("open"), options),
    st.tuples(st.just("loop"), options, st.integers(0, 40), st.integers(0, 45), st.integers(1, 9)),
    st.tuples(st.just("set_postfix"), st.dictionaries(st.sampled_from("abc"), values, max_size=3)),
    st.tuples(st.just("set_description"), st.one_of(st.none(), texts)),
    st.tuples(st.just("set_description_str"), texts),
    st.tuples(st.just("set"), st.sampled_from(["n", "total", "miniters"]), st.integers(0, 60)),
    st.tuples(st.just("reset"), st.one_of(st.none(), st.integers(1, 90))),
    st.tuples(st.sampled_from(["refresh", "clear", "unpause", "close", "next"])),
    st.tuples(st.just("write"), st.text("ab\n", max_size=5)),
)
programs = st.tuples(options, st.lists(steps, max_size=25))


class InOrder:
    """A set of bars that is gone over in the order they came: addresses decide for a WeakSet."""

    def __init__(self) -> None:
        self.bars: list[Any] = []

    def add(self, bar: Any) -> None:
        self.discard(bar)
        self.bars.append(bar)

    def discard(self, bar: Any) -> None:
        self.bars[:] = [each for each in self.bars if each is not bar]

    remove = discard

    def clear(self) -> None:
        self.bars.clear()

    def __len__(self) -> int:
        return len(self.bars)

    def __iter__(self) -> Any:
        return iter(list(self.bars))


class Player:
    """Plays a program on one of the two classes."""

    def __init__(self, tqdm: Any) -> None:
        self.tqdm = tqdm
        self.clock = Clock()
        self.file = Terminal()
        self.bars: list[Any] = []
        self.at = 0
        self.seen: list[object] = []

    def opened(self, options: dict[str, Any], iterable: Any = None) -> Any:
        bar = self.tqdm(iterable, file=self.file, **options)
        bar._time = self.clock
        bar.start_t = bar.last_print_t = self.clock()
        return bar

    def play(self, program: Any) -> tuple[object, ...]:
        first, steps = program
        try:
            self.bars.append(self.opened(first))
            for name, *arguments in steps:
                self.step(name, *arguments)
            for bar in self.bars:
                bar.close()
        except Exception as error:
            self.seen.append((type(error).__name__, str(error)))
        for bar in self.bars:
            bar.disable = True
        self.tqdm._instances.clear()
        return self.file.getvalue(), self.seen

    def step(self, name: str, *arguments: Any) -> None:
        bar = self.bars[self.at % len(self.bars)]
        if name == "pass":
            self.clock.now += arguments[0]
        elif name == "open":
            self.bars.append(self.opened(arguments[0]))
        elif name == "next":
            self.at += 1
        elif name == "set":
            setattr(bar, *arguments)
        elif name == "write":
            self.tqdm.write(arguments[0], file=self.file)
        elif name == "loop":
            self.loop(*arguments)
        elif name == "set_postfix" and not bar.disable:
            bar.set_postfix(arguments[0])
        elif not (bar.disable and name.startswith(("set_", "clear"))):
            self.seen.append(getattr(bar, name)(*arguments))
        if hasattr(bar, "n"):
            self.seen.append((bar.n, getattr(bar, "last_print_n", None), bar.total))
            self.seen.append(getattr(bar, "miniters", None))

    def loop(self, options: dict[str, Any], items: int, stop: int, pause: int) -> None:
        bar = self.opened(options, range(items))
        for each in bar:
            if each % pause == 0:
                self.clock.now += 0.06
            if each == stop:
                break
        self.seen.append((bar.n, bar.disable))
