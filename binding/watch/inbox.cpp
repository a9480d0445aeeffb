// inbox.cpp - Inbox: where events wait for Python, and the watches they belong to.
//
// `take` waits without the interpreter and returns a whole batch, so that Python is woken once for
// many events.
#include <cmath>
#include <unordered_map>

#include "binding/support/errors.hpp"
#include "binding/support/wait.hpp"
#include "binding/watch/module.hpp"

namespace mainstay::binding::watch {
namespace {

using std::chrono::nanoseconds;

struct Inbox final : Lifecycle::Member {
  struct Watch {
    Ref object;
    bool as_bytes = false;
  };
  std::shared_ptr<engine::Inbox> inbox;
  // By number. None is given twice: events of a watch that was removed may still be under way.
  std::unordered_map<std::uint32_t, Watch> watches;
  std::uint32_t next_number = 0;

  ~Inbox() { leave(); }
  void each_reference(auto visit) {
    for (auto& [number, watch] : watches) visit(watch.object);
  }
  void after_fork_in_child() noexcept override {
    if (!inbox) return;
    inbox->abandon();
    // Its lock may be held by a thread that is not here: it is never touched again.
    (void)new std::shared_ptr<engine::Inbox>(std::move(inbox));
    inbox = nullptr;
  }
};

bool init(Self<Inbox> self, PyObject* args, PyObject* kwargs) {
  static const char* const kNames[] = {"most_bytes", nullptr};
  Py_ssize_t most_bytes = 0;
  if (PyArg_ParseTupleAndKeywords(args, kwargs, "n:Inbox", const_cast<char**>(kNames),
                                  &most_bytes) == 0) {
    return false;
  }
  if (most_bytes < 1) {
    PyErr_Format(PyExc_ValueError, "an inbox needs room for a byte at least, got %zd", most_bytes);
    return false;
  }
  if (self->inbox) {
    PyErr_SetString(PyExc_TypeError, "an Inbox is made once");
    return false;
  }
  self->inbox = std::make_shared<engine::Inbox>(static_cast<std::size_t>(most_bytes));
  state_of_type(self.object).lifecycle.join(*self);
  return true;
}

// Seconds as a duration; none for None. False with an exception set.
bool to_duration(PyObject* seconds, std::optional<nanoseconds>& duration) {
  duration.reset();
  if (seconds == nullptr || seconds == Py_None) return true;
  const double number = PyFloat_AsDouble(seconds);
  if (number == -1.0 && PyErr_Occurred() != nullptr) return false;
  if (std::isnan(number)) {
    PyErr_SetString(PyExc_ValueError, "a time must be a number of seconds, got nan");
    return false;
  }
  constexpr double kLongest = 1e9;  // thirty years
  duration = nanoseconds(static_cast<std::int64_t>(std::clamp(number, 0.0, kLongest) * 1e9));
  return true;
}

Ref add_watch(Inbox& self, PyObject* watch, PyObject* as_bytes) {
  const std::uint32_t number = self.next_number++;
  self.watches[number] = {Ref::share(watch), as_bytes == Py_True};
  return Ref::steal(PyLong_FromUnsignedLong(number));
}

Ref remove_watch(Inbox& self, PyObject* number) {
  const unsigned long at = PyLong_AsUnsignedLong(number);
  if (PyErr_Occurred() != nullptr) return Ref{};
  const auto gone = self.watches.extract(static_cast<std::uint32_t>(at));  // let go of afterwards
  return Ref::share(Py_None);
}

// The events of a batch as a list of (event, watch); those of watches that were removed are left
// out. Empty with an exception set.
Ref to_list(Self<Inbox> self, const engine::Batch& batch) {
  State& state = state_of_type(self.object);
  Ref list = Ref::steal(PyList_New(0));
  engine::Batch::Reader reader(batch);
  while (const auto event = reader.next()) {
    if (!list) return Ref{};
    const auto found = self->watches.find(event->watch);
    if (found == self->watches.end()) continue;
    // Building an object may run the collector, and that any Python: nothing is kept by address.
    const Ref watch = Ref::share(found->second.object.get());
    const Ref made = make_event(state, *event, found->second.as_bytes);
    if (!made) return Ref{};
    const Ref entry = Ref::steal(PyTuple_Pack(2, made.get(), watch.get()));
    if (!entry || PyList_Append(list.get(), entry.get()) != 0) return Ref{};
  }
  return list;
}

Ref inherited() {
  return Ref::steal(raise_error(
      {ErrorCode::closed, "this observer was inherited by a fork; make another one here"}));
}

Ref take(Self<Inbox> self, PyObject* timeout, PyObject* quiet, PyObject* longest,
         PyObject* interruptible) {
  std::optional<nanoseconds> limit;
  std::optional<nanoseconds> pause;
  std::optional<nanoseconds> most;
  if (!to_duration(timeout, limit) || !to_duration(quiet, pause) || !to_duration(longest, most)) {
    return Ref{};
  }
  const std::shared_ptr<engine::Inbox> inbox = self->inbox;
  if (!inbox) return inherited();
  const engine::Debounce debounce{pause.value_or(nanoseconds(0)), most.value_or(nanoseconds(0))};
  using Waited = engine::Inbox::Waited;
  Waited waited = Waited::timed_out;
  if (interruptible == Py_True) {
    const auto result = wait_interruptibly(
        [&](std::chrono::milliseconds slice) {
          waited = inbox->wait(slice, debounce);
          return waited != Waited::timed_out;
        },
        limit);
    if (result == binding::Waited::kRaised) return Ref{};
  } else {
    // Signal handlers run in the main thread only; others need not wake up to look for them.
    const Unlocked gil;
    waited = inbox->wait(limit, debounce);
  }
  engine::Batch batch;
  if (waited == Waited::ready || waited == Waited::woken) inbox->take(batch);
  return to_list(self, batch);
}

Ref wake(Inbox& self) {
  if (self.inbox) self.inbox->wake();
  return Ref::share(Py_None);
}

Ref close(Inbox& self) {
  if (self.inbox) self.inbox->close();
  return Ref::share(Py_None);
}

Ref fileno(Inbox& self) {
  if (!self.inbox) return inherited();
  const auto fd = self.inbox->descriptor();
  if (!fd) return Ref::steal(raise_error(fd.error()));
  return Ref::steal(PyLong_FromLong(*fd));
}

Ref counters(Inbox& self) {
  engine::Inbox::Counters now;
  if (self.inbox) now = self.inbox->counters();
  return Ref::steal(Py_BuildValue("(KKK)", static_cast<unsigned long long>(now.events),
                                  static_cast<unsigned long long>(now.queued_bytes),
                                  static_cast<unsigned long long>(now.most_bytes)));
}

constexpr const char* kWatchNames[] = {"watch", "as_bytes"};
constexpr Signature kAddWatch{"Inbox.add_watch", "self", kWatchNames, 2};
constexpr const char* kTakeNames[] = {"timeout", "quiet", "longest", "interruptible"};
constexpr Signature kTake{"Inbox.take", "self", kTakeNames, 0};

PyMethodDef kMethods[] = {
    method<kAddWatch, add_watch>("add_watch", "A number for a watch and how its paths look."),
    method<remove_watch>("remove_watch", "Frees a number; events of it are dropped."),
    method<kTake, take>("take",
                        "Waits for events and returns some as a list of (event, watch); an empty "
                        "one after `timeout` seconds, `wake()` or `close()`."),
    method<wake, kShared>("wake", "Ends a wait, or the next one."),
    method<close, kShared>("close", "Ends all waits."),
    method<fileno>("fileno", "A descriptor that is readable while there are events."),
    method<counters>("counters", "(events so far, bytes now, most bytes ever)."),
    {},
};

}  // namespace

std::shared_ptr<engine::Inbox> inbox_of(const State& state, PyObject* object) noexcept {
  if (reinterpret_cast<PyObject*>(Py_TYPE(object)) != state.inbox_type.get()) {
    PyErr_Format(PyExc_TypeError, "an Inbox is needed, got %.100s", Py_TYPE(object)->tp_name);
    return nullptr;
  }
  std::shared_ptr<engine::Inbox> inbox = value_of<Inbox>(object).inbox;
  if (!inbox) PyErr_SetString(PyExc_ValueError, "this inbox was inherited by a fork");
  return inbox;
}

bool add_inbox_type(PyObject* module) noexcept {
  static const PyType_Slot slots[] = {{Py_tp_init, as_slot<init>()}};
  const TypeTable table{
      .name = "mainstay.watch._native.Inbox",
      .doc = "Events on their way to Python. May be shared by threads.",
      .methods = kMethods,
      .slots = slots,
  };
  State& state = state_of<State>(module);
  state.inbox_type = add_native_type<Inbox>(module, table);
  return static_cast<bool>(state.inbox_type);
}

}  // namespace mainstay::binding::watch
