// convert.cpp - Python objects as a source: what each kind of object may become.
#include <cstring>

#include "binding/codec/decode.hpp"
#include "binding/codec/decoders.hpp"
#include "binding/codec/moments.hpp"

namespace mainstay::binding::codec {
namespace {

// Whether getting a member failed because there is none; that exception is cleared.
bool is_missing() {
  if (!PyErr_ExceptionMatches(PyExc_AttributeError) && !PyErr_ExceptionMatches(PyExc_KeyError)) {
    return false;
  }
  PyErr_Clear();
  return true;
}

Ref attribute_of(PyObject* object, PyObject* name) {
  return Ref::steal(PyObject_GetAttr(object, name));
}

Ref attribute_or_item(PyObject* object, PyObject* name) {
  Ref found = attribute_of(object, name);
  if (found || !is_missing()) return found;
  return Ref::steal(PyObject_GetItem(object, name));
}

using ObjectDecode = Decode<ObjectSource>;

}  // namespace

template <>
Ref ObjectDecode::object(const Plan& plan, const Path* path, bool key);
template <>
Ref ObjectDecode::other_object(const Plan& plan, const Path* path);
template <>
Ref ObjectDecode::mapping_to_typeddict(const Plan& plan, const Path* path);

namespace {

bool contains_type(const Lookup& lookup, PyTypeObject* type) {
  PyObject* key = nullptr;
  PyObject* value = nullptr;
  Py_ssize_t position = 0;
  while (PyDict_Next(lookup.values.get(), &position, &key, &value)) {
    if (value_of<Record>(value).type.get() == reinterpret_cast<PyObject*>(type)) return true;
  }
  return false;
}

Ref bytes_like(const Context& context, const Plan& plan, const Path* path, PyObject* object,
               std::uint64_t own) {
  Py_buffer buffer;
  if (PyObject_GetBuffer(object, &buffer, PyBUF_CONTIG_RO) < 0) return Ref{};
  const Py_ssize_t size = buffer.len;
  Ref uuid;
  const bool wants_uuid = !plan.has(kBytesTypes) && plan.has(P_UUID & ~context.builtin);
  if (wants_uuid) {
    uuid = uuid_of_bytes(context, path,
                         {static_cast<const char*>(buffer.buf), static_cast<std::size_t>(size)});
  }
  PyBuffer_Release(&buffer);
  if (wants_uuid) return uuid;
  if (!plan.has(kBytesTypes)) return mismatch(context, plan, path, "bytes");
  if (!bytes_in_limits(context, plan, path, size)) return Ref{};
  if (plan.has(own) && own != P_BYTES) return Ref::share(object);
  if (plan.has(P_BYTES)) {
    return PyBytes_CheckExact(object) ? Ref::share(object) : Ref::steal(PyBytes_FromObject(object));
  }
  if (plan.has(P_BYTEARRAY)) return Ref::steal(PyByteArray_FromObject(object));
  return Ref::steal(PyMemoryView_FromObject(object));
}

}  // namespace

template <>
Ref ObjectDecode::object(const Plan& plan, const Path* path, bool key) {
  PyObject* object = source_.current();
  const State& state = context_.state;
  if (plan.has(P_ANY)) {
    Ref same = Ref::share(object);
    return plan.has(kCustomTypes) ? custom_value(context_, plan, path, std::move(same))
                                  : std::move(same);
  }
  // The source goes on to the parts of what it stands at.
  const Ref held = Ref::share(object);
  const auto same_if = [&](std::uint64_t types, const char* got) {
    return plan.has(types) ? Ref::share(object) : mismatch(context_, plan, path, got);
  };
  PyTypeObject* type = Py_TYPE(object);
  if (PyUnicode_Check(object)) {
    if (plan.has(P_STR)) return checked_text(context_, plan, path, Ref::share(object));
    std::string_view text;
    if (!utf8_of(object, text)) return Ref{};
    return text_for(context_, plan, path, text, object, key && PyUnicode_CheckExact(object));
  }
  if (PyBool_Check(object)) return boolean_value(context_, plan, path, object == Py_True);
  if (PyLong_Check(object)) return python_integer(context_, plan, path, object);
  if (type == &PyFloat_Type) {
    const double number = PyFloat_AS_DOUBLE(object);
    if (plan.has(P_FLOAT)) {
      if (!plan.has(kFloatLimits)) return Ref::share(object);
      const Ref checked = real_value(context_, plan, path, number);
      return checked ? Ref::share(object) : Ref{};
    }
    if (plan.has(P_DECIMAL & ~context_.builtin)) {
      return decimal_of_double(context_, path, number);
    }
    return real_value(context_, plan, path, number);
  }
  Token token;
  if (PyList_Check(object) || type == &PyTuple_Type) {
    token.count = static_cast<std::size_t>(PyList_Check(object) ? PyList_GET_SIZE(object)
                                                                : PyTuple_GET_SIZE(object));
    Items items = source_.enter(token);
    return array(plan, path, items, token.count, false);
  }
  if (PyDict_Check(object)) {
    token.count = static_cast<std::size_t>(PyDict_GET_SIZE(object));
    Items items = source_.enter(token);
    return map(plan, path, items, token.count, false);
  }
  if (object == Py_None) return same_if(P_NONE, "null");
  context_.pause.end();
  if (PyBytes_Check(object)) return bytes_like(context_, plan, path, object, P_BYTES);
  if (type == &PyByteArray_Type) return bytes_like(context_, plan, path, object, P_BYTEARRAY);
  if (type == &PyMemoryView_Type) return bytes_like(context_, plan, path, object, P_MEMORYVIEW);
  switch (moment_kind(object)) {
    case Moment::none: break;
    case Moment::datetime:
      if (plan.has(P_DATETIME) && !zone_allowed(context_, plan, path, has_zone(object))) {
        return Ref{};
      }
      return same_if(P_DATETIME, "datetime");
    case Moment::time:
      if (plan.has(P_TIME) && !zone_allowed(context_, plan, path, has_zone(object))) {
        return Ref{};
      }
      return same_if(P_TIME, "time");
    case Moment::date: return same_if(P_DATE, "date");
    case Moment::timedelta: return same_if(P_TIMEDELTA, "duration");
  }
  if (is_instance_of(object, state.UUID)) return same_if(P_UUID, "uuid");
  if (is_exactly(object, state.Decimal)) {
    if (plan.has(P_FLOAT) && !plan.has(P_DECIMAL)) {
      const Ref number = Ref::steal(PyNumber_Float(object));
      if (!number) return Ref{};
      const Ref checked = real_value(context_, plan, path, PyFloat_AS_DOUBLE(number.get()));
      return checked ? Ref::share(number.get()) : Ref{};
    }
    return same_if(P_DECIMAL, "decimal");
  }
  if (PyType_IsSubtype(Py_TYPE(type), reinterpret_cast<PyTypeObject*>(state.EnumMeta.get()))) {
    if (plan.has(P_ENUM) &&
        value_of<Lookup>(plan.texts.get()).enum_type.get() == reinterpret_cast<PyObject*>(type)) {
      return Ref::share(object);
    }
    return mismatch(context_, plan, path, type->tp_name);
  }
  if (is_exactly(object, state.Ext)) return same_if(P_EXT, "ext");
  if (is_exactly(object, state.raw_type)) {
    return plan.types == 0 ? Ref::share(object) : mismatch(context_, plan, path, "raw");
  }
  if (PyAnySet_Check(object)) {
    if (!plan.has(P_LIST | P_SET | P_FROZENSET | P_VARTUPLE)) {
      return mismatch(context_, plan, path, "set");
    }
    source_.set_current(Ref::steal(PySequence_Tuple(object)));
    if (source_.current() == nullptr) return Ref{};
    token.count = static_cast<std::size_t>(PyTuple_GET_SIZE(source_.current()));
    Items items = source_.enter(token);
    return array(plan, path, items, token.count, false);
  }
  return other_object(plan, path);
}

template <>
template <class Getter>
Ref ObjectDecode::object_to_struct(const Record& record, const Path* path, bool tag_known,
                                   Getter get) {
  const Ref object = Ref::share(source_.current());
  auto& type = *reinterpret_cast<StructType*>(record.type.get());
  if (type.tag_value != nullptr && !tag_known) {
    Ref tag = get(object.get(), type.tag_field);
    if (tag) {
      const Path at{path, Path::Kind::name, 0, type.tag_field};
      source_.set_current(std::move(tag));
      if (!tag_matches(type, &at)) return Ref{};
    } else if (!is_missing()) {
      return Ref{};
    }
  }
  const Nesting guard(depth_, kWhileDecoding);
  Ref made = guard ? new_struct(type) : Ref{};
  if (!made) return Ref{};
  // Of a renamed struct either its own names are used or those of messages, as the first that is
  // found.
  PyObject* names = type.fields == type.encode_fields ? type.fields : nullptr;
  for (Py_ssize_t i = 0; i < type.field_count(); ++i) {
    PyObject* own = PyTuple_GET_ITEM(type.fields, i);
    PyObject* encoded = PyTuple_GET_ITEM(type.encode_fields, i);
    PyObject* name = names != nullptr ? PyTuple_GET_ITEM(names, i) : own;
    Ref found = get(object.get(), name);
    if (!found && !is_missing()) return Ref{};
    if (names == nullptr && own != encoded) {
      if (found) {
        names = type.fields;
      } else {
        found = get(object.get(), encoded);
        if (!found && !is_missing()) return Ref{};
        if (found) {
          names = type.encode_fields;
          name = encoded;
        }
      }
    }
    if (found) {
      const Path at{path, Path::Kind::name, 0, name};
      source_.set_current(std::move(found));
      Ref each = value(plan_in(record.fields[static_cast<std::size_t>(i)].plan), &at);
      if (!each) return Ref{};
      set_field(made.get(), type, i, std::move(each));
      continue;
    }
    const Py_ssize_t required = type.required_count();
    if (i < required ||
        PyTuple_GET_ITEM(type.defaults, i - required) == context_.state.NODEFAULT.get()) {
      return refuse(context_.state, path, "Object missing required field `%U`", name);
    }
  }
  return finished_struct(std::move(made), type, path);
}

template <>
template <class Getter>
Ref ObjectDecode::object_to_dataclass(const Plan& plan, const Path* path, Getter get) {
  const Ref object = Ref::share(source_.current());
  const auto& record = value_of<Record>(plan.keyed.get());
  const Nesting guard(depth_, kWhileDecoding);
  Ref made = guard ? new_dataclass(record) : Ref{};
  if (!made) return Ref{};
  for (std::size_t i = 0; i < record.fields.size(); ++i) {
    const Record::Field& field = record.fields[i];
    Ref found = get(object.get(), field.name.get());
    if (!found) {
      if (!is_missing()) return Ref{};
      if (i < record.required_count()) {
        return refuse(context_.state, path, "Object missing required field `%U`", field.name.get());
      }
      // Also where the class has an attribute of that name: it is set to the default.
      PyObject* given = PyTuple_GET_ITEM(record.defaults.get(),
                                         static_cast<Py_ssize_t>(i - record.required_count()));
      const Ref value = field.factory ? Ref::steal(PyObject_CallNoArgs(given)) : Ref::share(given);
      if (!value || PyObject_GenericSetAttr(made.get(), field.name.get(), value.get()) < 0) {
        return Ref{};
      }
      continue;
    }
    const Path at{path, Path::Kind::name, 0, field.name.get()};
    source_.set_current(std::move(found));
    const Ref each = value(plan_in(field.plan), &at);
    if (!each || PyObject_GenericSetAttr(made.get(), field.name.get(), each.get()) < 0) {
      return Ref{};
    }
  }
  return complete_dataclass(context_, record, path, std::move(made));
}

template <>
Ref ObjectDecode::mapping_to_typeddict(const Plan& plan, const Path* path) {
  const Ref object = Ref::share(source_.current());
  const auto& record = value_of<Record>(plan.keyed.get());
  const Nesting guard(depth_, kWhileDecoding);
  Ref made = guard ? Ref::steal(PyDict_New()) : Ref{};
  if (!made) return Ref{};
  for (const Record::Field& field : record.fields) {
    Ref found = Ref::steal(PyObject_GetItem(object.get(), field.name.get()));
    if (!found) {
      if (!PyErr_ExceptionMatches(PyExc_KeyError)) return Ref{};
      PyErr_Clear();
      continue;
    }
    const Path at{path, Path::Kind::name, 0, field.name.get()};
    source_.set_current(std::move(found));
    const Ref each = value(plan_in(field.plan), &at);
    if (!each || PyDict_SetItem(made.get(), field.name.get(), each.get()) < 0) return Ref{};
  }
  return complete_typed_dict(context_, record, path, std::move(made));
}

template <>
Ref ObjectDecode::other_object(const Plan& plan, const Path* path) {
  const Ref held = Ref::share(source_.current());
  PyObject* object = held.get();
  PyTypeObject* type = Py_TYPE(object);
  const auto is_type_of = [&](const Ref& record) {
    return value_of<Record>(record.get()).type.get() == reinterpret_cast<PyObject*>(type);
  };
  if ((plan.has(P_STRUCT | P_STRUCT_ARRAY) && is_type_of(plan.record)) ||
      (plan.has(P_STRUCT_UNION | P_STRUCT_ARRAY_UNION) &&
       contains_type(value_of<Lookup>(plan.record.get()), type)) ||
      (plan.has(P_DATACLASS) && is_type_of(plan.keyed)) ||
      (plan.has(P_NAMEDTUPLE) && is_type_of(plan.named))) {
    return Ref::share(object);
  }
  Token token;
  if (PyTuple_Check(object)) {
    token.count = static_cast<std::size_t>(PyTuple_GET_SIZE(object));
    Items items = source_.enter(token);
    return array(plan, path, items, token.count, false);
  }
  const bool mapping = PyMapping_Check(object) != 0;
  if (mapping && plan.has(P_DICT)) {
    if (!Ref::steal(PyObject_GetAttr(object, context_.state.s_keys.get()))) {
      if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return Ref{};
      PyErr_Clear();
      return mismatch(context_, plan, path, type->tp_name);
    }
    Ref copy = Ref::steal(PyDict_New());
    if (!copy || PyDict_Merge(copy.get(), object, 1) < 0) return Ref{};
    token.count = static_cast<std::size_t>(PyDict_GET_SIZE(copy.get()));
    source_.set_current(std::move(copy));
    Items items = source_.enter(token);
    return map(plan, path, items, token.count, false);
  }
  if (!mapping && !context_.from_attributes) {
    return mismatch(context_, plan, path, type->tp_name);
  }
  const auto get = mapping ? &attribute_or_item : &attribute_of;
  // Structs that are arrays are read by attribute, not from mappings.
  const std::uint64_t arrays = context_.from_attributes ? P_STRUCT_ARRAY | P_STRUCT_ARRAY_UNION : 0;
  if (plan.has((P_STRUCT | P_STRUCT_ARRAY) & (P_STRUCT | arrays))) {
    return object_to_struct(value_of<Record>(plan.record.get()), path, false, get);
  }
  if (plan.has((P_STRUCT_UNION | P_STRUCT_ARRAY_UNION) & (P_STRUCT_UNION | arrays))) {
    const auto& lookup = value_of<Lookup>(plan.record.get());
    Ref tag = get(object, lookup.tag_field.get());
    if (!tag) {
      if (!is_missing()) return Ref{};
      return refuse(context_.state, path, "Object missing required field `%U`",
                    lookup.tag_field.get());
    }
    const Path at{path, Path::Kind::name, 0, lookup.tag_field.get()};
    source_.set_current(std::move(tag));
    const Record* record = tagged_record(lookup, &at);
    if (record == nullptr) return Ref{};
    source_.set_current(Ref::share(object));
    return object_to_struct(*record, path, true, get);
  }
  if (plan.has(P_DATACLASS)) return object_to_dataclass(plan, path, get);
  if (mapping && plan.has(P_TYPEDDICT)) return mapping_to_typeddict(plan, path);
  return mismatch(context_, plan, path, type->tp_name);
}

Ref convert_object(const Context& context, const Plan& plan, PyObject* object) {
  ObjectSource source(context, object);
  ObjectDecode decode(context, source);
  if (context.dec_hook == nullptr) context.pause.begin();
  return decode.value(plan, nullptr);
}

}  // namespace mainstay::binding::codec
