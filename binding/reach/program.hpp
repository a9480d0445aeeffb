// program.hpp - a compiled spec: its nodes, what they hold, and how it is told that it changed.
#pragma once

#include <memory>
#include <vector>

#include "binding/reach/host.hpp"

namespace mainstay::binding::reach {

// Something that a program was made of and that could be changed since: an attribute of a spec
// that is another object now, a dict or list with other items.
struct Guard {
  enum class Kind : std::uint8_t { attribute, dict, list };
  Kind kind = Kind::attribute;
  PyObject* object = nullptr;         // all are kept by the program
  PyObject* name = nullptr;           // of an attribute
  std::vector<PyObject*> expected{};  // the value; or keys and values; or items
};

struct Program {
  Ref spec;
  std::vector<Ref> kept;
  std::vector<Guard> guards;
  std::unique_ptr<Node> root;  // none: the spec is not plain, and Python walks it

  void each_reference(auto visit) {
    visit(spec);
    for (Ref& each : kept) visit(each);
  }
};

// Whether a program still says what its spec says. False with an exception set: it cannot be asked.
[[nodiscard]] bool is_current(const Program& program) noexcept;

// Compiles `spec` into a Program object. Empty with an exception set.
[[nodiscard]] Ref compile(State& state, PyObject* spec);

// Compiles an assignment to what `path`, a text, names; its value is given to each run.
[[nodiscard]] Ref compile_place(State& state, PyObject* path);

// Whether an argument stands for itself: no spec, and nothing that is copied.
[[nodiscard]] bool is_value(const State& state, PyObject* object) noexcept;

// Whether `except` takes it: a class of exceptions, or a tuple of such.
[[nodiscard]] bool is_catchable(PyObject* object) noexcept;

}  // namespace mainstay::binding::reach
