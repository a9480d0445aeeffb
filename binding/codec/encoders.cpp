// encoders.cpp - the types json.Encoder and msgpack.Encoder, and the functions beside them.
#include "binding/codec/encoders.hpp"

#include <cstring>

#include "binding/codec/encode.hpp"
#include "binding/codec/keywords.hpp"
#include "binding/support/exception.hpp"

namespace mainstay::binding::codec {
namespace {

bool take_order(PyObject* given, Order& order) {
  if (given == nullptr || given == Py_None) return true;
  if (PyUnicode_Check(given)) {
    if (PyUnicode_CompareWithASCIIString(given, "deterministic") == 0) {
      order = Order::deterministic;
      return true;
    }
    if (PyUnicode_CompareWithASCIIString(given, "sorted") == 0) {
      order = Order::sorted;
      return true;
    }
  }
  PyErr_Format(PyExc_ValueError,
               "`order` must be one of `{None, 'deterministic', 'sorted'}`, got %R", given);
  return false;
}

bool take_uuid_format(PyObject* given, bool json, UuidFormat& format) {
  if (given == nullptr) return true;
  const auto is = [&](const char* name) {
    return PyUnicode_Check(given) && PyUnicode_CompareWithASCIIString(given, name) == 0;
  };
  if (is("canonical")) {
    format = UuidFormat::canonical;
  } else if (is("hex")) {
    format = UuidFormat::hex;
  } else if (!json && is("bytes")) {
    format = UuidFormat::bytes;
  } else {
    PyErr_Format(PyExc_ValueError,
                 json ? "`uuid_format` must be 'canonical' or 'hex', got %R"
                      : "`uuid_format` must be 'canonical', 'hex', or 'bytes', got %R",
                 given);
    return false;
  }
  return true;
}

template <class Sink>
Ref encode_object(const EncodeContext& context, PyObject* object) {
  BytesBuffer buffer;
  Sink sink(buffer);
  Encode<Sink> encode(context, sink);
  if (!encode.value(object)) return Ref{};
  return buffer.take();
}

struct Encoder {
  const State* state = nullptr;  // of `module`
  Ref module, enc_hook, decimal_callable;
  DecimalFormat decimal_format = DecimalFormat::text;
  UuidFormat uuid_format = UuidFormat::canonical;
  Order order = Order::as_is;
  void each_reference(auto visit) {
    for (Ref* each : {&module, &enc_hook, &decimal_callable}) visit(*each);
  }
};

template <bool json>
bool init_encoder(Self<Encoder> self, PyObject* args, PyObject* kwargs) {
  static const char* keywords[] = {"enc_hook", "decimal_format", "uuid_format", "order", nullptr};
  PyObject* enc_hook = nullptr;
  PyObject* decimal_format = nullptr;
  PyObject* uuid_format = nullptr;
  PyObject* order = nullptr;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|$OOOO", const_cast<char**>(keywords), &enc_hook,
                                   &decimal_format, &uuid_format, &order)) {
    return false;
  }
  if (!is_first_init(self->module, "Encoder")) return false;
  Encoder made;
  if (decimal_format != nullptr) {
    const auto is = [&](const char* name) {
      return PyUnicode_Check(decimal_format) &&
             PyUnicode_CompareWithASCIIString(decimal_format, name) == 0;
    };
    if (PyCallable_Check(decimal_format) != 0) {
      made.decimal_format = DecimalFormat::callable;
      made.decimal_callable = Ref::share(decimal_format);
    } else if (is("number")) {
      made.decimal_format = DecimalFormat::number;
    } else if (!is("string")) {
      PyErr_Format(PyExc_ValueError,
                   "`decimal_format` must be 'string', 'number', or a callable, got %R",
                   decimal_format);
      return false;
    }
  }
  if (!take_uuid_format(uuid_format, json, made.uuid_format) || !take_order(order, made.order) ||
      !take_hook(enc_hook, "enc_hook")) {
    return false;
  }
  made.state = &state_behind(Py_TYPE(self.object));
  made.module = Ref::share(made.state->module);
  made.enc_hook = Ref::share(enc_hook);
  *self = std::move(made);
  return true;
}

EncodeContext context_of(const Encoder& self) {
  return {.state = *self.state,
          .enc_hook = self.enc_hook.get(),
          .decimal_callable = self.decimal_callable.get(),
          .decimal_format = self.decimal_format,
          .uuid_format = self.uuid_format,
          .order = self.order};
}

const Encoder* ready(PyObject* self) {
  const auto& encoder = value_of<Encoder>(self);
  if (encoder.module) return &encoder;
  PyErr_SetString(PyExc_TypeError, "Encoder.__init__() was not called");
  return nullptr;
}

template <class Sink>
PyObject* encode_method(PyObject* self, PyObject* const* args, Py_ssize_t nargs) noexcept {
  const Encoder* encoder = check_positional(nargs, 1, 1) ? ready(self) : nullptr;
  if (encoder == nullptr) return nullptr;
  return guarded([&] { return encode_object<Sink>(context_of(*encoder), args[0]); });
}

// The memory of a bytearray that becomes shorter is kept, for the next message.
bool resize(PyObject* array, Py_ssize_t size) {
  auto* bytes = reinterpret_cast<PyByteArrayObject*>(array);
  if (size > PyByteArray_GET_SIZE(array) || bytes->ob_exports > 0) {
    return PyByteArray_Resize(array, size) == 0;
  }
  Py_SET_SIZE(bytes, size);
  if (bytes->ob_start != nullptr) bytes->ob_start[size] = '\0';
  return true;
}

// Writes into a bytearray from an offset on; the array ends where the message ends.
template <class Sink>
PyObject* encode_into_method(PyObject* self, PyObject* const* args, Py_ssize_t nargs) noexcept {
  const Encoder* encoder = check_positional(nargs, 2, 3) ? ready(self) : nullptr;
  if (encoder == nullptr) return nullptr;
  PyObject* array = args[1];
  if (!PyByteArray_CheckExact(array)) {
    PyErr_SetString(PyExc_TypeError, "buffer must be a `bytearray`");
    return nullptr;
  }
  Py_ssize_t offset = 0;
  if (nargs == 3) {
    offset = PyLong_AsSsize_t(args[2]);
    if (offset == -1 && PyErr_Occurred() != nullptr) return nullptr;
    if (offset < -1) {
      PyErr_SetString(PyExc_ValueError, "offset must be >= -1");
      return nullptr;
    }
  }
  return guarded([&]() -> Ref {
    BytesBuffer buffer;
    Sink sink(buffer);
    const EncodeContext context = context_of(*encoder);
    Encode<Sink> encode(context, sink);
    const bool good = encode.value(args[0]);
    const Ref error = good ? Ref{} : take_exception();
    const CriticalSection section(array);
    const Py_ssize_t had = PyByteArray_GET_SIZE(array);
    const Py_ssize_t from = offset < 0 ? had : offset;
    const std::string_view written = buffer.view();
    if (from > PY_SSIZE_T_MAX - static_cast<Py_ssize_t>(written.size())) {
      return Ref::steal(PyErr_NoMemory());
    }
    // Also after an error: nothing of what stood there before is left.
    if (!resize(array, from + static_cast<Py_ssize_t>(written.size()))) return Ref{};
    char* data = PyByteArray_AS_STRING(array);
    if (from > had) std::memset(data + had, 0, static_cast<std::size_t>(from - had));
    std::memcpy(data + from, written.data(), written.size());
    if (good) return Ref::share(Py_None);
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.get())), error.get());
    return Ref{};
  });
}

PyObject* encode_lines_method(PyObject* self, PyObject* const* args, Py_ssize_t nargs) noexcept {
  const Encoder* encoder = check_positional(nargs, 1, 1) ? ready(self) : nullptr;
  if (encoder == nullptr) return nullptr;
  return guarded([&]() -> Ref {
    const Ref iterator = Ref::steal(PyObject_GetIter(args[0]));
    if (!iterator) return Ref{};
    BytesBuffer buffer;
    JsonSink sink(buffer);
    const EncodeContext context = context_of(*encoder);
    Encode<JsonSink> encode(context, sink);
    while (const Ref item = Ref::steal(PyIter_Next(iterator.get()))) {
      if (!encode.value(item.get())) return Ref{};
      sink.raw("\n");
    }
    return PyErr_Occurred() != nullptr ? Ref{} : buffer.take();
  });
}

Ref encoder_enc_hook(Encoder& self) {
  return Ref::share(self.enc_hook ? self.enc_hook.get() : Py_None);
}
Ref encoder_decimal_format(Encoder& self) {
  if (self.decimal_callable) return Ref::share(self.decimal_callable.get());
  return Ref::steal(PyUnicode_InternFromString(
      self.decimal_format == DecimalFormat::number ? "number" : "string"));
}
Ref encoder_uuid_format(Encoder& self) {
  constexpr const char* kNames[] = {"canonical", "hex", "bytes"};
  return Ref::steal(PyUnicode_InternFromString(kNames[static_cast<int>(self.uuid_format)]));
}
Ref encoder_order(Encoder& self) {
  if (self.order == Order::as_is) return Ref::share(Py_None);
  return Ref::steal(
      PyUnicode_InternFromString(self.order == Order::sorted ? "sorted" : "deterministic"));
}

PyGetSetDef kAttributes[] = {
    attribute<encoder_enc_hook>("enc_hook", "What is asked for objects of other types."),
    attribute<encoder_decimal_format>("decimal_format", "How decimals are written."),
    attribute<encoder_uuid_format>("uuid_format", "How UUIDs are written."),
    attribute<encoder_order>("order", "The order of members."),
    {},
};
constexpr const char* kEncodeDoc =
    "encode($self, obj, /)\n--\n\nThe message of an object, as bytes.";
constexpr const char* kIntoDoc =
    "encode_into($self, obj, buffer, offset=0, /)\n--\n\nWrites the message of an object into a "
    "bytearray from an offset on, -1 being its end. The array ends where the message ends.";
PyMethodDef kJsonMethods[] = {
    {"encode", as_method(&encode_method<JsonSink>), METH_FASTCALL, kEncodeDoc},
    {"encode_into", as_method(&encode_into_method<JsonSink>), METH_FASTCALL, kIntoDoc},
    {"encode_lines", as_method(&encode_lines_method), METH_FASTCALL,
     "encode_lines($self, items, /)\n--\n\nOne line for each item of an iterable."},
    {},
};
PyMethodDef kMsgpackMethods[] = {
    {"encode", as_method(&encode_method<MsgpackSink>), METH_FASTCALL, kEncodeDoc},
    {"encode_into", as_method(&encode_into_method<MsgpackSink>), METH_FASTCALL, kIntoDoc},
    {},
};
const PyType_Slot kJsonSlots[] = {{Py_tp_init, as_slot<init_encoder<true>>()}};
const PyType_Slot kMsgpackSlots[] = {{Py_tp_init, as_slot<init_encoder<false>>()}};
const TypeTable kJsonEncoder{
    .name = "mainstay.codec._native.JSONEncoder",
    .doc =
        "JSONEncoder(*, enc_hook=None, decimal_format='string', uuid_format='canonical', "
        "order=None)\n--\n\nEncodes objects as JSON. Does not change; threads may share it.",
    .methods = kJsonMethods,
    .attributes = kAttributes,
    .slots = kJsonSlots,
};
const TypeTable kMsgpackEncoder{
    .name = "mainstay.codec._native.MsgpackEncoder",
    .doc =
        "MsgpackEncoder(*, enc_hook=None, decimal_format='string', uuid_format='canonical', "
        "order=None)\n--\n\nEncodes objects as MessagePack. Does not change; threads may share "
        "it.",
    .methods = kMsgpackMethods,
    .attributes = kAttributes,
    .slots = kMsgpackSlots,
};

template <class Sink>
PyObject* encode_function(PyObject* module, PyObject* const* args, Py_ssize_t nargs,
                          PyObject* names) noexcept {
  PyObject* enc_hook = nullptr;
  PyObject* order = nullptr;
  const Keyword keywords[] = {{"enc_hook", &enc_hook}, {"order", &order}};
  EncodeContext context{.state = state_of<State>(module)};
  if (!take_keywords(args, nargs, names, 1, 1, keywords) || !take_hook(enc_hook, "enc_hook") ||
      !take_order(order, context.order)) {
    return nullptr;
  }
  context.enc_hook = enc_hook;
  return guarded([&] { return encode_object<Sink>(context, args[0]); });
}

}  // namespace

PyObject* json_encode(PyObject* module, PyObject* const* args, Py_ssize_t nargs,
                      PyObject* names) noexcept {
  return encode_function<JsonSink>(module, args, nargs, names);
}

PyObject* msgpack_encode(PyObject* module, PyObject* const* args, Py_ssize_t nargs,
                         PyObject* names) noexcept {
  return encode_function<MsgpackSink>(module, args, nargs, names);
}

PyObject* to_builtins(PyObject* module, PyObject* const* args, Py_ssize_t nargs,
                      PyObject* names) noexcept {
  return guarded([&]() -> Ref {
    const State& state = state_of<State>(module);
    PyObject* builtin_types = nullptr;
    PyObject* str_keys = Py_False;
    PyObject* enc_hook = nullptr;
    PyObject* order = nullptr;
    const Keyword keywords[] = {{"builtin_types", &builtin_types},
                                {"str_keys", &str_keys},
                                {"enc_hook", &enc_hook},
                                {"order", &order}};
    EncodeContext context{.state = state};
    if (!take_keywords(args, nargs, names, 1, 1, keywords) || !take_hook(enc_hook, "enc_hook") ||
        !take_order(order, context.order)) {
      return Ref{};
    }
    const int text_keys = PyObject_IsTrue(str_keys);
    if (text_keys < 0) return Ref{};
    context.enc_hook = enc_hook;
    context.str_keys = text_keys != 0;
    Ref own;
    if (builtin_types != nullptr && builtin_types != Py_None) {
      // (bits, other types)
      own = Ref::steal(
          PyObject_CallFunctionObjArgs(state.builtin_bits.get(), builtin_types, Py_True, nullptr));
      if (!own) return Ref{};
      context.builtin = PyLong_AsUnsignedLongLong(PyTuple_GET_ITEM(own.get(), 0));
      context.builtin_types = PyTuple_GET_ITEM(own.get(), 1);
    }
    if (enc_hook == nullptr) context.pause.begin();
    ObjectSink sink;
    Encode<ObjectSink> encode(context, sink);
    return encode.value(args[0]) ? sink.take() : Ref{};
  });
}

bool add_encoder_types(PyObject* module, State&) {
  return add_native_type<Encoder>(module, kJsonEncoder) &&
         add_native_type<Encoder>(module, kMsgpackEncoder);
}

}  // namespace mainstay::binding::codec
