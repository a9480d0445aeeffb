"""Delta: changes that can be stored, sent and applied to an object.

`t1 + Delta(DeepDiff(t1, t2))` is `t2`. Applying follows paths by keys, indexes and attributes and
sets or deletes what is at their ends; attributes such as `__class__` are refused, so that a delta
from outside cannot reach code. One Delta may not be applied by two threads at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cmp_to_key
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from . import _flat, _json_delta, _json_patch, _native
from ._kinds import kinds, strings
from ._sets import SetOrdered
from .deephash import DeepHash
from .diff import DeepDiff
from .helper import FlatDeltaDict, FlatDeltaRow, Opcode, get_doc, not_found
from .helper import numpy_dtype_string_to_type as _numpy_type
from .path import (
    _DUNDER_MSG,
    GET,
    GETATTR,
    _get_nested_obj,
    _get_nested_obj_and_force,
    _path_to_elements,
    check_elem,
    check_gap,
    deepest_first,
    parsed,
    stringify_path,
)
from .serialization import pickle_dump, pickle_load
from .summarize import summarize

logger = logging.getLogger("deepdiff.delta")
doc = get_doc("delta.rst")

VERIFICATION_MSG = (
    "Expected the old value for {} to be {} but it is {}. Error found on: {}. You may want to set "
    "force=True, especially if this delta is created by passing flat_rows_list or flat_dict_list"
)
ELEM_NOT_FOUND_TO_ADD_MSG = "Key or index of {} is not found for {} for setting operation."
TYPE_CHANGE_FAIL_MSG = "Unable to do the type change for {} from to type {} due to {}"
VERIFY_BIDIRECTIONAL_MSG = (
    "You have applied the delta to an object that has "
    "different values than the original object the delta was made from."
)
FAIL_TO_REMOVE_ITEM_IGNORE_ORDER_MSG = (
    "Failed to remove index[{}] on {}. It was expected to be {} but got {}"
)
DELTA_NUMPY_OPERATOR_OVERRIDE_MSG = (
    "A numpy ndarray is most likely being added to a delta. "
    "Due to Numpy override the + operator, you can only do: delta + ndarray "
    "and NOT ndarray + delta"
)
BINIARY_MODE_NEEDED_MSG = (
    "Please open the file in the binary mode and pass to Delta by passing 'b' in open(..., 'b'): {}"
)
DELTA_AT_LEAST_ONE_ARG_NEEDED = (
    "At least one of the diff, delta_path or delta_file arguments need to be passed."
)
INVALID_ACTION_WHEN_CALLING_GET_ELEM = (
    "invalid action of {} when calling _get_elem_and_compare_to_old_value"
)
INVALID_ACTION_WHEN_CALLING_SIMPLE_SET_ELEM = (
    "invalid action of {} when calling _simple_set_elem_value"
)
INVALID_ACTION_WHEN_CALLING_SIMPLE_DELETE_ELEM = (
    "invalid action of {} when calling _simple_set_elem_value"
)
UNABLE_TO_GET_ITEM_MSG = "Unable to get the item at {}: {}"
UNABLE_TO_GET_PATH_MSG = "Unable to get the item at {}"
INDEXES_NOT_FOUND_WHEN_IGNORE_ORDER = (
    "Delta added to an incompatible object. "
    "Unable to add the following items at the specific indexes. {}"
)
NOT_A_LIST_MSG = "{} is to be a list whose items are changed by their indexes, but is a {}"
NUMPY_TO_LIST = "NUMPY_TO_LIST"
NOT_VALID_NUMPY_TYPE = "{} is not a valid numpy type."

_AT_INDEXES = ("iterable_items_added_at_indexes", "iterable_items_removed_at_indexes")
_NO_LISTS = (Mapping, set, frozenset, str, bytes)
_UNREACHABLE = (KeyError, IndexError, AttributeError, TypeError)


class DeltaError(ValueError):
    """A delta that cannot be applied, or read."""


class DeltaNumpyOperatorOverrideError(ValueError):
    """`array + delta`, which NumPy makes a sum of items: write `delta + array`."""


class _Place(NamedTuple):
    """Where a change is made: `elem` of `obj`, which is `parent_elem` of `parent`."""

    elements: Any
    parent: Any
    parent_elem: Any
    parent_action: Any
    obj: Any
    elem: Any
    action: Any


class Delta:
    """Changes, made from a DeepDiff, its dump, a dict or flat rows.

    `bidirectional` deltas can be subtracted and check the old values; `mutate` changes the object
    itself instead of a copy; `force` makes what is missing on the way, and `fill` is put where a
    list is too short. Errors are logged, and raised with `raise_errors`.
    """

    _pickle = "refuse"
    """Whether dumps are pickles unless a serializer is given: 'refuse' (they are JSON), 'allow'."""

    def __init__(
        self,
        diff: DeepDiff | Mapping[str, Any] | str | bytes | None = None,
        delta_path: str | None = None,
        delta_file: IO[Any] | None = None,
        delta_diff: dict[str, Any] | None = None,
        flat_dict_list: Any = None,
        flat_rows_list: Any = None,
        deserializer: Callable[..., Any] | None = None,
        log_errors: bool = True,
        mutate: bool = False,
        raise_errors: bool = False,
        safe_to_import: Any = None,
        serializer: Callable[..., Any] | None = None,
        verify_symmetry: bool | None = None,
        bidirectional: bool = False,
        always_include_values: bool = False,
        iterable_compare_func_was_used: bool | None = None,
        force: bool = False,
        fill: Any = not_found,
    ) -> None:
        if verify_symmetry is not None:
            logger.warning(
                "DeepDiff Deprecation: use bidirectional instead of verify_symmetry parameter."
            )
            bidirectional = verify_symmetry
        pickles = self._pickle == "allow"
        self.serializer: Callable[..., Any] = serializer or (
            pickle_dump if pickles else _json_delta.dump
        )
        self.deserializer: Callable[..., Any] = deserializer or (
            pickle_load if pickles else _json_delta.load
        )
        self.bidirectional = bidirectional
        self.always_include_values = bidirectional or always_include_values
        self.mutate = mutate
        self.raise_errors = raise_errors
        self.log_errors = log_errors
        self.force = force
        self.fill = fill
        self.get_nested_obj = _get_nested_obj_and_force if force else _get_nested_obj
        self._reversed_diff: Any = None

        self.diff: Any = None
        if isinstance(diff, DeepDiff):
            self.diff = diff._to_delta_dict(
                directed=not bidirectional, always_include_values=self.always_include_values
            )
        elif isinstance(diff, Mapping):
            self.diff = diff
        elif isinstance(diff, strings):
            self.diff = self._read(diff, safe_to_import)
        elif diff is not None:
            raise TypeError(
                "diff must be a DeepDiff, a dict of its delta view, or a dump of a delta; "
                f"got {type(diff).__name__}"
            )
        elif delta_path:
            with open(delta_path, "rb") as file:
                self.diff = self._read(file.read(), safe_to_import)
        elif delta_diff:
            self.diff = delta_diff
        elif delta_file:
            try:
                content = delta_file.read()
            except UnicodeDecodeError as error:
                raise ValueError(BINIARY_MODE_NEEDED_MSG.format(error)) from None
            self.diff = self._read(content, safe_to_import)
        elif flat_dict_list:
            self.diff = _flat.from_dicts(flat_dict_list)
        elif flat_rows_list:
            self.diff = _flat.from_dicts(row._asdict() for row in flat_rows_list)
        else:
            raise ValueError(DELTA_AT_LEAST_ONE_ARG_NEEDED)
        self._numpy_paths = self.diff.get("_numpy_paths", False)
        self._iterable_compare_func_was_used = self.diff.get(
            "_iterable_compare_func_was_used", iterable_compare_func_was_used
        )
        self.reset()

    if TYPE_CHECKING:
        root: Any

    def _read(self, content: Any, safe_to_import: Any) -> Any:
        code = getattr(self.deserializer, "__code__", None)
        if code is not None and "safe_to_import" in code.co_varnames:
            return self.deserializer(content, safe_to_import=safe_to_import)
        diff = self.deserializer(content)
        opcodes = diff.get("_iterable_opcodes")
        if opcodes:
            diff["_iterable_opcodes"] = {
                path: [step if isinstance(step, Opcode) else Opcode(**step) for step in steps]
                for path, steps in opcodes.items()
            }
        return diff

    def __repr__(self) -> str:
        return f"<Delta: {summarize(self.diff, max_length=100)}>"

    def reset(self) -> None:
        """Forget what is to be converted back at the end."""
        self.post_process_paths_to_convert: dict[Any, Any] = {}

    # Applying

    def __add__(self, other: Any) -> Any:
        if self._numpy_paths and isinstance(other, kinds().numbers):
            raise DeltaNumpyOperatorOverrideError(DELTA_NUMPY_OPERATOR_OVERRIDE_MSG)
        diff = self.diff
        if "_json_patch" in diff:
            return _json_patch.apply(other, diff["_json_patch"])
        self.root = other if self.mutate else _native.deep_copy(other)
        try:
            self._apply(diff)
            return self.root
        finally:
            del self.root
            self.reset()

    def _apply(self, diff: dict[str, Any]) -> None:
        """Make the changes of each kind: what is removed before what is added, which has the
        indexes of the result.
        """
        if self._numpy_paths:
            self._do_pre_process()
        if "values_changed" in diff:
            self._do_values_or_type_changed(self._without_plain(diff["values_changed"]))
        if "set_item_added" in diff:
            self._do_set_items(diff["set_item_added"], "union")
        if "set_item_removed" in diff:
            self._do_set_items(diff["set_item_removed"], "difference")
        if "type_changes" in diff:
            types = self._without_plain(diff["type_changes"])
            self._do_values_or_type_changed(types, is_type_change=True)
        if "_iterable_opcodes" in diff:
            self._do_iterable_opcodes(diff["_iterable_opcodes"])
        if diff.get("_keyed"):
            self._apply_keyed(diff)
            return
        moved = diff.get("iterable_item_moved") or {}
        if moved or "iterable_item_removed" in diff:
            removed = diff.get("iterable_item_removed", {})
            # Moved items are removed and added again. The peer's flat rows say so afterwards.
            removed.update({path: move["value"] for path, move in moved.items()})
            self._do_item_removed(removed)
        if moved or "iterable_item_added" in diff:
            self._do_iterable_item_added(diff.get("iterable_item_added") or {}, moved)
        if any(kind in diff for kind in _AT_INDEXES):
            self._do_ignore_order(*(diff.get(kind, {}) for kind in _AT_INDEXES))
        self._do_members(diff)
        self._convert_back()

    def _apply_keyed(self, diff: dict[str, Any]) -> None:
        """Make the rest of the changes of a diff with keys: lists last, and those inside first."""
        self._do_members(diff)
        self._convert_back()
        kinds_of_lists = ("iterable_item_removed", "iterable_item_added")
        for removed, added in deepest_first(*(diff.get(kind, {}) for kind in kinds_of_lists)):
            self._do_item_removed(removed)
            self._do_iterable_item_added(added, {})
            self._convert_back()
        for added, removed in deepest_first(*(diff.get(kind, {}) for kind in _AT_INDEXES)):
            self._do_ignore_order(added, removed)

    def _do_members(self, diff: dict[str, Any]) -> None:
        self._do_item_added(diff.get("dictionary_item_added"), sort=False)
        self._do_item_removed(diff.get("dictionary_item_removed"))
        self._do_item_added(diff.get("attribute_added"))
        self._do_item_removed(diff.get("attribute_removed"))

    def _convert_back(self) -> None:
        if self.post_process_paths_to_convert:
            # What was made mutable for the time becomes what it was.
            self._do_values_or_type_changed(
                self.post_process_paths_to_convert, is_type_change=True, verify_changes=False
            )
            self.reset()

    __radd__ = __add__

    def __rsub__(self, other: Any) -> Any:
        if self._reversed_diff is None:
            self._reversed_diff = self._get_reverse_diff()
        self.diff, self._reversed_diff = self._reversed_diff, self.diff
        try:
            return self.__add__(other)
        finally:
            self.diff, self._reversed_diff = self._reversed_diff, self.diff

    def _without_plain(self, changes: Any) -> Any:
        """The changes but for those of plain dicts and lists, which are made."""
        special = self.force or self.bidirectional or self._numpy_paths
        if special or self._iterable_compare_func_was_used or type(changes) is not dict:
            return changes
        return _native.apply_values(self.root, changes, parsed)

    def _raise_or_log(self, msg: str, level: str = "error") -> None:
        if self.log_errors:
            getattr(logger, level)(msg)
        if self.raise_errors:
            raise DeltaError(msg)

    def _do_verify_changes(self, path: Any, expected: Any, current: Any) -> None:
        if self.bidirectional and expected != current:
            shown = path
            if not isinstance(path, str):
                shown = stringify_path(path, root_element=("", GETATTR))
            self._raise_or_log(
                VERIFICATION_MSG.format(shown, expected, current, VERIFY_BIDIRECTIONAL_MSG)
            )

    def _get_elem_and_compare_to_old_value(
        self,
        obj: Any,
        path_for_err_reporting: Any,
        expected_old_value: Any,
        elem: Any = None,
        action: Any = None,
        forced_old_value: Any = None,
        next_element: Any = None,
    ) -> Any:
        """What is there now; `not_found` after the error was told, if there is nothing."""
        check_elem(elem)
        try:
            if action == GET:
                return obj[elem]
            if action == GETATTR:
                return getattr(obj, elem)
            raise DeltaError(INVALID_ACTION_WHEN_CALLING_GET_ELEM.format(action))
        except _UNREACHABLE as error:
            if self.force:
                if forced_old_value is None:
                    keyed = next_element is None or isinstance(next_element, str)
                    forced_old_value = {} if keyed else []
                self._force(obj, elem, action, forced_old_value)
                return forced_old_value
            path = path_for_err_reporting
            if isinstance(path, (list, tuple)):
                path = ".".join(str(each[0]) for each in path)
            if self.bidirectional:
                message = VERIFICATION_MSG.format(path, expected_old_value, not_found, error)
            else:
                message = UNABLE_TO_GET_PATH_MSG.format(path)
            self._raise_or_log(message)
            return not_found

    @staticmethod
    def _force(obj: Any, elem: Any, action: Any, value: Any) -> None:
        if action == GETATTR:
            setattr(obj, elem, value)
        elif isinstance(obj, list) and not (isinstance(elem, int) and elem < len(obj)):
            obj.append(value)
        else:
            obj[elem] = value

    def _simple_set_elem_value(
        self,
        obj: Any,
        path_for_err_reporting: Any,
        elem: Any = None,
        value: Any = None,
        action: Any = None,
    ) -> None:
        """Set an item or attribute; an index behind the end of a list extends it."""
        try:
            if action == GETATTR:
                setattr(obj, elem, value)
            elif action == GET:
                try:
                    obj[elem] = value
                except IndexError:
                    self._extend(obj, path_for_err_reporting, elem, value)
            else:
                raise DeltaError(INVALID_ACTION_WHEN_CALLING_SIMPLE_SET_ELEM.format(action))
        except _UNREACHABLE as error:
            self._raise_or_log(f"Failed to set {path_for_err_reporting} due to {error}")

    def _extend(self, obj: Any, path: Any, elem: Any, value: Any) -> None:
        if elem != len(obj):
            if self.fill is not_found or elem < len(obj):
                self._raise_or_log(ELEM_NOT_FOUND_TO_ADD_MSG.format(elem, path))
                return
            check_gap(elem - len(obj), path)
            while len(obj) < elem:
                obj.append(self.fill(obj, value, path) if callable(self.fill) else self.fill)
        obj.append(value)

    def _simple_delete_elem(
        self, obj: Any, path_for_err_reporting: Any, elem: Any = None, action: Any = None
    ) -> None:
        """Delete an item or attribute."""
        if obj is self:
            self._raise_or_log("Failed to remove root: only what is in it can be removed")
            return
        try:
            if action == GET:
                del obj[elem]
            elif action == GETATTR:
                del obj.__dict__[elem]
            else:
                raise DeltaError(INVALID_ACTION_WHEN_CALLING_SIMPLE_DELETE_ELEM.format(action))
        except (KeyError, IndexError, AttributeError) as error:
            self._raise_or_log(f"Failed to set {path_for_err_reporting} due to {error}")

    def _replace_obj(self, place: _Place, path: Any, obj: Any) -> None:
        """Put another object in the place of the one in which the change is made."""
        if place.parent:
            self._simple_set_elem_value(
                place.parent, path, place.parent_elem, obj, place.parent_action
            )

    def _as_list(self, place: _Place, path: Any) -> list[Any]:
        """The list in the place of a tuple; it becomes a tuple again at the end."""
        self.post_process_paths_to_convert[place.elements[:-1]] = {
            "old_type": list,
            "new_type": tuple,
        }
        obj = list(place.obj)
        self._replace_obj(place, path, obj)
        return obj

    def _set_new_value(self, place: _Place, path: Any, new_value: Any) -> None:
        obj: Any = place.obj
        elem = place.elem
        if isinstance(obj, tuple):
            if hasattr(obj, "_fields") and hasattr(obj, "_replace"):
                if place.action == GETATTR:
                    changed = place.obj._replace(**{elem: new_value})
                    self._replace_obj(place, path, changed)
                return
            obj = self._as_list(place, path)
        if elem != 0 and self.force and isinstance(obj, list) and not obj:
            obj = {}  # it was made on the way here, as a list by mistake
            self._simple_set_elem_value(
                place.parent, path, place.parent_elem, obj, place.parent_action
            )
        self._simple_set_elem_value(obj, path, elem, new_value, place.action)

    def _get_elements_and_details(self, path: Any) -> _Place | None:
        """The place at a path; None after the error was told, if there is none."""
        try:
            elements = _path_to_elements(path)
            for elem, _ in elements:
                check_elem(elem)
            parent: Any = None
            parent_elem: Any = None
            parent_action: Any = None
            obj: Any = self
            if len(elements) > 1:
                parent_elem, parent_action = elements[-2]
                parent = self.get_nested_obj(self, elements[:-2], next_element=parent_elem)
                obj = self._get_elem_and_compare_to_old_value(
                    obj=parent,
                    path_for_err_reporting=path,
                    expected_old_value=None,
                    elem=parent_elem,
                    action=parent_action,
                    next_element=elements[-1][0],
                )
            elem, action = elements[-1]
        except Exception as error:  # whatever an object of the user's raises on the way
            if isinstance(error, ValueError) and str(error) == _DUNDER_MSG:
                raise
            self._raise_or_log(UNABLE_TO_GET_ITEM_MSG.format(path, error))
            return None
        if obj is not_found:
            return None
        return _Place(elements, parent, parent_elem, parent_action, obj, elem, action)

    def _places(self, changes: Iterable[tuple[Any, Any]]) -> Iterator[tuple[Any, Any, _Place]]:
        """The paths and values of changes with their places, of those that can be made."""
        for path, value in changes:
            place = self._get_elements_and_details(path)
            if place is not None:
                yield path, value, place

    # The kinds of changes

    def _do_pre_process(self) -> None:
        """Arrays become lists where items are added or removed."""
        if not self._numpy_paths:
            return
        if "iterable_item_added" not in self.diff and "iterable_item_removed" not in self.diff:
            return
        to_lists = {}
        for path, name in self._numpy_paths.items():
            to_lists[path] = {"old_type": kinds().ndarray, "new_type": list}
            try:
                type_ = _numpy_type(name)
            except Exception as error:  # a name that NumPy does not know
                self._raise_or_log(NOT_VALID_NUMPY_TYPE.format(error))
                continue
            self.post_process_paths_to_convert[path] = {"old_type": list, "new_type": type_}
        self._do_values_or_type_changed(to_lists, is_type_change=True)

    def _do_values_or_type_changed(
        self, changes: Any, is_type_change: bool = False, verify_changes: bool = True
    ) -> None:
        by_function = self.diff.get("_iterable_compare_func_was_used", False)
        for path, value in (changes or {}).items():
            # The paths of moved items are those in the second list; they are changed before they
            # are moved.
            apply_path = (by_function and value.get("new_path")) or path
            place = self._get_elements_and_details(apply_path)
            if place is None:
                continue
            expected = value.get("old_value", not_found)
            current = self._get_elem_and_compare_to_old_value(
                place.obj, path, expected, elem=place.elem, action=place.action
            )
            if current is not_found:
                continue
            if is_type_change and "new_value" not in value:
                try:
                    new_value = _converted(current, value["new_type"])
                except Exception as error:  # whatever a constructor raises
                    new_type = value.get("new_type", "unknown")
                    self._raise_or_log(TYPE_CHANGE_FAIL_MSG.format(current, new_type, error))
                    continue
            else:
                new_value = value["new_value"]
            self._set_new_value(place, path, new_value)
            if verify_changes:
                self._do_verify_changes(path, expected, current)

    @staticmethod
    def _sort_key_for_item_added(path_and_value: tuple[Any, Any]) -> list[Any]:
        return [element[0] for element in _path_to_elements(path_and_value[0])]

    @staticmethod
    def _sort_comparison(left: Any, right: Any) -> int:
        """Compare paths whose elements cannot all be compared: those by their texts."""
        paths = (
            [element[0] for element in _path_to_elements(side[0], root_element=None)]
            for side in (left, right)
        )
        for first, second in zip(*paths, strict=False):
            try:
                if first == second:
                    continue
                if type(first) is not type(second):
                    raise TypeError
                return -1 if first < second else 1
            except TypeError:
                if str(first) != str(second):
                    return -1 if str(first) < str(second) else 1
        return 0

    def _by_path(self, items: Mapping[Any, Any], reverse: bool = False) -> list[Any]:
        try:
            return sorted(items.items(), key=self._sort_key_for_item_added, reverse=reverse)
        except TypeError:
            return sorted(items.items(), key=cmp_to_key(self._sort_comparison), reverse=reverse)

    def _do_iterable_item_added(self, added: Any, moved: Any) -> None:
        # Moved items get a place first, so that the items between them come to lie right.
        places = dict.fromkeys(move["new_path"] for move in moved.values())
        self._do_item_added({**added, **places}, insert=True)
        self._do_item_added({move["new_path"]: move["value"] for move in moved.values()})

    def _do_item_added(self, items: Any, sort: bool = True, insert: bool = False) -> None:
        if not items:
            return
        for path, new_value, place in self._places(self._by_path(items) if sort else items.items()):
            if insert and place.elem < len(place.obj):
                items_of: Any = place.obj
                if type(items_of) is tuple:
                    items_of = self._as_list(place, path)
                    place = place._replace(obj=items_of)
                items_of.insert(place.elem, None)
            self._set_new_value(place, path, new_value)

    def _do_item_removed(self, items: Any) -> None:
        if not items:
            return
        for path, expected, place in self._places(self._by_path(items, reverse=True)):
            elem, current = place.elem, not_found
            try:
                if place.action == GET:
                    current = place.obj[elem]
                elif place.action == GETATTR:
                    current = getattr(place.obj, elem)
                elsewhere = bool(current != expected)
            except _UNREACHABLE:
                elsewhere = True
            if (
                elsewhere
                and isinstance(place.obj, list)
                and not self._iterable_compare_func_was_used
            ):
                elem = self._find_closest_iterable_element_for_index(place.obj, elem, expected)
                if elem is not None:
                    current = expected
            if current is not_found or elem is None:
                continue
            obj = place.obj
            if isinstance(obj, tuple):
                obj = self._as_list(place, path)
            self._simple_delete_elem(obj, path, elem, place.action)
            self._do_verify_changes(path, expected, current)

    @staticmethod
    def _find_closest_iterable_element_for_index(obj: Any, elem: int, expected: Any) -> Any:
        """The index of an equal item nearest to `elem`; None if there is none."""
        indexes = [index for index, value in enumerate(obj) if value == expected]
        return min(indexes, key=lambda index: abs(index - elem), default=None)

    def _do_iterable_opcodes(self, all_opcodes: Mapping[Any, Any]) -> None:
        for path, opcodes, place in self._places(all_opcodes.items()):
            obj = self.get_nested_obj(self, place.elements)
            items: list[Any] = []
            for opcode in opcodes:
                if opcode.tag == "equal":
                    items.extend(obj[opcode.t1_from_index : opcode.t1_to_index])
                elif opcode.tag in ("replace", "insert"):
                    items.extend(opcode.new_values)
            if isinstance(obj, tuple):
                holder, elem, action = place.obj, place.elem, place.action
                self._simple_set_elem_value(holder, path, elem, tuple(items), action)
            else:
                obj[:] = items

    def _do_set_items(self, items: Any, func: str) -> None:
        for path, value, place in self._places((items or {}).items()):
            old = self._get_elem_and_compare_to_old_value(
                place.obj, path, None, elem=place.elem, action=place.action, forced_old_value=set()
            )
            if old is not_found:
                continue
            new = getattr(old, func)(value)
            holder = self.get_nested_obj(self, place.elements[:-1])
            if hasattr(holder, "_fields") and callable(getattr(holder, "_replace", None)):
                holder = holder._replace(**{place.elem: new})
                if place.parent is None:
                    self.root = holder
                else:
                    self._replace_obj(place, path, holder)
            else:
                self._simple_set_elem_value(holder, path, place.elem, new, place.action)

    def _do_ignore_order(self, all_added: Any, all_removed: Any) -> None:
        """Rebuild the lists in which order does not count: added items go to their indexes."""
        for path in SetOrdered(all_added) | SetOrdered(all_removed):
            place = self._get_elements_and_details(f"{path}[0]")
            if place is None:
                continue
            if isinstance(place.obj, _NO_LISTS) or not isinstance(place.obj, Iterable):
                self._raise_or_log(NOT_A_LIST_MSG.format(path, type(place.obj).__name__))
                continue
            added = dict(all_added.get(path, {}))
            removed = dict(all_removed.get(path, {}))
            old = self._kept_items(place.obj, removed, _among(added.values()), path)
            items: list[Any] = []
            while True:
                if len(items) in added:
                    items.append(added.pop(len(items)))
                    continue
                item = next(old, not_found)
                if item is not not_found:
                    items.append(item)
                elif added:
                    self._raise_or_log(INDEXES_NOT_FOUND_WHEN_IGNORE_ORDER.format(added))
                    items.append(added.pop(next(iter(added))))
                else:
                    break
            result = tuple(items) if isinstance(place.obj, tuple) else items
            self._simple_set_elem_value(
                place.parent, path, place.parent_elem, result, place.parent_action
            )

    def _kept_items(
        self, obj: Any, removed: dict[Any, Any], is_new: Callable[[Any], bool], path: Any
    ) -> Iterator[Any]:
        for index, item in enumerate(obj):
            if is_new(item):
                continue
            if index in removed:
                expected = removed.pop(index)
                if item == expected:
                    continue
                self._raise_or_log(
                    FAIL_TO_REMOVE_ITEM_IGNORE_ORDER_MSG.format(index, path, expected, item)
                )
            yield item

    # Reversing and writing

    def _get_reverse_diff(self) -> dict[str, Any]:
        if not self.bidirectional:
            raise ValueError("Please recreate the delta with bidirectional=True")
        if self.diff.get("_keyed"):
            raise ValueError(
                "a delta of a diff with key= is not reversed, its paths are those of the first "
                "object: make one of DeepDiff(t2, t1, key=...) and add it"
            )
        return _flat.reversed_diff(self.diff)

    def dump(self, file: IO[Any]) -> None:
        """Write the delta into a file."""
        code = getattr(self.serializer, "__code__", None)
        if code is not None and "file_obj" in code.co_varnames:
            self.serializer(self.diff, file_obj=file)
        else:
            file.write(self.dumps())

    def dumps(self) -> Any:
        """The delta as bytes, or what its serializer makes of it."""
        return self.serializer(self.diff)

    def to_dict(self) -> dict[str, Any]:
        """The changes by kind and path."""
        return dict(self.diff)

    def to_json_patch(self) -> list[dict[str, Any]]:
        """The changes as JSON Patch (RFC 6902): a list of steps for `json.dumps`.

        PatchError says which change of the delta a patch cannot say.
        """
        return _json_patch.of_delta(self.diff)

    @classmethod
    def from_json_patch(cls, steps: Iterable[Mapping[str, Any]], **keywords: Any) -> Delta:
        """A delta that applies a JSON Patch, to a copy; all of its steps or, if one fails, none."""
        return cls({"_json_patch": [dict(step) for step in steps]}, **keywords)

    def to_flat_rows(
        self, include_action_in_path: bool = False, report_type_changes: bool = True
    ) -> list[FlatDeltaRow]:
        """The changes as a list of rows, with paths as lists of keys.

        With `include_action_in_path` the keys come with how they are got. Without
        `report_type_changes` changes of type are changes of value.
        """
        if not report_type_changes and not self.always_include_values:
            raise ValueError(
                "When converting to flat dictionaries, if report_type_changes=False and there are "
                "type changes, you must set the always_include_values=True at the delta object "
                "creation. Otherwise there is nothing to include."
            )
        return _flat.to_rows(self.diff, include_action_in_path, report_type_changes)

    def to_flat_dicts(
        self, include_action_in_path: bool = False, report_type_changes: bool = True
    ) -> list[FlatDeltaDict]:
        """As `to_flat_rows`, with a dict for each row."""
        rows = self.to_flat_rows(include_action_in_path, report_type_changes)
        return [row._asdict() for row in rows]  # type: ignore[misc]


def _among(values: Iterable[Any]) -> Callable[[Any], bool]:
    """Tells whether an object equals one of `values`; what cannot be hashed, by its DeepHash."""
    hashes: dict[Any, Any] = {}

    def key_of(item: Any) -> Any:
        try:
            return (hash(item), item)
        except TypeError:
            return DeepHash(item, hashes=hashes)[item]

    known = {key_of(value) for value in values}
    return lambda item: key_of(item) in known


_MOST_BYTES = 128 * 1024 * 1024
_MOST_DIGITS = 10_000


def _converted(value: Any, new_type: Any) -> Any:
    """`value` as a `new_type`; what would fill the memory, or take all time, is refused."""
    known = kinds()
    if new_type in (bytes, bytearray) and isinstance(value, int) and value > _MOST_BYTES:
        raise ValueError(f"{new_type.__name__}() of {value} bytes is refused")
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) > _MOST_DIGITS:
        raise ValueError(f"a number of {abs(value.adjusted())} digits is refused")
    if new_type is Fraction and isinstance(value, str):
        try:
            value = _converted(Decimal(value), Fraction)
        except ArithmeticError:  # not one with an exponent: "1/3"
            pass
    if known.numpy is not None and new_type in known.dtypes:
        return known.numpy.array(value, new_type)
    made: Any = new_type
    return made(value)
