// iterator.cpp - `_native.Iterator`: what `for each in bar` walks over.
//
// It forwards to the iterator of the bar's iterable and counts on the way: an addition and two
// comparisons per item. As a generator does, it begins with the first item, counts an item when the
// next one is asked for, and stores the count and closes the bar at every end: the last item, an
// error, close(), and when it is let go of in the middle.
#include <cmath>
#include <utility>

#include "binding/progress/counter.hpp"
#include "binding/support/exception.hpp"

namespace mainstay::binding::progress {

namespace {

enum class Phase : std::uint8_t {
  unstarted,
  counting,
  forwarding,  // a disabled bar, or one that counts in Python
  finished,
};

struct IteratorValue {
  Ref bar;
  Ref iterable;  // empty: the bar's own, when it begins
  Ref source;    // an iterator, or the generator of a bar that counts in Python
  Ref clock;     // empty: the system's
  iternextfunc next = nullptr;
  const CounterValue* counter = nullptr;
  Phase phase = Phase::unstarted;
  unsigned long beginner = 0;  // the thread that is in begin()
  bool took_first = false;
  bool follows_rate = false;
  bool is_coarse = false;
  mainstay::progress::Glance glance;
  Count base;     // n is base + glance.since()
  Count printed;  // bar.last_print_n
  double printed_t = 0;
  double mininterval = 0;
  double earliest = 0;

  IteratorValue() = default;
  IteratorValue(const IteratorValue&) = delete;
  IteratorValue& operator=(const IteratorValue&) = delete;
  ~IteratorValue() { abandon(); }

  void each_reference(auto visit) {
    for (Ref* each : {&bar, &iterable, &source, &clock}) visit(*each);
  }

  void abandon() noexcept;
};

using Self = Self<IteratorValue>;

// Stores the count and closes the bar. False: an exception is set, the one that was set before
// unless closing raised another.
bool finish(IteratorValue& self) noexcept {
  const Phase phase = std::exchange(self.phase, Phase::finished);
  const Ref source = std::move(self.source);  // a generator that counts in Python ends with it
  if (phase != Phase::counting) return PyErr_Occurred() == nullptr;
  const Ref bar = std::move(self.bar);
  self.counter = nullptr;
  if (!bar) return PyErr_Occurred() == nullptr;  // the collector took it
  const Ref before = take_exception();
  State* state = state_for(bar.get());
  const auto counted = sum(self.base, Count(self.glance.since()));
  const Ref n = counted ? to_python(*counted) : Ref{};
  if (state != nullptr && n && PyObject_SetAttr(bar.get(), state->name_n.get(), n.get()) == 0) {
    const Ref closed = Ref::steal(PyObject_CallMethodNoArgs(bar.get(), state->name_close.get()));
  }
  if (!before) return PyErr_Occurred() == nullptr;
  if (const Ref after = take_exception()) {
    PyException_SetContext(after.get(), Ref::share(before.get()).release());
    raise_statement(after.get());
  } else {
    raise_statement(before.get());
  }
  return false;
}

void IteratorValue::abandon() noexcept {
  if (phase != Phase::counting) return;
  const Ref before = take_exception();
  if (!finish(*this)) PyErr_WriteUnraisable(nullptr);
  if (before) raise_statement(before.get());
}

// Whether whole items can be counted from `n` on: no loop adds as many as are missing to 2^53.
bool has_room(Count n) noexcept {
  return std::fabs(n.number()) < static_cast<double>(Count::kLargest / 2);
}

// What was drawn last, as the bar has it, with `n` counted now.
void follow(IteratorValue& self, const mainstay::progress::Counter& bar, Count n) noexcept {
  self.printed = bar.printed_n;
  self.printed_t = bar.printed_t.number();
  const double since = n.number() - self.printed.number();
  const auto whole = has_room(Count(since)) ? static_cast<std::int64_t>(since) : 0;
  self.glance.begin(whole);
  self.base = difference(n, Count(whole)).value_or(n);
}

bool follows_rate(PyObject* bar, State& state) noexcept {
  const Ref dynamic = Ref::steal(PyObject_GetAttr(bar, state.name_dynamic_miniters.get()));
  if (!dynamic) PyErr_Clear();  // a bar that is half made
  return dynamic.get() == Py_True;
}

// The first item is asked for. False: an exception is set. What runs Python comes first, as that
// may ask for an item too, and then has begun.
bool begin(IteratorValue& self) {
  const Ref kept = Ref::share(self.bar.get());
  State* state = state_for(kept.get());
  if (state == nullptr) return false;
  const auto& bar = value_of<CounterValue>(kept.get());
  Ref iterable = Ref::share(self.iterable.get());
  if (!iterable) {
    iterable = Ref::steal(PyObject_GetAttr(kept.get(), state->name_iterable.get()));
    if (!iterable) return false;
  }
  self.beginner = PyThread_get_thread_ident();
  const bool is_dynamic = follows_rate(kept.get(), *state);
  const bool is_disabled = bar.disable && bar.is_disabled;
  const bool is_native = bar.disable && bar.clock && bar.is_plain() && bar.counter.n.is_whole() &&
                         has_room(bar.counter.n) && has_room(bar.counter.printed_n);
  const auto counter = bar.counter;  // as it was before the iterable was asked
  Ref clock = bar.reads_system_clock() ? Ref{} : Ref::share(bar.clock.get());
  Ref source = Ref::steal(
      is_disabled || is_native
          ? PyObject_GetIter(iterable.get())
          : PyObject_CallMethodOneArg(kept.get(), state->name__walk.get(), iterable.get()));
  self.beginner = 0;
  if (self.phase != Phase::unstarted) return bool(source);
  self.source = std::move(source);
  self.iterable = Ref{};
  self.phase = is_native && !is_disabled ? Phase::counting : Phase::forwarding;
  if (self.phase == Phase::counting) {
    self.counter = &bar;
    self.mininterval = counter.mininterval.number();
    self.earliest = counter.start_t.number() + counter.delay.number();
    self.is_coarse = self.mininterval >= kCoarseInterval;
    self.follows_rate = is_dynamic;
    self.clock = std::move(clock);
    follow(self, counter, counter.n);
  }
  if (!self.source) return false;
  self.next = Py_TYPE(self.source.get())->tp_iternext;
  if (self.next == nullptr) {
    PyErr_SetString(PyExc_TypeError, "the bar's iterable has no items");
    return false;
  }
  return true;
}

// As many were counted as the bar wants between two looks at the clock. False: an exception is set.
bool look(IteratorValue& self) noexcept {
  double now = 0;
  const bool reads_system = !self.clock && self.counter->reads_system_clock();
  if (reads_system) {
    if (self.is_coarse && SystemClock::coarse() - self.printed_t < self.mininterval) {
      self.glance.too_early(self.follows_rate);
      return true;
    }
    now = SystemClock::now();
  } else {
    const Ref clock = Ref::share(self.clock ? self.clock.get() : self.counter->clock.get());
    const Ref read = clock ? Ref::steal(PyObject_CallNoArgs(clock.get())) : Ref{};
    now = read ? PyFloat_AsDouble(read.get()) : -1;
    if (now == -1 && PyErr_Occurred() != nullptr) return false;
  }
  if (self.phase != Phase::counting) return true;  // the clock ended the loop
  if (!(now - self.printed_t >= self.mininterval && now >= self.earliest)) {
    self.glance.too_early(self.follows_rate && reads_system);
    return true;
  }
  State* state = state_for(self.bar.get());
  const auto n = sum(self.base, Count(self.glance.since()));
  const auto counted = n ? difference(*n, self.printed) : std::nullopt;
  const Ref step = counted ? to_python(*counted) : Ref{};
  if (state == nullptr || !step) return false;
  const Ref bar = Ref::share(self.bar.get());
  const Ref drawn =
      Ref::steal(PyObject_CallMethodOneArg(bar.get(), state->name_update.get(), step.get()));
  if (!drawn) return false;
  self.follows_rate = follows_rate(bar.get(), *state);
  if (self.phase != Phase::counting) return true;
  // Other threads may have counted while this one drew.
  follow(self, self.counter->counter, sum(self.base, Count(self.glance.since())).value_or(*n));
  return true;
}

// The iterable has no more items, or raised.
PyObject* end(IteratorValue& self) noexcept {
  if (PyErr_Occurred() != nullptr && PyErr_ExceptionMatches(PyExc_StopIteration)) PyErr_Clear();
  finish(self);
  return nullptr;
}

PyObject* next(PyObject* object);

PyObject* step_slowly(PyObject* object) {
  auto& self = value_of<IteratorValue>(object);
  // The first call takes the first item; each further one has counted the item before.
  const bool is_first = self.phase == Phase::unstarted;
  if (is_first && self.beginner == PyThread_get_thread_ident()) {
    PyErr_SetString(PyExc_ValueError,
                    "the bar's iterable asks for its first item while the loop "
                    "begins; take items after __iter__ has returned");
    return nullptr;
  }
  if (is_first ? !begin(self) : !look(self)) {
    finish(self);
    return nullptr;
  }
  if (is_first && !self.took_first) {
    self.took_first = true;
  } else if (is_first) {
    return next(object);  // another one took the first item meanwhile
  }
  const Ref source = Ref::share(self.source.get());
  if (!source) return nullptr;  // it has ended meanwhile
  PyObject* item = self.next(source.get());
  if (item != nullptr) return item;
  return end(self);
}

PyObject* next(PyObject* object) {
  auto& self = value_of<IteratorValue>(object);
  if (!self.bar) return nullptr;  // it has ended, was never made, or the collector takes it
  if (self.phase == Phase::counting) {
    if (self.glance.count(self.counter->limit.load(std::memory_order_relaxed))) {
      return step_slowly(object);
    }
  } else if (self.phase == Phase::unstarted) {
    return step_slowly(object);
  } else if (self.phase == Phase::finished) {
    return nullptr;
  }
  // Kept alive: the iterable may close the bar, which lets go of it.
  PyObject* source = self.source.get();
  Py_INCREF(source);
  PyObject* item = self.next(source);
  Py_DECREF(source);
  if (item != nullptr) return item;
  return end(self);
}

Ref item_or_end(PyObject* item) noexcept {
  if (item == nullptr && PyErr_Occurred() == nullptr) PyErr_SetNone(PyExc_StopIteration);
  return Ref::steal(item);
}

Ref send(Self self, PyObject* value) {
  if (value != Py_None && self->phase == Phase::unstarted) {
    PyErr_SetString(PyExc_TypeError, "can't send non-None value to a just-started generator");
    return Ref{};
  }
  if (value != Py_None && self->phase == Phase::forwarding) {
    const Ref source = Ref::share(self->source.get());
    return source ? Ref::steal(PyObject_CallMethod(source.get(), "send", "O", value)) : Ref{};
  }
  return item_or_end(next(self.object));
}

constexpr const char* kThrowParameters[] = {"type", "value", "traceback"};
constexpr Signature kThrow{"throw", "self", kThrowParameters, 1};

Ref throw_into(Self self, PyObject* type, PyObject* value, PyObject* traceback) {
  const bool has_value = value != nullptr && value != Py_None;
  Ref error =
      PyExceptionInstance_Check(type) ? Ref::share(type)
      : has_value && PyExceptionInstance_Check(value)
          ? Ref::share(value)
          : Ref::steal(has_value ? PyObject_CallOneArg(type, value) : PyObject_CallNoArgs(type));
  if (!error) return Ref{};
  if (!PyExceptionInstance_Check(error.get())) {
    PyErr_Format(PyExc_TypeError,
                 "exceptions must be classes or instances deriving from BaseException, not %s",
                 Py_TYPE(type)->tp_name);
    return Ref{};
  }
  if (traceback != nullptr && traceback != Py_None &&
      PyException_SetTraceback(error.get(), traceback) != 0) {
    return Ref{};
  }
  raise_statement(error.get());
  finish(*self);
  return Ref{};
}

Ref close(Self self) { return finish(*self) ? Ref::share(Py_None) : Ref{}; }

PyMethodDef kMethods[] = {
    method<send>("send", "send($self, value, /)\n--\n\nThe next item, as of a generator."),
    method<kThrow, throw_into>(
        "throw", "throw($self, type, value=None, traceback=None)\n--\n\nEnd with an error."),
    method<close>("close", "close($self, /)\n--\n\nStore the count and close the bar."),
    {},
};

constexpr const char* kParameters[] = {"bar", "iterable"};
constexpr Signature kSignature{"Iterator", nullptr, kParameters, 1};

bool initialize(Self self, PyObject* args, PyObject* kwargs) {
  PyObject* given[2];
  if (!take_arguments(kSignature, args, kwargs, given)) return false;
  State* state = state_for(self.object);
  if (state == nullptr) return false;
  auto* type = reinterpret_cast<PyTypeObject*>(state->counter_type.get());
  if (!PyObject_TypeCheck(given[0], type)) {
    PyErr_Format(PyExc_TypeError, "a bar is wanted, not %.100s", Py_TYPE(given[0])->tp_name);
    return false;
  }
  if (self->bar) {
    PyErr_SetString(PyExc_TypeError, "an iterator cannot be initialized twice");
    return false;
  }
  self->bar = Ref::share(given[0]);
  self->iterable = Ref::share(given[1]);
  return true;
}

PyObject* itself(PyObject* self) { return Ref::share(self).release(); }

const PyType_Slot kSlots[] = {
    {Py_tp_init, as_slot<initialize>()},
    {Py_tp_iter, as_slot<itself, kShared>()},
    {Py_tp_iternext, as_slot<next>()},
};

constexpr TypeTable kIterator{
    .name = "mainstay.progress._native.Iterator",
    .doc = "The items of a bar, counted. Has the methods of a generator.",
    .methods = kMethods,
    .slots = kSlots,
};

}  // namespace

bool add_iterator(PyObject* module, State& state) noexcept {
  state.iterator_type = add_native_type<IteratorValue>(module, kIterator);
  return static_cast<bool>(state.iterator_type);
}

}  // namespace mainstay::binding::progress
