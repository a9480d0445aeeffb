// module.hpp - what the files of `mainstay.persistent._native` share: the state and its parts.
//
// Types and functions are native; what is rarely called is Python in the face, which hands over
// what native code calls back once, while it is imported (`_native.provide`).
#pragma once

#include <array>
#include <cstddef>

#include "binding/persistent/host.hpp"
#include "binding/persistent/object.hpp"
#include "binding/support/module_state.hpp"
#include "binding/support/native_module.hpp"
#include "binding/support/native_type.hpp"
#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"

namespace mainstay::binding::persistent {

// Names of attributes and methods that are looked up, interned.
enum Name : std::size_t {
#define MAINSTAY_PERSISTENT_NAME(name) k_##name,
#include "binding/persistent/names.def"
#undef MAINSTAY_PERSISTENT_NAME
  kNames
};

// Python objects of the face that native code calls.
enum Part : std::size_t {
#define MAINSTAY_PERSISTENT_PART(name) p_##name,
#include "binding/persistent/parts.def"
#undef MAINSTAY_PERSISTENT_PART
  kParts
};

struct State {
  Ref map_node, vector_node;
  Ref map_type, map_evolver_type, map_iterator_type;
  Ref set_type, set_evolver_type;
  Ref vector_type, vector_evolver_type, vector_iterator_type;
  Ref field_table_type;
  FreeList free_maps, free_sets, free_vectors;
  Ref empty_map, empty_set, empty_vector;
  std::array<Ref, kNames> names;
  std::array<Ref, kParts> parts;

  void each_reference(auto visit) {
    visit(map_node), visit(vector_node);
    visit(map_type), visit(map_evolver_type), visit(map_iterator_type);
    visit(set_type), visit(set_evolver_type);
    visit(vector_type), visit(vector_evolver_type), visit(vector_iterator_type);
    visit(field_table_type);
    visit(empty_map), visit(empty_set), visit(empty_vector);
    for (Ref& each : names) visit(each);
    for (Ref& each : parts) visit(each);
  }

  [[nodiscard]] PyObject* name(Name name) const noexcept { return names[name].get(); }
  [[nodiscard]] PyObject* part(Part part) const noexcept { return parts[part].get(); }
  [[nodiscard]] Host host() const noexcept { return {map_node.get(), vector_node.get()}; }

  [[nodiscard]] bool is_map(PyObject* object) const noexcept { return is_a(object, map_type); }
  [[nodiscard]] bool is_set(PyObject* object) const noexcept { return is_a(object, set_type); }
  [[nodiscard]] bool is_vector(PyObject* object) const noexcept {
    return is_a(object, vector_type);
  }

 private:
  [[nodiscard]] static bool is_a(PyObject* object, const Ref& type) noexcept {
    return PyObject_TypeCheck(object, reinterpret_cast<PyTypeObject*>(type.get())) != 0;
  }
};

extern PyModuleDef definition;

[[nodiscard]] inline State& module_state(PyObject* module) noexcept {
  return state_of<State>(module);
}

// The state of the module whose type `self` is an instance of, or of a type that derives from one.
[[nodiscard]] inline State& state_of_object(PyObject* self) noexcept {
  return module_state(module_of(Py_TYPE(self), &definition));
}

[[nodiscard]] inline bool is_exactly(PyObject* object, const Ref& type) noexcept {
  return Py_TYPE(object) == reinterpret_cast<PyTypeObject*>(type.get());
}

// `self.name(arguments...)`. Throws Raised.
template <class... Arguments>
[[nodiscard]] Ref call_method(PyObject* self, PyObject* name, Arguments... arguments) {
  PyObject* const all[] = {self, arguments...};
  return checked(PyObject_VectorcallMethod(
      name, all, (sizeof...(arguments) + 1) | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr));
}

// `function(arguments...)`. Throws Raised.
template <class... Arguments>
[[nodiscard]] Ref call(PyObject* function, Arguments... arguments) {
  PyObject* const all[] = {nullptr, arguments...};
  return checked(PyObject_Vectorcall(
      function, all + 1, sizeof...(arguments) | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr));
}

// Each makes its types and singletons. False: an exception is set.
[[nodiscard]] bool add_node_types(PyObject* module, State& state);
[[nodiscard]] bool add_map_types(PyObject* module, State& state);
[[nodiscard]] bool add_set_types(PyObject* module, State& state);
[[nodiscard]] bool add_vector_types(PyObject* module, State& state);

}  // namespace mainstay::binding::persistent
