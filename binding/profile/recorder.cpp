// recorder.cpp - see recorder.hpp.
#include "binding/profile/recorder.hpp"

#include <algorithm>

#include "binding/profile/samples.hpp"

namespace mainstay::binding::profile {
namespace {

// `name NUL <built-in> NUL 0`, the text of a C function. Empty with an exception set.
std::string describe_builtin(PyObject* function) {
  Ref name = Ref::steal(PyObject_GetAttrString(function, "__qualname__"));
  if (!name) {
    PyErr_Clear();
    name = Ref::steal(PyObject_GetAttrString(function, "__name__"));
  }
  if (!name) return {};
  const Ref str = Ref::steal(PyObject_Str(name.get()));
  if (!str) return {};
  const Text text(str.get());
  if (text.data == nullptr) return {};
  std::string made(text.view());
  made += std::string_view(
      "\0<built-in>\0"
      "0",
      13);
  return made;
}

constexpr const char* kPlaces[] = {"in_context", "out_of_context_awaited",
                                   "out_of_context_unknown"};

}  // namespace

bool Recorder::begin(PyObject* root, PyObject* async_state) {
  const Text text(root);
  if (text.data == nullptr) return false;
  const auto held = store_->hold();
  root_ = store_->names.intern(text.view());
  async_state_ = Ref::share(async_state);
  return true;
}

bool Recorder::add(PyObject* target, bool is_bound, PyObject* samples, Mode mode) {
  is_changed = true;
  if (samples != nullptr) {
    const CriticalSection section(samples);
    Recording& recording = value_of<Samples>(samples).recording;
    if (recording.size() == 0) recording = Recording(store_);
    if (recording.shared_store() != store_) {
      PyErr_SetString(PyExc_ValueError, "these samples belong to another recorder; take new ones");
      return false;
    }
  }
  subscribers_.push_back({Ref::share(target), Ref::share(samples), is_bound, mode, {}, {}});
  return true;
}

void Recorder::remove(PyObject* target) noexcept {
  is_changed = true;
  const auto found = std::find_if(subscribers_.begin(), subscribers_.end(),
                                  [&](auto& each) { return each.target.get() == target; });
  if (found == subscribers_.end()) return;
  const Subscriber removed = std::move(*found);  // what it lets go of may run Python
  subscribers_.erase(found);
}

void Recorder::walk(PyFrameObject* frame, std::vector<FrameId>& path) {
  path.clear();
  Ref held = Ref::share(reinterpret_cast<PyObject*>(frame));
  while (held) {
    auto* at = reinterpret_cast<PyFrameObject*>(held.get());
    path.push_back(frame_id(at));
    held = caller_of(at);
  }
  path.push_back(root_);
  std::reverse(path.begin(), path.end());
}

bool Recorder::sample(PyFrameObject* frame, int what, PyObject* arg, double now) {
  const double seconds = now - last_;
  last_ = now;
  if (what == PyTrace_CALL) {  // the time was the caller's
    const Ref caller = caller_of(frame);
    walk(reinterpret_cast<PyFrameObject*>(caller.get()), path_);
  } else {
    walk(frame, path_);
  }
  if (what == PyTrace_C_RETURN || what == PyTrace_C_EXCEPTION) {
    const std::string text = describe_builtin(arg);
    if (text.empty()) return false;
    const auto held = store_->hold();
    path_.push_back(store_->names.intern(text));
  }
  bool calls = false;
  for (Subscriber& each : subscribers_) {
    if (!each.samples) {
      calls = true;
      continue;
    }
    Recording& recording = value_of<Samples>(each.samples.get()).recording;
    if ((each.place == Place::awaited && each.mode != Mode::disabled) ||
        (each.place == Place::unknown && each.mode == Mode::strict)) {
      const mainstay::profile::FrameNames& names = store_->names;
      each.away.push_back(each.place == Place::awaited ? names.await() : names.out_of_context());
      recording.add(each.away, seconds);
      each.away.pop_back();
    } else {
      recording.add(path_, seconds);
    }
  }
  if (!calls) return true;
  // A target may subscribe others, or end its own subscription.
  std::vector<Subscriber> called;
  for (const Subscriber& each : subscribers_) {
    if (each.samples) continue;
    called.push_back(
        {Ref::share(each.target.get()), Ref{}, each.is_bound, each.mode, each.place, each.away});
  }
  return std::all_of(called.begin(), called.end(),
                     [&](const Subscriber& each) { return call(each, seconds); });
}

Ref Recorder::texts(const std::vector<FrameId>& path) {
  std::vector<std::string> copies;
  {
    const auto held = store_->hold();
    for (const FrameId frame : path) copies.push_back(store_->names.text(frame));
  }
  Ref list = Ref::steal(PyList_New(static_cast<Py_ssize_t>(copies.size())));
  for (std::size_t at = 0; list && at < copies.size(); ++at) {
    Ref text = to_str(copies[at]);
    if (!text) return Ref{};
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(at), text.release());
  }
  return list;
}

bool Recorder::call(const Subscriber& subscriber, double seconds) {
  const Ref stack = texts(path_);
  const Ref time = Ref::steal(PyFloat_FromDouble(seconds));
  Ref state = Ref::share(Py_None);
  if (subscriber.is_bound) {
    Ref info = subscriber.place == Place::in_context ? Ref::share(Py_None) : texts(subscriber.away);
    if (!info) return false;
    const char* place = kPlaces[static_cast<std::size_t>(subscriber.place)];
    state = Ref::steal(PyObject_CallFunction(async_state_.get(), "sO", place, info.get()));
  }
  if (!stack || !time || !state) return false;
  PyObject* const args[] = {stack.get(), time.get(), state.get()};
  return static_cast<bool>(
      Ref::steal(PyObject_Vectorcall(subscriber.target.get(), args, 3, nullptr)));
}

bool Recorder::change_context(PyFrameObject* frame, PyObject* now, PyObject* before,
                              const std::vector<FrameId>& awaits) {
  for (Subscriber& each : subscribers_) {
    if (!each.is_bound) continue;
    if (each.target.get() == before) {
      walk(frame, each.away);
      each.away.insert(each.away.end(), awaits.rbegin(), awaits.rend());
      each.place = awaits.empty() ? Place::unknown : Place::awaited;
    } else if (each.target.get() == now) {
      each.place = Place::in_context;
    }
  }
  return true;
}

namespace {

bool init(Recorder& self, PyObject* args, PyObject* kwargs) {
  static constexpr const char* kParameters[] = {"root", "async_state"};
  static constexpr Signature kInit{"Recorder", "self", kParameters, 2};
  PyObject* given[2] = {};
  return take_arguments(kInit, args, kwargs, given) && self.begin(given[0], given[1]);
}

constexpr const char* kAddParameters[] = {"target", "is_bound", "samples", "mode"};
constexpr Signature kAdd{"Recorder.add", "self", kAddParameters, 4};

Ref add(Self<Recorder> self, PyObject* target, PyObject* is_bound, PyObject* samples,
        PyObject* mode) {
  State* state = state_for(self.object);
  if (state == nullptr) return Ref{};
  if (samples != Py_None &&
      Py_TYPE(samples) != reinterpret_cast<PyTypeObject*>(state->samples_type.get())) {
    PyErr_SetString(PyExc_TypeError, "samples must be Samples or None");
    return Ref{};
  }
  auto counted = Recorder::Mode::disabled;
  if (PyUnicode_Check(mode) && PyUnicode_CompareWithASCIIString(mode, "enabled") == 0) {
    counted = Recorder::Mode::enabled;
  } else if (PyUnicode_Check(mode) && PyUnicode_CompareWithASCIIString(mode, "strict") == 0) {
    counted = Recorder::Mode::strict;
  }
  const bool added = self->add(target, PyObject_IsTrue(is_bound) == 1,
                               samples == Py_None ? nullptr : samples, counted);
  return added ? Ref::share(Py_None) : Ref{};
}

Ref remove(Recorder& self, PyObject* target) {
  self.remove(target);
  return Ref::share(Py_None);
}

Ref begin(Recorder& self, PyObject* now) {
  const double time = PyFloat_AsDouble(now);
  if (time == -1 && PyErr_Occurred() != nullptr) return Ref{};
  self.set_last(time);
  return Ref::share(Py_None);
}

PyMethodDef kMethods[] = {
    method<kAdd, add>("add",
                      "add($self, target, is_bound, samples, mode)\n--\n\nKeep samples in "
                      "`samples` or, with None, call target(stack, seconds, state)."),
    method<remove>("remove", "remove($self, target, /)\n--\n\nEnd what add() began."),
    method<begin>("begin", "begin($self, now, /)\n--\n\nCount time from here on."),
    {},
};

const PyType_Slot kSlots[] = {{Py_tp_init, as_slot<init>()}};

}  // namespace

bool add_recorder_type(PyObject* module, State& state) noexcept {
  const TypeTable table{
      .name = "mainstay.profile.Recorder",
      .doc = "Recorder(root, async_state)\n--\n\nTakes the samples of the thread that uses it.",
      .methods = kMethods,
      .slots = kSlots,
  };
  state.recorder_type = add_native_type<Recorder>(module, table);
  return static_cast<bool>(state.recorder_type);
}

}  // namespace mainstay::binding::profile
