"""What is compared: a configuration, records, lines, arrays; and changed copies of them."""

from __future__ import annotations

from copy import deepcopy
from random import Random
from typing import Any

WORDS = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"]


def configuration(leaves: int, seed: int = 1) -> dict[str, Any]:
    """Sections of services of settings: `leaves` values of several types, four levels deep."""
    r = Random(seed)
    kinds = (
        lambda: r.randrange(10_000),
        lambda: r.choice(WORDS),
        lambda: r.random(),
        lambda: r.random() < 0.5,
        lambda: None,
    )
    sections: dict[str, Any] = {}
    for number in range(leaves):
        section = sections.setdefault(f"section{number // 200}", {})
        service = section.setdefault(f"service{number // 20 % 10}", {"options": {}, "tags": []})
        if number % 4 == 0:
            service["tags"].append(r.choice(WORDS))
        else:
            service["options"][f"option{number % 20}"] = r.choice(kinds)()
    return sections


def records(count: int, seed: int = 2) -> list[dict[str, Any]]:
    """Rows with an id, as a service gives them."""
    r = Random(seed)
    return [
        {
            "id": number,
            "name": f"{r.choice(WORDS)}-{number}",
            "price": round(r.random() * 100, 2),
            "stock": r.randrange(500),
            "tags": r.sample(WORDS, 3),
            "maker": {"country": r.choice(WORDS), "code": r.randrange(99)},
        }
        for number in range(count)
    ]


def with_changed_leaves(data: Any, share: float, seed: int = 3) -> Any:
    """A deep copy in which this share of the values of dicts is another one."""
    r = Random(seed)
    copy = deepcopy(data)

    def change(node: Any) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                if isinstance(value, (dict, list)):
                    change(value)
                elif r.random() < share:
                    node[key] = f"changed {r.randrange(1000)}"
        elif isinstance(node, list):
            for value in node:
                change(value)

    change(copy)
    return copy


def with_changed_rows(rows: list[dict[str, Any]], share: float, seed: int = 4) -> Any:
    """A deep copy in which this share of the rows has another price."""
    r = Random(seed)
    copy = deepcopy(rows)
    for row in r.sample(copy, int(len(copy) * share)):
        row["price"] += 1.5
    return copy


def lines(count: int, seed: int = 5) -> list[str]:
    """Lines of a log."""
    r = Random(seed)
    return [f"{number:06} {' '.join(r.choices(WORDS, k=6))}" for number in range(count)]


def with_other_lines(given: list[str], count: int, seed: int = 6) -> list[str]:
    """As many lines, of which `count` are others, in another order."""
    r = Random(seed)
    copy = list(given)
    for place in r.sample(range(len(copy)), count):
        copy[place] = f"new {r.random()}"
    r.shuffle(copy)
    return copy


def with_inserts_and_deletes(given: list[str], count: int, seed: int = 7) -> list[str]:
    """The lines without `count` of them and with `count` new ones."""
    r = Random(seed)
    copy = list(given)
    for _ in range(count):
        del copy[r.randrange(len(copy))]
        copy.insert(r.randrange(len(copy)), f"inserted {r.random()}")
    return copy


SMALL = ({f"key{n}": n for n in range(10)}, {f"key{n}": n + (n % 4 == 0) for n in range(10)})
