// changing.cpp - setting and deleting what is below Python objects.
#include "binding/reach/host.hpp"
#include "binding/support/exception.hpp"
#include "binding/support/gil.hpp"

namespace mainstay::binding::reach {

bool Host::make_missing(const Node& node, std::size_t at, Ref& container) {
  PyObject* missing = missing_of(node);
  if (missing == state_.containers.get()) {
    const Step& step = node.steps[at];
    container = Ref::steal(step.has_position && step.position >= 0 ? PyList_New(0) : PyDict_New());
  } else {
    container = Ref::steal(PyObject_CallNoArgs(missing));
  }
  return container ? true : raised();
}

bool Host::put(const Node& node, std::size_t first, std::size_t at, Ref& holder, const Ref& value) {
  const Step& step = node.steps[at];
  PyObject* object = holder.get();
  if (missing_of(node) == state_.containers.get() && step.has_position &&
      PyList_CheckExact(object) && PyList_GET_SIZE(object) == step.position) {
    return PyList_Append(object, value.get()) == 0 || raised();
  }
  int status = 0;
  if (step.access == Access::item) {
    status = PyObject_SetItem(object, step.key, value.get());
    return status == 0 || raised();
  }
  if (step.access == Access::attribute) {
    status = PyObject_SetAttr(object, step.key, value.get());
    return status == 0 || raised();
  }
  Handling handling = Handling::other;
  Ref handler;
  if (!handler_of(object, Operation::assign, handling, handler)) return raised();
  if (handling == Handling::item) {
    status = PyObject_SetItem(object, step.key, value.get());
  } else if (handling == Handling::attribute && PyUnicode_Check(step.key)) {
    status = PyObject_SetAttr(object, step.key, value.get());
  } else {
    if (handling == Handling::attribute) handler = Ref::share(state_.builtin_setattr.get());
    if (handling == Handling::position) handler = Ref::share(state_.set_position.get());
    if (!handler) return raise_unregistered("assign", object, Ref::share(Py_None));
    status = Ref::steal(PyObject_CallFunctionObjArgs(handler.get(), object, step.key, value.get(),
                                                     nullptr))
                 ? 0
                 : -1;
  }
  if (status == 0) return true;
  if (!PyErr_ExceptionMatches(PyExc_Exception)) return raised();
  const Ref cause = take_exception();
  const Ref raises = Ref::steal(
      PyObject_CallFunction(state_.assign_error.get(), "OOnn", cause.get(), node.spec,
                            static_cast<Py_ssize_t>(first), static_cast<Py_ssize_t>(at)));
  return raised();
}

bool Host::erase(const Node& node, Ref& holder) {
  const Step& step = node.steps.back();
  PyObject* object = holder.get();
  PyObject* expected = PyExc_Exception;
  int status = 0;
  if (step.access == Access::item) {
    expected = PyExc_IndexError;
    status = PyObject_DelItem(object, step.key);
  } else if (step.access == Access::attribute) {
    expected = PyExc_AttributeError;
    status = PyObject_DelAttr(object, step.key);
  } else {
    Handling handling = Handling::other;
    Ref handler;
    if (!handler_of(object, Operation::erase, handling, handler)) return raised();
    if (handling == Handling::item) {
      status = PyObject_DelItem(object, step.key);
    } else if (handling == Handling::attribute && PyUnicode_Check(step.key)) {
      status = PyObject_DelAttr(object, step.key);
    } else {
      if (handling == Handling::attribute) handler = Ref::share(state_.builtin_delattr.get());
      if (handling == Handling::position) handler = Ref::share(state_.delete_position.get());
      if (!handler) return raise_unregistered("delete", object, Ref::share(Py_None));
      const Ref done =
          Ref::steal(PyObject_CallFunctionObjArgs(handler.get(), object, step.key, nullptr));
      status = done ? 0 : -1;
    }
  }
  if (status == 0) return true;
  if (!PyErr_ExceptionMatches(expected)) return raised();
  const Ref cause = take_exception();
  if (ignores_missing(node)) return true;
  const Ref raises = Ref::steal(
      PyObject_CallFunctionObjArgs(state_.delete_error.get(), cause.get(), node.spec, nullptr));
  return raised();
}

Ref Host::rest_path(const Node& node, std::size_t first) {
  const Ref none = Ref::share(Py_None);
  const Ref spec = rest_spec(node, first, none);
  Ref path = spec ? Ref::steal(PyObject_GetAttr(spec.get(), state_.name_path.get())) : Ref{};
  if (!path) PyErr_Clear();
  return path;
}

// A failure at a step of the whole path, as one of the rest of it.
Failure Host::rest_failure(const Node& node, std::size_t first, Failure failure) {
  const Ref path = rest_path(node, first);
  if (failure.kind != Failure::Kind::access || !path) return failure;
  Ref cause = std::move(failure.first);
  if (!cause) cause = Ref::steal(PyObject_CallOneArg(PyExc_KeyError, node.steps[failure.part].key));
  Failure rest;
  rest.error = cause ? Ref::steal(PyObject_CallFunction(
                           state_.access_error.get(), "OOn", cause.get(), path.get(),
                           static_cast<Py_ssize_t>(failure.part - first)))
                     : Ref{};
  if (!rest.error) {
    raised();
    return take_failure();
  }
  return rest;
}

Ref Host::rest_spec(const Node& node, std::size_t first, const Ref& value) {
  PyObject* missing = missing_of(node);
  Ref spec = Ref::steal(PyObject_CallFunction(
      state_.rest_assign.get(), "OnOO", node.spec, static_cast<Py_ssize_t>(first),
      value ? value.get() : Py_None, missing != nullptr ? missing : Py_None));
  if (!spec) PyErr_Clear();
  return spec;
}

}  // namespace mainstay::binding::reach
