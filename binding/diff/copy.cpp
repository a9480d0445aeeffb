// copy.cpp - `deep_copy(object)`: as copy.deepcopy, built-in containers natively.
//
// What is shared stays shared and cycles stay cycles. Objects of other types are copied by
// copy.deepcopy with the same memo, so they too see what was copied before them.
#include <unordered_map>

#include "binding/diff/held.hpp"
#include "binding/diff/module.hpp"
#include "binding/support/call.hpp"
#include "binding/support/gil.hpp"
#include "binding/support/native_module.hpp"

namespace mainstay::binding::diff {

namespace {

class Copier {
 public:
  explicit Copier(State& state) : state_(state) {}

  // Empty with an exception set.
  Ref copy(PyObject* object) {
    switch (kind_of(object)) {
      case NodeKind::mapping: return container(object, &Copier::copy_dict);
      case NodeKind::set: return foreign(object);
      case NodeKind::sequence:
        return container(object,
                         PyList_CheckExact(object) ? &Copier::copy_list : &Copier::copy_tuple);
      case NodeKind::other: return foreign(object);
      default: return Ref::share(object);
    }
  }

 private:
  using Copy = Ref (Copier::*)(PyObject*);

  Ref container(PyObject* object, Copy how) {
    if (may_come_again(object)) {
      const auto found = copies_.find(object);
      if (found != copies_.end()) return Ref::share(found->second.get());
      Ref known;
      if (!recall(object, known)) return Ref{};
      if (known) return known;
    }
    const RecursionGuard guard(" while copying");
    if (!guard || ((++containers_ & 0x3FFU) == 0 && PyErr_CheckSignals() < 0)) return Ref{};
    return (this->*how)(object);
  }

  // What one place refers to comes once. But a tuple is known only when its items are copied: what
  // is in one to which several places refer may lead back to it.
  [[nodiscard]] bool may_come_again(PyObject* object) const noexcept {
    return Py_REFCNT(object) > 1 || shared_tuples_ > 0;
  }

  // False with an exception set.
  bool recall(PyObject* object, Ref& known) {
    if (!memo_) return true;
    const Ref id = Ref::steal(PyLong_FromVoidPtr(object));
    if (!id) return false;
    known = Ref::share(PyDict_GetItemWithError(memo_.get(), id.get()));
    return known || PyErr_Occurred() == nullptr;
  }

  bool remember(PyObject* object, const Ref& made) {
    if (!may_come_again(object)) return true;
    copies_.emplace(object, Held::share(made.get()));
    return !memo_ || put_in_memo(object, made.get());
  }

  bool put_in_memo(PyObject* object, PyObject* made) {
    const Ref id = Ref::steal(PyLong_FromVoidPtr(object));
    return id && PyDict_SetItem(memo_.get(), id.get(), made) == 0;
  }

  Ref copy_list(PyObject* list) {
    Ref made = Ref::steal(PyList_New(0));
    if (!made || !remember(list, made)) return Ref{};
    // Copying an item may run Python, which may change the list.
    for (Py_ssize_t at = 0;; ++at) {
      Ref item;
      {
        const CriticalSection section(list);
        if (at >= PyList_GET_SIZE(list)) return made;
        item = Ref::share(PyList_GET_ITEM(list, at));
      }
      const Ref copied = copy(item.get());
      if (!copied || PyList_Append(made.get(), copied.get()) < 0) return Ref{};
    }
  }

  Ref copy_dict(PyObject* dict) {
    Ref made = Ref::steal(PyDict_New());
    if (!made || !remember(dict, made)) return Ref{};
    Py_ssize_t at = 0;
    const Py_ssize_t size = PyDict_GET_SIZE(dict);
    for (;;) {
      Ref key;
      Ref value;
      {
        const CriticalSection section(dict);
        PyObject* borrowed_key = nullptr;
        PyObject* borrowed_value = nullptr;
        if (!PyDict_Next(dict, &at, &borrowed_key, &borrowed_value)) return made;
        key = Ref::share(borrowed_key);
        value = Ref::share(borrowed_value);
      }
      const Ref copied_key = copy(key.get());
      const Ref copied_value = copied_key ? copy(value.get()) : Ref{};
      if (!copied_value || PyDict_SetItem(made.get(), copied_key.get(), copied_value.get()) < 0) {
        return Ref{};
      }
      if (PyDict_GET_SIZE(dict) != size) {
        PyErr_SetString(PyExc_RuntimeError, "dictionary changed size during iteration");
        return Ref{};
      }
    }
  }

  // A tuple whose items are their own copies is its own copy.
  Ref copy_tuple(PyObject* tuple) {
    const Py_ssize_t size = PyTuple_GET_SIZE(tuple);
    Ref made = Ref::steal(PyTuple_New(size));
    if (!made) return made;
    bool same = true;
    const std::size_t shared = Py_REFCNT(tuple) > 1 ? 1 : 0;
    for (Py_ssize_t i = 0; i < size; ++i) {
      shared_tuples_ += shared;
      Ref item = copy(PyTuple_GET_ITEM(tuple, i));
      shared_tuples_ -= shared;
      if (!item) return Ref{};
      same = same && item.get() == PyTuple_GET_ITEM(tuple, i);
      PyTuple_SET_ITEM(made.get(), i, item.release());
    }
    // An item that leads back to the tuple has made a copy of it already.
    const auto found = copies_.find(tuple);
    if (found != copies_.end()) return Ref::share(found->second.get());
    if (same) made = Ref::share(tuple);
    return remember(tuple, made) ? std::move(made) : Ref{};
  }

  // By copy.deepcopy. It has to know of all copies there are.
  Ref foreign(PyObject* object) {
    if (!memo_) {
      memo_ = Ref::steal(PyDict_New());
      if (!memo_) return Ref{};
      for (const auto& [original, made] : copies_) {
        if (!put_in_memo(original, made.get())) return Ref{};
      }
    }
    PyObject* arguments[] = {object, memo_.get()};
    return Ref::steal(PyObject_Vectorcall(state_.deepcopy.get(), arguments, 2, nullptr));
  }

  State& state_;
  std::unordered_map<PyObject*, Held> copies_;  // of what may come again
  std::size_t shared_tuples_ = 0;               // that are being copied
  std::size_t containers_ = 0;
  Ref memo_;  // copy.deepcopy's, once it was needed
};

}  // namespace

PyObject* deep_copy(PyObject* module, PyObject* object) {
  try {
    return Copier(state_of<State>(module)).copy(object).release();
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

}  // namespace mainstay::binding::diff
