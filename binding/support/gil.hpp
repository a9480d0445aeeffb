// gil.hpp - who holds the interpreter, and who holds an object, as visible blocks.
#pragma once

#include "binding/support/python.hpp"

namespace mainstay::binding {

// Other Python threads run for as long as this lives: `{ Unlocked gil; engine.work(); }`. Nothing
// in the block may touch a Python object. Made and destroyed by the thread that holds the
// interpreter.
class Unlocked {
 public:
  Unlocked() noexcept : thread_(PyEval_SaveThread()) {}
  Unlocked(const Unlocked&) = delete;
  Unlocked& operator=(const Unlocked&) = delete;
  ~Unlocked() { PyEval_RestoreThread(thread_); }

 private:
  PyThreadState* thread_;
};

// The interpreter for a thread that Python did not make, for as long as this lives. It must not be
// asked for once the interpreter is exiting: register with Lifecycle (lifecycle.hpp) to be told.
class Locked {
 public:
  Locked() noexcept : state_(PyGILState_Ensure()) {}
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;
  ~Locked() { PyGILState_Release(state_); }

 private:
  PyGILState_STATE state_;
};

// Keeps other threads out of one object on a free-threaded build; elsewhere the interpreter's lock
// does, and this is nothing. As with that lock, a call that runs Python may let others in
// meanwhile: what was read before it has to be read again.
class CriticalSection {
 public:
#if defined(Py_GIL_DISABLED)
  explicit CriticalSection(PyObject* object) noexcept {
    PyCriticalSection_Begin(&section_, object);
  }
  ~CriticalSection() { PyCriticalSection_End(&section_); }
#else
  explicit CriticalSection(PyObject*) noexcept {}
  ~CriticalSection() {}  // NOLINT: not trivial, so that a block with nothing in it is no warning
#endif
  CriticalSection(const CriticalSection&) = delete;
  CriticalSection& operator=(const CriticalSection&) = delete;

#if defined(Py_GIL_DISABLED)
 private:
  PyCriticalSection section_;
#endif
};

// The same for two objects at once. One section inside another does not do: while a thread waits
// for the inner one, others may enter the outer.
class CriticalSectionOfTwo {
 public:
#if defined(Py_GIL_DISABLED)
  CriticalSectionOfTwo(PyObject* one, PyObject* other) noexcept {
    PyCriticalSection2_Begin(&section_, one, other);
  }
  ~CriticalSectionOfTwo() { PyCriticalSection2_End(&section_); }
#else
  CriticalSectionOfTwo(PyObject*, PyObject*) noexcept {}
  ~CriticalSectionOfTwo() {}  // NOLINT: as above
#endif
  CriticalSectionOfTwo(const CriticalSectionOfTwo&) = delete;
  CriticalSectionOfTwo& operator=(const CriticalSectionOfTwo&) = delete;

#if defined(Py_GIL_DISABLED)
 private:
  PyCriticalSection2 section_;
#endif
};

}  // namespace mainstay::binding
