// decoders.cpp - the types json.Decoder and msgpack.Decoder, and the functions beside them.
#include "binding/codec/decoders.hpp"

#include "binding/codec/decode.hpp"
#include "binding/codec/keywords.hpp"

namespace mainstay::binding::codec {
namespace {

// The bytes of a message, and the lock of its buffer.
class Message {
 public:
  Message() = default;
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;
  ~Message() {
    if (buffer_.obj != nullptr) PyBuffer_Release(&buffer_);
  }
  [[nodiscard]] bool open(PyObject* message, bool may_be_text) noexcept {
    if (PyBytes_CheckExact(message)) {
      bytes_ = {PyBytes_AS_STRING(message), static_cast<std::size_t>(PyBytes_GET_SIZE(message))};
      return true;
    }
    if (may_be_text && PyUnicode_Check(message)) return utf8_of(message, bytes_);
    if (PyObject_GetBuffer(message, &buffer_, PyBUF_CONTIG_RO) < 0) return false;
    bytes_ = {static_cast<const char*>(buffer_.buf), static_cast<std::size_t>(buffer_.len)};
    return true;
  }
  [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }

 private:
  Py_buffer buffer_{};
  std::string_view bytes_;
};

template <class Source>
Ref decode_message(const Context& context, const Plan& plan, PyObject* object) {
  Message message;
  if (!message.open(object, Source::kJson)) return Ref{};
  Source source(context, object, message.bytes());
  constexpr std::size_t kSmall = 1024;
  if (message.bytes().size() > kSmall && context.dec_hook == nullptr &&
      context.float_hook == nullptr && context.ext_hook == nullptr) {
    context.pause.begin();
  }
  Ref made = Decode<Source>(context, source).value(plan, nullptr);
  if (!made || !source.finish()) return Ref{};
  return made;
}

// The plan of a type: structs keep their Record.
class PlanOf {
 public:
  // `type` may be null: any.
  [[nodiscard]] bool find(State& state, PyObject* type) {
    if (type == nullptr || type == state.any_type.get()) {
      plan_ = &plan_in(state.any_plan);
      return true;
    }
    if (PyType_Check(type) && is_struct_type(state, reinterpret_cast<PyTypeObject*>(type))) {
      StructType& of = *reinterpret_cast<StructType*>(type);
      const CriticalSection section(type);
      if (of.info != nullptr) {
        own_.types = of.array_like == Option::on ? P_STRUCT_ARRAY : P_STRUCT;
        own_.record = Ref::share(of.info);
        plan_ = &own_;
        return true;
      }
    }
    {
      const CriticalSection section(state.plain_plans.get());
      kept_ = Ref::share(PyDict_GetItemWithError(state.plain_plans.get(), type));
    }
    if (!kept_) {
      PyErr_Clear();  // not hashable: the analysis says what that means
      kept_ = Ref::steal(PyObject_CallOneArg(state.plan_of.get(), type));
    }
    if (!kept_) return false;
    plan_ = &plan_in(kept_);
    return true;
  }
  [[nodiscard]] const Plan& operator*() const noexcept { return *plan_; }

 private:
  const Plan* plan_ = nullptr;
  Plan own_;
  Ref kept_;
};

template <Ref decode(const Context&, const Plan&, PyObject*)>
PyObject* decode_function(PyObject* module, PyObject* const* args, Py_ssize_t nargs,
                          PyObject* names, const char* second) noexcept {
  return guarded([&]() -> Ref {
    State& state = state_of<State>(module);
    PyObject* type = nullptr;
    PyObject* strict = Py_True;
    PyObject* dec_hook = nullptr;
    PyObject* ext_hook = nullptr;
    const Keyword keywords[] = {
        {"type", &type}, {"strict", &strict}, {"dec_hook", &dec_hook}, {second, &ext_hook}};
    const std::span<const Keyword> known(keywords, second != nullptr ? 4 : 3);
    if (!take_keywords(args, nargs, names, 1, 1, known) || !take_hook(dec_hook, "dec_hook") ||
        !take_hook(ext_hook, "ext_hook")) {
      return Ref{};
    }
    const int is_strict = PyObject_IsTrue(strict);
    PlanOf plan;
    if (is_strict < 0 || !plan.find(state, type)) return Ref{};
    const Context context{.state = state,
                          .strict = is_strict != 0,
                          .dec_hook = dec_hook,
                          .ext_hook = ext_hook,
                          .base64 = second == nullptr};
    return decode(context, *plan, args[0]);
  });
}

// The types.

struct Decoder {
  const State* state = nullptr;  // of `module`
  Ref module, type, plan, dec_hook, other_hook;
  bool strict = true;
  void each_reference(auto visit) {
    for (Ref* each : {&module, &type, &plan, &dec_hook, &other_hook}) visit(*each);
  }
};

// `other`: the name of the hook that only one of the formats has.
bool init_decoder(Self<Decoder> self, PyObject* args, PyObject* kwargs, const char* other,
                  const char* format) {
  if (!is_first_init(self->module, "Decoder")) return false;
  State& state = state_behind(Py_TYPE(self.object));
  const char* keywords[] = {"type", "strict", "dec_hook", other, nullptr};
  PyObject* type = state.any_type.get();
  int strict = 1;
  PyObject* dec_hook = nullptr;
  PyObject* other_hook = nullptr;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, format, const_cast<char**>(keywords), &type,
                                   &strict, &dec_hook, &other_hook) ||
      !take_hook(dec_hook, "dec_hook") || !take_hook(other_hook, other)) {
    return false;
  }
  Ref plan = Ref::steal(PyObject_CallOneArg(state.plan_of.get(), type));
  if (!plan) return false;
  self->state = &state;
  self->module = Ref::share(state.module);
  self->type = Ref::share(type);
  self->plan = std::move(plan);
  self->strict = strict != 0;
  self->dec_hook = Ref::share(dec_hook);
  self->other_hook = Ref::share(other_hook);
  return true;
}

Context context_of(const Decoder& self, bool json) {
  return {.state = *self.state,
          .strict = self.strict,
          .dec_hook = self.dec_hook.get(),
          .float_hook = json ? self.other_hook.get() : nullptr,
          .ext_hook = json ? nullptr : self.other_hook.get(),
          .base64 = json};
}

bool is_ready(const Decoder& self) {
  if (self.plan) return true;
  PyErr_SetString(PyExc_TypeError, "Decoder.__init__() was not called");
  return false;
}

template <Ref decode(const Context&, const Plan&, PyObject*), bool json>
PyObject* decode_method(PyObject* self, PyObject* const* args, Py_ssize_t nargs) noexcept {
  const auto& decoder = value_of<Decoder>(self);
  if (!check_positional(nargs, 1, 1) || !is_ready(decoder)) return nullptr;
  return guarded([&] { return decode(context_of(decoder, json), plan_in(decoder.plan), args[0]); });
}

Ref shown(const Ref& object) { return Ref::share(object ? object.get() : Py_None); }
Ref decoder_type(Decoder& self) { return shown(self.type); }
Ref decoder_strict(Decoder& self) { return Ref::share(self.strict ? Py_True : Py_False); }
Ref decoder_dec_hook(Decoder& self) { return shown(self.dec_hook); }
Ref decoder_other_hook(Decoder& self) { return shown(self.other_hook); }

Ref repr_decoder(const Decoder& self, const char* name) {
  const Ref shown_type = Ref::steal(PyObject_Repr(self.type.get()));
  return shown_type ? Ref::steal(PyUnicode_FromFormat("%s(%U)", name, shown_type.get())) : Ref{};
}

bool init_json_decoder(Self<Decoder> self, PyObject* args, PyObject* kwargs) {
  return init_decoder(self, args, kwargs, "float_hook", "|O$pOO");
}
bool init_msgpack_decoder(Self<Decoder> self, PyObject* args, PyObject* kwargs) {
  return init_decoder(self, args, kwargs, "ext_hook", "|O$pOO");
}
Ref repr_json_decoder(Decoder& self) { return repr_decoder(self, "msgspec.json.Decoder"); }
Ref repr_msgpack_decoder(Decoder& self) { return repr_decoder(self, "msgspec.msgpack.Decoder"); }

constexpr const char* kDecodeDoc =
    "decode($self, buf, /)\n--\n\nThe object that a message stands for. Raises DecodeError when "
    "it is malformed, ValidationError when it is not of the decoder's type.";
const PyMethodDef kClassItem{"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, nullptr};
PyMethodDef kJsonMethods[] = {
    {"decode", as_method(&decode_method<decode_json, true>), METH_FASTCALL, kDecodeDoc},
    {"decode_lines", as_method(&decode_method<decode_json_lines, true>), METH_FASTCALL,
     "decode_lines($self, buf, /)\n--\n\nA list of the objects that the lines of a message stand "
     "for."},
    kClassItem,
    {},
};
PyMethodDef kMsgpackMethods[] = {
    {"decode", as_method(&decode_method<decode_msgpack, false>), METH_FASTCALL, kDecodeDoc},
    kClassItem,
    {},
};
#define COMMON                                                           \
  attribute<decoder_type>("type", "The Decoder type"),                   \
      attribute<decoder_strict>("strict", "The Decoder strict setting"), \
      attribute<decoder_dec_hook>("dec_hook", "The Decoder dec_hook")
PyGetSetDef kJsonAttributes[] = {
    COMMON, attribute<decoder_other_hook>("float_hook", "The Decoder float_hook"), {}};
PyGetSetDef kMsgpackAttributes[] = {
    COMMON, attribute<decoder_other_hook>("ext_hook", "The Decoder ext_hook"), {}};
#undef COMMON

const PyType_Slot kJsonSlots[] = {{Py_tp_init, as_slot<init_json_decoder>()},
                                  {Py_tp_repr, as_slot<repr_json_decoder>()}};
const PyType_Slot kMsgpackSlots[] = {{Py_tp_init, as_slot<init_msgpack_decoder>()},
                                     {Py_tp_repr, as_slot<repr_msgpack_decoder>()}};
const TypeTable kJsonDecoder{
    .name = "mainstay.codec._native.JSONDecoder",
    .doc =
        "JSONDecoder(type='Any', *, strict=True, dec_hook=None, float_hook=None)\n--\n\nDecodes "
        "JSON into one type. Does not change; threads may share it.",
    .methods = kJsonMethods,
    .attributes = kJsonAttributes,
    .slots = kJsonSlots,
};
const TypeTable kMsgpackDecoder{
    .name = "mainstay.codec._native.MsgpackDecoder",
    .doc =
        "MsgpackDecoder(type='Any', *, strict=True, dec_hook=None, ext_hook=None)\n--\n\nDecodes "
        "MessagePack into one type. Does not change; threads may share it.",
    .methods = kMsgpackMethods,
    .attributes = kMsgpackAttributes,
    .slots = kMsgpackSlots,
};

// P_ bits of the types a caller passes through as they are. False with an exception set.
bool builtin_bits(const State& state, PyObject* types, std::uint64_t& bits) {
  if (types == nullptr || types == Py_None) return true;
  const Ref found = Ref::steal(PyObject_CallOneArg(state.builtin_bits.get(), types));
  if (!found) return false;
  bits = PyLong_AsUnsignedLongLong(found.get());
  return PyErr_Occurred() == nullptr;
}

}  // namespace

Ref decode_json(const Context& context, const Plan& plan, PyObject* message) {
  return decode_message<JsonSource>(context, plan, message);
}

Ref decode_msgpack(const Context& context, const Plan& plan, PyObject* message) {
  return decode_message<MsgpackSource>(context, plan, message);
}

Ref decode_json_lines(const Context& context, const Plan& plan, PyObject* object) {
  Message message;
  if (!message.open(object, true)) return Ref{};
  JsonSource source(context, object, message.bytes());
  Decode<JsonSource> decode(context, source);
  Ref made = Ref::steal(PyList_New(0));
  if (!made) return Ref{};
  for (Path at; source.reader().skip_space(); ++at.index) {
    const Ref each = decode.value(plan, &at);
    if (!each || PyList_Append(made.get(), each.get()) < 0) return Ref{};
    // The next begins in another line.
    if (!source.reader().skip_to_line()) {
      static_cast<void>(source.finish());
      return Ref{};
    }
  }
  return made;
}

PyObject* json_decode(PyObject* module, PyObject* const* args, Py_ssize_t nargs,
                      PyObject* names) noexcept {
  return decode_function<decode_json>(module, args, nargs, names, nullptr);
}

PyObject* msgpack_decode(PyObject* module, PyObject* const* args, Py_ssize_t nargs,
                         PyObject* names) noexcept {
  return decode_function<decode_msgpack>(module, args, nargs, names, "ext_hook");
}

PyObject* convert(PyObject* module, PyObject* const* args, Py_ssize_t nargs,
                  PyObject* names) noexcept {
  return guarded([&]() -> Ref {
    State& state = state_of<State>(module);
    PyObject* type = nullptr;
    PyObject* strict = Py_True;
    PyObject* from_attributes = Py_False;
    PyObject* dec_hook = nullptr;
    PyObject* builtin_types = nullptr;
    PyObject* str_keys = Py_False;
    const Keyword keywords[] = {{"type", &type},
                                {"strict", &strict},
                                {"from_attributes", &from_attributes},
                                {"dec_hook", &dec_hook},
                                {"builtin_types", &builtin_types},
                                {"str_keys", &str_keys}};
    if (!take_keywords(args, nargs, names, 1, 2, keywords)) return Ref{};
    if (nargs == 2) type = args[1];
    if (type == nullptr) {
      PyErr_SetString(PyExc_TypeError, "Missing 1 required arguments");
      return Ref{};
    }
    if (!take_hook(dec_hook, "dec_hook")) return Ref{};
    const int is_strict = PyObject_IsTrue(strict);
    const int by_attributes = is_strict < 0 ? -1 : PyObject_IsTrue(from_attributes);
    const int text_keys = by_attributes < 0 ? -1 : PyObject_IsTrue(str_keys);
    if (text_keys < 0) return Ref{};
    Context context{.state = state,
                    .strict = is_strict != 0,
                    .str_keys = text_keys != 0 || is_strict == 0,
                    .from_attributes = by_attributes != 0,
                    .dec_hook = dec_hook};
    if (!builtin_bits(state, builtin_types, context.builtin)) return Ref{};
    if (!context.strict) context.builtin = 0;
    PlanOf plan;
    if (!plan.find(state, type)) return Ref{};
    return convert_object(context, *plan, args[0]);
  });
}

bool add_decoder_types(PyObject* module, State&) {
  return add_native_type<Decoder>(module, kJsonDecoder) &&
         add_native_type<Decoder>(module, kMsgpackDecoder);
}

}  // namespace mainstay::binding::codec
