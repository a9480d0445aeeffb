// records.cpp - the ends of dataclasses and TypedDicts, names as keys, parts of messages.
#include <algorithm>
#include <cmath>

#include "binding/codec/scalars.hpp"
#include "mainstay/codec/number.hpp"

namespace mainstay::binding::codec {
namespace {

// Checked UTF-8 as characters, each of which is a Character.
template <class Character>
void write_characters(std::string_view text, Character* out) noexcept {
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = at + text.size();
  const auto low = [&](int i, unsigned shift) { return (at[i] & 0x3FU) << shift; };
  while (at != end) {
    const unsigned first = *at;
    if (first < 0x80) {
      *out++ = static_cast<Character>(first);
      ++at;
    } else if (first < 0xE0) {
      *out++ = static_cast<Character>((first & 0x1FU) << 6U | low(1, 0));
      at += 2;
    } else if (first < 0xF0) {
      *out++ = static_cast<Character>((first & 0x0FU) << 12U | low(1, 6) | low(2, 0));
      at += 3;
    } else {
      *out++ = static_cast<Character>((first & 0x07U) << 18U | low(1, 12) | low(2, 6) | low(3, 0));
      at += 4;
    }
  }
}

}  // namespace

Ref unicode_text(std::string_view text) noexcept {
  Py_ssize_t count = 0;
  unsigned char highest = 0;
  for (const char each : text) {
    count += static_cast<signed char>(each) >= -0x40 ? 1 : 0;  // begins a character
    highest = std::max(highest, static_cast<unsigned char>(each));
  }
  // The highest first byte says the highest character nearly enough.
  const Py_UCS4 most = highest < 0x80   ? 0x7F
                       : highest < 0xC4 ? 0xFF
                       : highest < 0xF0 ? 0xFFFF
                                        : 0x10FFFF;
  Ref made = Ref::steal(PyUnicode_New(count, most));
  if (!made) return made;
  void* const data = PyUnicode_DATA(made.get());
  if (most <= 0xFF) {
    write_characters(text, static_cast<Py_UCS1*>(data));
  } else if (most == 0xFFFF) {
    write_characters(text, static_cast<Py_UCS2*>(data));
  } else {
    write_characters(text, static_cast<Py_UCS4*>(data));
  }
  return made;
}

Ref decimal_of_double(const Context& context, const Path* path, double number) {
  Plan decimal;
  decimal.types = P_DECIMAL;
  if (std::isfinite(number)) {
    char text[mainstay::codec::kMaxDoubleText];
    const std::size_t size = mainstay::codec::write_double(number, text);
    return spelled_number(context, decimal, path, {text, size}, false);
  }
  const Ref object = Ref::steal(PyFloat_FromDouble(number));
  return object ? Ref::steal(PyObject_CallOneArg(context.state.Decimal.get(), object.get()))
                : Ref{};
}

Ref name_value(const Context& context, const Plan& plan, const Path* path, std::string_view name,
               bool ascii) {
  if (!plan.has(P_ANY | P_STR)) {
    if (plan.has(P_BYTEARRAY)) return mismatch(context, plan, path, "str");
    return text_for(context, plan, path, name, nullptr, true);
  }
  Ref text = text_object(name, ascii);
  if (text && plan.has(kCustomTypes)) return custom_value(context, plan, path, std::move(text));
  return checked_text(context, plan, path, std::move(text));
}

Ref unhashable(const Context& context, const Path* path, PyObject* value) {
  if (!PyErr_ExceptionMatches(PyExc_TypeError)) return Ref{};
  PyErr_Clear();
  // A class made in Python has a short name.
  const bool is_ext = is_exactly(value, context.state.Ext);
  return refuse(context.state, path, "Expected a hashable value, got `%s`",
                is_ext ? "msgspec.msgpack.Ext" : Py_TYPE(value)->tp_name);
}

Ref invalid_tag(const Context& context, const Path* path, PyObject* tag, bool quoted) {
  if (!quoted && PyUnicode_Check(tag)) {
    return refuse(context.state, path, "Invalid value '%U'", tag);
  }
  return refuse(context.state, path, "Invalid value %R", tag);
}

// An instance on which no __init__ was called. What is built in about it is made by the built-in
// type: an exception or a dict is more than its memory.
Ref blank_instance(PyTypeObject* type) {
  const PyTypeObject* built_in = type;
  while ((built_in->tp_flags & Py_TPFLAGS_HEAPTYPE) != 0) built_in = built_in->tp_base;
  if (built_in == &PyBaseObject_Type || built_in->tp_new == nullptr) {
    return Ref::steal(type->tp_alloc(type, 0));
  }
  const Ref nothing = Ref::steal(PyTuple_New(0));
  return nothing ? Ref::steal(built_in->tp_new(type, nothing.get(), nullptr)) : Ref{};
}

Ref new_dataclass(const Record& record) {
  Ref made = blank_instance(reinterpret_cast<PyTypeObject*>(record.type.get()));
  if (made && record.pre_init &&
      !Ref::steal(PyObject_CallOneArg(record.pre_init.get(), made.get()))) {
    return Ref{};
  }
  return made;
}

Ref complete_dataclass(const Context& context, const Record& record, const Path* path, Ref made) {
  const std::size_t required = record.required_count();
  for (std::size_t i = 0; i < record.fields.size(); ++i) {
    const Record::Field& field = record.fields[i];
    PyObject* name = field.name.get();
    if (PyObject_HasAttr(made.get(), name) != 0) continue;
    if (i < required) {
      return refuse(context.state, path, "Object missing required field `%U`", name);
    }
    PyObject* given =
        PyTuple_GET_ITEM(record.defaults.get(), static_cast<Py_ssize_t>(i - required));
    const Ref value = field.factory ? Ref::steal(PyObject_CallNoArgs(given)) : Ref::share(given);
    if (!value || PyObject_GenericSetAttr(made.get(), name, value.get()) < 0) return Ref{};
  }
  if (record.post_init && !Ref::steal(PyObject_CallOneArg(record.post_init.get(), made.get()))) {
    return refuse_as_raised(context.state, path);
  }
  return made;
}

Ref complete_typed_dict(const Context& context, const Record& record, const Path* path, Ref made) {
  for (const Record::Field& field : record.fields) {
    if (!field.required) continue;
    const int there = PyDict_Contains(made.get(), field.name.get());
    if (there < 0) return Ref{};
    if (there == 0) {
      return refuse(context.state, path, "Object missing required field `%U`", field.name.get());
    }
  }
  return made;
}

Ref part_of(PyObject* owner, std::string_view part) {
  const Ref whole = Ref::steal(PyMemoryView_FromObject(owner));
  if (!whole) return Ref{};
  // Of bytes, whatever the message is made of.
  const Ref bytes = Ref::steal(PyObject_CallMethod(whole.get(), "cast", "s", "B"));
  if (!bytes) return Ref{};
  const auto* begin = static_cast<const char*>(PyMemoryView_GET_BUFFER(bytes.get())->buf);
  const auto from = static_cast<Py_ssize_t>(part.data() - begin);
  return Ref::steal(
      PySequence_GetSlice(bytes.get(), from, from + static_cast<Py_ssize_t>(part.size())));
}

}  // namespace mainstay::binding::codec
