// module.cpp - the init function of `mainstay.NOUN._native`: unpack, call, wrap.
#include <new>
#include <vector>

#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"
#include "mainstay/NOUN/NOUN.hpp"

namespace mainstay::binding::NOUN {
namespace {

// The numbers of any iterable; false with an exception set.
bool unpack(PyObject* iterable, std::vector<std::int64_t>& numbers) {
  const Ref iterator = Ref::steal(PyObject_GetIter(iterable));
  if (!iterator) return false;
  while (const Ref item = Ref::steal(PyIter_Next(iterator.get()))) {
    const long long number = PyLong_AsLongLong(item.get());
    if (number == -1 && PyErr_Occurred()) return false;
    numbers.push_back(number);
  }
  return !PyErr_Occurred();
}

PyObject* total(PyObject*, PyObject* iterable) noexcept {
  try {
    std::vector<std::int64_t> numbers;
    if (!unpack(iterable, numbers)) return nullptr;
    const auto sum = mainstay::NOUN::total(numbers);
    if (sum) return PyLong_FromLongLong(*sum);
    PyErr_SetString(PyExc_OverflowError, sum.error().message.c_str());
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  }
  return nullptr;
}

PyMethodDef kMethods[] = {
    {"total", total, METH_O, "The sum of whole numbers, or OverflowError."},
    {nullptr, nullptr, 0, nullptr},
};

// No state, so nothing to set up; a module with state starts like binding/retry/module.cpp.
PyModuleDef_Slot kSlots[] = {{0, nullptr}};

PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "mainstay.NOUN._native",
    .m_doc = "What the engine computes for mainstay.NOUN; see docs/internals/NOUN.md.",
    .m_size = 0,
    .m_methods = kMethods,
    .m_slots = kSlots,
    .m_traverse = nullptr,
    .m_clear = nullptr,
    .m_free = nullptr,
};

}  // namespace
}  // namespace mainstay::binding::NOUN

PyMODINIT_FUNC PyInit_NOUN() { return PyModuleDef_Init(&mainstay::binding::NOUN::definition); }
