// set_evolver.cpp - the evolver of a PSet.
#include "binding/persistent/map_evolver.hpp"
#include "binding/persistent/set.hpp"

namespace mainstay::binding::persistent {
namespace {

// Its own type of value: each type of object frees its own kind.
struct SetEvolver : Evolver {};
using Self = binding::Self<SetEvolver>;

Ref add(Self self, PyObject* element) {
  // An element that is there stays: the one that was there first.
  if (!self->find(element)) self->set(state_of_object(self.object), element, Py_True);
  return Ref::share(self.object);
}

Ref remove(Self self, PyObject* element) {
  if (self->remove(state_of_object(self.object), element)) return Ref::share(self.object);
  raise_missing(element);
  return {};
}

int contains(Self self, PyObject* element) { return self->find(element) ? 1 : 0; }
Py_ssize_t length(Self self) { return self->size; }
Ref is_dirty(Self self) { return Ref::share(self->dirty ? Py_True : Py_False); }

Ref persistent(Self self) {
  State& state = state_of_object(self.object);
  return self->persistent(
      [&](const MapRoot& root, Py_ssize_t size) { return make_set(state, root, size); });
}

Ref rebase(Self self, PyObject* original) {
  self->original = Ref::share(original);
  return Ref::share(Py_None);
}

PyObject* create(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
  PyObject* module = module_of(type, &definition);
  if (module == nullptr) return nullptr;
  PyObject* original = nullptr;
  static const char* names[] = {"original_pset", nullptr};
  if (PyArg_ParseTupleAndKeywords(args, kwargs, "O!", const_cast<char**>(names),
                                  module_state(module).set_type.get(), &original) == 0) {
    return nullptr;
  }
  try {
    const SetValue& set = set_value(original);
    return make_derived(type, SetEvolver{Evolver::of(original, set.root, set.size)}).release();
  } catch (const Raised&) {
    return nullptr;
  }
}

constexpr const char* kElement[] = {"element"};
constexpr Signature kAdd{"_Evolver.add", "self", kElement, 1};
constexpr Signature kRemove{"_Evolver.remove", "self", kElement, 1};

PyMethodDef kMethods[] = {
    method<kAdd, safe<add>>("add", "add($self, element)\n--\n\nAdd element; returns the evolver."),
    method<kRemove, safe<remove>>(
        "remove",
        "remove($self, element)\n--\n\nRemove element, or KeyError; returns the evolver."),
    method<is_dirty>(
        "is_dirty",
        "is_dirty($self)\n--\n\nWhether anything was changed since the last persistent()."),
    method<safe<persistent>>(
        "persistent",
        "persistent($self)\n--\n\nThe set as it is now; the one there was if it is not "
        "dirty. The evolver can be used further."),
    method<rebase>("_rebase",
                   "_rebase($self, original, /)\n--\n\nFor classes that derive: what persistent() "
                   "is to return."),
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "For annotations."},
    {},
};

const PyType_Slot kSlots[] = {
    {Py_tp_new, reinterpret_cast<void*>(&create)},
    {Py_sq_length, as_slot<length>()},
    {Py_sq_contains, as_slot<safe<contains>>()},
};

constexpr TypeTable kEvolver{
    .name = "mainstay.persistent._native._SetEvolver",
    .doc = "A PSet that is being changed. May be shared by threads.",
    .methods = kMethods,
    .slots = kSlots,
    .subclassable = true,
};

}  // namespace

bool add_set_evolver(PyObject* module, State& state) {
  state.set_evolver_type = add_mutable_type<SetEvolver>(module, kEvolver);
  if (!state.set_evolver_type) return false;
  return PyObject_SetAttrString(state.set_type.get(), "_Evolver", state.set_evolver_type.get()) ==
         0;
}

}  // namespace mainstay::binding::persistent
