// plan.cpp - see plan.hpp: making plans and layouts. Calling by them is in run.cpp.
#include "binding/plugins/plan.hpp"

#include <algorithm>
#include <new>

#include "binding/plugins/impl.hpp"
#include "binding/plugins/spec.hpp"

namespace mainstay::binding::plugins {
namespace {

// A hook called in more ways than this works the further ones out at every call.
constexpr std::size_t kMostLayouts = 8;

Held<Plan> build(const ModuleState& state, PyObject* list, PyObject* spec, PyObject* removed) {
  Held<Plan> plan(new Plan);
  plan->epoch = state.epoch;
  if (removed != nullptr) plan->removed = PySet_GET_SIZE(removed);
  if (spec != Py_None) plan->spec = Ref::share(spec);
  const auto size = static_cast<std::size_t>(PyList_GET_SIZE(list));
  plan->list.reserve(size);
  plan->entries.reserve(size);
  plan->usable = spec == Py_None || is_plain_spec(state, spec);
  plan->defaults = count_defaults(*plan);
  for (std::size_t i = 0; i < size; ++i) {
    PyObject* object = PyList_GET_ITEM(list, static_cast<Py_ssize_t>(i));
    plan->list.push_back(Ref::share(object).release());
    if (!is_plain_impl(state, object)) {
      plan->usable = false;
      continue;
    }
    const ImplObject& impl = as_impl(object);
    if (removed != nullptr) {
      const int is_removed = PySet_Contains(removed, impl.plugin);
      if (is_removed < 0) return {};
      if (is_removed == 1) continue;
    }
    const bool is_method = PyMethod_Check(impl.function);
    plan->entries.push_back(
        {.impl = object,
         .function = Ref::share(is_method ? PyMethod_GET_FUNCTION(impl.function) : impl.function),
         .self = Ref::share(is_method ? PyMethod_GET_SELF(impl.function) : nullptr),
         .wrapper = impl.is_wrapper || impl.is_hookwrapper,
         .old = impl.is_hookwrapper});
    plan->wrappers += plan->entries.back().wrapper;
  }
  return plan;
}

// --- layouts ------------------------------------------------------------------------------------

constexpr Source kNowhere = INT32_MIN;

bool same_name(PyObject* one, PyObject* other) noexcept {
  // Names in code are interned, so they are one object as a rule; those of a `**dict` may not be.
  return one == other || PyUnicode_Compare(one, other) == 0;
}

bool is_one(PyObject* one, PyObject* other) noexcept { return one == other; }

// Whether the layout is for these keywords in this order, by a comparison of two names.
template <class Same>
bool is_for(const Layout& layout, PyObject* kwnames, Same same) noexcept {
  PyObject* known = layout.kwnames.get();
  if (kwnames == known) return true;
  const Py_ssize_t size = kwnames == nullptr ? 0 : PyTuple_GET_SIZE(kwnames);
  if (size != (known == nullptr ? 0 : PyTuple_GET_SIZE(known))) return false;
  for (Py_ssize_t i = 0; i < size; ++i) {
    if (!same(PyTuple_GET_ITEM(kwnames, i), PyTuple_GET_ITEM(known, i))) return false;
  }
  return true;
}

class LayoutBuilder {
 public:
  LayoutBuilder(const Plan& plan, PyObject* kwnames)
      : plan_(plan), spec_(plan.spec ? &as_spec(plan.spec.get()) : nullptr), layout_(new Layout) {
    layout_->kwnames = Ref::share(kwnames);
  }

  // Empty with an exception set.
  [[nodiscard]] Held<Layout> build() {
    if (!note_missing()) return {};
    note_unknown();
    layout_->parts.reserve(plan_.entries.size());
    for (const PlanEntry& entry : plan_.entries) {
      if (!add_part(entry)) return {};
    }
    return std::move(layout_);
  }

 private:
  // kNowhere when it is neither given nor has a default.
  [[nodiscard]] Source find(PyObject* name) {
    PyObject* kwnames = layout_->kwnames.get();
    const Py_ssize_t size = kwnames == nullptr ? 0 : PyTuple_GET_SIZE(kwnames);
    for (Py_ssize_t i = 0; i < size; ++i) {
      if (same_name(PyTuple_GET_ITEM(kwnames, i), name)) return static_cast<Source>(i);
    }
    return find_default(name);
  }

  [[nodiscard]] Source find_default(PyObject* name) {
    if (spec_ == nullptr || PyDict_GetItemWithError(spec_->kwargdefaults, name) == nullptr) {
      return kNowhere;
    }
    auto& names = layout_->defaults;
    const auto at = std::find_if(names.begin(), names.end(),
                                 [name](const Ref& each) { return same_name(each.get(), name); });
    const auto number = static_cast<Source>(at - names.begin());
    if (at == names.end()) names.push_back(Ref::share(name));
    return -1 - number;
  }

  [[nodiscard]] bool add_part(const PlanEntry& entry) {
    const ImplObject& impl = as_impl(entry.impl);
    Part& part = layout_->parts.emplace_back();
    part.entry = &entry;
    part.first = static_cast<std::uint32_t>(layout_->sources.size());
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(impl.argnames); ++i) {
      PyObject* name = PyTuple_GET_ITEM(impl.argnames, i);
      const Source source = find(name);
      if (source == kNowhere) {
        if (part.missing == nullptr) part.missing = name;
        continue;
      }
      layout_->sources.push_back(source);
      ++part.positional;
    }
    return add_keywords(impl, part);
  }

  [[nodiscard]] bool add_keywords(const ImplObject& impl, Part& part) {
    std::vector<PyObject*> given;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(impl.kwargnames); ++i) {
      PyObject* name = PyTuple_GET_ITEM(impl.kwargnames, i);
      const Source source = find(name);
      if (source == kNowhere) continue;
      layout_->sources.push_back(source);
      given.push_back(name);
    }
    part.keywords = static_cast<std::uint32_t>(given.size());
    if (given.empty()) return true;
    part.kwnames = Ref::steal(PyTuple_New(static_cast<Py_ssize_t>(given.size())));
    if (!part.kwnames) return false;
    for (std::size_t i = 0; i < given.size(); ++i) {
      PyTuple_SET_ITEM(part.kwnames.get(), static_cast<Py_ssize_t>(i),
                       Ref::share(given[i]).release());
    }
    return true;
  }

  // What the specification names and the call does not give, ready for the warning.
  [[nodiscard]] bool note_missing() {
    for (Py_ssize_t i = 0; spec_ != nullptr && i < PyTuple_GET_SIZE(spec_->argnames); ++i) {
      PyObject* name = PyTuple_GET_ITEM(spec_->argnames, i);
      if (find(name) != kNowhere) continue;
      layout_->missing =
          Ref::steal(layout_->missing ? PyUnicode_FromFormat("%U, %R", layout_->missing.get(), name)
                                      : PyObject_Repr(name));
      if (!layout_->missing) return false;
    }
    return true;
  }

  void note_unknown() {
    PyObject* kwnames = layout_->kwnames.get();
    const Py_ssize_t size = kwnames == nullptr ? 0 : PyTuple_GET_SIZE(kwnames);
    for (Py_ssize_t i = 0; spec_ != nullptr && i < size; ++i) {
      PyObject* name = PyTuple_GET_ITEM(kwnames, i);
      if (!has(spec_->argnames, name) && !has(spec_->kwargnames, name)) layout_->unknown = true;
    }
  }

  static bool has(PyObject* names, PyObject* name) {
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); ++i) {
      if (same_name(PyTuple_GET_ITEM(names, i), name)) return true;
    }
    return false;
  }

  const Plan& plan_;
  const SpecObject* spec_;
  Held<Layout> layout_;
};

}  // namespace

Plan::~Plan() {
  for (PyObject* each : list) Py_DECREF(each);
}

int Plan::traverse(visitproc visit, void* arg) noexcept {
  Py_VISIT(spec.get());
  for (PyObject* each : list) Py_VISIT(each);
  for (const PlanEntry& entry : entries) {
    Py_VISIT(entry.function.get());
    Py_VISIT(entry.self.get());
  }
  return 0;
}

Held<Plan> make_plan(ModuleState& state, PyObject* list, PyObject* spec,
                     PyObject* removed) noexcept {
  state.count(Event::plan);
  try {
    return build(state, list, spec, removed);
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
    return {};
  }
}

Held<Layout> find_layout(ModuleState& state, Plan& plan, PyObject* kwnames) noexcept {
  for (const Held<Layout>& each : plan.layouts) {
    if (is_for(*each, kwnames, is_one)) return each;
  }
  for (const Held<Layout>& each : plan.layouts) {
    if (is_for(*each, kwnames, same_name)) return each;
  }
  state.count(Event::keywords);
  for (Py_ssize_t i = 0; kwnames != nullptr && i < PyTuple_GET_SIZE(kwnames); ++i) {
    if (same_name(PyTuple_GET_ITEM(kwnames, i), state.names.self.get())) {
      PyErr_SetString(PyExc_TypeError,
                      "HookCaller.__call__() got multiple values for argument 'self'");
      return {};
    }
  }
  try {
    Held<Layout> layout = LayoutBuilder(plan, kwnames).build();
    if (layout && plan.layouts.size() < kMostLayouts) plan.layouts.push_back(layout);
    return layout;
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
    return {};
  }
}

}  // namespace mainstay::binding::plugins
