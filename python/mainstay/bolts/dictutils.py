"""Dicts with several values per key, with a way back from values to keys, and unchangeable ones.

All of them are changed by one thread at a time, like any dict that is more than one operation;
reading is safe while no thread changes them.
"""

from __future__ import annotations

from _collections_abc import ItemsView, Iterable, KeysView, Mapping, ValuesView

from ._native import MultiDict as MultiDictBase
from ._sentinels import Sentinel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, NoReturn

    from typing_extensions import Self

# fmt: off
__all__ = [
    "OMD",
    "FrozenDict",
    "ManyToMany",
    "MultiDict",
    "OneToOne",
    "OrderedMultiDict",
    "subdict",
]
# fmt: on

_MISSING: Any = Sentinel("_MISSING", __name__)


def _default_for(key: Any, default: Any) -> Any:
    """What stands for the value of a key that is not there; KeyError if nothing was given."""
    if default is _MISSING:
        raise KeyError(key)
    return default


# Places in the cells of boltons' linked lists. Ours has none; the names are part of its module.
PREV, NEXT, KEY, VALUE, SPREV, SNEXT = range(6)


class OrderedMultiDict(MultiDictBase):
    """A dict that keeps all values a key was given, in the order of all additions.

    Reading a key gives its last value. As a plain dict, read past its methods, it maps each key to
    the list of its values.

    >>> omd = OrderedMultiDict([("a", 1), ("b", 2)])
    >>> omd.add("a", 3)
    >>> omd["a"], omd.getlist("a")
    (3, [1, 3])
    >>> omd.items(multi=True)
    [('a', 1), ('b', 2), ('a', 3)]
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        count = len(args)
        if count > 1:
            raise TypeError(f"{type(self).__name__} expected at most 1 argument, got {count}")
        super().__init__()
        for items in args:
            self.update_extend(items)
        self.update(kwargs)

    def __reduce__(self) -> Any:
        return self.__class__, (), self.__getstate__()

    def __getstate__(self) -> list[tuple[Any, Any]]:
        return list(self.iteritems(multi=True))

    def __setstate__(self, state: Iterable[tuple[Any, Any]]) -> None:
        self.clear()
        self.update_extend(state)

    def addlist(self, k: Any, v: Iterable[Any]) -> None:
        """Adds each value of an iterable to those of a key."""
        for value in list(v):
            self.add(k, value)

    def getlist(self, k: Any, default: Any = _MISSING) -> Any:
        """A new list of all values of a key; `default` (an empty list) if it has none."""
        values = dict.get(self, k)
        if values is not None:
            return list(values)
        return [] if default is _MISSING else default

    def setdefault(self, k: Any, default: Any = None) -> Any:
        """The last value of a key, which gets `default` if it has none."""
        if k not in self:
            self[k] = default
        return self[k]

    def copy(self) -> Self:
        """A new one with the same items."""
        return self.__class__(self.iteritems(multi=True))

    @classmethod
    def fromkeys(cls, keys: Iterable[Any], default: Any = None) -> Self:
        """A new one in which each of the keys has the value `default`."""
        return cls([(key, default) for key in keys])

    def update(self, other: Any, /, **more: Any) -> None:  # type: ignore[override]
        """Sets items; values that the keys had before are replaced.

        From another of this kind, or pairs, a key that was there may get several values.
        """
        if other is self:
            pass
        elif isinstance(other, OrderedMultiDict):
            for key in dict.keys(other):
                self.popall(key, None)
            self.update_extend(other)
        elif hasattr(other, "keys"):
            for key in other.keys():  # noqa: SIM118
                self[key] = other[key]
        else:
            replaced = set()
            for key, value in other:
                if key in self and key not in replaced:
                    replaced.add(key)
                    self.popall(key)
                self.add(key, value)
        for key in more:
            self[key] = more[key]

    def update_extend(self, other: Any, /, **more: Any) -> None:
        """Adds items to what is there."""
        pairs: Iterable[Any]
        if other is self:
            pairs = list(other.items())
        elif isinstance(other, OrderedMultiDict):
            pairs = other.items(multi=True)
        elif hasattr(other, "keys"):
            pairs = ((key, other[key]) for key in other.keys())  # noqa: SIM118
        else:
            pairs = other
        if type(self).add is MultiDictBase.add:
            self._add_pairs(pairs)
        else:
            for key, value in pairs:
                self.add(key, value)
        for key in more:
            self.add(key, more[key])

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not hasattr(other, "keys") or len(other) != len(self):  # type: ignore[arg-type]
            return False
        if isinstance(other, OrderedMultiDict):
            return self.items(multi=True) == other.items(multi=True)
        for key in self:
            value = other.get(key, _MISSING)  # type: ignore[attr-defined]
            if value is _MISSING or value != self[key]:
                return False
        return True

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]

    def __ior__(self, other: Any) -> Self:  # type: ignore[misc]
        self.update(other)
        return self

    def pop(self, k: Any, default: Any = _MISSING) -> Any:
        """Removes all values of a key and returns the last; KeyError if there is none."""
        values = self.popall(k, None)
        return _default_for(k, default) if values is None else values[-1]

    def popall(self, k: Any, default: Any = _MISSING) -> Any:
        """Removes all values of a key and returns them as a list; KeyError if there is none."""
        values = self._drop(k)
        return _default_for(k, default) if values is None else values

    def poplast(self, k: Any = _MISSING, default: Any = _MISSING) -> Any:
        """Removes the last value of a key, or the one added last of all, and returns it."""
        if k is _MISSING and self:
            k = next(reversed(self))
            if self._cells is not None:
                k = self._cells[next(reversed(self._cells))][0]
        if k in self:
            return self._drop_last(k)
        if default is not _MISSING:
            return default
        raise KeyError(f"empty {type(self)!r}" if k is _MISSING else k)

    def popitem(self) -> tuple[Any, Any]:
        """Removes the last key and returns it with the list of its values."""
        if not self:
            raise KeyError("popitem(): dictionary is empty")
        key = next(reversed(self))
        return key, self.popall(key)

    def iteritems(self, multi: bool = False) -> Iterator[tuple[Any, Any]]:
        """Iterates over each key with its last value; with `multi` over all items."""
        return iter(self.items(multi=multi))

    def iterkeys(self, multi: bool = False) -> Iterator[Any]:
        """Iterates over the keys in order of first addition; with `multi` over one per value."""
        return iter(self.keys(multi=multi)) if multi else super().__iter__()

    def itervalues(self, multi: bool = False) -> Iterator[Any]:
        """Iterates over the last value of each key; with `multi` over all values."""
        return iter(self.values(multi=multi))

    def todict(self, multi: bool = False) -> dict[Any, Any]:
        """A plain dict of the last values, or of lists of all values."""
        if multi:
            return {key: list(values) for key, values in dict.items(self)}
        return {key: values[-1] for key, values in dict.items(self)}

    def sorted(
        self, key: Callable[[Any], Any] | None = None, reverse: bool = False
    ) -> OrderedMultiDict:
        """A new one whose items are in the order that `sorted` gives them."""
        return self.__class__(sorted(self.iteritems(multi=True), key=key, reverse=reverse))

    def sortedvalues(
        self, key: Callable[[Any], Any] | None = None, reverse: bool = False
    ) -> OrderedMultiDict:
        """A new one with the keys where they are and the values of each key sorted among them."""
        ranked = {
            each: iter(sorted(values, key=key, reverse=reverse))
            for each, values in dict.items(self)
        }
        return self.__class__((each, next(ranked[each])) for each in self.iterkeys(multi=True))

    def inverted(self) -> OrderedMultiDict:
        """A new one from values to keys."""
        return self.__class__((value, key) for key, value in self.iteritems(multi=True))

    def counts(self) -> OrderedMultiDict:
        """A new one from each key to the number of its values."""
        return self.__class__((key, len(values)) for key, values in dict.items(self))

    def keys(self, multi: bool = False) -> list[Any]:  # type: ignore[override]
        """A list of the keys in order of first addition; with `multi` one per value."""
        return [key for key, _ in self.items(multi=True)] if multi else list(super().keys())

    def values(self, multi: bool = False) -> list[Any]:  # type: ignore[override]
        """A list of the last value of each key; with `multi` of all values."""
        return [value for _, value in self.items(multi=multi)]

    def __iter__(self) -> Iterator[Any]:
        return self.iterkeys()

    def __reversed__(self) -> Iterator[Any]:
        return super().__reversed__()

    def __repr__(self) -> str:
        pairs = ", ".join([repr(pair) for pair in self.iteritems(multi=True)])
        return f"{self.__class__.__name__}([{pairs}])"

    def viewitems(self) -> ItemsView[Any, Any]:
        """A view of the keys with their last values."""
        return ItemsView(self)

    def viewkeys(self) -> KeysView[Any]:
        """A view of the keys."""
        return KeysView(self)

    def viewvalues(self) -> ValuesView[Any]:
        """A view of the last values."""
        return ValuesView(self)


OMD = OrderedMultiDict
MultiDict = OrderedMultiDict


class FastIterOrderedMultiDict(OrderedMultiDict):
    """An OrderedMultiDict. In boltons iterating over its keys is faster; here it always is."""


class OneToOne(dict):  # type: ignore[type-arg]
    """A dict whose values are unique; `inv` is the one from values to keys, always up to date.

    Setting a value that another key has removes that key.

    >>> codes = OneToOne({"a": 1, "b": 2})
    >>> codes.inv[2]
    'b'
    >>> codes["c"] = 1
    >>> codes
    OneToOne({'b': 2, 'c': 1})
    """

    __slots__ = ("inv",)
    inv: OneToOne

    def __init__(self, *a: Any, **kw: Any) -> None:
        super().__init__()
        self.inv = inverse = self.__class__.__new__(self.__class__)
        inverse.inv = self
        items = dict(*a, **kw)
        for key, value in items.items():
            self[key] = value

    @classmethod
    def unique(cls, *a: Any, **kw: Any) -> Self:
        """Makes one; raises ValueError where two keys have one value."""
        items = dict(*a, **kw)
        made = cls(items)
        if len(made) < len(items):
            keys: dict[Any, list[Any]] = {}
            for key, value in items.items():
                keys.setdefault(value, []).append(key)
            dupes = {value: several for value, several in keys.items() if len(several) > 1}
            raise ValueError(
                f"expected unique values, got multiple keys for the following values: {dupes!r}"
            )
        return made

    def __setitem__(self, key: Any, val: Any) -> None:
        hash(val)  # raises before anything is changed
        # What either was paired with goes.
        for there, here, one in ((self.inv, self, key), (self, self.inv, val)):
            if one in here:
                dict.__delitem__(there, here[one])
        super().__setitem__(key, val)
        dict.__setitem__(self.inv, val, key)

    def __delitem__(self, key: Any) -> None:
        dict.__delitem__(self.inv, super().pop(key))

    def clear(self) -> None:
        """Removes everything, both ways."""
        for each in (self.inv, self):
            dict.clear(each)

    def copy(self) -> Self:
        """A new one with the same items."""
        return self.__class__(self)

    def pop(self, key: Any, default: Any = _MISSING) -> Any:
        """Removes a key and returns its value; KeyError if it is not there."""
        if key not in self:
            return _default_for(key, default)
        value = dict.pop(self, key)
        dict.__delitem__(self.inv, value)
        return value

    def popitem(self) -> tuple[Any, Any]:
        """Removes the last item and returns it."""
        key, value = dict.popitem(self)
        dict.__delitem__(self.inv, value)
        return key, value

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """The value of a key, which gets `default` if it has none."""
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, dict_or_iterable: Any, /, **kw: Any) -> None:  # type: ignore[override]
        """Sets items, as `dict.update`."""
        for key, value in dict(dict_or_iterable, **kw).items():
            self[key] = value

    def __repr__(self) -> str:
        return f"{self.__class__.__name__}({dict.__repr__(self)})"


class ManyToMany:
    """A relation: each key has a set of values, and `inv` is the same relation the other way.

    >>> likes = ManyToMany([("ann", "tea"), ("bob", "tea")])
    >>> sorted(likes.inv["tea"])
    ['ann', 'bob']
    """

    data: dict[Any, set[Any]]
    inv: ManyToMany

    def __init__(self, items: Any = None) -> None:
        self.data = {}
        self.inv = inverse = self.__class__.__new__(self.__class__)
        inverse.data, inverse.inv = {}, self
        if items:
            self.update(items)

    def get(self, key: Any, default: Any = frozenset()) -> Any:
        """A frozenset of the values of a key, or `default`."""
        return frozenset(self.data[key]) if key in self.data else default

    def __getitem__(self, key: Any) -> frozenset[Any]:
        return frozenset(self.data[key])

    def __setitem__(self, key: Any, vals: Iterable[Any]) -> None:
        wanted = set(vals)
        if key in self:
            for value in self.data[key] - wanted:
                self.remove(key, value)
        for value in wanted:
            self.add(key, value)

    def __delitem__(self, key: Any) -> None:
        for value in list(self.data[key]):
            self.remove(key, value)

    def update(self, iterable: Any) -> None:
        """Adds pairs: of another relation, of a mapping, or as they come."""
        if isinstance(iterable, ManyToMany):
            pairs: Any = list(iterable.iteritems())
        elif callable(getattr(iterable, "keys", None)):
            pairs = ((key, iterable[key]) for key in iterable.keys())  # noqa: SIM118
        else:
            pairs = iterable
        for key, value in pairs:
            self.add(key, value)

    def add(self, key: Any, val: Any) -> None:
        """Adds a pair."""
        self.data.setdefault(key, set()).add(val)
        self.inv.data.setdefault(val, set()).add(key)

    def remove(self, key: Any, val: Any) -> None:
        """Removes a pair; KeyError if it is not there."""
        for data, one, other in ((self.data, key, val), (self.inv.data, val, key)):
            data[one].remove(other)
            if not data[one]:
                del data[one]

    def replace(self, key: Any, newkey: Any) -> None:
        """Gives the values of a key to another key."""
        if key not in self.data:
            return
        for value in self.data.pop(key):
            keys = self.inv.data[value]
            keys.discard(key)
            keys.add(newkey)
            self.data.setdefault(newkey, set()).add(value)

    def iteritems(self) -> Iterator[tuple[Any, Any]]:
        """Yields all pairs."""
        for key, values in self.data.items():
            for value in values:
                yield key, value

    def keys(self) -> KeysView[Any]:
        """A view of the keys."""
        return self.data.keys()

    def __contains__(self, key: Any) -> bool:
        return key in self.data

    def __iter__(self) -> Iterator[Any]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ManyToMany) and self.data == other.data

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{self.__class__.__name__}({list(self.iteritems())!r})"


def subdict(
    d: Mapping[Any, Any], keep: Iterable[Any] | None = None, drop: Iterable[Any] | None = None
) -> Any:
    """A new mapping of the same class without the keys in `drop`, and only with those in `keep`.

    >>> subdict({"a": 1, "b": 2}, drop=["b"])
    {'a': 1}
    """
    keys = set(d.keys() if keep is None else keep).difference(() if drop is None else drop)
    make: Any = type(d)
    return make([(key, value) for key, value in d.items() if key in keys])


class FrozenHashError(TypeError):
    """A FrozenDict with a value that has no hash was asked for its own."""


class FrozenDict(dict):  # type: ignore[type-arg]
    """A dict that cannot be changed and, where its values have hashes, has one. Safe for threads.

    >>> FrozenDict(a=1).updated(b=2)
    FrozenDict({'a': 1, 'b': 2})
    """

    __slots__ = ("_hash",)
    _hash: int | FrozenHashError

    def updated(self, *a: Any, **kw: Any) -> Self:
        """A new one with further items, as `dict.update` takes them."""
        items = dict(self)
        items.update(*a, **kw)
        return type(self)(items)

    @classmethod
    def fromkeys(cls, keys: Iterable[Any], value: Any = None) -> Self:
        """A new one in which each of the keys has this value."""
        return cls(dict.fromkeys(keys, value))

    def __repr__(self) -> str:
        return f"{self.__class__.__name__}({dict.__repr__(self)})"

    def __reduce_ex__(self, protocol: Any) -> Any:
        return type(self), (dict(self),)

    def __hash__(self) -> int:  # type: ignore[override]
        try:
            known = self._hash
        except AttributeError:
            try:
                known = hash(frozenset(self.items()))
            except Exception as error:
                known = FrozenHashError(error)
            self._hash = known
        if isinstance(known, FrozenHashError):
            raise known
        return known

    def __copy__(self) -> Self:
        return self

    def _raise_frozen_typeerror(self, *a: Any, **kw: Any) -> NoReturn:
        raise TypeError(f"{self.__class__.__name__} object is immutable")

    if not TYPE_CHECKING:
        __ior__ = __setitem__ = __delitem__ = update = _raise_frozen_typeerror
        setdefault = pop = popitem = clear = _raise_frozen_typeerror
