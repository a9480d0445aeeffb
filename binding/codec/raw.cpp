// raw.cpp - the type Raw.
#include "binding/codec/raw.hpp"

#include "binding/support/native_type.hpp"

namespace mainstay::binding::codec {
namespace {

bool fill_raw(Raw& self, PyObject* message) {
  if (PyBytes_CheckExact(message)) {
    self.data = {PyBytes_AS_STRING(message), static_cast<std::size_t>(PyBytes_GET_SIZE(message))};
    self.base = Ref::share(message);
    return true;
  }
  if (PyUnicode_CheckExact(message)) {
    Py_ssize_t size = 0;
    const char* text = PyUnicode_AsUTF8AndSize(message, &size);
    if (text == nullptr) return false;
    self.data = {text, static_cast<std::size_t>(size)};
    self.base = Ref::share(message);
    return true;
  }
  if (PyObject_GetBuffer(message, &self.view, PyBUF_CONTIG_RO) < 0) return false;
  self.data = {static_cast<const char*>(self.view.buf), static_cast<std::size_t>(self.view.len)};
  return true;
}

bool init_raw(Raw& self, PyObject* args, PyObject* kwargs) {
  if (kwargs != nullptr && PyDict_GET_SIZE(kwargs) != 0) {
    PyErr_SetString(PyExc_TypeError, "Raw takes no keyword arguments");
    return false;
  }
  const Py_ssize_t given = PyTuple_GET_SIZE(args);
  if (given > 1) {
    PyErr_Format(PyExc_TypeError, "Raw expected at most 1 arguments, got %zd", given);
    return false;
  }
  if (self.base || self.view.obj != nullptr) {
    PyErr_SetString(PyExc_TypeError, "a Raw cannot be changed");
    return false;
  }
  if (given == 1) return fill_raw(self, PyTuple_GET_ITEM(args, 0));
  const Ref empty = Ref::steal(PyBytes_FromStringAndSize(nullptr, 0));
  return empty && fill_raw(self, empty.get());
}

Ref copy_raw(Self<Raw> self) {
  if (self->base) return Ref::share(self.object);
  const Ref bytes = Ref::steal(
      PyBytes_FromStringAndSize(self->data.data(), static_cast<Py_ssize_t>(self->data.size())));
  Ref copy = bytes ? make_object<Raw>(Py_TYPE(self.object)) : Ref{};
  if (!copy || !fill_raw(value_of<Raw>(copy.get()), bytes.get())) return Ref{};
  return copy;
}

Ref reduce_raw(Self<Raw> self) {
  if (self->base) {
    return Ref::steal(Py_BuildValue("O(O)", Py_TYPE(self.object), self->base.get()));
  }
  return Ref::steal(Py_BuildValue("O(y#)", Py_TYPE(self.object), self->data.data(),
                                  static_cast<Py_ssize_t>(self->data.size())));
}

Ref compare_raw(Self<Raw> self, PyObject* other, int operation) {
  if (Py_TYPE(other) != Py_TYPE(self.object) || (operation != Py_EQ && operation != Py_NE)) {
    return Ref::share(Py_NotImplemented);
  }
  const bool equal = self->data == value_of<Raw>(other).data;
  return Ref::share(equal == (operation == Py_EQ) ? Py_True : Py_False);
}

Py_ssize_t raw_length(PyObject* self) noexcept {
  return static_cast<Py_ssize_t>(value_of<Raw>(self).data.size());
}

int get_buffer(PyObject* self, Py_buffer* view, int flags) noexcept {
  const std::string_view data = value_of<Raw>(self).data;
  return PyBuffer_FillInfo(view, self, const_cast<char*>(data.data()),
                           static_cast<Py_ssize_t>(data.size()), 1, flags);
}

PyMethodDef kRawMethods[] = {
    method<copy_raw>("copy",
                     "copy($self, /)\n--\n\nThe same message in memory of its own: a Raw made by a "
                     "decoder keeps the whole message it is a part of."),
    method<reduce_raw>("__reduce__", "For pickle."),
    {},
};
const PyType_Slot kRawSlots[] = {
    {Py_tp_init, as_slot<init_raw>()},
    {Py_tp_richcompare, as_slot<compare_raw>()},
    {Py_sq_length, reinterpret_cast<void*>(&raw_length)},
    {Py_bf_getbuffer, reinterpret_cast<void*>(&get_buffer)},
};
const TypeTable kRaw{
    .name = "mainstay.codec.Raw",
    .doc =
        "Raw(msg=b'', /)\n--\n\nAn encoded message.\n\nEncoders write it as it is; a decoder "
        "puts it where a type says Raw, without reading it, as a view into the message. Does "
        "not change; threads may share it.",
    .methods = kRawMethods,
    .slots = kRawSlots,
};

}  // namespace

Ref raw_of_part(const State& state, PyObject* owner, std::string_view data) {
  Ref raw = make_object<Raw>(reinterpret_cast<PyTypeObject*>(state.raw_type.get()));
  if (!raw) return raw;
  auto& self = value_of<Raw>(raw.get());
  if (PyUnicode_Check(owner)) {
    // A str is no buffer; a view of its UTF-8 keeps it alive.
    if (PyBuffer_FillInfo(&self.view, owner, const_cast<char*>(data.data()),
                          static_cast<Py_ssize_t>(data.size()), 1, PyBUF_SIMPLE) < 0) {
      return Ref{};
    }
  } else if (PyObject_GetBuffer(owner, &self.view, PyBUF_CONTIG_RO) < 0) {
    return Ref{};
  }
  self.data = data;
  return raw;
}

bool add_raw_type(PyObject* module, State& state) {
  state.raw_type = add_native_type<Raw>(module, kRaw);
  return static_cast<bool>(state.raw_type);
}

}  // namespace mainstay::binding::codec
