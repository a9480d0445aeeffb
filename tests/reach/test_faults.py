"""Faults of the peer that we do not share, and input that is bad."""

from __future__ import annotations

import copy
import gc
import pickle
import subprocess
import sys
from collections import Counter, UserDict
from typing import Any

import pytest
from mainstay.reach import (
    SKIP,
    STOP,
    Assign,
    Coalesce,
    GlomError,
    Glommer,
    Iter,
    M,
    Match,
    MatchError,
    Path,
    PathAccessError,
    Ref,
    S,
    Spec,
    T,
    UnregisteredTarget,
    assign,
    delete,
    glom,
    reduction,
)


def test_assigning_below_a_counter_or_user_dict_sets_an_item() -> None:
    for made in (Counter(), UserDict()):
        assign(made, "a", 1)
        assert dict(made) == {"a": 1} and "a" not in vars(made)
        delete(made, "a")
        assert not made


def test_a_subclass_of_a_registered_type_is_iterated_as_it() -> None:
    class Pages:
        def __init__(self) -> None:
            self.pages = [1, 2]

    class Book(Pages):
        pass

    glommer = Glommer()
    glommer.register(Pages, iterate=lambda pages: iter(pages.pages))
    assert glommer.glom(Book(), [T]) == [1, 2]


@pytest.mark.parametrize(
    "call",
    [
        lambda: glom({}, "a.b"),
        lambda: glom(1, M == 2),
        lambda: glom(1, Match(str)),
        lambda: glom({}, Coalesce("a", "b")),
        lambda: glom(1, [T]),
        lambda: glom({}, lambda _: 1 / 0),
        lambda: assign(1, "a", 2),
        lambda: glom({}, object()),
    ],
)
def test_errors_pickle_with_their_text(call: Any) -> None:
    with pytest.raises(GlomError) as caught:
        call()
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)
    assert type(again).__name__ == type(caught.value).__name__
    assert str(copy.copy(caught.value)) == str(caught.value)


def test_sentinels_pickle_as_themselves() -> None:
    assert pickle.loads(pickle.dumps([SKIP, STOP])) == [SKIP, STOP]


def test_floor_division_divides() -> None:
    assert glom(7, T // 2) == 3
    assert repr(T // 2) == "T // 2"


def test_errors_about_targets_that_contain_themselves_can_be_printed() -> None:
    target: list[Any] = []
    target.append(target)
    with pytest.raises(PathAccessError) as caught:
        glom(target, "a")
    assert "Target: [...]" in str(caught.value)


def test_errors_about_names_that_a_scope_lacks_can_be_printed() -> None:
    with pytest.raises(PathAccessError) as caught:
        glom(1, S.missing)
    assert "KeyError('missing')" in str(caught.value)


def test_wildcards_look_into_subclasses_of_lists() -> None:
    class Rows(list[Any]):
        pass

    assert glom(Rows([{"a": 1}, {"a": 2}]), "*.a") == [1, 2]


def test_iter_keeps_its_sentinel() -> None:
    assert glom([1, 2, 0, 3], Iter(sentinel=0).map(T + 1).all()) == [2, 3]


def test_a_spec_that_contains_itself_ends_where_the_target_ends() -> None:
    spec: list[Any] = []
    spec.append(spec)
    with pytest.raises(UnregisteredTarget):
        glom([[[1]]], spec)


def test_a_reference_without_end_is_an_error_that_can_be_printed() -> None:
    with pytest.raises(RecursionError):
        glom(1, Ref("again", (T, Ref("again"))))


def test_getattr_that_raises_or_changes_the_target_is_passed_on() -> None:
    class Odd:
        def __getattr__(self, name: str) -> Any:
            if name == "fails":
                raise LookupError("odd")
            rows.clear()
            return name

    rows: list[Any] = [Odd(), Odd(), Odd()]
    with pytest.raises(PathAccessError) as caught:
        glom(rows, ["fails"])
    assert isinstance(caught.value.exc, LookupError)
    assert glom(rows, ["name"]) == ["name"]


def test_what_is_not_an_exception_passes_through() -> None:
    def leave(_: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        glom([1], [Coalesce(leave, default=1)], default=2)


def test_unhashable_specs_and_keys_are_used_or_refused() -> None:
    class Unhashable:
        __hash__ = None  # type: ignore[assignment]

        def __call__(self, target: Any) -> Any:
            return target + 1

    assert glom(1, Unhashable()) == 2
    assert glom({}, Path([]), default="none") == "none"
    with pytest.raises(PathAccessError, match="unhashable"):
        glom({}, Path([]))


def test_specs_that_change_are_read_anew() -> None:
    spec: dict[str, Any] = {"k": "a"}
    assert glom({"a": 1, "b": 2}, spec) == {"k": 1}
    spec["k"] = "b"
    assert glom({"a": 1, "b": 2}, spec) == {"k": 2}
    held = Spec(spec)
    spec["l"] = [T]
    assert held.glom({"b": 2}, default="none") == {"k": 2, "l": ["b"]}
    place = Assign("a", 1)
    place.val = 3
    assert glom({}, place) == {"a": 3}


def test_a_registration_counts_for_the_next_call() -> None:
    from mainstay.reach import register

    class Box:
        def __init__(self) -> None:
            self.inside = {"a": 1}

    with pytest.raises(PathAccessError):
        glom(Box(), "a")
    register(Box, get=lambda box, name: box.inside[name])
    assert glom(Box(), "a") == 1


def test_match_errors_say_what_came_and_what_was_wanted() -> None:
    with pytest.raises(MatchError, match="expected type int, not str"):
        glom({"id": "x"}, Match({"id": int}))


def test_values_that_change_while_they_are_looked_at_are_kept_alive() -> None:
    class Evil:
        def __getattr__(self, name: str) -> Any:
            values.clear()
            gc.collect()
            raise AttributeError(name)

    values: Any = {Evil(): [[n] for n in range(100)]}
    assert glom({}, Coalesce("x", default=values)) == {}
    values = [[Evil(), *([n] for n in range(100))]]
    assert glom({}, Coalesce("x", default=values)) == []


def test_a_value_whose_parts_share_parts_is_not_compiled_part_by_part() -> None:
    value: Any = [1]
    for _ in range(60):
        value = [value, value]
    made = glom({}, Coalesce("x", default=value))
    assert made[0] is made[1]


def test_errors_of_long_chains_and_paths_say_where_they_were() -> None:
    with pytest.raises(PathAccessError, match="could not access 'x'"):
        glom({}, ((T,) * 3000 + ("x",)))
    target: Any = {}
    for _ in range(66_000):
        target = {"a": target}
    with pytest.raises(PathAccessError) as caught:
        glom(target, ".".join(["a"] * 66_001))
    assert caught.value.part_idx == 66_000
    while target:  # deeper than what is let go of by recursion
        target = target["a"]


def test_failures_leave_no_cycles_behind() -> None:
    class Target:
        gone = 0

        def __del__(self) -> None:
            Target.gone += 1

    gc.collect()
    gc.disable()
    try:
        for spec in ("a.b", T["a"], Match(int), Coalesce("a", "b"), (T, [T])):
            try:
                glom(Target(), spec)
            except GlomError:
                pass
        assert Target.gone == 5
    finally:
        gc.enable()


def test_what_cannot_be_caught_is_refused_as_skip_exc() -> None:
    wrong: Any = 5
    with pytest.raises(TypeError, match="catching classes"):
        glom({}, Coalesce("a", skip_exc=wrong))
    with pytest.raises(TypeError, match="catching classes"):
        glom({}, "a", default=1, skip_exc=wrong)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_spec_that_cannot_be_asked_what_it_is_raises(error: type[BaseException]) -> None:
    class Odd:
        @property
        def glomit(self) -> Any:
            raise error

        def __call__(self, target: Any) -> Any:
            return target

    with pytest.raises(error):
        glom(1, Odd())
    with pytest.raises(error):
        assign({}, "a", Odd())


def test_a_type_may_be_registered_again() -> None:
    class Rows(dict[str, Any]):
        pass

    glommer = Glommer()
    glommer.register(dict, get=lambda rows, name: rows[name] * 2)
    glommer.register(dict, get=lambda rows, name: rows[name] * 3)
    assert glommer.glom(Rows(a=1), "a") == 3


def test_a_path_that_is_changed_is_read_anew() -> None:
    path = Path("a")
    assert glom({"a": 1, "b": 2}, path) == 1
    path.path_t = T["b"]
    assert glom({"a": 1, "b": 2}, path) == 2


def test_a_match_without_a_required_key_shows_what_the_keys_there_were_tried_with() -> None:
    with pytest.raises(MatchError) as caught:
        glom({"b": "a"}, Match({"0": {}, "b": object}))
    assert "'b' does not match '0'" in str(caught.value)
    with pytest.raises(MatchError) as caught:
        glom({"b": "a"}, Match({"b": object, "0": {}}))
    assert "does not match" not in str(caught.value)


def test_the_text_of_an_error_shows_no_source_of_this_package() -> None:
    with pytest.raises(reduction.FoldError) as caught:
        glom(True, reduction.Count())
    assert not [line for line in str(caught.value).splitlines() if line.startswith("    ")]


def test_a_walk_without_end_can_be_interrupted() -> None:
    program = """
import signal
from mainstay.reach import glom

def interrupt(number, frame):
    raise KeyboardInterrupt

target = {}
for _ in range(30):
    target = {"below": target}
signal.signal(signal.SIGALRM, interrupt)
signal.setitimer(signal.ITIMER_REAL, 0.1)
try:
    glom(target, ".".join(["**"] * 15 + ["gone"]))
except KeyboardInterrupt:
    print("interrupted")
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout == "interrupted\n", done.stderr


def test_an_error_can_be_printed_whatever_its_target_does_when_it_is() -> None:
    target: dict[str, Any] = {"b": 1}

    class Thief:
        def __repr__(self) -> str:
            target.clear()
            return "Thief()"

    target["a"] = Thief()
    with pytest.raises(PathAccessError, match="dict that cannot be printed: KeyError"):
        glom(target, "c")


def test_items_that_fail_while_a_later_step_asks_for_them_can_be_caught() -> None:
    rows = [{"a": 1}, {}]
    assert glom(rows, (Iter("a"), Coalesce(list, default=5), {"k": T})) == {"k": 5}


def test_the_pattern_of_items_is_the_mode_of_the_steps_behind_them() -> None:
    assert glom([1, 2], (Iter(Match(int)), list, [int])) == [1, 2]
    assert glom([1, 2], (Iter(T), list, [str])) == ["1", "2"]
