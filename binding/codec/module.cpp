// module.cpp - `mainstay.codec._native`: types and functions, and what the face gives them.
#include "binding/codec/module.hpp"

#include "binding/codec/decoders.hpp"
#include "binding/codec/encoders.hpp"
#include "binding/codec/moments.hpp"
#include "binding/codec/struct_methods.hpp"

namespace mainstay::binding::codec {
namespace {

// connect(*objects): in the order of given.def.
PyObject* connect(PyObject* module, PyObject* args) noexcept {
  State& state = state_of<State>(module);
  Ref* const given[] = {
#define MAINSTAY_CODEC_GIVEN(name) &state.name,
#include "binding/codec/given.def"
#undef MAINSTAY_CODEC_GIVEN
  };
  constexpr auto kCount = static_cast<Py_ssize_t>(std::size(given));
  if (PyTuple_GET_SIZE(args) != kCount) {
    PyErr_Format(PyExc_TypeError, "connect() takes %zd arguments", kCount);
    return nullptr;
  }
  for (Py_ssize_t i = 0; i < kCount; ++i) *given[i] = Ref::share(PyTuple_GET_ITEM(args, i));
  return Ref::share(Py_None).release();
}

// enable_vectorcall(metaclass): before Python 3.12 a class made in Python does not inherit it.
PyObject* enable_vectorcall(PyObject*, PyObject* type) noexcept {
  reinterpret_cast<PyTypeObject*>(type)->tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL;
  return Ref::share(Py_None).release();
}

PyMethodDef kFunctions[] = {
    {"connect", connect, METH_VARARGS, "Gives the module the objects of the face. Once."},
    {"enable_vectorcall", enable_vectorcall, METH_O, "For the metaclass of structs."},
    {"finish_struct", finish_struct, METH_VARARGS, "Ends the definition of a struct type."},
    {"struct_config", struct_config, METH_O, "What a struct type was defined with."},
    {"struct_info", struct_info, METH_VARARGS, "The Record that a struct type keeps."},
    {"replace", as_method(&struct_replace), METH_FASTCALL | METH_KEYWORDS,
     "replace(struct, /, **changes)\n--\n\nA copy of a struct with other values in some fields."},
    {"asdict", as_method(&struct_asdict), METH_FASTCALL,
     "asdict(struct, /)\n--\n\nThe fields of a struct as a dict; not of structs inside it."},
    {"astuple", as_method(&struct_astuple), METH_FASTCALL,
     "astuple(struct, /)\n--\n\nThe fields of a struct as a tuple; not of structs inside it."},
    {"force_setattr", as_method(&force_setattr), METH_FASTCALL,
     "force_setattr(struct, name, value, /)\n--\n\nSets an attribute of a struct, even of a frozen "
     "one; for `__post_init__`."},
    {"json_decode", as_method(&json_decode), METH_FASTCALL | METH_KEYWORDS,
     "json_decode(buf, /, *, type='Any', strict=True, dec_hook=None)\n--\n\nThe object that a "
     "JSON message stands for."},
    {"msgpack_decode", as_method(&msgpack_decode), METH_FASTCALL | METH_KEYWORDS,
     "msgpack_decode(buf, /, *, type='Any', strict=True, dec_hook=None, ext_hook=None)\n--\n\nThe "
     "object that a MessagePack message stands for."},
    {"convert", as_method(&convert), METH_FASTCALL | METH_KEYWORDS,
     "convert(obj, type, *, strict=True, from_attributes=False, dec_hook=None, "
     "builtin_types=None, str_keys=False)\n--\n\nAn object as one of another type."},
    {"json_encode", as_method(&json_encode), METH_FASTCALL | METH_KEYWORDS,
     "json_encode(obj, /, *, enc_hook=None, order=None)\n--\n\nThe JSON message of an object."},
    {"msgpack_encode", as_method(&msgpack_encode), METH_FASTCALL | METH_KEYWORDS,
     "msgpack_encode(obj, /, *, enc_hook=None, order=None)\n--\n\nThe MessagePack message of an "
     "object."},
    {"to_builtins", as_method(&to_builtins), METH_FASTCALL | METH_KEYWORDS,
     "to_builtins(obj, *, str_keys=False, builtin_types=None, enc_hook=None, order=None)\n--\n\nAn "
     "object as one of plain types."},
    {"json_format", as_method(&json_format), METH_FASTCALL | METH_KEYWORDS,
     "json_format(buf, /, *, indent=2)\n--\n\nA JSON message with other white space."},
    {},
};

bool set_up(PyObject* module, State& state) {
  state.module = module;
#define MAINSTAY_CODEC_NAME(name, text)                      \
  state.name = Ref::steal(PyUnicode_InternFromString(text)); \
  if (!state.name) return false;
#include "binding/codec/names.def"
#undef MAINSTAY_CODEC_NAME
  import_datetime_for_scalars();
  import_datetime_for_moments();
  return PyErr_Occurred() == nullptr && add_plan_types(module, state) &&
         add_raw_type(module, state) && add_struct_types(module, state) &&
         add_encoder_types(module, state) && add_decoder_types(module, state);
}

PyModuleDef definition = native_module<State, set_up>(
    "mainstay.codec._native", "The native part of mainstay.codec.", kFunctions);

}  // namespace

State& state_behind(PyTypeObject* type) noexcept {
  return state_of<State>(module_of(type, &definition));
}

}  // namespace mainstay::binding::codec

PyMODINIT_FUNC PyInit_codec() { return PyModuleDef_Init(&mainstay::binding::codec::definition); }
