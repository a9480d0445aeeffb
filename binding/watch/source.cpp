// source.cpp - Source: one of the kernel's queues, read by the thread all Sources share.
#include <string>
#include <vector>

#include "binding/support/errors.hpp"
#include "binding/support/wait.hpp"
#include "binding/watch/module.hpp"

namespace mainstay::binding::watch {
namespace {

struct Source final : Lifecycle::Member {
  std::shared_ptr<engine::Source> source;

  ~Source() {
    leave();
    close();
  }
  void close() noexcept {
    if (!source) return;
    const Unlocked gil;
    source->close();
  }
  void after_fork_in_child() noexcept override {
    if (source) engine::Source::abandon(std::move(source));
    source = nullptr;
  }
  void at_exit() noexcept override { close(); }
};

bool init(Self<Source> self, PyObject* args, PyObject* kwargs) {
  static const char* const kNames[] = {nullptr};
  if (PyArg_ParseTupleAndKeywords(args, kwargs, ":Source", const_cast<char**>(kNames)) == 0) {
    return false;
  }
  if (self->source) {
    PyErr_SetString(PyExc_TypeError, "a Source is made once");
    return false;
  }
  State& state = state_of_type(self.object);
  std::shared_ptr<engine::Reader> reader;
  {
    const std::scoped_lock hold(state.shared.lock);
    reader = state.shared.reader.lock();
    if (!reader) {
      auto started = engine::Reader::start();
      if (!started) return raise_error(started.error()) != nullptr;
      reader = std::move(*started);
      state.shared.reader = reader;
    }
  }
  auto opened = reader->open();
  if (!opened) {
    const Unlocked gil;
    reader.reset();
  }
  if (!opened) return raise_error(opened.error()) != nullptr;
  self->source = std::move(*opened);
  state.lifecycle.join(*self);
  return true;
}

Ref gone() {
  return Ref::steal(raise_error(
      {ErrorCode::closed, "this observer was inherited by a fork; make another one here"}));
}

Ref add(Self<Source> self, PyObject* inbox, PyObject* path, PyObject* options) {
  engine::WatchOptions wanted;
  int recursive = 0;
  int follow = 0;
  int full = 0;
  int skip = 0;
  int gitignore = 0;
  unsigned long kinds = 0;
  unsigned long number = 0;
  PyObject* exclude = nullptr;
  PyObject* only = nullptr;
  double window = 0;
  static const char* const kNames[] = {"number", "kinds",       "recursive", "follow_links",
                                       "full",   "skip",        "exclude",   "gitignore",
                                       "only",   "move_window", nullptr};
  const Ref none = Ref::steal(PyTuple_New(0));
  if (!none || PyArg_ParseTupleAndKeywords(none.get(), options, "|$kkppppO!pOd:add",
                                           const_cast<char**>(kNames), &number, &kinds, &recursive,
                                           &follow, &full, &skip, &PyTuple_Type, &exclude,
                                           &gitignore, &only, &window) == 0) {
    return Ref{};
  }
  std::shared_ptr<engine::Inbox> target = inbox_of(state_of_type(self.object), inbox);
  if (!target || !to_bytes(path, wanted.path)) return Ref{};
  wanted.number = static_cast<std::uint32_t>(number);
  wanted.kinds = static_cast<engine::Kinds>(kinds) & engine::kEverything;
  wanted.recursive = recursive != 0;
  wanted.follow_links = follow != 0;
  wanted.full_moves = full != 0;
  wanted.skip_repeats = skip != 0;
  wanted.gitignore = gitignore != 0;
  wanted.move_window =
      std::chrono::nanoseconds(static_cast<std::int64_t>(std::clamp(window, 0.0, 1e6) * 1e9));
  if (only != nullptr && only != Py_None && !to_bytes(only, wanted.only)) return Ref{};
  for (Py_ssize_t i = 0; exclude != nullptr && i < PyTuple_GET_SIZE(exclude); ++i) {
    if (!to_bytes(PyTuple_GET_ITEM(exclude, i), wanted.exclude.emplace_back())) return Ref{};
  }
  const std::shared_ptr<engine::Source> source = self->source;
  if (!source) return gone();
  auto ticket = source->add(std::move(wanted), std::move(target));
  const auto waited = wait_interruptibly(
      [&](std::chrono::milliseconds slice) { return ticket.wait(slice); }, std::nullopt);
  if (waited == Waited::kRaised) {
    source->discard(ticket);
    return Ref{};
  }
  const auto added = ticket.get();
  if (!added) return Ref::steal(raise_error(added.error()));
  return Ref::steal(PyLong_FromUnsignedLong(*added));
}

// The number of a subscription. False with an exception set.
bool to_id(PyObject* object, std::uint32_t& id) {
  const unsigned long number = PyLong_AsUnsignedLong(object);
  id = static_cast<std::uint32_t>(number);
  return PyErr_Occurred() == nullptr;
}

Ref remove(Source& self, PyObject* number) {
  std::uint32_t id = 0;
  if (!to_id(number, id)) return Ref{};
  if (const std::shared_ptr<engine::Source> source = self.source) {
    const Unlocked gil;
    (void)source->remove(id).get();
  }
  return Ref::share(Py_None);
}

Ref set_kinds(Source& self, PyObject* number, PyObject* kinds) {
  std::uint32_t id = 0;
  if (!to_id(number, id)) return Ref{};
  const unsigned long wanted = PyLong_AsUnsignedLong(kinds);
  if (PyErr_Occurred() != nullptr) return Ref{};
  bool watched = false;
  if (const std::shared_ptr<engine::Source> source = self.source) {
    const Unlocked gil;
    watched = source->set_kinds(id, static_cast<engine::Kinds>(wanted)).get();
  }
  return Ref::share(watched ? Py_True : Py_False);
}

Ref counters(Source& self) {
  engine::Instance::Counters now;
  if (const std::shared_ptr<engine::Source> source = self.source) {
    const Unlocked gil;
    now = source->counters().get();
  }
  using Number = unsigned long long;
  return Ref::steal(Py_BuildValue("{sKsKsKsKsKsK}", "kernel_events", Number{now.events},
                                  "overflows", Number{now.overflows}, "rescans",
                                  Number{now.rescans}, "unwatched", Number{now.unwatched},
                                  "watches", Number{now.watches}, "tree_bytes", Number{now.bytes}));
}

Ref pause(Source& self, PyObject* paused) {
  if (const std::shared_ptr<engine::Source> source = self.source) {
    const bool value = paused == Py_True;
    const Unlocked gil;
    (void)source->pause(value).get();
  }
  return Ref::share(Py_None);
}

Ref close(Source& self) {
  self.close();
  return Ref::share(Py_None);
}

Ref fileno(Source& self) {
  return Ref::steal(PyLong_FromLong(self.source ? self.source->fd() : -1));
}

constexpr const char* kAddNames[] = {"inbox", "path", "options"};
constexpr Signature kAdd{"Source.add", "self", kAddNames, 3};
constexpr const char* kKindsNames[] = {"id", "kinds"};
constexpr Signature kSetKinds{"Source.set_kinds", "self", kKindsNames, 2};

PyMethodDef kMethods[] = {
    method<kAdd, add>("add",
                      "Watches a root; returns a number for `remove`. OSError says which path "
                      "cannot be watched, and why."),
    method<remove, kShared>("remove", "Ends what `add` began."),
    method<kSetKinds, set_kinds>(
        "set_kinds",
        "What is reported of all that happens after this returns. Whether the root "
        "is still watched."),
    method<counters, kShared>("counters", "What was counted, as a dict."),
    method<pause, kShared>("pause", "For tests: leaves the kernel's queue unread."),
    method<close, kShared>("close", "Ends all that `add` began, and closes the descriptor."),
    method<fileno>("fileno", "The kernel's descriptor; -1 when closed."),
    {},
};

}  // namespace

bool add_source_type(PyObject* module) noexcept {
  static const PyType_Slot slots[] = {{Py_tp_init, as_slot<init>()}};
  const TypeTable table{
      .name = "mainstay.watch._native.Source",
      .doc = "One of the kernel's queues of file events. May be shared by threads.",
      .methods = kMethods,
      .slots = slots,
  };
  return static_cast<bool>(add_native_type<Source>(module, table));
}

}  // namespace mainstay::binding::watch
