// indexed_set.cpp - `_native.Items`, the base of IndexedSet: the engine's IndexedSet over objects.
#include <utility>
#include <vector>

#include "binding/bolts/module.hpp"
#include "binding/bolts/slot.hpp"
#include "mainstay/bolts/indexed_set.hpp"

namespace mainstay::binding::bolts {
namespace {

using Set = mainstay::bolts::IndexedSet<Slot, Keys>;
using mainstay::bolts::kNoSlot;

struct ItemsValue {
  Set set;

  void each_reference(auto visit) {
    for (const auto& place : set.places()) {
      if (place.item) visit(const_cast<Slot&>(*place.item).ref());
    }
  }
};

using Items = Self<ItemsValue>;

// Walks over the places of a set that may change meanwhile, as iterating over a list does.
struct PlacesValue {
  Ref items;
  std::size_t passed = 0;
  bool is_reversed = false;

  void each_reference(auto visit) { visit(items); }
};

// The places as they are now.
const std::vector<Set::Place>& places_of(PyObject* items) noexcept {
  return value_of<ItemsValue>(items).set.places();
}

PyObject* next(PlacesValue& self) {
  if (!self.items) return nullptr;
  const CriticalSection section(self.items.get());
  const auto& places = places_of(self.items.get());
  while (self.passed < places.size()) {
    const std::size_t at = self.is_reversed ? places.size() - 1 - self.passed : self.passed;
    ++self.passed;
    const auto& item = places[at].item;
    if (item && item->get() != nullptr) return Ref::share(item->get()).release();
  }
  self.items = Ref{};
  return nullptr;
}

PyObject* itself(PyObject* self) { return Ref::share(self).release(); }

const PyType_Slot kPlacesSlots[] = {
    {Py_tp_iter, as_slot<itself, kShared>()},
    {Py_tp_iternext, as_slot<next>()},
};

constexpr TypeTable kPlaces{
    .name = "mainstay.bolts._native.Places",
    .doc = "An iterator over an IndexedSet.",
    .slots = kPlacesSlots,
    .constructible = false,
};

Ref iterate(Items self, bool is_reversed) {
  State* state = state_for(self.object);
  if (state == nullptr) return Ref{};
  auto* type = reinterpret_cast<PyTypeObject*>(state->places_type.get());
  return make_object<PlacesValue>(type, PlacesValue{Ref::share(self.object), 0, is_reversed});
}

PyObject* iter(Items self) { return iterate(self, false).release(); }
Ref reversed(Items self) { return iterate(self, true); }

Ref add(ItemsValue& self, PyObject* item) {
  return guarded([&] {
    self.set.add(Slot::share(item));
    return none();
  });
}

Ref add_each(ItemsValue& self, PyObject* iterable) {
  return guarded([&] {
    const Ref iterator = Ref::steal(PyObject_GetIter(iterable));
    if (!iterator) return Ref{};
    while (Ref item = Ref::steal(PyIter_Next(iterator.get()))) {
      self.set.add(Slot(std::move(item)));
    }
    return PyErr_Occurred() != nullptr ? Ref{} : none();
  });
}

Ref remove(ItemsValue& self, PyObject* item) {
  return guarded([&] {
    const auto place = self.set.find(Slot::share(item));
    if (place == kNoSlot) {
      raise_key_error(item);
      return Ref{};
    }
    const Slot gone = self.set.remove(place);
    return none();
  });
}

Ref discard(ItemsValue& self, PyObject* item) {
  return guarded([&] {
    const auto place = self.set.find(Slot::share(item));
    if (place == kNoSlot) return none();
    const Slot gone = self.set.remove(place);
    return none();
  });
}

int contains(ItemsValue& self, PyObject* item) {
  try {
    return self.set.contains(Slot::share(item)) ? 1 : 0;
  } catch (const Raised&) {
    return -1;
  }
}

Py_ssize_t length(ItemsValue& self) { return static_cast<Py_ssize_t>(self.set.size()); }

// The place of an index, which may count from the end. kNoSlot with an exception set.
mainstay::bolts::Slot place_at(Items self, PyObject* index) {
  Py_ssize_t at = PyNumber_AsSsize_t(index, PyExc_IndexError);
  if (at == -1 && PyErr_Occurred() != nullptr) return kNoSlot;
  const auto size = static_cast<Py_ssize_t>(self->set.size());
  if (at < 0) at += size;
  if (at < 0 || at >= size) {
    PyErr_Format(PyExc_IndexError, "IndexedSet index out of range");
    return kNoSlot;
  }
  return self->set.place_of(static_cast<std::size_t>(at));
}

PyObject* subscript(Items self, PyObject* index) {
  if (PySlice_Check(index)) {
    return PyObject_CallMethod(self.object, "_slice", "O", index);
  }
  const auto place = place_at(self, index);
  if (place == kNoSlot) return nullptr;
  PyObject* item = self->set.places()[place].item->get();
  if (item == nullptr) PyErr_SetString(PyExc_IndexError, "the set was cleared");
  return Ref::share(item).release();
}

constexpr const char* kPopParameters[] = {"index"};
constexpr Signature kPop{"IndexedSet.pop", "self", kPopParameters, 0};

Ref pop(Items self, PyObject* index) {
  bool is_last = index == nullptr || index == Py_None;
  if (self->set.size() == 0) {
    is_last = is_last || PyLong_AsLong(index) == -1;
    PyErr_Clear();
    if (is_last) PyErr_SetString(PyExc_IndexError, "pop from empty list");
    if (is_last) return Ref{};
  }
  const auto place = is_last ? self->set.place_of(self->set.size() - 1) : place_at(self, index);
  if (place == kNoSlot) return Ref{};
  Slot gone = self->set.remove(place);
  if (gone.get() == nullptr) PyErr_SetString(PyExc_IndexError, "the set was cleared");
  return std::move(gone.ref());
}

Ref index(Items self, PyObject* item) {
  return guarded([&] {
    const auto place = self->set.find(Slot::share(item));
    if (place != kNoSlot) return Ref::steal(PyLong_FromSize_t(self->set.index_of(place)));
    PyErr_Format(PyExc_ValueError, "%R is not in %s", item, Py_TYPE(self.object)->tp_name);
    return Ref{};
  });
}

Ref clear(ItemsValue& self) {
  const auto gone = self.set.take_all();
  return none();
}

// All items are those of a list from now on.
Ref assign(ItemsValue& self, PyObject* list) {
  const auto gone = self.set.take_all();
  return add_each(self, list);
}

// A list with an entry for each place, `missing` for holes.
Ref places(ItemsValue& self, PyObject* missing) {
  const auto& all = self.set.places();
  Ref list = Ref::steal(PyList_New(static_cast<Py_ssize_t>(all.size())));
  for (std::size_t at = 0; list && at < all.size(); ++at) {
    PyObject* item = all[at].item && all[at].item->get() ? all[at].item->get() : missing;
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(at), Ref::share(item).release());
  }
  return list;
}

int has(PyObject* container, PyObject* item) noexcept {
  if (PyAnySet_CheckExact(container)) return PySet_Contains(container, item);
  if (PyDict_CheckExact(container)) return PyDict_Contains(container, item);
  return PySequence_Contains(container, item);
}

constexpr const char* kSelectParameters[] = {"others", "wanted"};
constexpr Signature kSelect{"_select", "self", kSelectParameters, 2};

// A list of the items that are in all of `others` (a tuple), or in none of them.
Ref select(Items self, PyObject* others, PyObject* wanted) {
  std::vector<Ref> items;  // looking them up may run code that changes the set
  items.reserve(self->set.size());
  for (const auto& place : self->set.places()) {
    if (place.item && place.item->get()) items.push_back(Ref::share(place.item->get()));
  }
  const int stays_if = wanted == Py_True ? 1 : 0;
  Ref list = Ref::steal(PyList_New(0));
  if (!list) return list;
  for (const Ref& item : items) {
    bool stays = true;
    for (Py_ssize_t at = 0; stays && at < PyTuple_GET_SIZE(others); ++at) {
      const int found = has(PyTuple_GET_ITEM(others, at), item.get());
      if (found < 0) return Ref{};
      stays = found == stays_if;
    }
    if (stays && PyList_Append(list.get(), item.get()) != 0) return Ref{};
  }
  return list;
}

Ref dead_count(ItemsValue& self) { return Ref::steal(PyLong_FromSize_t(self.set.holes().count())); }

PyMethodDef kMethods[] = {
    method<add>("add", "add($self, item, /)\n--\n\nAdds an item at the end, if it is new."),
    method<add_each>("_add_each", "_add_each($self, items, /)\n--\n\nAdds items."),
    method<remove>("remove",
                   "remove($self, item, /)\n--\n\nRemoves an item; KeyError if it is not there."),
    method<discard>("discard",
                    "discard($self, item, /)\n--\n\nRemoves an item, if it is in the set."),
    method<kPop, pop>(
        "pop",
        "pop($self, index=None)\n--\n\nRemoves the item at an index, the last without "
        "one, and returns it."),
    method<index>(
        "index",
        "index($self, val, /)\n--\n\nThe index of an item; ValueError if it is not there."),
    method<clear>("clear", "clear($self, /)\n--\n\nRemoves all items."),
    method<assign>("_assign", "_assign($self, items, /)\n--\n\nReplaces all items."),
    method<places>("_places", "_places($self, missing, /)\n--\n\nThe items and holes as a list."),
    method<kSelect, select>("_select",
                            "_select($self, others, wanted)\n--\n\nThe items that are in all of a "
                            "tuple of containers, or in none of them."),
    method<reversed>("__reversed__",
                     "__reversed__($self, /)\n--\n\nIterates over the items from the last on."),
    {},
};

PyGetSetDef kAttributes[] = {
    attribute<dead_count>("_dead_index_count", "How many holes there are."),
    {},
};

const PyType_Slot kSlots[] = {
    {Py_mp_subscript, as_slot<subscript>()},
    {Py_sq_contains, as_slot<contains>()},
    {Py_mp_length, as_slot<length>()},
    {Py_tp_iter, as_slot<iter>()},
};

constexpr TypeTable kItems{
    .name = "mainstay.bolts._native.Items",
    .doc = "Unique items in order of addition.",
    .methods = kMethods,
    .attributes = kAttributes,
    .slots = kSlots,
    .subclassable = true,
};

}  // namespace

bool add_indexed_set(PyObject* module, State& state) noexcept {
  state.indexed_set_type = add_native_type<ItemsValue>(module, kItems);
  state.places_type = add_native_type<PlacesValue>(module, kPlaces);
  return state.indexed_set_type && state.places_type;
}

}  // namespace mainstay::binding::bolts
