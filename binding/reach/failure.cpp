// failure.cpp - what went wrong, as exceptions and as the trace that the face prints.
#include "binding/reach/host.hpp"

namespace mainstay::binding::reach {

Ref Host::exception_of(Failure& failure) {
  if (failure.error) return Ref::share(failure.error.get());
  PyObject* first = failure.first.get();
  Ref made;
  switch (failure.kind) {
    case Failure::Kind::raised:
      PyErr_SetString(PyExc_SystemError, "a spec failed without an exception");
      return Ref{};
    case Failure::Kind::access: {
      Ref cause = Ref::share(first);
      if (!cause) {
        cause =
            Ref::steal(PyObject_CallOneArg(PyExc_KeyError, failure.node->steps[failure.part].key));
      }
      if (!cause) return Ref{};
      made = Ref::steal(PyObject_CallFunction(state_.access_error.get(), "OOn", cause.get(),
                                              failure.node->spec,
                                              static_cast<Py_ssize_t>(failure.part)));
      break;
    }
    case Failure::Kind::refused: {
      const Ref format = Ref::steal(PyUnicode_FromString(failure.format));
      made = format ? Ref::steal(PyObject_CallFunctionObjArgs(state_.MatchError.get(), format.get(),
                                                              first, failure.second.get(),
                                                              failure.third.get(), nullptr))
                    : Ref{};
      break;
    }
    case Failure::Kind::type:
      made = Ref::steal(PyObject_CallFunctionObjArgs(state_.TypeMatchError.get(), first,
                                                     failure.second.get(), nullptr));
      break;
  }
  failure.error = Ref::share(made.get());
  return made;
}

Ref Host::tuple_of(Trace& trace) {
  const RecursionGuard guard(" while writing the trace of a spec");
  if (!guard) return Ref{};
  // From below, without recursion: a chain has a level for each of its steps.
  std::vector<Trace*> levels;
  for (Trace* at = &trace; at != nullptr; at = at->next.get()) levels.push_back(at);
  Ref error;
  Ref next = Ref::share(Py_None);
  for (; !levels.empty(); levels.pop_back()) {
    Trace& level = *levels.back();
    // The error of a level is its own, or the one that came from below.
    if (level.failure) {
      error = exception_of(*level.failure);
    } else if (level.next == nullptr || !level.next_failed) {
      error = Ref::share(Py_None);
    }
    const Ref failed = Ref::steal(PyList_New(0));
    if (!error || !failed) return Ref{};
    for (const auto& branch : level.failed) {
      const Ref made = tuple_of(*branch);
      if (!made || PyList_Append(failed.get(), made.get()) < 0) return Ref{};
    }
    next = Ref::steal(PyTuple_Pack(6, level.spec ? level.spec.get() : level.node->spec,
                                   level.target.get(), error.get(), failed.get(), next.get(),
                                   level.next_failed ? Py_True : Py_False));
    if (!next) return Ref{};
  }
  return next;
}

bool Host::add_path(PyObject* list, const Where& where, std::size_t size) {
  if (where.up != nullptr && !add_path(list, *where.up, where.up_size)) return false;
  if (where.position >= 0) {
    const Ref position = Ref::steal(PyLong_FromLongLong(where.position));
    if (!position || PyList_Append(list, position.get()) < 0) return false;
  }
  for (std::size_t i = 0; i < size; ++i) {
    Ref name = Ref::steal(PyObject_GetAttr(where.parts[i], state_.name___name__.get()));
    if (!name) {
      PyErr_Clear();
      name = Ref::share(where.parts[i]);
    }
    if (PyList_Append(list, name.get()) < 0) return false;
  }
  return true;
}

Ref Host::path_list(const Where& where) {
  // As in the interpreter, an error has the very list of its place, which may grow afterwards.
  if (given.path != nullptr && where.up == nullptr && where.parts.empty()) {
    return Ref::share(given.path);
  }
  Ref list = Ref::steal(given.path != nullptr ? PySequence_List(given.path) : PyList_New(0));
  if (!list || !add_path(list.get(), where, where.parts.size())) return Ref{};
  return list;
}

bool Host::note_path(const Where& where) {
  return where.parts.empty() || add_path(given.path, where, where.parts.size());
}

void Host::fail_coalesce(const Node& node, std::vector<Skipped>& skipped, const Where& where) {
  const Ref list = Ref::steal(PyList_New(0));
  const Ref path = path_list(where);
  if (!list || !path) {
    raised();
    return;
  }
  for (auto& [trace, value, failure] : skipped) {
    const Ref each = trace != nullptr ? exception_of(mainstay::reach::failure_of(*trace))
                     : failure        ? exception_of(*failure)
                                      : Ref::share(value.get());
    if (!each || PyList_Append(list.get(), each.get()) < 0) {
      raised();
      return;
    }
  }
  const Ref error = Ref::steal(PyObject_CallFunctionObjArgs(state_.CoalesceError.get(), node.spec,
                                                            list.get(), path.get(), nullptr));
  if (error) PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.get())), error.get());
  raised();
}

}  // namespace mainstay::binding::reach
