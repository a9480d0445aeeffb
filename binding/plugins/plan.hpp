// plan.hpp - how one hook is called, worked out beforehand and never changed afterwards.
//
// A plan is made from the list of implementations and the specification as they are at one moment.
// A call holds the plan it began with, so whatever is registered meanwhile is seen by the next call
// only. Whether a plan still fits is asked at every call: the list is compared, entry by entry, so
// that programs that change it by hand are seen as well.
//
// For each set of keywords a hook is called with, the plan has a layout: where in the caller's
// arguments each parameter of each implementation is found. So a call needs no dict.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "binding/plugins/module.hpp"
#include "binding/plugins/spec.hpp"

namespace mainstay::binding::plugins {

// A reference to something counted by the interpreter's lock: held by its hook and running calls.
template <class T>
class Held {
 public:
  Held() noexcept = default;
  explicit Held(T* object) noexcept : object_(object) {
    if (object_ != nullptr) ++object_->holders;
  }
  Held(Held&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Held(const Held& other) noexcept : Held(other.object_) {}
  Held& operator=(Held other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Held() {
    if (object_ != nullptr && --object_->holders == 0) delete object_;
  }
  [[nodiscard]] explicit operator bool() const noexcept { return object_ != nullptr; }
  [[nodiscard]] T* operator->() const noexcept { return object_; }
  [[nodiscard]] T& operator*() const noexcept { return *object_; }

 private:
  T* object_ = nullptr;
};

// Where one argument comes from: from 0 on a position among the caller's values, below that the
// specification's default number -1 - source.
using Source = std::int32_t;

struct PlanEntry {
  PyObject* impl;      // borrowed from the plan's list
  Ref function, self;  // a bound method in its two halves; `self` empty for anything else
  bool wrapper, old;   // a wrapper of either kind; of the old kind
};

// How one implementation is called under a layout.
struct Part {
  const PlanEntry* entry = nullptr;  // of the plan the layout belongs to
  std::uint32_t first = 0;           // of its sources; the positional ones, then those by keyword
  std::uint32_t positional = 0;
  std::uint32_t keywords = 0;
  PyObject* missing =
      nullptr;  // the first required argument that is not given; borrowed from the plan
  Ref kwnames;  // tuple of str, when there are keywords
};

struct Layout {
  std::uint32_t holders = 0;
  Ref kwnames;              // the keywords of the call, a tuple of str
  std::vector<Part> parts;  // one for each entry of the plan
  std::vector<Source> sources;
  std::vector<Ref> defaults;  // names of arguments that are not given but have a default
  Ref missing;  // what the specification wants and the call does not give, as text; or empty
  bool unknown = false;  // whether the call gives what the specification does not name
};

struct Plan {
  std::uint32_t holders = 0;
  std::uint64_t epoch = 0;
  bool usable = false;          // whether every part is native; otherwise calls pass dicts
  Ref spec;                     // the HookSpec; empty for None
  Py_ssize_t defaults = 0;      // how many arguments it has a default for
  std::vector<PyObject*> list;  // the implementations as they stood in the hook's list; owned
  std::vector<PlanEntry> entries;
  std::size_t wrappers = 0;
  Py_ssize_t removed = 0;          // how many plugins were left out
  bool first_result = false;       // what the specification's options said
  std::uint64_t opts_version = 0;  // when they were of this version; see version_of()
  std::vector<Held<Layout>> layouts;

  Plan() = default;
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;
  ~Plan();

  int traverse(visitproc visit, void* arg) noexcept;
};

[[nodiscard]] inline Py_ssize_t count_defaults(const Plan& plan) noexcept {
  return plan.spec && plan.usable ? PyDict_GET_SIZE(as_spec(plan.spec.get()).kwargdefaults) : 0;
}

// Whether the plan is of exactly this list and specification.
[[nodiscard]] inline bool fits(const Plan& plan, const ModuleState& state, PyObject* list,
                               PyObject* spec) noexcept {
  const auto size = static_cast<std::size_t>(PyList_GET_SIZE(list));
  return plan.epoch == state.epoch && plan.list.size() == size &&
         (plan.spec ? plan.spec.get() : Py_None) == spec && plan.defaults == count_defaults(plan) &&
         (size == 0 || std::memcmp(plan.list.data(), reinterpret_cast<PyListObject*>(list)->ob_item,
                                   size * sizeof(PyObject*)) == 0);
}

// A plan of the list; of those entries only that are not of the plugins in `removed` when that is
// not null. Never runs Python of the program. Empty with an exception set.
[[nodiscard]] Held<Plan> make_plan(ModuleState& state, PyObject* list, PyObject* spec,
                                   PyObject* removed) noexcept;

// The layout for a call with these keywords (null for none). Empty with an exception set.
[[nodiscard]] Held<Layout> find_layout(ModuleState& state, Plan& plan, PyObject* kwnames) noexcept;
[[nodiscard]] inline Held<Layout> layout_for(ModuleState& state, Plan& plan,
                                             PyObject* kwnames) noexcept {
  // A line of a program has one tuple for its keywords, and a hook is called in one line mostly.
  if (!plan.layouts.empty() && plan.layouts.front()->kwnames.get() == kwnames) {
    return plan.layouts.front();
  }
  return find_layout(state, plan, kwnames);
}

// Runs a call. `values`: the caller's arguments in the order of its keywords; kept alive by the
// caller. Null with what the call raises.
[[nodiscard]] PyObject* run_plan(const ModuleState& state, const DoorObject& door,
                                 PyObject* hook_name, const Held<Plan>& plan,
                                 const Held<Layout>& layout, PyObject* const* values,
                                 bool first_result) noexcept;

}  // namespace mainstay::binding::plugins
