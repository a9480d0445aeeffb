"""Every type beside the mutable one it stands for: state machines that also keep old versions."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, multiple, rule
from mainstay.persistent import OrderedPMap, pbag, pdeque, plist, pmap, pset, pvector

# Few keys and poor hashes: deep nodes, collisions, and many changes of one entry.
keys = st.integers(0, 60).map(lambda n: (n % 5) << 32 | n // 5 << 60 if n % 2 else n)
values = st.integers(0, 3)
pairs = st.dictionaries(keys, values, max_size=40)
short = settings(max_examples=25, stateful_step_count=40, deadline=None, database=None)


class Maps(RuleBasedStateMachine):
    """pmap and OrderedPMap beside dict; each version is checked when it is used again."""

    versions = Bundle("versions")

    @rule(target=versions, items=pairs)
    def start(self, items: dict[int, int]) -> Any:
        return items, pmap(items), OrderedPMap(items)

    @rule(target=versions, version=versions, key=keys, value=values)
    def set(self, version: Any, key: int, value: int) -> Any:
        model, map_, ordered = self.checked(version)
        return {**model, key: value}, map_.set(key, value), ordered.set(key, value)

    @rule(target=versions, version=versions, key=keys)
    def discard(self, version: Any, key: int) -> Any:
        model, map_, ordered = self.checked(version)
        left = {k: x for k, x in model.items() if k != key}
        return left, map_.discard(key), ordered.discard(key)

    @rule(target=versions, version=versions, other=versions)
    def update(self, version: Any, other: Any) -> Any:
        model, map_, ordered = self.checked(version)
        return {**model, **other[0]}, map_.update(other[1]), ordered.update(other[2])

    @rule(target=versions, version=versions, items=pairs, gone=st.lists(keys, max_size=20))
    def evolve(self, version: Any, items: dict[int, int], gone: list[int]) -> Any:
        model, map_, ordered = self.checked(version)
        evolver = map_.evolver()
        first = None
        model = dict(model)
        for key, value in items.items():
            evolver[key] = model[key] = value
            if first is None:
                first = (dict(model), evolver.persistent(), ordered.update({key: value}))
        for key in gone:
            if model.pop(key, None) is not None:
                del evolver[key]
                ordered = ordered.discard(key)
        made = (model, evolver.persistent(), OrderedPMap(model))
        return multiple(made) if first is None else multiple(first, made)

    def checked(self, version: Any) -> Any:
        model, map_, ordered = version
        assert map_ == model
        assert map_ == pmap(model)
        assert sorted(map_.items()) == sorted(model.items())
        assert list(ordered.items()) == list(model.items())
        assert list(reversed(ordered)) == list(reversed(model))
        assert hash(map_) == hash(ordered) == hash(frozenset(model.items()))
        return version


class Vectors(RuleBasedStateMachine):
    """pvector and its evolver beside list."""

    versions = Bundle("versions")

    @rule(target=versions, items=st.lists(values), times=st.integers(1, 200))
    def start(self, items: list[int], times: int) -> Any:
        return items * times, pvector(items * times)

    @rule(target=versions, version=versions, other=versions)
    def extend(self, version: Any, other: Any) -> Any:
        model, vector = self.checked(version)
        if len(model) + len(other[0]) > 20_000:
            return version
        return model + other[0], vector + other[1]

    @rule(target=versions, version=versions, a=st.integers(), b=st.integers())
    def cut(self, version: Any, a: int, b: int) -> Any:
        model, vector = self.checked(version)
        a, b = a % (len(model) + 2) - 1, b % (len(model) + 2) - 1
        return multiple(
            (model[a:b], vector[a:b]),
            (model[:a] + model[max(a, b) :], vector[:a] + vector[max(a, b) :]),
        )

    @rule(target=versions, version=versions, at=st.integers(min_value=0), value=values)
    def change(self, version: Any, at: int, value: int) -> Any:
        model, vector = self.checked(version)
        at %= len(model) + 1
        inserted = model[:at] + [value] + model[at:], vector.insert(at, value)
        if at == len(model):
            return multiple(inserted, (model + [value], vector.append(value)))
        rest = model[at + 1 :]
        return multiple(
            inserted,
            (model[:at] + [value] + rest, vector.set(at, value)),
            (model[:at] + rest, vector.delete(at)),
        )

    @rule(target=versions, version=versions, steps=st.lists(st.integers(min_value=0), max_size=40))
    def evolve(self, version: Any, steps: list[int]) -> Any:
        model, vector = list(version[0]), version[1]
        evolver = vector.evolver()
        for step in steps:
            at = step % (len(model) + 1)
            if at == len(model) or step % 3 == 0:
                evolver.append(step)
                model.append(step)
            elif step % 3 == 1:
                evolver[at] = model[at] = step
            else:
                del evolver[at], model[at]
            assert len(evolver) == len(model)
        return model, evolver.persistent()

    def checked(self, version: Any) -> Any:
        model, vector = version
        assert vector.tolist() == model
        assert list(vector) == model
        assert vector == pvector(model)
        assert hash(vector) == hash(tuple(model))
        return version


class Others(RuleBasedStateMachine):
    """pset, pbag, pdeque and plist beside set, Counter, deque and list."""

    versions = Bundle("versions")

    @rule(target=versions, items=st.lists(keys), most=st.none() | st.integers(0, 10))
    def start(self, items: list[int], most: Any) -> Any:
        models = set(items), Counter(items), deque(items, most), list(items)
        return models, (pset(items), pbag(items), pdeque(items, most), plist(items))

    @rule(target=versions, version=versions, key=keys)
    def add(self, version: Any, key: int) -> Any:
        (a, b, c, d), (set_, bag, queue, linked) = self.checked(version)
        right, left = c.copy(), c.copy()
        right.append(key)
        left.appendleft(key)
        models = a | {key}, b + Counter([key])
        made = set_.add(key), bag.add(key)
        return multiple(
            ((*models, right, [key, *d]), (*made, queue.append(key), linked.cons(key))),
            ((*models, left, d[::-1]), (*made, queue.appendleft(key), linked.reverse())),
        )

    @rule(target=versions, version=versions, other=versions, turn=st.integers(-5, 5))
    def combine(self, version: Any, other: Any, turn: int) -> Any:
        (a, b, c, d), (set_, bag, queue, linked) = self.checked(version)
        (a2, b2, c2, _), (set2, bag2, queue2, _) = other
        more, turned = c.copy(), c.copy()
        more.extend(c2)
        turned.rotate(turn)
        return multiple(
            ((a | a2, b | b2, more, d), (set_ | set2, bag | bag2, queue.extend(queue2), linked)),
            ((a ^ a2, b - b2, turned, d), (set_ ^ set2, bag - bag2, queue.rotate(turn), linked)),
        )

    @rule(target=versions, version=versions, count=st.integers(0, 12))
    def pop(self, version: Any, count: int) -> Any:
        (a, b, c, d), (set_, bag, queue, linked) = self.checked(version)
        left, right = c.copy(), c.copy()
        for _ in range(min(count, len(c))):
            left.popleft()
            right.pop()
        return multiple(
            ((a, b, left, d[count:]), (set_, bag, queue.popleft(count), linked[count:])),
            ((a, b, right, d), (set_, bag, queue.pop(count), linked)),
        )

    def checked(self, version: Any) -> Any:
        (a, b, c, d), (set_, bag, queue, linked) = version
        assert set(set_) == a
        assert set_ == a
        assert hash(set_) == hash(frozenset(a))
        assert Counter(bag) == b
        assert list(queue) == list(c)
        assert len(queue) == len(c)
        assert list(linked) == d
        return version


TestMaps = Maps.TestCase
TestVectors = Vectors.TestCase
TestOthers = Others.TestCase
for _each in (TestMaps, TestVectors, TestOthers):
    _each.settings = short
