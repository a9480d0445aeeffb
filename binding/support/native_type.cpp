// native_type.cpp - see native_type.hpp.
#include "binding/support/native_type.hpp"

#include <cstring>
#include <vector>

namespace mainstay::binding::detail {

Ref make_type(PyObject* module, const TypeTable& table, std::size_t size, unsigned long flags,
              std::span<const PyType_Slot> first) noexcept {
  try {
    static PyMemberDef weakrefs[] = {
        {"__weaklistoffset__", T_PYSSIZET, static_cast<Py_ssize_t>(sizeof(PyObject)), READONLY,
         nullptr},
        {nullptr, 0, 0, 0, nullptr},
    };
    std::vector<PyType_Slot> slots(first.begin(), first.end());
    slots.push_back({Py_tp_members, weakrefs});
    slots.push_back({Py_tp_doc, const_cast<char*>(table.doc)});
    if (table.methods != nullptr) slots.push_back({Py_tp_methods, table.methods});
    if (table.attributes != nullptr) slots.push_back({Py_tp_getset, table.attributes});
    slots.insert(slots.end(), table.slots.begin(), table.slots.end());
    slots.push_back({0, nullptr});
    flags |= Py_TPFLAGS_DEFAULT;
    if (table.subclassable) flags |= Py_TPFLAGS_BASETYPE;
    if (!table.constructible) flags |= Py_TPFLAGS_DISALLOW_INSTANTIATION;
    PyType_Spec spec{table.name, static_cast<int>(size), 0, static_cast<unsigned>(flags),
                     slots.data()};
    Ref type = add_type(module, spec);
    // What error texts call it; for a type made in Python that is the name alone. The whole name
    // stays where the interpreter keeps it, and `__module__` is set.
    if (type) {
      auto* made = reinterpret_cast<PyTypeObject*>(type.get());
      made->tp_name = std::strrchr(made->tp_name, '.') + 1;
    }
    return type;
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
    return Ref{};
  }
}

}  // namespace mainstay::binding::detail
