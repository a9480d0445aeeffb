// changes.cpp - see changes.hpp; and compare(), which makes them.
#include "binding/diff/changes.hpp"

#include "binding/support/native_module.hpp"
#include "binding/support/native_type.hpp"

namespace mainstay::binding::diff {

namespace {

State& state_of_type(PyObject* object) {
  return state_of<State>(module_of(Py_TYPE(object), &definition));
}

Host host_for(State& state, const Changes& changes) {
  Host host(state, value_of<Settings>(changes.settings.get()), changes.walk.get(),
            changes.root_node.get());
  host.relations = changes.relations;
  return host;
}

Ref list_of(const std::vector<std::uint32_t>& numbers) {
  Ref list = Ref::steal(PyList_New(static_cast<Py_ssize_t>(numbers.size())));
  if (!list) return list;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    PyObject* number = PyLong_FromUnsignedLong(numbers[i]);
    if (number == nullptr) return Ref{};
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), number);
  }
  return list;
}

Ref repetition_of(const mainstay::diff::Repetition& repetition) {
  return Ref::steal(Py_BuildValue(
      "{s:n,s:n,s:N,s:N}", "old_repeat", static_cast<Py_ssize_t>(repetition.a.size()), "new_repeat",
      static_cast<Py_ssize_t>(repetition.b.size()), "old_indexes", list_of(repetition.a).release(),
      "new_indexes", list_of(repetition.b).release()));
}

}  // namespace

PyObject* name_of(const Names& names, Change change, StepKind step) {
  const bool attribute = step == StepKind::attribute;
  switch (change) {
    case Change::type: return names.type_changes.get();
    case Change::value: return names.values_changed.get();
    case Change::entry_added: return (attribute ? names.attribute_added : names.entry_added).get();
    case Change::entry_removed:
      return (attribute ? names.attribute_removed : names.entry_removed).get();
    case Change::item_added: return names.item_added.get();
    case Change::item_removed: return names.item_removed.get();
    case Change::item_moved: return names.item_moved.get();
    case Change::member_added: return names.member_added.get();
    case Change::member_removed: return names.member_removed.get();
    case Change::repetition: return names.repetition_change.get();
    case Change::foreign: break;
  }
  return nullptr;
}

namespace {

Ref nodes(Self<Changes> self) {
  State& state = state_of_type(self.object);
  Host host = host_for(state, *self);
  Ref list = Ref::steal(PyList_New(0));
  if (!list) return list;
  for (Host::Event& event : self->found.events) {
    Ref pair;
    if (event.change == Change::foreign) {
      const auto& [kind, node] = self->foreign[event.extra];
      pair = Ref::steal(PyTuple_Pack(2, kind.get(), node.get()));
    } else {
      const Held node = host.node_of_event(self->found, event);
      if (!node) return Ref{};
      if (event.change == Change::repetition) {
        const Ref told = repetition_of(self->found.repetitions[event.extra]);
        const Ref additional =
            Ref::steal(PyObject_GetAttr(node.get(), state.names.additional.get()));
        if (!told || !additional ||
            PyObject_SetItem(additional.get(), state.names.repetition.get(), told.get()) < 0) {
          return Ref{};
        }
      }
      if (event.extra == mainstay::diff::kMerged) {
        // Reached on the first side only, as the item that was removed.
        const Ref one = Ref::steal(PyLong_FromLong(1));
        if (!one || PyObject_SetAttr(node.get(), state.names.sides.get(), one.get()) < 0) {
          return Ref{};
        }
      }
      pair = Ref::steal(
          PyTuple_Pack(2, name_of(state.names, event.change, event.step.kind), node.get()));
    }
    if (!pair || PyList_Append(list.get(), pair.get()) < 0) return Ref{};
  }
  return list;
}

Ref opcodes(Self<Changes> self) {
  constexpr const char* kTags[] = {"equal", "replace", "delete", "insert"};
  Host host = host_for(state_of_type(self.object), *self);
  Ref list = Ref::steal(PyList_New(0));
  for (const auto& matched : self->found.matched) {
    const Held node = host.node_of_trail(self->found, matched.trail);
    const Ref codes = Ref::steal(PyList_New(0));
    if (!list || !node || !codes) return Ref{};
    for (const auto& code : matched.opcodes) {
      const Ref made = Ref::steal(Py_BuildValue("(sIIII)", kTags[static_cast<int>(code.tag)],
                                                code.a_from, code.a_to, code.b_from, code.b_to));
      if (!made || PyList_Append(codes.get(), made.get()) < 0) return Ref{};
    }
    const Ref pair = Ref::steal(PyTuple_Pack(2, node.get(), codes.get()));
    if (!pair || PyList_Append(list.get(), pair.get()) < 0) return Ref{};
  }
  return list;
}

Ref text(Self<Changes> self) { return text_view(state_of_type(self.object), *self); }

Py_ssize_t length(Changes& self) { return static_cast<Py_ssize_t>(self.found.events.size()); }

PyMethodDef kMethods[] = {
    method<nodes>("nodes", "nodes($self, /)\n--\n\nThe changes as pairs of a kind and a node."),
    method<opcodes>(
        "opcodes",
        "opcodes($self, /)\n--\n\nLists that were aligned: pairs of a node and opcodes."),
    method<text>("text",
                 "text($self, /)\n--\n\n"
                 "The text view as a dict; None if there are changes that Python writes."),
    {},
};

const PyType_Slot kSlots[] = {{Py_sq_length, as_slot<length>()}};

constexpr TypeTable kChanges{
    .name = "mainstay.diff._native.Changes",
    .doc = "What a native walk found. May be shared by threads.",
    .methods = kMethods,
    .slots = kSlots,
    .constructible = false,
};

PyObject* run(State& state, PyObject* walk, PyObject* settings, PyObject* node) {
  const Ref t1 = Ref::steal(PyObject_GetAttr(node, state.names.t1.get()));
  const Ref t2 = Ref::steal(PyObject_GetAttr(node, state.names.t2.get()));
  if (!t1 || !t2) return nullptr;
  const Settings& how = value_of<Settings>(settings);
  Host host(state, how, walk, node);
  Host::Walk native(host, how.options, host.statistics);
  host.outermost = &native;
  if (!native.run(Held::share(t1.get()), Held::share(t2.get())) || !host.give_statistics()) {
    return nullptr;
  }
  if (!how.options.report_repetition) mainstay::diff::merge_added_and_removed(native.events());
  Ref made = make_object<Changes>(reinterpret_cast<PyTypeObject*>(state.changes_type.get()),
                                  Ref::share(walk), Ref::share(settings), Ref::share(node));
  if (!made) return nullptr;
  Changes& changes = value_of<Changes>(made.get());
  changes.found = std::move(native.events());
  changes.foreign = std::move(host.foreign);
  changes.relations = std::move(host.relations);
  return made.release();
}

}  // namespace

PyObject* compare(PyObject* module, PyObject* const* args, Py_ssize_t nargs) {
  State& state = state_of<State>(module);
  if (nargs != 3 ||
      !Py_IS_TYPE(args[1], reinterpret_cast<PyTypeObject*>(state.settings_type.get()))) {
    PyErr_SetString(PyExc_TypeError, "compare() takes a walk, its Settings and a node");
    return nullptr;
  }
  try {
    return run(state, args[0], args[1], args[2]);
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

bool add_changes(PyObject* module, State& state) {
  state.changes_type = add_native_type<Changes>(module, kChanges);
  return static_cast<bool>(state.changes_type);
}

}  // namespace mainstay::binding::diff
