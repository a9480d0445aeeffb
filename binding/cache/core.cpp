// core.cpp - opening, closing, settings, totals, transactions.
#include "binding/cache/core.hpp"

#include <time.h>

#include <cmath>
#include <cstring>

#include "binding/cache/rows.hpp"
#include "binding/support/gil.hpp"
#include "binding/support/wait.hpp"

namespace mainstay::binding::cache {
namespace {

using mainstay::cache::Key;
using mainstay::cache::kSettingKey;
using mainstay::cache::Put;

constexpr Key kSettings{kSettingKey, 0, "settings"};

constexpr const char* kNotOpened = "this cache was not opened: its __init__ was not called";

Ref none() { return Ref::share(Py_None); }

}  // namespace

State& state_for(Self<Core> self) noexcept {
  if (self->state == nullptr) {
    self->state = &state_of<State>(module_of(Py_TYPE(self.object), &module_definition));
  }
  return *self->state;
}

double wall_clock() noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

PyObject* raise(const State& state, const Error& error) noexcept {
  using mainstay::cache::Reason;
  const char* kind = nullptr;
  switch (error.code) {
    case ErrorCode::timed_out: PyErr_SetNone(state.timeout.get()); return nullptr;
    case ErrorCode::corrupt_data: kind = "damaged"; break;
    case ErrorCode::not_found: kind = "missing"; break;
    case ErrorCode::system:
      if (error.system_number == ENOSPC || error.system_number == EDQUOT) kind = "full";
      break;
    case ErrorCode::unsupported:
      switch (static_cast<Reason>(error.system_number)) {
        case Reason::network: kind = "network"; break;
        case Reason::foreign: kind = "foreign"; break;
        case Reason::format: kind = "format"; break;
        case Reason::busy: break;
      }
      break;
    case ErrorCode::closed:
    case ErrorCode::limit_exceeded:
    case ErrorCode::invalid_argument:
    case ErrorCode::invalid_answer: break;
  }
  if (kind == nullptr) {
    PyErr_Clear();
    const Ref words = Ref::steal(PyUnicode_FromStringAndSize(
        error.message.data(), static_cast<Py_ssize_t>(error.message.size())));
    if (!words) return nullptr;
    if (error.code == ErrorCode::system) {
      const Ref arguments = Ref::steal(Py_BuildValue("(iO)", error.system_number, words.get()));
      if (arguments) PyErr_SetObject(PyExc_OSError, arguments.get());
      return nullptr;
    }
    const bool is_value = error.code == ErrorCode::limit_exceeded;
    PyErr_SetObject(is_value ? PyExc_ValueError : PyExc_RuntimeError, words.get());
    return nullptr;
  }
  const Ref made = Ref::steal(
      PyObject_CallFunction(state.make_error.get(), "ss#i", kind, error.message.data(),
                            static_cast<Py_ssize_t>(error.message.size()), error.system_number));
  if (made) PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(made.get())), made.get());
  return nullptr;
}

std::shared_ptr<Opened> use(Self<Core> self) {
  {
    const CriticalSection section(self.object);
    if (self->opened) return self->opened;
  }
  if (self->directory.empty()) {
    PyErr_SetString(PyExc_RuntimeError, kNotOpened);
    return nullptr;
  }
  std::optional<Result<Store>> opened;
  {
    const Unlocked gil;
    opened.emplace(Store::open(self->directory, self->options));
  }
  if (!*opened) {
    raise(state_for(self), opened->error());
    return nullptr;
  }
  auto made = std::make_shared<Opened>(std::move(**opened));
  const CriticalSection section(self.object);
  // Another thread may have been quicker.
  if (!self->opened) self->opened = std::move(made);
  return self->opened;
}

bool Held::begin(bool retry) {
  opened_ = use(self_);
  if (!opened_) return false;
  if (opened_->is_owned()) {
    is_joined_ = true;
    return true;
  }
  auto tried = opened_->store.try_hold();
  if (!tried) {
    raise(state_for(self_), tried.error());
    return false;
  }
  if (*tried) {
    own_ = std::move(*tried);
    return true;
  }
  std::optional<Error> error;
  const double timeout = self_->timeout;
  std::optional<std::chrono::nanoseconds> limit;
  if (!retry)
    limit = std::chrono::nanoseconds(static_cast<long long>(std::fmin(timeout, 1e9) * 1e9));
  const auto waited = wait_interruptibly(
      [&](std::chrono::milliseconds slice) {
        auto held = opened_->store.hold(std::chrono::duration<double>(slice).count());
        if (held) {
          own_ = std::move(*held);
        } else if (held.error().code != ErrorCode::timed_out) {
          error = std::move(held).error();
        }
        return own_.has_value() || error.has_value();
      },
      limit);
  if (error) raise(state_for(self_), *error);
  if (waited == Waited::kTimedOut) PyErr_SetNone(state_for(self_).timeout.get());
  return own_.has_value();
}

bool Held::end() {
  if (is_joined_) return true;
  const std::uint64_t lsn = own_->lsn();
  own_.reset();
  if (opened_->store.is_settled()) return true;
  Result<void> settled;
  {
    const Unlocked gil;
    settled = opened_->store.settle(lsn);
  }
  if (settled) return true;
  raise(state_for(self_), settled.error());
  return false;
}

bool cull(Core& core, Held& held, double now, std::size_t limit, std::size_t& count) {
  count = 0;
  const State& state = *core.state;
  Hold& hold = *held;
  if (limit == 0) return true;
  if (const auto next = hold.next_expiry(); next && *next < now) {
    auto expired = hold.expire(now, limit);
    if (!expired) return raise(state, expired.error()) != nullptr;
    count += *expired;
  }
  const Policy policy = core.policy;
  const auto size = static_cast<double>(hold.volume());
  if (policy == Policy::none || size < core.size_limit) return true;
  if (!core.strict) {
    auto evicted = hold.evict(policy, limit - std::min(count, limit));
    if (!evicted) return raise(state, evicted.error()) != nullptr;
    count += *evicted;
    return true;
  }
  while (static_cast<double>(hold.volume()) > core.size_limit) {
    auto evicted = hold.evict(policy, 1, held.opened().last_put);
    if (!evicted) return raise(state, evicted.error()) != nullptr;
    if (*evicted == 0) break;
    count += *evicted;
  }
  return true;
}

namespace {

// --- opening

constexpr const char* kOpenParameters[] = {"directory", "timeout", "mode", "sync"};
constexpr Signature kOpen{"Core._open", "self", kOpenParameters, 4};

Ref open(Self<Core> self, PyObject* directory, PyObject* timeout, PyObject* mode, PyObject* sync) {
  Ref bytes;
  PyObject* encoded = nullptr;
  if (PyUnicode_FSConverter(directory, &encoded) == 0) return {};
  bytes = Ref::steal(encoded);
  const double seconds = PyFloat_AsDouble(timeout);
  const long permissions = PyLong_AsLong(mode);
  const int is_sync = PyObject_IsTrue(sync);
  if (PyErr_Occurred() != nullptr) return {};
  {
    const CriticalSection section(self.object);
    self->opened.reset();
    self->directory = PyBytes_AS_STRING(bytes.get());
    self->options.file_mode = static_cast<unsigned>(permissions);
    self->options.sync = is_sync != 0;
    self->options.timeout = 60;
    self->timeout = seconds;
  }
  const auto opened = use(self);
  if (!opened) {
    self->directory.clear();
    return {};
  }
  return Ref::steal(PyBool_FromLong(opened->store.is_new()));
}

Ref close(Self<Core> self) {
  std::shared_ptr<Opened> last;
  {
    const CriticalSection section(self.object);
    // A transaction keeps it open.
    if (self->opened && !self->opened->batch) last = std::move(self->opened);
  }
  const Unlocked gil;
  last.reset();
  return Ref::share(Py_None);
}

constexpr const char* kConfigureParameters[] = {"size_limit", "cull_limit",    "policy",
                                                "statistics", "min_file_size", "strict"};
constexpr Signature kConfigure{"Core._configure", "self", kConfigureParameters, 6};

Ref configure(Self<Core> self, PyObject* size_limit, PyObject* cull_limit, PyObject* policy,
              PyObject* statistics, PyObject* min_file_size, PyObject* strict) {
  const double size = PyFloat_AsDouble(size_limit);
  const Py_ssize_t cull = PyNumber_AsSsize_t(cull_limit, nullptr);
  const long number = PyLong_AsLong(policy);
  const int counts = PyObject_IsTrue(statistics);
  const Py_ssize_t file_size = PyNumber_AsSsize_t(min_file_size, nullptr);
  const int is_strict = PyObject_IsTrue(strict);
  if (PyErr_Occurred() != nullptr) return {};
  self->size_limit = size;
  self->cull_limit = cull < 0 ? 0 : static_cast<std::size_t>(cull);
  self->policy = number >= 0 && number <= 3 ? static_cast<Policy>(number) : Policy::none;
  self->statistics = counts != 0;
  self->min_file_size = file_size;
  self->strict = is_strict != 0;
  return none();
}

// --- what is kept beside the items

// All settings are one item, so that they change in one commit: name, type and value of each.
Ref settings_of(const std::optional<View>& item) {
  Ref made = Ref::steal(PyDict_New());
  if (!made || !item) return made;
  std::string_view left = item->value.bytes;
  const auto take = [&](std::size_t size) {
    const std::string_view part = left.substr(0, size);
    left.remove_prefix(std::min(size, left.size()));
    return part;
  };
  const auto take_size = [&] {
    std::uint32_t size = 0;
    const std::string_view part = take(sizeof size);
    if (part.size() == sizeof size) std::memcpy(&size, part.data(), sizeof size);
    return std::size_t{size};
  };
  while (left.size() >= 9) {
    const std::string_view name = take(take_size());
    const std::string_view type = take(1);
    Parts parts;
    parts.bytes = take(take_size());
    parts.type = type.empty() ? 0 : static_cast<unsigned char>(type[0]) >> 4;
    if ((parts.type == 1 || parts.type == 2) && parts.bytes.size() != 8) break;
    const Ref key =
        Ref::steal(PyUnicode_FromStringAndSize(name.data(), static_cast<Py_ssize_t>(name.size())));
    const Ref value = scalar_of(parts);
    if (!key || !value || PyDict_SetItem(made.get(), key.get(), value.get()) != 0) return {};
  }
  return made;
}

Ref settings(Self<Core> self) {
  const auto opened = use(self);
  if (!opened) return {};
  if (opened->is_owned()) return settings_of(opened->batch->find(kSettings));
  const Borrowed reading(*self);
  auto there = opened->store.read(kSettings, *reading);
  if (!there) return raised(self, there.error());
  return settings_of(*there ? std::optional((*reading).view()) : std::nullopt);
}

Ref store_settings(Self<Core> self, PyObject* changes) {
  Held held(self);
  if (!held.begin(true)) return {};
  const Ref all = settings_of(held->find(kSettings));
  if (!all || PyDict_Update(all.get(), changes) != 0) return {};
  std::string bytes;
  const auto add = [&](std::string_view part) {
    const auto size = static_cast<std::uint32_t>(part.size());
    bytes.append(reinterpret_cast<const char*>(&size), sizeof size);
    bytes.append(part);
  };
  PyObject* key = nullptr;
  PyObject* value = nullptr;
  for (Py_ssize_t at = 0; PyDict_Next(all.get(), &at, &key, &value);) {
    Py_ssize_t size = 0;
    const char* const name = PyUnicode_AsUTF8AndSize(key, &size);
    Scalar scalar;
    if (name == nullptr || !scalar.of(value, kRaw, nullptr)) return {};
    add({name, static_cast<std::size_t>(size)});
    bytes.push_back(static_cast<char>(scalar.value().kind));
    add(scalar.value().bytes);
  }
  if (auto put = held->put(kSettings, {.value = {0, bytes}}); !put) {
    return raised(self, put.error());
  }
  if (!held.end()) return {};
  return none();
}

Ref stats(Self<Core> self) {
  const auto opened = use(self);
  if (!opened) return {};
  return Ref::steal(Py_BuildValue("KK", static_cast<unsigned long long>(opened->store.hits()),
                                  static_cast<unsigned long long>(opened->store.misses())));
}

template <auto change>
Ref score(Self<Core> self, PyObject* hits, PyObject* misses) {
  const long long first = PyLong_AsLongLong(hits);
  const long long second = PyLong_AsLongLong(misses);
  if (PyErr_Occurred() != nullptr) return {};
  const auto opened = use(self);
  if (!opened) return {};
  (opened->store.*change)(static_cast<std::uint64_t>(first), static_cast<std::uint64_t>(second));
  return none();
}

Ref totals(Self<Core> self) {
  const auto opened = use(self);
  if (!opened) return {};
  const auto stats = opened->is_owned() ? opened->batch->stats() : opened->store.stats();
  using Number = unsigned long long;
  return Ref::steal(Py_BuildValue("KKKK", Number{stats.items}, Number{stats.file_bytes},
                                  Number{stats.volume()}, Number{stats.disk_bytes}));
}

// --- transactions

// What begin() answers. A transaction that is dropped before it was ended is rolled back: an
// exception of a signal handler may come between any two lines of Python.
struct Token {
  std::shared_ptr<Opened> opened;
  std::uint64_t number;

  static constexpr const char* kName = "mainstay.cache transaction";
  static void drop(PyObject* capsule) {
    const std::unique_ptr<Token> token(static_cast<Token*>(PyCapsule_GetPointer(capsule, kName)));
    Opened& opened = *token->opened;
    if (!opened.is_owned() || opened.batches != token->number) return;
    opened.owner = pthread_t{};
    opened.batch.reset();
  }
};

Ref begin(Self<Core> self, PyObject* retry) {
  const int is_patient = PyObject_IsTrue(retry);
  if (is_patient < 0) return {};
  Held held(self);
  if (!held.begin(is_patient != 0)) return {};
  if (held.is_joined()) return none();
  Opened& opened = held.opened();
  auto token = std::make_unique<Token>(held.share(), ++opened.batches);
  Ref capsule = Ref::steal(PyCapsule_New(token.get(), Token::kName, Token::drop));
  if (!capsule) return {};
  token.release();
  if (auto begun = held->begin(); !begun) return raised(self, begun.error());
  opened.batch.emplace(std::move(*held));
  opened.owner = pthread_self();
  return capsule;
}

Ref end_batch(Self<Core> self, bool commits) {
  const auto opened = use(self);
  if (!opened) return {};
  if (!opened->is_owned()) {
    PyErr_SetString(PyExc_RuntimeError, "this thread has no transaction open on this cache");
    return {};
  }
  Result<void> ended;
  if (commits) {
    ended = opened->batch->commit();
  } else {
    opened->batch->roll_back();
  }
  const std::uint64_t lsn = opened->batch->lsn();
  opened->owner = pthread_t{};
  opened->batch.reset();  // rolls back what could not be committed
  if (ended && !opened->store.is_settled()) {
    const Unlocked gil;
    ended = opened->store.settle(lsn);
  }
  if (!ended) return raised(self, ended.error());
  return none();
}

Ref commit(Self<Core> self) { return end_batch(self, true); }
Ref rollback(Self<Core> self) { return end_batch(self, false); }

Ref owned(Self<Core> self) {
  const CriticalSection section(self.object);
  return Ref::steal(PyBool_FromLong(self->opened && self->opened->is_owned()));
}

// --- attributes

Ref get_disk(Core& self) {
  if (self.disk) return Ref::share(self.disk.get());
  if (self.directory.empty()) {
    PyErr_SetString(PyExc_RuntimeError, kNotOpened);
  } else {
    PyErr_SetString(PyExc_AttributeError, "_disk");
  }
  return {};
}
bool set_disk(Core& self, PyObject* disk) {
  self.disk = Ref::share(disk);
  return true;
}
Ref get_exact(Core& self) { return Ref::steal(PyBool_FromLong(self.exact)); }
bool set_exact(Core& self, PyObject* exact) {
  const int is_exact = exact == nullptr ? 0 : PyObject_IsTrue(exact);
  if (is_exact < 0) return false;
  self.exact = is_exact != 0;
  return true;
}

PyMethodDef kLife[] = {
    method<kOpen, open, kShared>("_open", "Opens the store of a folder; whether it is new."),
    method<close, kShared>("_close", "Closes the store; the next use opens it again."),
    method<kConfigure, configure, kShared>("_configure", "Sets what this handle goes by."),
    method<settings, kShared>("_settings", "What is kept beside the items."),
    method<store_settings, kShared>("_store_settings", "Changes some of it, in one commit."),
    method<stats, kShared>("_stats", "Hits and misses."),
    method<kTaking<2>, score<&Store::set_score>, kShared>("_store_stats", "Sets hits and misses."),
    method<kTaking<2>, score<&Store::score>, kShared>("_score", "Adds hits and misses."),
    method<totals, kShared>("_totals", "Items, bytes of files, volume, bytes on disk."),
    method<begin, kShared>(
        "_begin", "Begins a transaction, which lasts no longer than the answer; None: joined one."),
    method<commit, kShared>("_commit", "Commits the transaction."),
    method<rollback, kShared>("_rollback", "Takes back the transaction."),
    {},
};

PyGetSetDef kAttributes[] = {
    attribute<get_disk, set_disk>("_disk", "The disk; hot methods know the exact Disk."),
    attribute<get_exact, set_exact>("_exact", "Whether no hot method is overridden."),
    attribute<owned, kShared>("_owned", "Whether this thread has a transaction open."),
    {},
};

}  // namespace

Ref add_core_type(PyObject* module) {
  // Tables of one kind each, in one: the interpreter keeps a pointer to it.
  static std::vector<PyMethodDef> methods = [] {
    std::vector<PyMethodDef> all;
    for (const PyMethodDef* table : {kLife, kPrimitives, kHot}) {
      for (; table->ml_name != nullptr; ++table) all.push_back(*table);
    }
    // Beside the slot, which takes no more than the key.
    for (PyMethodDef& each : all) {
      if (std::string_view(each.ml_name) == "__delitem__") each.ml_flags |= METH_COEXIST;
    }
    all.push_back({});
    return all;
  }();
  const TypeTable table{
      .name = "mainstay.cache._native.Core",
      .doc = "A store on disk and its operations: the base of Cache. May be shared by threads.",
      .methods = methods.data(),
      .attributes = kAttributes,
      .slots = {kHotSlots, kHotSlotCount},
      .subclassable = true,
  };
  return add_native_type<Core>(module, table);
}

}  // namespace mainstay::binding::cache
