// struct.hpp - struct types and their instances: the layout of both, and access to fields.
//
// A struct type is a Python class whose metaclass (StructMetaBase, below the face's StructMeta) has
// room for what encoders and decoders ask on each call. Its instances are ordinary objects with
// slots; the type knows their offsets. A type is constant once finish() was called for it.
//
// Instances whose fields cannot be part of a cycle are not tracked by the collector; setting an
// attribute tracks them again.
#pragma once

#include <cstdint>
#include <cstring>

#include "binding/codec/plan.hpp"
#include "binding/support/gil.hpp"

namespace mainstay::binding::codec {

// Configuration that subclasses inherit unless they say otherwise.
enum class Option : std::int8_t { unset = -1, off = 0, on = 1 };

inline constexpr std::size_t kNameSpare = 32;

struct StructType {
  PyHeapTypeObject head;
  State* state;
  // Owned; null as long as the class is being made.
  PyObject* fields;         // tuple of names
  PyObject* defaults;       // of the last fields; NODEFAULT among them where keyword-only
  PyObject* encode_fields;  // tuple of names as messages have them
  PyObject* match_args;
  PyObject* tag;  // as given: a str, an int, True, or a callable
  PyObject* tag_field;
  PyObject* tag_value;
  PyObject* rename;
  PyObject* post_init;
  PyObject* info;  // Record, once a decoder needed it
  // Tuples of bytes: the names of fields as they are written - `,"name":`, and with the head of a
  // text - and kNameSpare bytes behind each.
  PyObject* json_names;
  PyObject* msgpack_names;
  Py_ssize_t* offsets;  // of the fields in an instance
  Py_ssize_t keyword_only;
  Py_ssize_t trailing_defaults;  // fields at the end that have defaults, all of them
  Py_ssize_t hash_offset;        // 0: hashes are not kept
  bool has_dict;                 // what is in a dict is not seen when it is set
  bool plain;                    // instances are their fields, and a hash, and nothing else
  bool has_factories;            // defaults that run Python
  Option frozen, eq, order, repr_omit_defaults, array_like, gc, omit_defaults,
      forbid_unknown_fields;

  // None as long as the class is being made: hooks of the class may have instances by then.
  [[nodiscard]] Py_ssize_t field_count() const noexcept {
    return fields == nullptr ? 0 : PyTuple_GET_SIZE(fields);
  }
  [[nodiscard]] Py_ssize_t required_count() const noexcept {
    return fields == nullptr ? 0 : field_count() - PyTuple_GET_SIZE(defaults);
  }
  [[nodiscard]] PyTypeObject* type() noexcept { return &head.ht_type; }
};

[[nodiscard]] inline bool is_struct_type(const State& state, PyTypeObject* type) noexcept {
  PyTypeObject* meta = Py_TYPE(type);
  auto* wanted = reinterpret_cast<PyTypeObject*>(state.struct_meta.get());
  // StructMeta derives from it directly.
  return meta != &PyType_Type && (meta->tp_base == wanted || PyType_IsSubtype(meta, wanted) != 0);
}
[[nodiscard]] inline bool is_struct(const State& state, PyObject* object) noexcept {
  return is_struct_type(state, Py_TYPE(object));
}
[[nodiscard]] inline StructType& struct_type(PyTypeObject* type) noexcept {
  return *reinterpret_cast<StructType*>(type);
}

// A field of an instance: null while it is unset.
[[nodiscard]] inline PyObject*& field_slot(PyObject* object, const StructType& type,
                                           Py_ssize_t index) noexcept {
  return *reinterpret_cast<PyObject**>(reinterpret_cast<char*>(object) + type.offsets[index]);
}
void raise_unset(const StructType& type, Py_ssize_t index) noexcept;
// Its value. Empty with AttributeError set.
[[nodiscard]] inline Ref get_field(PyObject* object, const StructType& type, Py_ssize_t index) {
  Ref value;
  {
    const CriticalSection section(object);
    value = Ref::share(field_slot(object, type, index));
  }
  if (!value) raise_unset(type, index);
  return value;
}
inline void set_field(PyObject* object, const StructType& type, Py_ssize_t index,
                      Ref value) noexcept {
  PyObject*& slot = field_slot(object, type, index);
  PyObject* old = slot;
  slot = value.release();
  Py_XDECREF(old);
}

// The name of a field in messages. Borrowed.
[[nodiscard]] inline PyObject* encode_field(PyObject* type, Py_ssize_t index) noexcept {
  return PyTuple_GET_ITEM(reinterpret_cast<StructType*>(type)->encode_fields, index);
}

// An instance without fields, which fill_defaults() or settle() makes known to the collector.
[[nodiscard]] inline Ref new_struct(StructType& type) {
  PyTypeObject* python = type.type();
  if (!type.plain) return Ref::steal(python->tp_alloc(python, 0));
  PyObject* made = reinterpret_cast<PyObject*>(
      PyType_IS_GC(python) ? PyObject_GC_New(PyObject, python) : PyObject_New(PyObject, python));
  if (made != nullptr) {
    std::memset(made + 1, 0, static_cast<std::size_t>(python->tp_basicsize) - sizeof(PyObject));
  }
  return Ref::steal(made);
}
// Whether the collector has to know an object that owns `value`.
[[nodiscard]] inline bool may_be_in_cycle(PyObject* value) noexcept {
  const PyTypeObject* type = Py_TYPE(value);
  return PyType_HasFeature(const_cast<PyTypeObject*>(type), Py_TPFLAGS_HAVE_GC) &&
         (type != &PyTuple_Type || PyObject_GC_IsTracked(value) != 0);
}
// Once for each new instance: tracks it if it may be in a cycle, untracks others.
inline void settle(PyObject* object, const StructType& type, bool may_be_in_cycle) noexcept {
  if (!PyType_IS_GC(Py_TYPE(object))) return;
  if (type.plain) {
    if (may_be_in_cycle) PyObject_GC_Track(object);
  } else if (!may_be_in_cycle && !type.has_dict) {
    PyObject_GC_UnTrack(object);
  }
}
// Sets what was not set to its default, untracks what cannot be in a cycle. `missing` is the first
// field that was not set and has no default, or -1. False: there is one, or an exception is set.
[[nodiscard]] bool fill_defaults(PyObject* object, StructType& type, Py_ssize_t& missing);
[[nodiscard]] bool call_post_init(PyObject* object, const StructType& type);

// The default of a field: factories are called.
[[nodiscard]] Ref default_value(const State& state, PyObject* given);
// Whether `value` need not be written where defaults are omitted.
[[nodiscard]] bool is_default(const State& state, PyObject* value, PyObject* given) noexcept;

// What a factory calls. Precondition: it is one.
struct Factory {
  Ref factory;
  void each_reference(auto visit) { visit(factory); }
};

}  // namespace mainstay::binding::codec
