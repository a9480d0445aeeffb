// async_block.cpp - `async for attempt in retrying: with attempt: ...` natively.
//
// A loop has a state of its own, so one controller may run any number of them at once. What
// `anext()` gives to be awaited is in awaiting.cpp.
#include <cstddef>

#include "binding/retry/awaiting.hpp"
#include "binding/retry/shown.hpp"
#include "binding/retry/state.hpp"
#include "binding/retry/untouched.hpp"

namespace mainstay::binding::retry {
namespace {

struct AsyncBlockObject {
  PyObject_HEAD ControllerKind* kind;  // lives as long as the module of the controller's type
  PyObject* controller;
  PyObject* retry_state;
  bool begun;
};

AsyncBlockObject& as_block(PyObject* self) noexcept {
  return *reinterpret_cast<AsyncBlockObject*>(self);
}

PyObject* itself(PyObject* self) noexcept { return Ref::share(self).release(); }

PyObject* next(PyObject* self) noexcept {
  AsyncBlockObject& block = as_block(self);
  const ModuleState& state = *as_controller(block.controller).state;
  if (block.begun && !was_entered(state, *block.kind, block.retry_state)) return nullptr;
  block.begun = true;
  return await_attempt(*block.kind, block.controller, block.retry_state);
}

int traverse(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(as_block(self).controller);
  Py_VISIT(as_block(self).retry_state);
  return 0;
}

int clear(PyObject* self) noexcept {
  Py_CLEAR(as_block(self).controller);
  Py_CLEAR(as_block(self).retry_state);
  return 0;
}

PyMemberDef kMembers[] = {
    {"retry_state", T_OBJECT, offsetof(AsyncBlockObject, retry_state), READONLY,
     "The state of the loop."},
    {nullptr, 0, 0, 0, nullptr},
};

char kDoc[] = "One `async for` over a controller.";

PyType_Slot kSlots[] = {
    {Py_tp_doc, kDoc},
    {Py_tp_dealloc, reinterpret_cast<void*>(clear_and_free<clear>)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(clear)},
    {Py_am_aiter, reinterpret_cast<void*>(itself)},
    {Py_am_anext, reinterpret_cast<void*>(next)},
    {Py_tp_members, kMembers},
    {0, nullptr},
};

PyType_Spec kSpec = {
    .name = "mainstay.retry._native.AsyncBlock",
    .basicsize = sizeof(AsyncBlockObject),
    .itemsize = 0,
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE |
             Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = kSlots,
};

}  // namespace

PyObject* start_async_block(PyObject* controller, PyObject*) noexcept {
  const Gate gate = gate_of(controller);
  ModuleState& state = *as_controller(controller).state;
  if (gate.kind == nullptr || gate.has(kOverridesFields) ||
      !is_as_made(as_controller(controller))) {
    const Ref enabled = attribute(controller, state.names.enabled);
    const int on = enabled ? PyObject_IsTrue(enabled.get()) : -1;
    if (on < 0) return nullptr;
    if (on == 0) Py_RETURN_NONE;
  }
  bool in_python = false;
  count(state, way_of(state, controller, gate, in_python));
  if (in_python) Py_RETURN_NONE;
  const Ref nothing = Ref::steal(PyTuple_New(0));
  if (!nothing) return nullptr;
  PyObject* const call[] = {Py_None, nothing.get(), nullptr};
  const Ref retry_state = Ref::steal(new_call(controller, call, 3));
  if (!retry_state) return nullptr;
  auto* type = reinterpret_cast<PyTypeObject*>(state.async_block_type.get());
  Ref made = Ref::steal(type->tp_alloc(type, 0));
  if (!made) return nullptr;
  as_block(made.get()).kind = gate.kind;
  as_block(made.get()).controller = Ref::share(controller).release();
  as_block(made.get()).retry_state = Ref::share(retry_state.get()).release();
  const Ref storage = storage_of(as_controller(controller));
  if (!storage || PyObject_SetAttr(storage.get(), state.names.newest_loop.get(), made.get()) < 0) {
    return nullptr;
  }
  return made.release();
}

bool add_async_block_type(PyObject* module) noexcept {
  state_in(module).async_block_type = add_type(module, kSpec);
  return static_cast<bool>(state_in(module).async_block_type);
}

}  // namespace mainstay::binding::retry
