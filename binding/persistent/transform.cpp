// transform.cpp - see transform.hpp.
#include "binding/persistent/transform.hpp"

#include <utility>
#include <vector>

#include "binding/persistent/map.hpp"
#include "binding/persistent/vector.hpp"
#include "binding/support/call.hpp"

namespace mainstay::binding::persistent {
namespace {

// A path that is being followed, with what is to be done at its end.
struct Step {
  State& state;
  PyObject* path;
  Py_ssize_t at;
  PyObject* command;
  PyObject* pending;

  [[nodiscard]] PyObject* key() const noexcept { return PyTuple_GET_ITEM(path, at); }
  [[nodiscard]] bool discards() const noexcept { return command == state.part(p_discard); }
  [[nodiscard]] bool ends_here() const noexcept { return at + 1 == PyTuple_GET_SIZE(path); }
  // What becomes of a value below; an empty map where there was none.
  [[nodiscard]] Ref below(PyObject* value) const {
    PyObject* old = value != nullptr ? value : state.empty_map.get();
    return transform_step(state, old, path, at + 1, command, pending);
  }
};

using Match = std::pair<Slot, Slot>;  // key and value

// How many arguments a predicate must get.
[[nodiscard]] Py_ssize_t arity_of(State& state, PyObject* predicate) {
  if (PyFunction_Check(predicate)) {
    auto* function = reinterpret_cast<PyFunctionObject*>(predicate);
    if (function->func_dict == nullptr) {
      const auto* code = reinterpret_cast<PyCodeObject*>(function->func_code);
      PyObject* defaults = function->func_defaults;
      return code->co_argcount - (defaults == nullptr ? 0 : PyTuple_GET_SIZE(defaults));
    }
  }
  const Ref arity = call(state.part(p_arity), predicate);
  const Py_ssize_t number = PyLong_AsSsize_t(arity.get());
  if (number == -1 && PyErr_Occurred() != nullptr) throw Raised{};
  return number;
}

// Asks a predicate for each item that `each_item(visit)` gives; all, before anything is changed.
template <class EachItem>
[[nodiscard]] std::vector<Match> matches(const Step& step, EachItem&& each_item) {
  const Py_ssize_t arity = arity_of(step.state, step.key());
  if (arity != 1 && arity != 2) {
    PyErr_SetString(PyExc_ValueError, "callable in transform path must take 1 or 2 arguments");
    throw Raised{};
  }
  std::vector<Match> found;
  each_item([&](PyObject* key, PyObject* value) {
    bool matched = step.key() == step.state.part(p_ny);
    if (!matched) {
      const Ref answer = arity == 1 ? call(step.key(), key) : call(step.key(), key, value);
      const int truth = PyObject_IsTrue(answer.get());
      if (truth < 0) throw Raised{};
      matched = truth == 1;
    }
    if (matched) found.emplace_back(Slot::share(key), Slot::share(value));
  });
  return found;
}

[[nodiscard]] Ref step_into_map(const Step& step, PyObject* map) {
  const MapRoot root = map_value(map).root;
  MapChange change(step.state, map_value(map));
  if (PyCallable_Check(step.key()) != 0) {
    const auto found = matches(step, [&](auto&& visit) {
      Trie::for_each(root.get(),
                     [&](Trie::Entry& each) { visit(each.key.get(), each.value.get()); });
    });
    for (const auto& [key, value] : found) {
      if (step.ends_here() && step.discards()) {
        change.remove(key.get());
      } else if (const Ref made = step.below(value.get()); made.get() != value.get()) {
        change.set(key.get(), made.get());
      }
    }
  } else {
    const std::uint64_t hash = hash_of(step.key());
    const Ref value = Ref::share(change.find(step.key(), hash));
    if (step.discards() && (step.ends_here() || !value)) {
      if (value) change.remove(step.key());
    } else if (const Ref made = step.below(value.get()); made.get() != value.get()) {
      change.set(step.key(), hash, made.get());
    }
  }
  return change.changed() ? change.finish(step.state) : Ref::share(map);
}

[[nodiscard]] Ref step_into_vector(const Step& step, PyObject* vector) {
  State& state = step.state;
  Host host = state.host();
  Tree tree(tree_of(vector));
  const Py_ssize_t size = size_of(tree);
  const engine::Owner owner = Host::new_owner();
  bool changed = false;
  const auto put = [&](Py_ssize_t at, PyObject* value) {
    changed = true;
    Slot slot = Slot::share(value);
    if (at == size) {
      const Tree::Link old = tree.append(host, owner, std::move(slot));
    } else {
      const Tree::Link old = tree.set(host, owner, static_cast<std::size_t>(at), slot);
    }
  };
  const auto remove = [&](Py_ssize_t at) {
    changed = true;
    tree.erase(host, static_cast<std::size_t>(at), static_cast<std::size_t>(at) + 1);
  };
  if (PyCallable_Check(step.key()) != 0) {
    const auto found = matches(step, [&](auto&& visit) {
      for (Py_ssize_t i = 0; i < size; ++i) {
        const Ref index = checked(PyLong_FromSsize_t(i));
        visit(index.get(), tree.at(static_cast<std::size_t>(i)).get());
      }
    });
    const bool discards = step.ends_here() && step.discards();
    for (std::size_t i = 0; i < found.size(); ++i) {
      // From the end when elements go, so that the other indexes stay what they are.
      const auto& [index, value] = found[discards ? found.size() - 1 - i : i];
      const Py_ssize_t at = PyLong_AsSsize_t(index.get());
      if (discards) {
        remove(at);
      } else if (const Ref made = step.below(value.get()); made.get() != value.get()) {
        put(at, made.get());
      }
    }
  } else {
    const Py_ssize_t i = index_from(step.key(), "Indices must be integers, not %.200s");
    const Py_ssize_t at = place_of(i, size);
    if (step.discards() && (step.ends_here() || at < 0)) {
      if (at >= 0) {
        remove(at);
      } else if (step.ends_here()) {
        throw_out_of_range(i);
      }
    } else {
      const Ref value = at < 0 ? Ref{} : tree.at(static_cast<std::size_t>(at)).ref();
      const Ref made = step.below(value.get());
      if (at < 0 && i != size) throw_out_of_range(i);
      if (made.get() != value.get()) put(at < 0 ? size : at, made.get());
    }
  }
  return changed ? make_vector(state, std::move(tree)) : Ref::share(vector);
}

}  // namespace

Ref transform_step(State& state, PyObject* structure, PyObject* path, Py_ssize_t at,
                   PyObject* command, PyObject* pending) {
  const RecursionGuard guard(" while transforming a structure");
  if (!guard) throw Raised{};
  if (at == PyTuple_GET_SIZE(path)) {
    return PyCallable_Check(command) != 0 ? call(command, structure) : Ref::share(command);
  }
  const Step step{state, path, at, command, pending};
  if (is_exactly(structure, state.map_type)) return step_into_map(step, structure);
  if (is_exactly(structure, state.vector_type)) return step_into_vector(step, structure);
  const Ref rest = checked(PyTuple_GetSlice(path, at, PyTuple_GET_SIZE(path)));
  return call(state.part(p_step_into), structure, rest.get(), command, pending);
}

Ref transform(PyObject* structure, PyObject* const* steps, Py_ssize_t count) {
  State& state = state_of_object(structure);
  if (count % 2 != 0) {
    PyErr_Format(PyExc_ValueError,
                 "transform() takes paths and commands by turns, got %zd arguments", count);
    throw Raised{};
  }
  const Ref pending = count > 2 ? checked(PyDict_New()) : Ref::share(Py_None);
  Ref made = Ref::share(structure);
  for (Py_ssize_t i = 0; i < count; i += 2) {
    const Ref path = checked(PySequence_Tuple(steps[i]));
    made = transform_step(state, made.get(), path.get(), 0, steps[i + 1], pending.get());
  }
  if (count > 2 && PyDict_GET_SIZE(pending.get()) != 0) {
    (void)call(state.part(p_check_pending), pending.get());
  }
  return made;
}

}  // namespace mainstay::binding::persistent
