// decode.hpp - the one decoder: a plan walked over a source.
//
// Written once for JSON, MessagePack and Python objects; where they differ, a constant of the
// source says so. Nothing is kept between calls, and no borrowed reference is held across a call
// that can run Python.
#pragma once

#include <type_traits>

#include "binding/codec/sources.hpp"
#include "binding/codec/struct.hpp"
#include "binding/support/call.hpp"

namespace mainstay::binding::codec {

inline constexpr const char* kWhileDecoding = " while deserializing an object";

template <class Source>
class Decode {
 public:
  Decode(const Context& context, Source& source) noexcept : context_(context), source_(source) {}

  // The value that comes next. `key`: it is the key of a dict, arrays become tuples. Empty with an
  // exception set.
  [[gnu::always_inline]] inline Ref value(const Plan& plan, const Path* path, bool key = false) {
    if constexpr (Source::kObjects) {
      if (is_wanted(plan, source_.current())) return Ref::share(source_.current());
      return object(plan, path, key);
    } else {
      if (plan.types == 0) return source_.raw();
      if (plan.has(kCustomTypes)) {
        return custom_value(context_, plan, path, Ref::steal(token(plan, path, key)));
      }
      return Ref::steal(token(plan, path, key));
    }
  }

 private:
  using Items = typename Source::Items;

  // Whether an object is a scalar just as the plan wants it.
  static bool is_wanted(const Plan& plan, PyObject* object) noexcept {
    const PyTypeObject* type = Py_TYPE(object);
    if (type == &PyUnicode_Type) return (plan.types & (P_STR | kStrLimits)) == P_STR;
    if (type == &PyLong_Type) return (plan.types & (P_INT | kIntLimits)) == P_INT;
    if (type == &PyFloat_Type) return (plan.types & (P_FLOAT | kFloatLimits)) == P_FLOAT;
    return type == &PyBool_Type && plan.has(P_BOOL);
  }

  // Owned, and in a register, where a Ref would be in memory.
  [[gnu::noinline]] PyObject* token(const Plan& plan, const Path* path, bool key) {
    return read(plan, path, key).release();
  }
  [[gnu::always_inline]] inline Ref read(const Plan& plan, const Path* path, bool key);
  Ref object(const Plan& plan, const Path* path, bool key);
  Ref other_object(const Plan& plan, const Path* path);
  template <class Getter>
  Ref object_to_struct(const Record& record, const Path* path, bool tag_known, Getter get);
  template <class Getter>
  Ref object_to_dataclass(const Plan& plan, const Path* path, Getter get);
  Ref mapping_to_typeddict(const Plan& plan, const Path* path);
  [[gnu::noinline]] Ref extension(const Plan& plan, const Path* path, const Token& token);
  [[gnu::noinline]] Ref bytes(const Plan& plan, const Path* path, const Token& token);

  // What is not inlined would make token() longer to enter for each scalar.
  [[gnu::noinline]] Ref array(const Plan& plan, const Path* path, Items& items, std::size_t count,
                              bool key);
  Ref list(const Plan& plan, const Plan& item, const Path* path, Items& items, std::size_t count);
  Ref set(const Plan& plan, const Path* path, Items& items);
  Ref tuple(const Plan& plan, const Plan& item, const Path* path, Items& items, bool key);
  Ref fixed_tuple(const Plan& plan, const Path* path, Items& items, std::size_t count, bool key);
  Ref named_tuple(const Plan& plan, const Path* path, Items& items, std::size_t count, bool key);
  Ref struct_array(const Record& record, const Path* path, Items& items, std::size_t count,
                   bool tag_known, bool key);
  Ref struct_array_union(const Plan& plan, const Path* path, Items& items, std::size_t count,
                         bool key);

  // The next member of a map: the index of its field, or -1 and its name.
  Step member(const Record& record, Items& items, std::size_t& next, const Path* path,
              Py_ssize_t& index, std::string_view& name);
  [[gnu::noinline]] Ref map(const Plan& plan, const Path* path, Items& items, std::size_t count,
                            bool key);
  Ref dict(const Plan& plan, const Path* path, Items& items);
  [[gnu::noinline]] Ref known_name(std::string_view name, bool ascii) {
    return context_.state.known_names.find(name, last_name_,
                                           [&] { return text_object(name, ascii); });
  }
  // The name that came behind the last one before, if it comes now. Empty without an exception.
  Ref expected_name(Items& items) {
    if constexpr (!Source::kObjects) {
      KnownNames::Place next = 0;
      PyObject* name = context_.state.known_names.expected(last_name_, next);
      if (name != nullptr && source_.expected(items, KnownNames::text_in(name))) {
        last_name_ = next;
        return Ref::share(name);
      }
    }
    return Ref{};
  }
  Ref typed_dict(const Plan& plan, const Path* path, Items& items);
  Ref dataclass(const Plan& plan, const Path* path, Items& items);
  Ref struct_map(const Record& record, const Path* path, Items& items, bool key);
  Ref struct_union(const Plan& plan, const Path* path, Items& items, bool key);

  bool tag_matches(const StructType& type, const Path* path);
  const Record* tagged_record(const Lookup& lookup, const Path* path);
  // Reads a tag: a text in `text`, or a number in `number`. False with an exception set.
  bool read_tag(bool is_text, const Path* path, std::string_view& text, Ref& number);

  Ref length_error(const Path* path, Py_ssize_t least, Py_ssize_t most, std::size_t count);
  Ref finished_struct(Ref made, StructType& type, const Path* path);

  // Keys of other types may have a hash in Python.
  void let_hash_run(PyObject* key) noexcept {
    if (!PyUnicode_CheckExact(key) && !PyLong_CheckExact(key)) context_.pause.end();
  }

  const Context& context_;
  Source& source_;
  unsigned depth_ = Nesting::kShallow;
  KnownNames::Place last_name_ = 0;
};

// A step of which a fault ends the function.
#define MAINSTAY_CODEC_STEP(call)           \
  {                                         \
    const Step step_ = (call);              \
    if (step_ == Step::fault) return Ref{}; \
    if (step_ == Step::end) break;          \
  }

// ---- scalars

template <class Source>
inline Ref Decode<Source>::read(const Plan& plan, const Path* path, bool key) {
  Token token;
  if (!source_.next(token)) return Ref{};
  switch (token.kind) {
    case Kind::null:
      if (plan.has(P_ANY | P_NONE)) return Ref::share(Py_None);
      return mismatch(context_, plan, path, Source::kJson ? "null" : "None");
    case Kind::boolean: return boolean_value(context_, plan, path, token.boolean);
    case Kind::integer:
      if (plan.has(P_ANY | P_INT) && !plan.has(kIntLimits)) {
        return integer_object(token.negative, token.magnitude);
      }
      return integer_value(context_, plan, path, token.negative, token.magnitude);
    case Kind::big_integer: return spelled_number(context_, plan, path, token.text, true);
    case Kind::real:
      if constexpr (Source::kJson) {
        double number = 0;
        if (plan.has(P_ANY | P_FLOAT) && context_.float_hook == nullptr && token.exact &&
            mainstay::codec::scale(token.magnitude, token.exponent, number)) {
          if (token.negative) number = -number;
          return plan.has(kFloatLimits) ? real_value(context_, plan, path, number)
                                        : Ref::steal(PyFloat_FromDouble(number));
        }
        return spelled_number(context_, plan, path, token.text, false);
      }
      if (plan.has(P_DECIMAL) && !plan.has(P_ANY | P_FLOAT)) {
        return decimal_of_double(context_, path, token.real);
      }
      return real_value(context_, plan, path, token.real);
    case Kind::text:
      if (plan.has(P_ANY | P_STR)) {
        if (key && !Source::kJson && (plan.types == P_ANY || plan.types == P_STR) &&
            KnownNames::may_have(token.text)) {
          return known_name(token.text, token.ascii);
        }
        if (token.ascii && !plan.has(kStrLimits)) return Ref::steal(ascii_text(token.text));
        return checked_text(context_, plan, path, text_object(token.text, token.ascii));
      }
      return text_for(context_, plan, path, token.text, nullptr, false);
    case Kind::bytes: return bytes(plan, path, token);
    case Kind::extension: return extension(plan, path, token);
    case Kind::array: {
      Items items = source_.enter(token);
      return array(plan, path, items, token.count, key);
    }
    case Kind::map: {
      Items items = source_.enter(token);
      return map(plan, path, items, token.count, key);
    }
  }
  return Ref{};
}

template <class Source>
Ref Decode<Source>::bytes(const Plan& plan, const Path* path, const Token& token) {
  const auto size = static_cast<Py_ssize_t>(token.text.size());
  if (!bytes_in_limits(context_, plan, path, size)) return Ref{};
  if (plan.has(P_ANY | P_BYTES)) {
    return Ref::steal(PyBytes_FromStringAndSize(token.text.data(), size));
  }
  if (plan.has(P_BYTEARRAY)) {
    return Ref::steal(PyByteArray_FromStringAndSize(token.text.data(), size));
  }
  if (plan.has(P_UUID)) return uuid_of_bytes(context_, path, token.text);
  if (plan.has(P_MEMORYVIEW)) return part_of(source_.owner(), token.text);
  return mismatch(context_, plan, path, "bytes");
}

template <class Source>
Ref Decode<Source>::extension(const Plan& plan, const Path* path, const Token& token) {
  const bool any = plan.has(P_ANY);
  if (token.code == -1 && plan.has(P_ANY | P_DATETIME)) {
    std::int64_t seconds = 0;
    std::uint64_t nanoseconds = 0;
    if (!mainstay::codec::read_timestamp(token.text, seconds, nanoseconds)) {
      return refuse(context_.state, path, "Invalid MessagePack timestamp");
    }
    if (nanoseconds > 999'999'999) {
      return refuse(context_.state, path,
                    "Invalid MessagePack timestamp: nanoseconds out of range");
    }
    return datetime_of_epoch(context_, plan, path, seconds, static_cast<std::int64_t>(nanoseconds));
  }
  if (!any && !plan.has(P_EXT)) return mismatch(context_, plan, path, "ext");
  const Ref code = Ref::steal(PyLong_FromLong(token.code));
  if (!code) return Ref{};
  if (any && !plan.has(P_EXT) && context_.ext_hook != nullptr) {
    const Ref view = part_of(source_.owner(), token.text);
    if (!view) return Ref{};
    return Ref::steal(
        PyObject_CallFunctionObjArgs(context_.ext_hook, code.get(), view.get(), nullptr));
  }
  const Ref data = Ref::steal(
      PyBytes_FromStringAndSize(token.text.data(), static_cast<Py_ssize_t>(token.text.size())));
  if (!data) return Ref{};
  return Ref::steal(
      PyObject_CallFunctionObjArgs(context_.state.Ext.get(), code.get(), data.get(), nullptr));
}

// ---- arrays

template <class Source>
Ref Decode<Source>::array(const Plan& plan, const Path* path, Items& items, std::size_t count,
                          bool key) {
  if (Source::kCounted && !array_in_limits(context_, plan, path, static_cast<Py_ssize_t>(count))) {
    return Ref{};
  }
  const Nesting guard(depth_, kWhileDecoding);
  if (!guard) return Ref{};
  if (plan.has(P_ANY)) {
    const Plan& any = plan_in(context_.state.any_plan);
    return key ? tuple(plan, any, path, items, true) : list(plan, any, path, items, count);
  }
  if (plan.has(P_LIST)) return list(plan, plan_in(plan.item), path, items, count);
  if (plan.has(P_SET | P_FROZENSET)) return set(plan, path, items);
  if (plan.has(P_VARTUPLE)) return tuple(plan, plan_in(plan.item), path, items, key);
  if (plan.has(P_FIXTUPLE)) return fixed_tuple(plan, path, items, count, key);
  if (plan.has(P_NAMEDTUPLE)) return named_tuple(plan, path, items, count, key);
  if (plan.has(P_STRUCT_ARRAY)) {
    return struct_array(value_of<Record>(plan.record.get()), path, items, count, false, key);
  }
  if (plan.has(P_STRUCT_ARRAY_UNION)) return struct_array_union(plan, path, items, count, key);
  return mismatch(context_, plan, path, "array");
}

template <class Source>
Ref Decode<Source>::list(const Plan& plan, const Plan& item, const Path* path, Items& items,
                         std::size_t count) {
  Ref made = list_with_room(Source::kCounted ? count : 0);
  if (!made) return Ref{};
  for (Path at{path};; ++at.index) {
    MAINSTAY_CODEC_STEP(source_.item(items));
    Ref each = value(item, &at);
    if (!each || !append(made.get(), std::move(each))) return Ref{};
  }
  if (!Source::kCounted && !array_in_limits(context_, plan, path, PyList_GET_SIZE(made.get()))) {
    return Ref{};
  }
  return made;
}

template <class Source>
Ref Decode<Source>::set(const Plan& plan, const Path* path, Items& items) {
  Ref made = Ref::steal(plan.has(P_SET) ? PySet_New(nullptr) : PyFrozenSet_New(nullptr));
  if (!made) return Ref{};
  for (Path at{path};; ++at.index) {
    MAINSTAY_CODEC_STEP(source_.item(items));
    const Ref each = value(plan_in(plan.item), &at, std::is_same_v<Source, MsgpackSource>);
    if (!each) return Ref{};
    let_hash_run(each.get());
    if (PySet_Add(made.get(), each.get()) < 0) return unhashable(context_, &at, each.get());
  }
  if (!Source::kCounted && !array_in_limits(context_, plan, path, PySet_GET_SIZE(made.get()))) {
    return Ref{};
  }
  return made;
}

template <class Source>
Ref Decode<Source>::tuple(const Plan& plan, const Plan& item, const Path* path, Items& items,
                          bool key) {
  const Ref made = Ref::steal(PyList_New(0));
  if (!made) return Ref{};
  for (Path at{path};; ++at.index) {
    MAINSTAY_CODEC_STEP(source_.item(items));
    Ref each = value(item, &at, key);
    if (!each || !append(made.get(), std::move(each))) return Ref{};
  }
  if (!Source::kCounted && !array_in_limits(context_, plan, path, PyList_GET_SIZE(made.get()))) {
    return Ref{};
  }
  return Ref::steal(PyList_AsTuple(made.get()));
}

// "Expected `array` of length 1 to 3, got 4"; JSON does not say how many there are.
template <class Source>
Ref Decode<Source>::length_error(const Path* path, Py_ssize_t least, Py_ssize_t most,
                                 std::size_t count) {
  const Ref got = Source::kCounted ? Ref::steal(PyUnicode_FromFormat(", got %zu", count))
                                   : Ref::steal(PyUnicode_New(0, 127));
  if (!got) return Ref{};
  if (least == most) {
    return refuse(context_.state, path, "Expected `array` of length %zd%U", most, got.get());
  }
  return refuse(context_.state, path, "Expected `array` of length %zd to %zd%U", least, most,
                got.get());
}

template <class Source>
Ref Decode<Source>::fixed_tuple(const Plan& plan, const Path* path, Items& items, std::size_t count,
                                bool key) {
  const Py_ssize_t size = PyTuple_GET_SIZE(plan.items.get());
  if (Source::kCounted && count != static_cast<std::size_t>(size)) {
    return length_error(path, size, size, count);
  }
  Ref made = Ref::steal(PyTuple_New(size));
  if (!made) return Ref{};
  Path at{path};
  for (;; ++at.index) {
    MAINSTAY_CODEC_STEP(source_.item(items));
    if (at.index >= size) return length_error(path, size, size, count);
    Ref each = value(value_of<Plan>(PyTuple_GET_ITEM(plan.items.get(), at.index)), &at, key);
    if (!each) return Ref{};
    PyTuple_SET_ITEM(made.get(), at.index, each.release());
  }
  if (at.index < size) return length_error(path, size, size, count);
  return made;
}

template <class Source>
Ref Decode<Source>::named_tuple(const Plan& plan, const Path* path, Items& items, std::size_t count,
                                bool key) {
  const auto& record = value_of<Record>(plan.named.get());
  const auto most = static_cast<Py_ssize_t>(record.fields.size());
  const auto least = static_cast<Py_ssize_t>(record.required_count());
  const auto counted = static_cast<Py_ssize_t>(count);
  if (Source::kCounted && (counted < least || counted > most)) {
    return length_error(path, least, most, count);
  }
  const Ref values = Ref::steal(PyTuple_New(most));
  if (!values) return Ref{};
  Path at{path};
  for (;; ++at.index) {
    MAINSTAY_CODEC_STEP(source_.item(items));
    if (at.index >= most) return length_error(path, least, most, count);
    const auto& field = record.fields[static_cast<std::size_t>(at.index)];
    Ref each = value(plan_in(field.plan), &at, key);
    if (!each) return Ref{};
    PyTuple_SET_ITEM(values.get(), at.index, each.release());
  }
  if (at.index < least) return length_error(path, least, most, count);
  for (Py_ssize_t i = at.index; i < most; ++i) {
    PyObject* given = PyTuple_GET_ITEM(record.defaults.get(), i - least);
    PyTuple_SET_ITEM(values.get(), i, Ref::share(given).release());
  }
  const Ref arguments = Ref::steal(PyTuple_Pack(1, values.get()));
  if (!arguments) return Ref{};
  return Ref::steal(PyTuple_Type.tp_new(reinterpret_cast<PyTypeObject*>(record.type.get()),
                                        arguments.get(), nullptr));
}

template <class Source>
Ref Decode<Source>::finished_struct(Ref made, StructType& type, const Path* path) {
  if (type.post_init != nullptr || type.has_factories) context_.pause.end();
  Py_ssize_t missing = -1;
  if (!fill_defaults(made.get(), type, missing)) {
    if (missing < 0) return Ref{};
    return refuse(context_.state, path, "Object missing required field `%U`",
                  PyTuple_GET_ITEM(type.encode_fields, missing));
  }
  if (!call_post_init(made.get(), type)) return refuse_as_raised(context_.state, path);
  return made;
}

template <class Source>
Ref Decode<Source>::struct_array(const Record& record, const Path* path, Items& items,
                                 std::size_t count, bool tag_known, bool key) {
  auto& type = *reinterpret_cast<StructType*>(record.type.get());
  const Py_ssize_t tags = type.tag_value != nullptr ? 1 : 0;
  const Py_ssize_t fields = type.field_count();
  const Py_ssize_t least = tags + fields - type.trailing_defaults;
  const auto too_short = [&](Py_ssize_t got) {
    return refuse(context_.state, path, "Expected `array` of at least length %zd, got %zd", least,
                  got);
  };
  if (Source::kCounted && static_cast<Py_ssize_t>(count) < least) {
    return too_short(static_cast<Py_ssize_t>(count));
  }
  Path at{path};
  if (tags != 0 && !tag_known) {
    const Step step = source_.item(items);
    if (step == Step::fault) return Ref{};
    if (step == Step::end) return too_short(0);
    if (!tag_matches(type, &at)) return Ref{};
  }
  Ref made = new_struct(type);
  if (!made) return Ref{};
  Py_ssize_t index = 0;
  for (at.index = tags;; ++at.index, ++index) {
    MAINSTAY_CODEC_STEP(source_.item(items));
    if (index >= fields) {
      if (type.forbid_unknown_fields == Option::on) {
        if (!Source::kCounted) {
          return refuse(context_.state, nullptr, "Expected `array` of at most length %zd", fields);
        }
        return refuse(context_.state, path, "Expected `array` of at most length %zd, got %zd",
                      fields, static_cast<Py_ssize_t>(count) - tags);
      }
      if (!source_.skip()) return Ref{};
      continue;
    }
    const auto& field = record.fields[static_cast<std::size_t>(index)];
    Ref each = value(plan_in(field.plan), &at, key);
    if (!each) return Ref{};
    set_field(made.get(), type, index, std::move(each));
  }
  if (index + tags < least) return too_short(index + tags);
  return finished_struct(std::move(made), type, path);
}

template <class Source>
Ref Decode<Source>::struct_array_union(const Plan& plan, const Path* path, Items& items,
                                       std::size_t count, bool key) {
  const auto& lookup = value_of<Lookup>(plan.record.get());
  const Step step = source_.item(items);
  if (step == Step::fault) return Ref{};
  if (step == Step::end) {
    return refuse(context_.state, path, "Expected `array` of at least length 1, got 0");
  }
  const Path at{path};
  const Record* record = tagged_record(lookup, &at);
  if (record == nullptr) return Ref{};
  return struct_array(*record, path, items, count, true, key);
}

// ---- maps

template <class Source>
Step Decode<Source>::member(const Record& record, Items& items, std::size_t& next, const Path* path,
                            Py_ssize_t& index, std::string_view& name) {
  if (next < record.fields.size() && source_.expected(items, record.fields[next])) {
    index = static_cast<Py_ssize_t>(next++);
    return Step::item;
  }
  const Step step = source_.name(items, name, path);
  if (step == Step::item) index = record.find(name, next);
  return step;
}

template <class Source>
Ref Decode<Source>::map(const Plan& plan, const Path* path, Items& items, std::size_t count,
                        bool key) {
  const Nesting guard(depth_, kWhileDecoding);
  if (!guard) return Ref{};
  if (plan.has(P_ANY | P_DICT)) {
    if (Source::kCounted && !map_in_limits(context_, plan, path, static_cast<Py_ssize_t>(count))) {
      return Ref{};
    }
    return dict(plan, path, items);
  }
  if (plan.has(P_STRUCT)) {
    return struct_map(value_of<Record>(plan.record.get()), path, items, key);
  }
  if (plan.has(P_STRUCT_UNION)) return struct_union(plan, path, items, key);
  if (plan.has(P_TYPEDDICT)) return typed_dict(plan, path, items);
  if (plan.has(P_DATACLASS)) return dataclass(plan, path, items);
  return mismatch(context_, plan, path, "object");
}

template <class Source>
Ref Decode<Source>::dict(const Plan& plan, const Path* path, Items& items) {
  const Plan& any = plan_in(context_.state.any_plan);
  const Plan& key_plan = plan.has(P_ANY) ? any : plan_in(plan.key);
  const Plan& value_plan = plan.has(P_ANY) ? any : plan_in(plan.value);
  const Path key_at{path, Path::Kind::key};
  const Path value_at{path, Path::Kind::any};
  const bool plain_key = key_plan.types == P_ANY || key_plan.types == P_STR;
  Ref made = Ref::steal(PyDict_New());
  if (!made) return Ref{};
  for (;;) {
    Ref key = plain_key ? expected_name(items) : Ref{};
    if (!key) {
      if constexpr (Source::kJson) {
        std::string_view name;
        MAINSTAY_CODEC_STEP(source_.name(items, name, path));
        const bool ascii = source_.name_is_ascii();
        key = plain_key && ascii && KnownNames::may_have(name)
                  ? known_name(name, true)
                  : name_value(context_, key_plan, &key_at, name, ascii);
      } else {
        MAINSTAY_CODEC_STEP(source_.item(items));
        key = value(key_plan, &key_at, true);
      }
    }
    if (!key) return Ref{};
    source_.turn(items);
    const Ref each = value(value_plan, &value_at);
    if (!each) return Ref{};
    let_hash_run(key.get());
    if (PyDict_SetItem(made.get(), key.get(), each.get()) < 0) {
      if constexpr (std::is_same_v<Source, MsgpackSource>) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
          PyErr_Clear();
          PyErr_Format(context_.state.DecodeError.get(),
                       "MessagePack data is malformed: map keys must be hashable (byte %zd)",
                       static_cast<Py_ssize_t>(source_.mark()));
        }
        return Ref{};
      }
      return unhashable(context_, &key_at, key.get());
    }
  }
  if (!Source::kCounted && !map_in_limits(context_, plan, path, PyDict_GET_SIZE(made.get()))) {
    return Ref{};
  }
  return made;
}

template <class Source>
Ref Decode<Source>::typed_dict(const Plan& plan, const Path* path, Items& items) {
  const auto& record = value_of<Record>(plan.keyed.get());
  Ref made = Ref::steal(PyDict_New());
  if (!made) return Ref{};
  std::size_t next = 0;
  for (;;) {
    Py_ssize_t index = -1;
    std::string_view name;
    MAINSTAY_CODEC_STEP(member(record, items, next, path, index, name));
    if (index < 0) {
      if (!source_.skip()) return Ref{};
      continue;
    }
    const Record::Field& field = record.fields[static_cast<std::size_t>(index)];
    const Path at{path, Path::Kind::name, 0, field.name.get()};
    const Ref each = value(plan_in(field.plan), &at);
    if (!each || PyDict_SetItem(made.get(), field.name.get(), each.get()) < 0) return Ref{};
  }
  return complete_typed_dict(context_, record, path, std::move(made));
}

template <class Source>
Ref Decode<Source>::dataclass(const Plan& plan, const Path* path, Items& items) {
  const auto& record = value_of<Record>(plan.keyed.get());
  context_.pause.end();  // descriptors and hooks of the class
  const Ref made = new_dataclass(record);
  if (!made) return Ref{};
  std::size_t next = 0;
  for (;;) {
    Py_ssize_t index = -1;
    std::string_view name;
    MAINSTAY_CODEC_STEP(member(record, items, next, path, index, name));
    if (index < 0) {
      if (!source_.skip()) return Ref{};
      continue;
    }
    const Record::Field& field = record.fields[static_cast<std::size_t>(index)];
    const Path at{path, Path::Kind::name, 0, field.name.get()};
    const Ref each = value(plan_in(field.plan), &at);
    if (!each || PyObject_GenericSetAttr(made.get(), field.name.get(), each.get()) < 0) {
      return Ref{};
    }
  }
  return complete_dataclass(context_, record, path, Ref::share(made.get()));
}

template <class Source>
Ref Decode<Source>::struct_map(const Record& record, const Path* path, Items& items, bool key) {
  auto& type = *reinterpret_cast<StructType*>(record.type.get());
  Ref made = new_struct(type);
  if (!made) return Ref{};
  std::string_view tag;
  if (type.tag_value != nullptr && !utf8_of(type.tag_field, tag)) return Ref{};
  std::size_t next = 0;
  for (;;) {
    Py_ssize_t index = -1;
    std::string_view name;
    MAINSTAY_CODEC_STEP(member(record, items, next, path, index, name));
    if (index >= 0) {
      const Path at{path, Path::Kind::field, index, record.type.get()};
      Ref each = value(plan_in(record.fields[static_cast<std::size_t>(index)].plan), &at, key);
      if (!each) return Ref{};
      set_field(made.get(), type, index, std::move(each));
    } else if (type.tag_value != nullptr && name == tag) {
      const Path at{path, Path::Kind::name, 0, type.tag_field};
      if (!tag_matches(type, &at)) return Ref{};
    } else if (type.forbid_unknown_fields == Option::on) {
      const Ref shown = text_object(name, false);
      if (!shown) return Ref{};
      return refuse(context_.state, path, "Object contains unknown field `%U`", shown.get());
    } else if (!source_.skip()) {
      return Ref{};
    }
  }
  return finished_struct(std::move(made), type, path);
}

template <class Source>
Ref Decode<Source>::struct_union(const Plan& plan, const Path* path, Items& items, bool key) {
  const auto& lookup = value_of<Lookup>(plan.record.get());
  std::string_view tag;
  if (!utf8_of(lookup.tag_field.get(), tag)) return Ref{};
  if constexpr (Source::kObjects) {
    Ref found = Ref::share(PyDict_GetItemWithError(items.container.get(), lookup.tag_field.get()));
    if (found) {
      const Path at{path, Path::Kind::name, 0, lookup.tag_field.get()};
      source_.set_current(std::move(found));
      const Record* record = tagged_record(lookup, &at);
      return record != nullptr ? struct_map(*record, path, items, key) : Ref{};
    }
    if (PyErr_Occurred() != nullptr) return Ref{};
    return refuse(context_.state, path, "Object missing required field `%U`",
                  lookup.tag_field.get());
  }
  const std::size_t start = source_.mark();
  Items all = copy_of(items);
  for (bool first = true;; first = false) {
    std::string_view name;
    MAINSTAY_CODEC_STEP(source_.name(items, name, path));
    if (name != tag) {
      if (!source_.skip()) return Ref{};
      continue;
    }
    const Path at{path, Path::Kind::name, 0, lookup.tag_field.get()};
    const Record* record = tagged_record(lookup, &at);
    if (record == nullptr) return Ref{};
    // The fields that stood in front of the tag are read now.
    if (first) return struct_map(*record, path, items, key);
    source_.rewind(start);
    return struct_map(*record, path, all, key);
  }
  return refuse(context_.state, path, "Object missing required field `%U`", lookup.tag_field.get());
}

// ---- tags

template <class Source>
bool Decode<Source>::read_tag(bool is_text, const Path* path, std::string_view& text, Ref& number) {
  const char* wanted = is_text ? "str" : "int";
  if constexpr (Source::kObjects) {
    PyObject* tag = source_.current();
    if (!(is_text ? PyUnicode_CheckExact(tag) : PyLong_CheckExact(tag))) {
      refuse(context_.state, path, "Expected `%s`, got `%s`", wanted, Py_TYPE(tag)->tp_name);
      return false;
    }
    number = Ref::share(tag);
    return !is_text || utf8_of(tag, text);
  } else {
    const std::size_t start = source_.mark();
    Token token;
    if (!source_.next(token)) return false;
    if (token.kind == (is_text ? Kind::text : Kind::integer)) {
      text = token.text;
      if (!is_text) number = integer_object(token.negative, token.magnitude);
      return is_text || number;
    }
    if constexpr (Source::kJson) {
      // What is malformed counts first.
      source_.rewind(start);
      if (!source_.skip()) return false;
      refuse(context_.state, path, "Expected `%s`", wanted);
    } else {
      refuse(context_.state, path, "Expected `%s`, got `%s`", wanted, kind_name(token.kind));
    }
    return false;
  }
}

template <class Source>
bool Decode<Source>::tag_matches(const StructType& type, const Path* path) {
  const bool is_text = PyUnicode_CheckExact(type.tag_value);
  std::string_view text;
  Ref number;
  if (!read_tag(is_text, path, text, number)) return false;
  if (is_text) {
    std::string_view wanted;
    if (!utf8_of(type.tag_value, wanted)) return false;
    if (text == wanted) return true;
    number = text_object(text, false);
    if (!number) return false;
  } else {
    const int equal = PyObject_RichCompareBool(number.get(), type.tag_value, Py_EQ);
    if (equal != 0) return equal > 0;
  }
  invalid_tag(context_, path, number.get(), Source::kObjects);
  return false;
}

template <class Source>
const Record* Decode<Source>::tagged_record(const Lookup& lookup, const Path* path) {
  std::string_view text;
  Ref number;
  if (!read_tag(lookup.is_text, path, text, number)) return nullptr;
  PyObject* found = lookup.is_text ? lookup.find(text) : lookup.find(number.get());
  if (found != nullptr) return &value_of<Record>(found);
  if (PyErr_Occurred() != nullptr) return nullptr;
  if (lookup.is_text && !number) number = text_object(text, false);
  if (number) invalid_tag(context_, path, number.get(), Source::kObjects);
  return nullptr;
}

#undef MAINSTAY_CODEC_STEP

}  // namespace mainstay::binding::codec
