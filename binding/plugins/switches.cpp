// switches.cpp - Switches: the engine's line of switches as an immutable object.
#include "mainstay/plugins/switches.hpp"

#include <new>
#include <string_view>
#include <utility>

#include "binding/plugins/module.hpp"

namespace mainstay::binding::plugins {
namespace {

using mainstay::plugins::Switch;
using mainstay::plugins::Switches;

struct SwitchesObject {
  PyObject_HEAD Switches switches;
};

const Switches& switches_in(PyObject* self) noexcept {
  return reinterpret_cast<SwitchesObject*>(self)->switches;
}

// False with an exception set: TypeError when it is no str, UnicodeEncodeError when it has no
// UTF-8.
bool read_text(PyObject* object, std::string_view& text) noexcept {
  Py_ssize_t size = 0;
  const char* bytes = PyUnicode_AsUTF8AndSize(object, &size);
  if (bytes == nullptr) return false;
  text = {bytes, static_cast<std::size_t>(size)};
  return true;
}

PyObject* make(PyTypeObject* type, PyObject* args, PyObject* kwargs) noexcept {
  static const char* const keywords[] = {"line", nullptr};
  PyObject* line = nullptr;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "U:Switches", const_cast<char**>(keywords),
                                   &line)) {
    return nullptr;
  }
  std::string_view text;
  if (!read_text(line, text)) return nullptr;
  try {
    auto parsed = Switches::parse(text);
    if (!parsed) {
      PyErr_SetString(PyExc_ValueError, parsed.error().message.c_str());
      return nullptr;
    }
    PyObject* self = type->tp_alloc(type, 0);
    if (self == nullptr) return nullptr;
    new (&reinterpret_cast<SwitchesObject*>(self)->switches) Switches(*std::move(parsed));
    return self;
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

void destroy(PyObject* self) noexcept {
  PyTypeObject* type = Py_TYPE(self);
  reinterpret_cast<SwitchesObject*>(self)->switches.~Switches();
  type->tp_free(self);
  Py_DECREF(type);
}

PyObject* of(PyObject* self, PyObject* name) noexcept {
  if (!PyUnicode_Check(name)) {
    return PyErr_Format(PyExc_TypeError, "a plugin's name must be a str, got %R", name);
  }
  std::string_view text;
  if (!read_text(name, text)) return nullptr;
  switch (switches_in(self).of(text)) {
    case Switch::on: Py_RETURN_TRUE;
    case Switch::off: Py_RETURN_FALSE;
    case Switch::unmentioned: break;
  }
  Py_RETURN_NONE;
}

PyObject* items(PyObject* self, void*) noexcept {
  const auto all = switches_in(self).items();
  Ref tuple = Ref::steal(PyTuple_New(static_cast<Py_ssize_t>(all.size())));
  for (std::size_t i = 0; tuple && i < all.size(); ++i) {
    PyObject* item =
        Py_BuildValue("(s#O)", all[i].name.data(), static_cast<Py_ssize_t>(all[i].name.size()),
                      all[i].on ? Py_True : Py_False);
    if (item == nullptr) return nullptr;
    PyTuple_SET_ITEM(tuple.get(), static_cast<Py_ssize_t>(i), item);
  }
  return tuple.release();
}

PyMethodDef kMethods[] = {
    {"of", of, METH_O,
     "of(name): True when the line turns that plugin on, False when off, None when it does not\n"
     "mention it."},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef kGetters[] = {
    {"items", items, nullptr, "The items as (name, on), in their order; \"*\" is every name.",
     nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

char kDoc[] =
    "Switches(line): which plugins a user turned on and off.\n\n"
    "Immutable. Raises ValueError that names the item it cannot read.";

PyType_Slot kSlots[] = {
    {Py_tp_doc, kDoc},
    {Py_tp_new, reinterpret_cast<void*>(make)},
    {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
    {Py_tp_methods, kMethods},
    {Py_tp_getset, kGetters},
    {0, nullptr},
};

PyType_Spec kSpec = {
    .name = "mainstay.plugins._native.Switches",
    .basicsize = sizeof(SwitchesObject),
    .itemsize = 0,
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = kSlots,
};

}  // namespace

bool add_switches_type(PyObject* module) noexcept {
  return static_cast<bool>(add_type(module, kSpec));
}

}  // namespace mainstay::binding::plugins
