// on_the_way.hpp - what native and Python code that look through one object share: which objects
// they are inside of, and texts as UTF-8.
#pragma once

#include <string>
#include <vector>

#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"

namespace mainstay::binding::diff {

// Ids added to a set of Python's for as long as Python looks at what is below.
class OnTheWay {
 public:
  explicit OnTheWay(PyObject* active) noexcept : active_(active) {}
  OnTheWay(const OnTheWay&) = delete;
  OnTheWay& operator=(const OnTheWay&) = delete;

  // False with an exception set.
  bool add(PyObject* object) {
    Ref id = Ref::steal(PyLong_FromVoidPtr(object));
    const int there = id ? PySet_Contains(active_, id.get()) : -1;
    if (there < 0 || (there == 0 && PySet_Add(active_, id.get()) < 0)) return false;
    if (there == 0) added_.push_back(std::move(id));
    return true;
  }

  // Takes out what was added. After a failure it is left: the whole search has ended.
  bool end() {
    for (const Ref& id : added_) {
      if (PySet_Discard(active_, id.get()) < 0) return false;
    }
    return true;
  }

  // Whether Python is inside of an object; it always is inside of the first.
  [[nodiscard]] static bool contains(PyObject* active, const void* object) noexcept {
    if (PySet_GET_SIZE(active) <= 1) return false;
    const Ref id = Ref::steal(PyLong_FromVoidPtr(const_cast<void*>(object)));
    return id && PySet_Contains(active, id.get()) == 1;
  }

 private:
  PyObject* active_;
  std::vector<Ref> added_;
};

// Gives `use` the UTF-8 of a text; halves of surrogate pairs too. False with an exception set.
template <class Use>
bool with_utf8(PyObject* text, Use use) {
  Py_ssize_t size = 0;
  if (const char* bytes = PyUnicode_AsUTF8AndSize(text, &size)) {
    use(std::string_view(bytes, static_cast<std::size_t>(size)));
    return true;
  }
  if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) return false;
  PyErr_Clear();
  const Ref bytes = Ref::steal(PyUnicode_AsEncodedString(text, "utf-8", "surrogatepass"));
  if (!bytes) return false;
  use(std::string_view(PyBytes_AS_STRING(bytes.get()),
                       static_cast<std::size_t>(PyBytes_GET_SIZE(bytes.get()))));
  return true;
}

}  // namespace mainstay::binding::diff
