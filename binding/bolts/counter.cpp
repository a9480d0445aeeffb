// counter.cpp - `_native.Counts`: the engine's ThresholdCounter over Python keys.
#include <optional>
#include <vector>

#include "binding/bolts/module.hpp"
#include "binding/bolts/slot.hpp"
#include "mainstay/bolts/threshold_counter.hpp"

namespace mainstay::binding::bolts {
namespace {

using Counter = mainstay::bolts::ThresholdCounter<Slot, Keys>;

struct CountsValue {
  Counter counter{0.001};

  void each_reference(auto visit) {
    for (const auto& entry : counter.entries()) visit(const_cast<Slot&>(entry.key).ref());
  }
};

using Self = Self<CountsValue>;

Ref begin(CountsValue& self, PyObject* threshold) {
  const double given = PyFloat_AsDouble(threshold);
  if (given == -1 && PyErr_Occurred() != nullptr) return Ref{};
  if (!(given > 0 && given < 1)) {
    PyErr_Format(PyExc_ValueError, "expected threshold between 0 and 1, not: %R", threshold);
    return Ref{};
  }
  const auto gone = self.counter.take_all();
  self.counter = Counter(given);
  return none();
}

Ref add(CountsValue& self, PyObject* key) {
  return guarded([&] {
    std::vector<Counter::Entry> dropped;
    self.counter.add(Slot::share(key), dropped);
    return none();
  });
}

Ref add_each(CountsValue& self, PyObject* keys) {
  return guarded([&] {
    const Ref iterator = Ref::steal(PyObject_GetIter(keys));
    if (!iterator) return Ref{};
    while (const Ref key = Ref::steal(PyIter_Next(iterator.get()))) {
      std::vector<Counter::Entry> dropped;
      self.counter.add(Slot::share(key.get()), dropped);
    }
    return PyErr_Occurred() != nullptr ? Ref{} : none();
  });
}

PyObject* subscript(CountsValue& self, PyObject* key) {
  return guarded([&] {
           const std::uint64_t count = self.counter.count(Slot::share(key));
           if (count != 0) return Ref::steal(PyLong_FromUnsignedLongLong(count));
           raise_key_error(key);
           return Ref{};
         })
      .release();
}

int contains(CountsValue& self, PyObject* key) {
  try {
    return self.counter.count(Slot::share(key)) != 0 ? 1 : 0;
  } catch (const Raised&) {
    return -1;
  }
}

Py_ssize_t length(CountsValue& self) {
  return static_cast<Py_ssize_t>(self.counter.entries().size());
}

Ref items(CountsValue& self) {
  Ref list = Ref::steal(PyList_New(0));
  for (std::size_t at = 0; list && at < self.counter.entries().size(); ++at) {
    const auto& entry = self.counter.entries()[at];
    if (entry.key.get() == nullptr) continue;  // the collector took it
    const Ref count = Ref::steal(PyLong_FromUnsignedLongLong(entry.count));
    const Ref pair = count ? Ref::steal(PyTuple_Pack(2, entry.key.get(), count.get())) : Ref{};
    if (!pair || PyList_Append(list.get(), pair.get()) != 0) return Ref{};
  }
  return list;
}

Ref common(CountsValue& self) {
  return Ref::steal(PyLong_FromUnsignedLongLong(self.counter.common()));
}
Ref total(CountsValue& self) {
  return Ref::steal(PyLong_FromUnsignedLongLong(self.counter.total()));
}
Ref threshold(CountsValue& self) {
  return Ref::steal(PyFloat_FromDouble(self.counter.threshold()));
}

PyMethodDef kMethods[] = {
    method<begin>("_begin", "_begin($self, threshold, /)\n--\n\nForgets everything."),
    method<add>("add", "add($self, key, /)\n--\n\nCounts a key once."),
    method<add_each>("_add_each", "_add_each($self, keys, /)\n--\n\nCounts each key once."),
    method<items>("items", "items($self, /)\n--\n\nA list of the kept keys with their counts."),
    method<common>("get_common_count",
                   "get_common_count($self, /)\n--\n\nThe sum of the counts that are kept."),
    {},
};

PyGetSetDef kAttributes[] = {
    attribute<total>("total", "How many additions there were."),
    attribute<threshold>("threshold", "The part of all from which on counts are exact."),
    {},
};

const PyType_Slot kSlots[] = {
    {Py_mp_subscript, as_slot<subscript>()},
    {Py_sq_contains, as_slot<contains>()},
    {Py_mp_length, as_slot<length>()},
};

constexpr TypeTable kCounts{
    .name = "mainstay.bolts._native.Counts",
    .doc = "Counts of keys in bounded memory.",
    .methods = kMethods,
    .attributes = kAttributes,
    .slots = kSlots,
    .subclassable = true,
};

}  // namespace

bool add_counter(PyObject* module, State& state) noexcept {
  state.counter_type = add_native_type<CountsValue>(module, kCounts);
  return static_cast<bool>(state.counter_type);
}

}  // namespace mainstay::binding::bolts
