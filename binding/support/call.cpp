// call.cpp - see call.hpp.
#include "binding/support/call.hpp"

#include <pthread.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "binding/support/ref.hpp"

namespace mainstay::binding {
namespace {

#if PY_VERSION_HEX < 0x030E0000

// Left for what runs between two looks at the stack, and for handling the error itself.
constexpr std::size_t kSpare = std::size_t{256} * 1024;

// The end of this thread's stack that is not to be used up: [lowest, spare). The stack grows down.
struct StackEnd {
  std::uintptr_t lowest, spare;
  bool known;
};

constinit thread_local StackEnd stack_end{0, 0, false};

// An empty end where the system does not tell: then Python's own count has to do.
void find_stack_end() noexcept {
  stack_end.known = true;
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return;
  void* lowest = nullptr;
  std::size_t size = 0;
  if (pthread_attr_getstack(&attributes, &lowest, &size) == 0) {
    stack_end.lowest = reinterpret_cast<std::uintptr_t>(lowest);
    stack_end.spare = stack_end.lowest + std::min(kSpare, size / 4);
  }
  pthread_attr_destroy(&attributes);
}

// Says nothing about stacks of a coroutine library's own, which lie elsewhere.
bool stack_is_nearly_full() noexcept {
  if (!stack_end.known) find_stack_end();
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  return here < stack_end.spare && here >= stack_end.lowest;
}

#endif

}  // namespace

bool RecursionGuard::enter(const char* where) noexcept {
  if (Py_EnterRecursiveCall(where) != 0) return false;
#if PY_VERSION_HEX < 0x030E0000
  if (stack_is_nearly_full()) {
    Py_LeaveRecursiveCall();
    PyErr_Format(PyExc_RecursionError,
                 "maximum recursion depth exceeded%s: the stack of this thread is nearly full; "
                 "recurse less deeply, or in a thread with a larger threading.stack_size()",
                 where);
    return false;
  }
#endif
  return true;
}

PyObject* single_argument(PyObject* self, PyObject* args, PyObject* kwargs,
                          PyObject* name) noexcept {
  const Py_ssize_t positional = PyTuple_GET_SIZE(args);
  const Py_ssize_t keywords = kwargs == nullptr ? 0 : PyDict_GET_SIZE(kwargs);
  const char* type_name = Py_TYPE(self)->tp_name;
  if (positional == 1 && keywords == 0) return PyTuple_GET_ITEM(args, 0);
  if (positional > 1) {
    return PyErr_Format(PyExc_TypeError,
                        "%s.__call__() takes 2 positional arguments but %zd were given", type_name,
                        positional + 1);
  }
  PyObject* found = nullptr;
  if (keywords > 0) {
    found = PyDict_GetItemWithError(kwargs, name);
    if (found == nullptr && PyErr_Occurred()) return nullptr;
    if (found != nullptr && positional == 0 && keywords == 1) return found;
    if (found != nullptr && positional == 1) {
      return PyErr_Format(PyExc_TypeError, "%s.__call__() got multiple values for argument '%U'",
                          type_name, name);
    }
    PyObject* key = nullptr;
    PyObject* value = nullptr;
    Py_ssize_t position = 0;
    while (PyDict_Next(kwargs, &position, &key, &value)) {
      if (PyUnicode_Check(key) && PyUnicode_Compare(key, name) == 0) continue;
      return PyErr_Format(PyExc_TypeError, "%s.__call__() got an unexpected keyword argument '%S'",
                          type_name, key);
    }
  }
  // A class may know better what it is that calls its objects with nothing.
  const Ref hint = Ref::steal(
      PyObject_GetAttrString(reinterpret_cast<PyObject*>(Py_TYPE(self)), "_called_with_nothing"));
  if (hint) {
    PyErr_SetObject(PyExc_TypeError, hint.get());
    return nullptr;
  }
  PyErr_Clear();
  return PyErr_Format(PyExc_TypeError, "%s.__call__() missing 1 required positional argument: '%U'",
                      type_name, name);
}

}  // namespace mainstay::binding
