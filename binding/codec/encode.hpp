// encode.hpp - the one encoder: Python objects walked into a sink.
//
// Written once for JSON, MessagePack and to_builtins(); where they differ, a constant of the sink
// says so. Parts of containers are owned while they are encoded: hooks may change what contains
// them.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "binding/codec/moments.hpp"
#include "binding/codec/raw.hpp"
#include "binding/codec/sinks.hpp"
#include "binding/codec/struct.hpp"
#include "binding/support/call.hpp"
#include "binding/support/gil.hpp"
#include "mainstay/codec/uuid.hpp"

namespace mainstay::binding::codec {

enum class DecimalFormat : unsigned char { text, number, callable };
enum class UuidFormat : unsigned char { canonical, hex, bytes };
enum class Order : unsigned char { as_is, deterministic, sorted };

// What an encoder was told. Borrowed from it.
struct EncodeContext {
  const State& state;
  PyObject* enc_hook = nullptr;
  PyObject* decimal_callable = nullptr;
  DecimalFormat decimal_format = DecimalFormat::text;
  UuidFormat uuid_format = UuidFormat::canonical;
  Order order = Order::as_is;
  // to_builtins() only.
  std::uint64_t builtin = 0;          // P_ bits of types that stay as they are
  PyObject* builtin_types = nullptr;  // tuple of further ones
  bool str_keys = false;
  mutable CollectorPause pause = {};
};

inline constexpr const char* kWhileEncoding = " while serializing an object";

// The members of an object that is encoded as a map: names and values, owned.
struct NamedValue {
  Ref name;
  Ref value;
};

// Fields of dataclasses and attributes of attrs classes, without those that are unset. False with
// an exception set.
[[nodiscard]] bool append_dataclass(const State& state, PyObject* object, PyObject* fields,
                                    std::vector<NamedValue>& members);
[[nodiscard]] bool append_attributes(const State& state, PyObject* object,
                                     std::vector<NamedValue>& members);
// The fields of a dataclass, or nothing; sets no exception.
[[nodiscard]] Ref dataclass_fields(const State& state, PyObject* object);
[[nodiscard]] bool is_attrs(const State& state, PyObject* object);
// Sorts by the bytes of the names.
[[nodiscard]] bool sort_members(std::vector<NamedValue>::iterator begin,
                                std::vector<NamedValue>::iterator end);
[[nodiscard]] bool uuid_bytes(const State& state, PyObject* uuid,
                              mainstay::codec::UuidBytes& bytes);

template <class Sink>
class Encode {
 public:
  Encode(const EncodeContext& context, Sink& sink) noexcept : context_(context), sink_(sink) {}

  // `key`: it is the key of a dict, arrays become tuples. False with an exception set.
  bool value(PyObject* object, bool key = false);

 private:
  static constexpr bool kBytes = !Sink::kObjects;

  // Whether a part of a container has to be owned while it is encoded: not if that runs no Python,
  // which might change the container.
  static bool wants_owner(PyObject* part) noexcept {
#if defined(Py_GIL_DISABLED)
    return true;
#else
    PyTypeObject* type = Py_TYPE(part);
    return type != &PyUnicode_Type && type != &PyLong_Type && type != &PyFloat_Type;
#endif
  }
  // The part that `get` finds, or nothing.
  template <class Get>
  bool part(PyObject* container, Get get, bool key = false) {
    PyObject* found = nullptr;
    Ref owner;
    {
      const CriticalSection section(container);
      found = get();
      if (found == nullptr) return false;
      if (wants_owner(found)) owner = Ref::share(found);
    }
    return PyUnicode_CheckExact(found) ? text(found) : value(found, key);
  }
  bool same(PyObject* object) {
    if constexpr (Sink::kObjects) return sink_.put(Ref::share(object));
    return true;
  }
  bool text(PyObject* object);
  bool integer(PyObject* object, bool quoted = false);
  bool other(PyObject* object, bool key);
  bool moment(PyObject* object, Moment kind, bool key);
  bool bytes(std::string_view data);
  bool bytes_like(PyObject* object, std::uint64_t type, bool key);
  bool enumeration(PyObject* object, bool key);
  bool uuid(PyObject* object, bool key);
  bool decimal(PyObject* object, bool key);
  bool extension(PyObject* object);
  bool list(PyObject* object, bool key, bool as_tuple);
  bool set(PyObject* object, bool key);
  bool dict(PyObject* object);
  bool dict_key(PyObject* key);
  bool structure(PyObject* object, bool key);
  bool members(std::size_t from);
  bool all_members(PyObject* object, StructType& type);
  bool length(std::size_t size, const char* what);
  [[nodiscard]] bool stays(std::uint64_t type, bool key) const noexcept {
    return Sink::kObjects && !(key && context_.str_keys) && (context_.builtin & type) != 0;
  }

  const EncodeContext& context_;
  Sink& sink_;
  std::vector<NamedValue> members_;  // of all open objects, the innermost last
  bool in_decimal_ = false;
  unsigned depth_ = Nesting::kShallow;
};

template <class Sink>
bool Encode<Sink>::value(PyObject* object, bool key) {
  PyTypeObject* type = Py_TYPE(object);
  if (type == &PyUnicode_Type) return text(object);
  if (type == &PyLong_Type) return integer(object);
  if (type == &PyFloat_Type) {
    if constexpr (kBytes) {
      sink_.real(PyFloat_AS_DOUBLE(object));
      return true;
    }
    return same(object);
  }
  if (PyList_Check(object)) return list(object, key, false);
  if (PyDict_Check(object)) return dict(object);
  if (object == Py_None) {
    if constexpr (kBytes) sink_.null();
    return same(object);
  }
  if (type == &PyBool_Type) {
    if constexpr (kBytes) sink_.boolean(object == Py_True);
    return same(object);
  }
  if (is_struct_type(context_.state, type)) return structure(object, key);
  return other(object, key);
}

template <class Sink>
bool Encode<Sink>::length(std::size_t size, const char* what) {
  if (Sink::kObjects || Sink::kJson || size <= mainstay::codec::kMaxLength) return true;
  PyErr_Format(context_.state.EncodeError.get(), "Can't encode %s longer than 2**32 - 1", what);
  return false;
}

template <class Sink>
bool Encode<Sink>::text(PyObject* object) {
  if constexpr (kBytes) {
    std::string_view view;
    if (!utf8_of(object, view) || !length(view.size(), "strings")) return false;
    sink_.text(view);
  }
  return same(object);
}

template <class Sink>
bool Encode<Sink>::integer(PyObject* object, bool quoted) {
  if constexpr (kBytes) {
    const auto quote = [&] {
      if constexpr (Sink::kJson) {
        if (quoted) sink_.raw("\"");
      }
    };
    int overflow = 0;
    long long small = 0;
    if (!small_integer(object, small)) {
      small = PyLong_AsLongLongAndOverflow(object, &overflow);
      if (small == -1 && PyErr_Occurred() != nullptr) return false;
    }
    quote();
    if (overflow == 0) {
      sink_.integer(static_cast<std::int64_t>(small));
    } else {
      const unsigned long long large =
          overflow > 0 ? PyLong_AsUnsignedLongLong(object) : static_cast<unsigned long long>(-1);
      if (overflow > 0 && PyErr_Occurred() == nullptr) {
        sink_.integer(static_cast<std::uint64_t>(large));
      } else {
        PyErr_Clear();
        if constexpr (Sink::kJson) {
          const Ref digits = Ref::steal(PyLong_Type.tp_repr(object));
          std::string_view view;
          if (!digits || !utf8_of(digits.get(), view)) return false;
          sink_.raw(view);
        } else {
          PyErr_SetString(PyExc_OverflowError, "can't serialize ints < -2**63 or > 2**64 - 1");
          return false;
        }
      }
    }
    quote();
  }
  return same(object);
}

template <class Sink>
bool Encode<Sink>::other(PyObject* object, bool key) {
  const State& state = context_.state;
  PyTypeObject* type = Py_TYPE(object);
  if (PyTuple_Check(object)) return list(object, key, true);
  context_.pause.end();
  const Moment kind = moment_kind(object);
  if (kind != Moment::none) return moment(object, kind, key);
  if (type == &PyBytes_Type) return bytes_like(object, P_BYTES, key);
  if (type == &PyByteArray_Type) return bytes_like(object, P_BYTEARRAY, key);
  if (type == &PyMemoryView_Type) return bytes_like(object, P_MEMORYVIEW, key);
  if constexpr (kBytes) {
    if (is_exactly(object, state.raw_type)) {
      sink_.raw(value_of<Raw>(object).data);
      return true;
    }
  }
  if (PyType_IsSubtype(Py_TYPE(type), reinterpret_cast<PyTypeObject*>(state.EnumMeta.get()))) {
    return enumeration(object, key);
  }
  if constexpr (Sink::kObjects) {
    if (key && PyUnicode_Check(object)) return sink_.put(Ref::steal(PyObject_Str(object)));
  }
  if (is_instance_of(object, state.UUID)) return uuid(object, key);
  if (is_exactly(object, state.Decimal)) return decimal(object, key);
  if (PyAnySet_Check(object)) return set(object, key);
  if constexpr (kBytes && !Sink::kJson) {
    if (is_exactly(object, state.Ext)) return extension(object);
  }
  if (!PyType_Check(object)) {
    const std::size_t from = members_.size();
    const Ref fields = dataclass_fields(state, object);
    const bool attrs = !fields && is_attrs(state, object);
    if (fields || attrs) {
      const Nesting guard(depth_, kWhileEncoding);
      return guard &&
             (fields ? append_dataclass(state, object, fields.get(), members_)
                     : append_attributes(state, object, members_)) &&
             members(from);
    }
  }
  if constexpr (Sink::kObjects) {
    if (context_.builtin_types != nullptr) {
      for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(context_.builtin_types); ++i) {
        if (PyTuple_GET_ITEM(context_.builtin_types, i) == reinterpret_cast<PyObject*>(type)) {
          return same(object);
        }
      }
    }
  }
  if (context_.enc_hook != nullptr) {
    const Ref made = Ref::steal(PyObject_CallOneArg(context_.enc_hook, object));
    if (!made) return false;
    const Nesting guard(depth_, kWhileEncoding);
    return guard && value(made.get(), key);
  }
  PyErr_Format(PyExc_TypeError, "Encoding objects of type %.200s is unsupported", type->tp_name);
  return false;
}

template <class Sink>
bool Encode<Sink>::moment(PyObject* object, Moment kind, bool key) {
  constexpr std::uint64_t kTypes[] = {0, P_DATETIME, P_DATE, P_TIME, P_TIMEDELTA};
  if (stays(kTypes[static_cast<int>(kind)], key)) return same(object);
  if constexpr (kBytes && !Sink::kJson) {
    if (kind == Moment::datetime && has_zone(object)) {
      std::int64_t seconds = 0;
      std::uint32_t nanoseconds = 0;
      if (!epoch_of(context_.state, object, seconds, nanoseconds)) return false;
      sink_.timestamp(seconds, nanoseconds);
      return true;
    }
  }
  char out[kMaxMomentText];
  const Py_ssize_t size = write_moment(context_.state, object, kind, out);
  if (size < 0) return false;
  const std::string_view text(out, static_cast<std::size_t>(size));
  if constexpr (Sink::kObjects) return sink_.plain_text(text);
  if constexpr (kBytes) sink_.plain_text(text);
  return true;
}

template <class Sink>
bool Encode<Sink>::bytes(std::string_view data) {
  if constexpr (Sink::kObjects) {
    std::string text(mainstay::codec::base64_text_size(data.size()), '\0');
    mainstay::codec::write_base64(data, text.data());
    return sink_.plain_text(text);
  } else {
    if (!length(data.size(), "bytes-like objects")) return false;
    if (Sink::kJson && data.size() > mainstay::codec::kMaxLength) {
      PyErr_SetString(context_.state.EncodeError.get(),
                      "Can't encode bytes-like objects longer than 2**32 - 1");
      return false;
    }
    sink_.bytes(data);
    return true;
  }
}

template <class Sink>
bool Encode<Sink>::bytes_like(PyObject* object, std::uint64_t type, bool key) {
  if (stays(type, key)) return same(object);
  Py_buffer buffer;
  if (PyObject_GetBuffer(object, &buffer, PyBUF_CONTIG_RO) < 0) return false;
  const bool good =
      bytes({static_cast<const char*>(buffer.buf), static_cast<std::size_t>(buffer.len)});
  PyBuffer_Release(&buffer);
  return good;
}

template <class Sink>
bool Encode<Sink>::enumeration(PyObject* object, bool key) {
  if constexpr (kBytes) {
    if (PyLong_Check(object)) return integer(object, key && Sink::kJson);
    if (PyUnicode_Check(object)) return text(object);
  }
  const Ref inner = Ref::steal(PyObject_GetAttr(object, context_.state.s_value.get()));
  if (!inner) return false;
  if constexpr (Sink::kObjects) return same(inner.get());
  const Nesting guard(depth_, kWhileEncoding);  // a value may be its own
  if (!guard) return false;
  if (Sink::kJson && key) return dict_key(inner.get());
  return value(inner.get(), key);
}

template <class Sink>
bool Encode<Sink>::uuid(PyObject* object, bool key) {
  if (stays(P_UUID, key)) return same(object);
  mainstay::codec::UuidBytes raw;
  if (!uuid_bytes(context_.state, object, raw)) return false;
  if constexpr (kBytes && !Sink::kJson) {
    if (context_.uuid_format == UuidFormat::bytes) {
      sink_.bytes({reinterpret_cast<const char*>(raw.data()), raw.size()});
      return true;
    }
  }
  char out[mainstay::codec::kUuidText];
  const std::size_t size =
      mainstay::codec::write_uuid(raw, context_.uuid_format == UuidFormat::canonical, out);
  if constexpr (Sink::kObjects) return sink_.plain_text({out, size});
  if constexpr (kBytes) sink_.plain_text({out, size});
  return true;
}

template <class Sink>
bool Encode<Sink>::decimal(PyObject* object, bool key) {
  if (stays(P_DECIMAL, key)) return same(object);
  if constexpr (Sink::kObjects) {
    return sink_.put(Ref::steal(PyObject_Str(object)));
  } else {
    if (context_.decimal_format == DecimalFormat::callable) {
      if (in_decimal_) {
        PyErr_SetString(PyExc_TypeError, "callable returned a value containing a Decimal");
        return false;
      }
      const Ref made = Ref::steal(PyObject_CallOneArg(context_.decimal_callable, object));
      if (!made) return false;
      in_decimal_ = true;
      const bool good = Sink::kJson && key ? dict_key(made.get()) : value(made.get(), key);
      in_decimal_ = false;
      return good;
    }
    if (context_.decimal_format == DecimalFormat::number) {
      if constexpr (!Sink::kJson) {
        const Ref number = Ref::steal(PyNumber_Float(object));
        if (!number) return false;
        sink_.real(PyFloat_AS_DOUBLE(number.get()));
        return true;
      }
      const Ref finite =
          Ref::steal(PyObject_CallMethodNoArgs(object, context_.state.s_is_finite.get()));
      const int truth = finite ? PyObject_IsTrue(finite.get()) : -1;
      if (truth < 0) return false;
      if (truth == 0) {
        PyErr_Format(PyExc_ValueError,
                     "Cannot encode as a number an non-finite value of a decimal: %R; use "
                     "`decimal_format='string' or a custom callable`",
                     object);
        return false;
      }
    }
    const Ref shown = Ref::steal(PyObject_Str(object));
    std::string_view view;
    if (!shown || !utf8_of(shown.get(), view)) return false;
    if constexpr (Sink::kJson) {
      if (context_.decimal_format == DecimalFormat::number && !key) {
        sink_.raw(view);
        return true;
      }
    }
    sink_.plain_text(view);
    return true;
  }
}

template <class Sink>
bool Encode<Sink>::extension(PyObject* object) {
  const Ref code = Ref::steal(PyObject_GetAttr(object, context_.state.s_code.get()));
  const Ref data = code ? Ref::steal(PyObject_GetAttr(object, context_.state.s_data.get())) : Ref{};
  if (!data) return false;
  const long number = PyLong_AsLong(code.get());
  if (number == -1 && PyErr_Occurred() != nullptr) return false;
  Py_buffer buffer;
  if (PyObject_GetBuffer(data.get(), &buffer, PyBUF_CONTIG_RO) < 0) return false;
  const auto size = static_cast<std::size_t>(buffer.len);
  const bool good = length(size, "Ext objects with data");
  if constexpr (kBytes && !Sink::kJson) {
    if (good) {
      sink_.extension(static_cast<std::int8_t>(number),
                      {static_cast<const char*>(buffer.buf), size});
    }
  }
  PyBuffer_Release(&buffer);
  return good;
}

// Lists and tuples; their size may change meanwhile.
template <class Sink>
bool Encode<Sink>::list(PyObject* object, bool key, bool as_tuple) {
  const bool is_list = PyList_Check(object);
  const auto size = [&] { return is_list ? PyList_GET_SIZE(object) : PyTuple_GET_SIZE(object); };
  const Py_ssize_t count = size();
  const Nesting guard(depth_, kWhileEncoding);
  if (!guard || !length(static_cast<std::size_t>(count), is_list ? "list" : "tuples") ||
      !sink_.begin_array(static_cast<std::size_t>(count))) {
    return false;
  }
  for (Py_ssize_t i = 0; i < (kBytes && !Sink::kJson ? count : size()); ++i) {
    const auto get = [&]() -> PyObject* {
      if (i < size()) return is_list ? PyList_GET_ITEM(object, i) : PyTuple_GET_ITEM(object, i);
      PyErr_SetString(PyExc_RuntimeError, "list changed size during encoding");
      return nullptr;
    };
    if (i != 0) sink_.between();
    if (!part(object, get, key && !is_list) || !sink_.item()) return false;
  }
  return sink_.end_array(as_tuple);
}

template <class Sink>
bool Encode<Sink>::set(PyObject* object, bool key) {
  const Ref items = Ref::steal(PySequence_List(object));
  if (!items) return false;
  if (context_.order != Order::as_is && PyList_Sort(items.get()) < 0) return false;
  if (!length(static_cast<std::size_t>(PyList_GET_SIZE(items.get())), "set")) return false;
  const Ref shown = key ? Ref::steal(PyList_AsTuple(items.get())) : Ref::share(items.get());
  return shown && list(shown.get(), key, key);
}

template <class Sink>
bool Encode<Sink>::dict(PyObject* object) {
  const Nesting guard(depth_, kWhileEncoding);
  if (!guard) return false;
  const auto count = static_cast<std::size_t>(PyDict_GET_SIZE(object));
  if (!length(count, "dicts")) return false;
  PyObject* key = nullptr;
  PyObject* value_of_key = nullptr;
  Py_ssize_t position = 0;
  const bool ordered = context_.order != Order::as_is;
  if (ordered && kBytes) {
    const std::size_t from = members_.size();
    {
      const CriticalSection section(object);
      while (PyDict_Next(object, &position, &key, &value_of_key)) {
        if (!PyUnicode_Check(key)) {
          PyErr_SetString(PyExc_TypeError,
                          "Only dicts with str keys are supported when `order` is not `None`");
          members_.resize(from);
          return false;
        }
        members_.push_back({Ref::share(key), Ref::share(value_of_key)});
      }
    }
    if (!sort_members(members_.begin() + static_cast<std::ptrdiff_t>(from), members_.end())) {
      return false;
    }
    return members(from);
  }
  if (!sink_.begin_map(count)) return false;
  std::size_t written = 0;
  for (;; ++written) {
    Ref key_owner;
    Ref value_owner;
    {
      const CriticalSection section(object);
      if (PyDict_Next(object, &position, &key, &value_of_key) == 0) break;
      const bool own_key = wants_owner(key) || !kBytes;
      if (own_key) key_owner = Ref::share(key);
      if (own_key || wants_owner(value_of_key)) value_owner = Ref::share(value_of_key);
    }
    if (written != 0) sink_.between();
    if constexpr (Sink::kJson) {
      if (!(PyUnicode_CheckExact(key) ? text(key) : dict_key(key))) return false;
      sink_.colon();
    } else {
      // Subclasses of str are texts where they are keys.
      const bool is_text = kBytes && PyUnicode_Check(key);
      if (!(is_text ? text(key) : value(key, true))) return false;
      if constexpr (Sink::kObjects) {
        Ref made = sink_.take();
        if (!PyUnicode_CheckExact(made.get())) context_.pause.end();  // its hash may be Python
        if (context_.str_keys && !PyUnicode_CheckExact(made.get())) {
          if (!PyLong_CheckExact(made.get()) && !PyFloat_CheckExact(made.get())) {
            PyErr_SetString(PyExc_TypeError,
                            "Only dicts with str-like or number-like keys are supported");
            return false;
          }
          made = Ref::steal(PyObject_Str(made.get()));
          if (!made) return false;
        }
        if (!sink_.name(made.get())) return false;
      }
    }
    if (!value(value_of_key) || !sink_.pair()) return false;
  }
  if (kBytes && !Sink::kJson && written != count) {
    PyErr_SetString(PyExc_RuntimeError, "dictionary changed size during encoding");
    return false;
  }
  if (!sink_.end_map()) return false;
  if constexpr (Sink::kObjects) {
    if (ordered) return sink_.sort_result();
  }
  return true;
}

// A key as a text of JSON.
template <class Sink>
bool Encode<Sink>::dict_key(PyObject* object) {
  if constexpr (Sink::kJson) {
    const State& state = context_.state;
    PyTypeObject* type = Py_TYPE(object);
    if (PyUnicode_Check(object)) return text(object);
    if (type == &PyLong_Type) return integer(object, true);
    if (type == &PyFloat_Type) {
      const double number = PyFloat_AS_DOUBLE(object);
      char out[mainstay::codec::kMaxDoubleText];
      if (std::isfinite(number)) {
        sink_.plain_text({out, mainstay::codec::write_double(number, out)});
      } else {
        sink_.plain_text(std::isnan(number) ? "nan" : number < 0 ? "-inf" : "inf");
      }
      return true;
    }
    if (PyType_IsSubtype(Py_TYPE(type), reinterpret_cast<PyTypeObject*>(state.EnumMeta.get()))) {
      return enumeration(object, true);
    }
    const Moment kind = moment_kind(object);
    if (kind != Moment::none) return moment(object, kind, true);
    if (type == &PyBytes_Type) return bytes_like(object, P_BYTES, true);
    if (is_exactly(object, state.Decimal)) return decimal(object, true);
    if (is_instance_of(object, state.UUID)) return uuid(object, true);
    if (context_.enc_hook != nullptr) {
      const Ref made = Ref::steal(PyObject_CallOneArg(context_.enc_hook, object));
      if (!made) return false;
      const Nesting guard(depth_, kWhileEncoding);
      return guard && dict_key(made.get());
    }
    PyErr_SetString(PyExc_TypeError, "Only dicts with str-like or number-like keys are supported");
    return false;
  }
  return value(object, true);
}

template <class Sink>
bool Encode<Sink>::structure(PyObject* object, bool key) {
  StructType& type = struct_type(Py_TYPE(object));
  const Nesting guard(depth_, kWhileEncoding);
  if (!guard) return false;
  if (type.fields == nullptr) {
    PyErr_Format(PyExc_TypeError, "struct type %s is not complete yet", type.type()->tp_name);
    return false;
  }
  const Py_ssize_t count = type.field_count();
  if (type.array_like == Option::on) {
    const bool tagged = type.tag_value != nullptr;
    if (!sink_.begin_array(static_cast<std::size_t>(count) + (tagged ? 1 : 0))) return false;
    if (tagged && (!value(type.tag_value) || !sink_.item())) return false;
    for (Py_ssize_t i = 0; i < count; ++i) {
      const Ref each = get_field(object, type, i);
      if (!each) return false;
      if (i != 0 || tagged) sink_.between();
      if (!value(each.get(), key) || !sink_.item()) return false;
    }
    return sink_.end_array(key);
  }
  if (type.omit_defaults != Option::on && context_.order != Order::sorted) {
    return all_members(object, type);
  }
  const std::size_t from = members_.size();
  if (type.tag_value != nullptr) {
    members_.push_back({Ref::share(type.tag_field), Ref::share(type.tag_value)});
  }
  const Py_ssize_t required = type.required_count();
  for (Py_ssize_t i = 0; i < count; ++i) {
    Ref each = get_field(object, type, i);
    if (!each) {
      members_.resize(from);
      return false;
    }
    if (each.get() == context_.state.UNSET.get()) continue;
    if (type.omit_defaults == Option::on && i >= required &&
        is_default(context_.state, each.get(), PyTuple_GET_ITEM(type.defaults, i - required))) {
      continue;
    }
    members_.push_back({Ref::share(PyTuple_GET_ITEM(type.encode_fields, i)), std::move(each)});
  }
  return members(from);
}

// A struct whose fields are all written, but for those that are unset.
template <class Sink>
bool Encode<Sink>::all_members(PyObject* object, StructType& type) {
  const Py_ssize_t fields = type.field_count();
  PyObject* const unset = context_.state.UNSET.get();
  std::size_t count = type.tag_value != nullptr ? 1 : 0;
  if constexpr (!Sink::kJson) {
    for (Py_ssize_t i = 0; i < fields; ++i) {
      if (field_slot(object, type, i) != unset) ++count;
    }
  }
  if (!sink_.begin_map(count)) return false;
  std::size_t written = 0;
  if (type.tag_value != nullptr) {
    ++written;
    if (!sink_.name(type.tag_field) || !value(type.tag_value) || !sink_.pair()) return false;
  }
  for (Py_ssize_t i = 0; i < fields; ++i) {
    if (field_slot(object, type, i) == unset) continue;
    const auto get = [&] {
      PyObject* found = field_slot(object, type, i);
      if (found == nullptr) raise_unset(type, i);
      return found;
    };
    if (!sink_.field_name(type, i, written++ == 0) || !part(object, get) || !sink_.pair()) {
      return false;
    }
  }
  if (!Sink::kJson && kBytes && written != count) {
    PyErr_SetString(PyExc_RuntimeError, "a struct was changed while it was encoded");
    return false;
  }
  return sink_.end_map();
}

// The members from there on as a map; they are gone afterwards.
template <class Sink>
bool Encode<Sink>::members(std::size_t from) {
  const std::size_t end = members_.size();
  const auto first = members_.begin() + static_cast<std::ptrdiff_t>(from);
  bool good = context_.order != Order::sorted || sort_members(first, members_.end());
  good = good && sink_.begin_map(end - from);
  for (std::size_t i = from; good && i < end; ++i) {
    if (i != from) sink_.between();
    // Taken out: the vector may move while the value is written.
    const NamedValue each = std::move(members_[i]);
    good = sink_.name(each.name.get()) && value(each.value.get()) && sink_.pair();
  }
  members_.resize(from);
  return good && sink_.end_map();
}

}  // namespace mainstay::binding::codec
