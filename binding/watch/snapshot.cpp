// snapshot.cpp - Snapshot: the engine's picture of a directory, its rows and its differences.
#include "mainstay/watch/snapshot.hpp"

#include "binding/support/errors.hpp"
#include "binding/watch/module.hpp"

namespace mainstay::binding::watch {
namespace {

struct Snapshot {
  std::optional<engine::Snapshot> taken;
  bool as_bytes = false;
};

bool init(Snapshot& self, PyObject* args, PyObject* kwargs) {
  static const char* const kNames[] = {"path", "recursive", "exclude", "gitignore", nullptr};
  PyObject* path = nullptr;
  int recursive = 0;
  PyObject* exclude = nullptr;
  int gitignore = 0;
  if (PyArg_ParseTupleAndKeywords(args, kwargs, "OpO!p:Snapshot", const_cast<char**>(kNames), &path,
                                  &recursive, &PyTuple_Type, &exclude, &gitignore) == 0) {
    return false;
  }
  engine::SnapshotOptions options;
  std::string root;
  options.recursive = recursive != 0;
  options.gitignore = gitignore != 0;
  if (!to_bytes(path, root)) return false;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(exclude); ++i) {
    if (!to_bytes(PyTuple_GET_ITEM(exclude, i), options.exclude.emplace_back())) return false;
  }
  std::optional<Result<engine::Snapshot>> taken;
  {
    const Unlocked gil;
    taken.emplace(engine::Snapshot::take(root, options));
  }
  if (!*taken) return raise_error(taken->error()) != nullptr;
  self.taken = std::move(**taken);
  self.as_bytes = PyBytes_Check(path) != 0;
  return true;
}

Ref path_of(const Snapshot& self, engine::Snapshot::Index i) {
  return to_path(self.taken->path(i), self.as_bytes);
}

Ref not_taken() {
  PyErr_SetString(PyExc_ValueError, "this snapshot was not taken; call Snapshot with a path");
  return Ref{};
}

// (path, mode, inode, device, links, user, group, size, accessed, modified, changed, block size,
// blocks, special device) of each entry; times in nanoseconds.
Ref rows(Snapshot& self) {
  if (!self.taken) return not_taken();
  const auto& entries = self.taken->entries();
  const Ref list = Ref::steal(PyList_New(static_cast<Py_ssize_t>(entries.size())));
  if (!list) return Ref{};
  using Unsigned = unsigned long long;
  using Signed = long long;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const engine::Snapshot::Entry& each = entries[i];
    const Ref path = path_of(self, static_cast<engine::Snapshot::Index>(i));
    if (!path) return Ref{};
    PyObject* row = Py_BuildValue("(OIKKKIILLLLILK)", path.get(), each.mode, Unsigned{each.inode},
                                  Unsigned{each.device}, Unsigned{each.links}, each.user,
                                  each.group, Signed{each.size}, Signed{each.accessed},
                                  Signed{each.modified}, Signed{each.changed}, each.block_size,
                                  Signed{each.blocks}, Unsigned{each.special_device});
    if (row == nullptr) return Ref{};
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), row);
  }
  return Ref::share(list.get());
}

Ref paths(Snapshot& self) {
  if (!self.taken) return not_taken();
  const Ref set = Ref::steal(PySet_New(nullptr));
  for (std::size_t i = 0; i < self.taken->entries().size(); ++i) {
    const Ref path = path_of(self, static_cast<engine::Snapshot::Index>(i));
    if (!set || !path || PySet_Add(set.get(), path.get()) != 0) return Ref{};
  }
  return Ref::share(set.get());
}

// Appends to the first list or, for directories, to the second.
bool add(PyObject* lists, Py_ssize_t at, bool directory, const Ref& what) {
  if (!what) return false;
  return PyList_Append(PyTuple_GET_ITEM(lists, at + (directory ? 1 : 0)), what.get()) == 0;
}

// What changed from this to a later one: files and directories created, deleted, modified, moved,
// with other attributes, as ten lists.
Ref changes_to(Self<Snapshot> object, PyObject* other, PyObject* ignore_device) {
  Snapshot& self = *object;
  const State& state = state_of_type(object.object);
  if (reinterpret_cast<PyObject*>(Py_TYPE(other)) != state.snapshot_type.get()) {
    PyErr_Format(PyExc_TypeError, "a Snapshot is needed, got %.100s", Py_TYPE(other)->tp_name);
    return Ref{};
  }
  Snapshot& later = value_of<Snapshot>(other);
  if (!self.taken || !later.taken) return not_taken();
  engine::SnapshotChanges changes;
  {
    const bool ignore = ignore_device == Py_True;
    const Unlocked gil;  // neither changes once it is taken
    changes = engine::compare(*self.taken, *later.taken, ignore);
  }
  const Ref lists = Ref::steal(PyTuple_New(10));
  if (!lists) return Ref{};
  for (Py_ssize_t i = 0; i < 10; ++i) {
    PyObject* list = PyList_New(0);
    if (list == nullptr) return Ref{};
    PyTuple_SET_ITEM(lists.get(), i, list);
  }
  const auto& old = self.taken->entries();
  const auto& now = later.taken->entries();
  for (const auto i : changes.created) {
    if (!add(lists.get(), 0, now[i].directory(), path_of(later, i))) return Ref{};
  }
  for (const auto i : changes.deleted) {
    if (!add(lists.get(), 2, old[i].directory(), path_of(self, i))) return Ref{};
  }
  for (const auto i : changes.modified) {
    if (!add(lists.get(), 4, old[i].directory(), path_of(self, i))) return Ref{};
  }
  for (const auto& [i, j] : changes.moved) {
    const Ref from = path_of(self, i);
    const Ref to = path_of(later, j);
    if (!from || !to) return Ref{};
    const Ref both = Ref::steal(PyTuple_Pack(2, from.get(), to.get()));
    if (!add(lists.get(), 6, old[i].directory(), both)) return Ref{};
  }
  for (const auto i : changes.attributes) {
    if (!add(lists.get(), 8, old[i].directory(), path_of(self, i))) return Ref{};
  }
  return Ref::share(lists.get());
}

constexpr const char* kNames[] = {"other", "ignore_device"};
constexpr Signature kChanges{"Snapshot.changes_to", "self", kNames, 2};

PyMethodDef kMethods[] = {
    method<rows, kShared>("rows", "A path and what stat says of it, for each entry."),
    method<paths, kShared>("paths", "The paths as a set."),
    method<kChanges, changes_to, kShared>("changes_to", "What changed up to a later one."),
    {},
};

}  // namespace

bool add_snapshot_type(PyObject* module) noexcept {
  static const PyType_Slot slots[] = {{Py_tp_init, as_slot<init>()}};
  const TypeTable table{
      .name = "mainstay.watch._native.Snapshot",
      .doc = "What was below a directory. Never changes; may be shared by threads.",
      .methods = kMethods,
      .slots = slots,
  };
  State& state = state_of<State>(module);
  state.snapshot_type = add_native_type<Snapshot>(module, table);
  return static_cast<bool>(state.snapshot_type);
}

}  // namespace mainstay::binding::watch
