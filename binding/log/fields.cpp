// fields.cpp - the fast path: an event through a chain of ours that ends in JSON, without a dict.
//
// It asks one question: are all processors ours, with nothing to do but what is known here? Then
// the event is a flat list of fields until it is a line; else the call goes on in chain.cpp, and
// nothing has happened yet. Other code of Python runs only for values that JSON does not know.
#include <array>
#include <span>

#include "binding/log/module.hpp"

namespace mainstay::binding::log {
namespace {

// Keys and values in the order in which keys came first, as a dict would keep them. Owned.
class Fields {
 public:
  Fields() noexcept = default;
  Fields(const Fields&) = delete;
  Fields& operator=(const Fields&) = delete;
  ~Fields() {
    for (std::size_t i = 0; i < count_; ++i) {
      Py_DECREF(keys_[i]);
      Py_DECREF(values_[i]);
    }
  }

  // False: too many, or a key that is no str.
  [[nodiscard]] bool set(PyObject* key, PyObject* value) noexcept {
    if (PyUnicode_CheckExact(key) == 0) return false;
    const std::size_t at = place_of(key);
    if (at < count_) {
      Py_INCREF(value);
      Py_DECREF(std::exchange(values_[at], value));
      return true;
    }
    if (count_ == kMost) return false;
    Py_INCREF(key);
    Py_INCREF(value);
    keys_[count_] = key;
    values_[count_++] = value;
    return true;
  }
  [[nodiscard]] bool has(PyObject* key) const noexcept { return place_of(key) < count_; }

  [[nodiscard]] std::span<PyObject* const> keys() const noexcept { return {keys_.data(), count_}; }
  [[nodiscard]] std::span<PyObject* const> values() const noexcept {
    return {values_.data(), count_};
  }

 private:
  static constexpr std::size_t kMost = 32;

  [[nodiscard]] std::size_t place_of(PyObject* key) const noexcept {
    for (std::size_t i = 0; i < count_; ++i) {
      if (keys_[i] == key) return i;
    }
    // Names that code spells are interned; equal ones are the same object then.
    const bool interned = PyUnicode_CHECK_INTERNED(key) != 0;
    for (std::size_t i = 0; i < count_; ++i) {
      if (interned && PyUnicode_CHECK_INTERNED(keys_[i]) != 0) continue;
      if (PyUnicode_GET_LENGTH(keys_[i]) != PyUnicode_GET_LENGTH(key)) continue;
      if (PyUnicode_Compare(keys_[i], key) == 0) return i;
    }
    return count_;
  }

  std::array<PyObject*, kMost> keys_;
  std::array<PyObject*, kMost> values_;
  std::size_t count_ = 0;
};

enum class Answer : unsigned char { no, yes, failed };

Answer merge(State& state, Fields& fields) {
  bool fits = true;
  const bool merged = each_context_value(state, [&](PyObject* key, PyObject* value) {
    fits = fits && (fields.has(key) || fields.set(key, value));
    return true;
  });
  if (!merged) return Answer::failed;
  return fits ? Answer::yes : Answer::no;
}

// What the processors before the last do with the fields.
Answer process(State& state, PyObject* processor, PyObject* method_name, Fields& fields) {
  PyObject* type = reinterpret_cast<PyObject*>(Py_TYPE(processor));
  const State::Names& names = state.names;
  if (type == state.stamper_type.get()) {
    const Stamp stamp = native_stamp(state, processor);
    if (!stamp.native) return Answer::no;
    if (!stamp.time) return Answer::failed;
    return fields.set(stamp.key.get(), stamp.time.get()) ? Answer::yes : Answer::no;
  }
  if (processor == state.add_log_level.get()) {
    return fields.set(names.level.get(), level_of_method(state, method_name)) ? Answer::yes
                                                                              : Answer::no;
  }
  if (processor == state.merge_contextvars.get()) return merge(state, fields);
  if (type == state.StackInfoRenderer.get()) {
    return fields.has(names.stack_info.get()) ? Answer::no : Answer::yes;
  }
  if (type == state.ExceptionRenderer.get()) {
    return fields.has(names.exc_info.get()) ? Answer::no : Answer::yes;
  }
  // It acts on the method `exception` only, which filtering loggers log as an error.
  return processor == state.set_exc_info.get() ? Answer::yes : Answer::no;
}

}  // namespace

bool render_fields(State& state, const Parts& parts, PyObject* method_name, PyObject* event,
                   PyObject* const* values, PyObject* names, PyObject* without, Ref& rendered) {
  PyObject* processors = parts.processors.get();
  PyObject* context = parts.context.get();
  if (!PyList_CheckExact(processors) || !PyDict_CheckExact(context)) return false;
  const Py_ssize_t last = PyList_GET_SIZE(processors) - 1;
  if (last < 0) return false;
  const Ref renderer = processor_at(processors, last);
  if (!renderer || reinterpret_cast<PyObject*>(Py_TYPE(renderer.get())) != state.json_type.get() ||
      !is_plain_json(renderer.get())) {
    return false;
  }

  Fields fields;
  {
    const CriticalSection section(context);
    PyObject* key = nullptr;
    PyObject* value = nullptr;
    Py_ssize_t at = 0;
    while (PyDict_Next(context, &at, &key, &value) != 0) {
      if (!fields.set(key, value)) return false;
    }
  }
  const Py_ssize_t count = names != nullptr ? PyTuple_GET_SIZE(names) : 0;
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* name = PyTuple_GET_ITEM(names, i);
    if (name != without && !fields.set(name, values[i])) return false;
  }
  if (event != Py_None && !fields.set(state.names.event.get(), event)) return false;

  for (Py_ssize_t i = 0; i < last; ++i) {
    const Ref processor = processor_at(processors, i);
    if (!processor) return false;
    switch (process(state, processor.get(), method_name, fields)) {
      case Answer::no: return false;
      case Answer::failed: return true;
      case Answer::yes: break;
    }
  }
  rendered = render_json_fields(renderer.get(), fields.keys(), fields.values());
  return true;
}

}  // namespace mainstay::binding::log
