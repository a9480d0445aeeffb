// field.hpp - the fields that a class declares, compiled to a table when the class is made.
//
// PClass and PRecord check values by it. What a table does not know - what a factory, an invariant
// or `isinstance` of the program says - it asks, in the order in which fields are declared. Types
// that are given by name are looked up when they are first needed.
#pragma once

#include <atomic>
#include <vector>

#include "binding/persistent/module.hpp"

namespace mainstay::binding::persistent {

struct Field {
  Ref name;
  Ref declared;   // the _PField
  Ref types;      // a tuple; empty: any
  Ref factory;    // empty: what is given is the value
  Ref invariant;  // empty: none
  Ref initial;    // empty: none
  bool mandatory = false;
  bool makes_initial = false;  // `initial` is called for one
  Py_ssize_t offset = 0;       // of the slot in objects of a PClass
};

// What is wrong with an object, collected.
struct Problems {
  Ref errors, missing;  // lists; empty: none

  [[nodiscard]] bool any() const noexcept { return errors || missing; }
  void add_error(PyObject* error) { add(errors, error); }
  void add_missing(PyTypeObject* cls, const Field& field);
  // What a nested object lacks: InvariantException `error`.
  void add_nested(State& state, PyObject* error);
  // Sets InvariantException when there is anything.
  void throw_if_any(State& state) const;

 private:
  static void add(Ref& list, PyObject* item);
};

class FieldTable {
 public:
  std::vector<Field> fields;
  Ref places;      // dict: name -> place in `fields`
  Ref invariants;  // tuple: of the whole object

  int traverse(visitproc visit, void* arg) noexcept;
  void clear() noexcept;

  // Makes types that were given by name types. Once.
  void resolve(State& state, PyObject* table);

  // The field of a name; null without an exception if there is none.
  [[nodiscard]] Field* find(PyObject* name);

 private:
  std::atomic<bool> resolved_ = false;
};

// The table of a class. Throws Raised with TypeError when there is none.
[[nodiscard]] FieldTable& table_of(State& state, PyTypeObject* cls);

// The value that a field gets for what is `given`: made by its factory if `make`, of the right type
// (PTypeError otherwise). An invariant that does not hold goes into `problems`. With
// `nested`, so does what a factory that raises InvariantException says, and the value is empty.
[[nodiscard]] Ref value_for(State& state, PyTypeObject* cls, const Field& field, PyObject* given,
                            bool make, PyObject* ignore_extra, bool nested, Problems& problems);
// The same without factory and types, for a value that is there.
void check_again(State& state, const Field& field, PyObject* value, Problems& problems);

// What a field has when nothing is given: its initial value, unchecked; empty if it has none.
[[nodiscard]] Ref initial_of(const Field& field);

// Sets InvariantException if an invariant of the class does not hold for `object`.
void check_whole(State& state, const FieldTable& table, PyObject* object);

[[nodiscard]] bool add_field_types(PyObject* module, State& state);
[[nodiscard]] bool add_class_types(PyObject* module, State& state);
[[nodiscard]] bool add_record_types(PyObject* module, State& state);

}  // namespace mainstay::binding::persistent
