// field.cpp - see field.hpp.
#include "binding/retry/field.hpp"

#include <cstddef>

namespace mainstay::binding::retry {
namespace {

struct FieldObject {
  PyObject_HEAD PyObject* name;
  PyObject* owner;  // the type it was put into
  const FieldHome* home;
};

FieldObject& as_field(PyObject* self) noexcept { return *reinterpret_cast<FieldObject*>(self); }

void refuse(PyObject* self, PyObject* name) noexcept {
  PyErr_Format(PyExc_AttributeError, "'%.100s' object has no attribute '%U'",
               Py_TYPE(self)->tp_name, name);
}

// Whether the field is one of that object's; false with an exception set.
bool belongs_to(const FieldObject& field, PyObject* object) noexcept {
  if (PyObject_TypeCheck(object, reinterpret_cast<PyTypeObject*>(field.owner))) return true;
  PyErr_Format(PyExc_TypeError, "the field '%U' is not one of '%.100s' objects", field.name,
               Py_TYPE(object)->tp_name);
  return false;
}

PyObject* get(PyObject* self, PyObject* object, PyObject* type) noexcept {
  const FieldObject& field = as_field(self);
  if (object == nullptr) {
    return PyErr_Format(PyExc_AttributeError, "type object '%.100s' has no attribute '%U'",
                        reinterpret_cast<PyTypeObject*>(type)->tp_name, field.name);
  }
  if (!belongs_to(field, object)) return nullptr;
  PyObject* attributes = *field.home->attributes(object);
  PyObject* found =
      attributes == nullptr ? nullptr : PyDict_GetItemWithError(attributes, field.name);
  if (found == nullptr && !PyErr_Occurred()) refuse(object, field.name);
  return Ref::share(found).release();
}

int set(PyObject* self, PyObject* object, PyObject* value) noexcept {
  const FieldObject& field = as_field(self);
  if (!belongs_to(field, object)) return -1;
  field.home->about_to_change(object, value == nullptr);
  PyObject** place = field.home->attributes(object);
  if (*place == nullptr) *place = PyDict_New();
  if (*place == nullptr) return -1;
  // The old value goes in here: its finalizer may exchange the dict.
  const Ref attributes = Ref::share(*place);
  if (value != nullptr) return PyDict_SetItem(attributes.get(), field.name, value);
  const int done = PyDict_DelItem(attributes.get(), field.name);
  if (done < 0 && PyErr_ExceptionMatches(PyExc_KeyError)) {
    PyErr_Clear();
    refuse(object, field.name);
  }
  return done;
}

int traverse(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(as_field(self).owner);
  return 0;
}

int clear(PyObject* self) noexcept {
  Py_CLEAR(as_field(self).owner);
  return 0;
}

void destroy(PyObject* self) noexcept {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  clear(self);
  Py_CLEAR(as_field(self).name);
  type->tp_free(self);
  Py_DECREF(type);
}

PyMemberDef kMembers[] = {
    {"__name__", T_OBJECT, offsetof(FieldObject, name), READONLY, nullptr},
    {"__objclass__", T_OBJECT, offsetof(FieldObject, owner), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

char kDoc[] = "An attribute in its object's own dict, whose assignments are noticed.";

PyType_Slot kSlots[] = {
    {Py_tp_doc, kDoc},
    {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(clear)},
    {Py_tp_descr_get, reinterpret_cast<void*>(get)},
    {Py_tp_descr_set, reinterpret_cast<void*>(set)},
    {Py_tp_members, kMembers},
    {0, nullptr},
};

PyType_Spec kSpec = {
    .name = "mainstay.retry._native.Field",
    .basicsize = sizeof(FieldObject),
    .itemsize = 0,
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE |
             Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = kSlots,
};

}  // namespace

bool add_fields(const ModuleState& state, PyObject* type, const FieldHome& home,
                std::span<const Ref* const> names) noexcept {
  auto* field_type = reinterpret_cast<PyTypeObject*>(state.field_type.get());
  auto* owner = reinterpret_cast<PyTypeObject*>(type);
  for (const Ref* name : names) {
    const Ref made = Ref::steal(field_type->tp_alloc(field_type, 0));
    if (!made) return false;
    FieldObject& field = as_field(made.get());
    field.name = Ref::share(name->get()).release();
    field.owner = Ref::share(type).release();
    field.home = &home;
    if (PyDict_SetItem(owner->tp_dict, name->get(), made.get()) < 0) return false;
  }
  PyType_Modified(owner);
  return true;
}

bool add_field_type(PyObject* module) noexcept {
  state_in(module).field_type = add_type(module, kSpec);
  return static_cast<bool>(state_in(module).field_type);
}

bool has_read_only_dict(PyTypeObject* type) noexcept {
  const Ref says =
      Ref::steal(PyObject_GetAttrString(reinterpret_cast<PyObject*>(type), "_dict_is_read_only"));
  if (!says) PyErr_Clear();
  return says.get() == Py_True;
}

}  // namespace mainstay::binding::retry
