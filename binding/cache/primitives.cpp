// primitives.cpp - rows one at a time and in steps: what the general path is written on.
#include <chrono>
#include <cmath>

#include "binding/cache/core.hpp"
#include "binding/cache/rows.hpp"
#include "binding/support/gil.hpp"
#include "binding/support/wait.hpp"
#include "mainstay/cache/detail/crc32c.hpp"

namespace mainstay::binding::cache {
namespace {

using mainstay::cache::FileRef;
using mainstay::cache::Key;
using mainstay::cache::Put;
using mainstay::cache::Tag;
using mainstay::cache::ValueFile;

// An optional time: None, or seconds.
bool read_time(PyObject* object, std::optional<double>& time) {
  if (object == Py_None) return true;
  const double seconds = PyFloat_AsDouble(object);
  if (seconds == -1 && PyErr_Occurred() != nullptr) return false;
  time = seconds;
  return true;
}

bool read_pair(PyObject* db_key, PyObject* raw, KeyBytes& key) {
  const int is_raw = PyObject_IsTrue(raw);
  return is_raw >= 0 && key.of_pair(db_key, is_raw != 0);
}

Ref first_name(const std::vector<std::string>& dropped) {
  return dropped.empty() ? Ref::share(Py_None) : dropped_name(dropped.front());
}

// --- reading

Ref find(Self<Core> self, PyObject* db_key, PyObject* raw, PyObject* now, PyObject* touch) {
  KeyBytes key;
  std::optional<double> time;
  const int touches = PyObject_IsTrue(touch);
  if (touches < 0 || !read_pair(db_key, raw, key) || !read_time(now, time)) return {};
  const auto opened = use(self);
  if (!opened) return {};
  if (opened->is_owned()) {
    const auto item = opened->batch->find(key.key());
    if (!item || (time && item->expired(*time))) return Ref::share(Py_None);
    return row_of(*item);
  }
  const Borrowed reading(*self);
  auto there =
      opened->store.read(key.key(), *reading, touches != 0 ? self->policy.load() : Policy::none,
                         time ? time : wall_clock());
  if (!there) return raised(self, there.error());
  if (!*there || (time && (*reading)->expired(*time))) return Ref::share(Py_None);
  return row_of((*reading).view());
}

Ref keyed_row(const View& item) {
  return Ref::steal(Py_BuildValue("NON", key_object(item.key).release(),
                                  is_raw(item.key) ? Py_True : Py_False, row_of(item).release()));
}

Ref first(Self<Core> self, PyObject* last) {
  const int is_last = PyObject_IsTrue(last);
  Held held(self);
  if (is_last < 0 || !held.begin(false)) return {};
  const auto item = is_last != 0 ? held->last() : held->first();
  Ref row = item ? keyed_row(*item) : Ref::share(Py_None);
  if (!held.end()) return {};
  return row;
}

Ref edge(Self<Core> self, PyObject* low, PyObject* high, PyObject* last) {
  KeyBytes from;
  KeyBytes to;
  const int is_last = PyObject_IsTrue(last);
  if (is_last < 0 || !from.of_pair(low, true) || !to.of_pair(high, true)) return {};
  Held held(self);
  if (!held.begin(false)) return {};
  const auto item = held->between(from.key(), to.key(), is_last != 0);
  Ref found = item ? Ref::steal(Py_BuildValue("NN", key_object(item->key).release(),
                                              row_of(*item).release()))
                   : Ref::share(Py_None);
  if (!held.end()) return {};
  return found;
}

Ref last_rank(Self<Core> self) {
  const auto opened = use(self);
  if (!opened) return {};
  const auto rank =
      opened->is_owned() ? opened->batch->stats().last_rank : opened->store.last_rank();
  return Ref::steal(PyLong_FromUnsignedLongLong(rank));
}

// after < rank <= until, at most `limit`.
struct Range {
  unsigned long long after = 0;
  unsigned long long until = 0;
  Py_ssize_t limit = 0;
};

bool read_range(PyObject* after, PyObject* until, PyObject* limit, Range& range) {
  range.after = PyLong_AsUnsignedLongLong(after);
  if (PyErr_Occurred() == nullptr) range.until = PyLong_AsUnsignedLongLong(until);
  if (PyErr_Occurred() == nullptr) range.limit = PyLong_AsSsize_t(limit);
  return PyErr_Occurred() == nullptr;
}

// A list of what `make(item)` makes of the items of a range.
template <class Make>
Ref listed(Self<Core> self, const Range& range, bool down, Make make) {
  Held held(self);
  if (!held.begin(false)) return {};
  Ref list = Ref::steal(PyList_New(0));
  bool is_good = static_cast<bool>(list);
  if (is_good && range.limit > 0) {
    held->walk(range.after, range.until + 1, down, [&](const View& item) {
      const Ref entry = make(item);
      is_good = entry && PyList_Append(list.get(), entry.get()) == 0;
      return is_good && PyList_GET_SIZE(list.get()) < range.limit;
    });
  }
  if (!is_good || !held.end()) return {};
  return list;
}

Ref scan(Self<Core> self, PyObject* after, PyObject* until, PyObject* limit, PyObject* reverse) {
  Range range;
  const int is_reverse = PyObject_IsTrue(reverse);
  if (is_reverse < 0 || !read_range(after, until, limit, range)) return {};
  return listed(self, range, is_reverse != 0, [](const View& item) {
    return Ref::steal(Py_BuildValue("KNO", static_cast<unsigned long long>(item.rank),
                                    key_object(item.key).release(),
                                    is_raw(item.key) ? Py_True : Py_False));
  });
}

Ref scan_sorted(Self<Core> self, PyObject* start, PyObject* until, PyObject* limit,
                PyObject* reverse) {
  KeyBytes key;
  Range range;
  const int is_reverse = PyObject_IsTrue(reverse);
  if (is_reverse < 0 || !read_range(until, until, limit, range)) return {};
  if (start != Py_None) {
    PyObject* db_key = nullptr;
    PyObject* raw = nullptr;
    if (!PyArg_ParseTuple(start, "OO", &db_key, &raw) || !read_pair(db_key, raw, key)) return {};
  }
  Held held(self);
  if (!held.begin(false)) return {};
  Ref list = Ref::steal(PyList_New(0));
  if (!list) return {};
  auto item = start != Py_None  ? held->beyond(key.key(), false, is_reverse != 0)
              : is_reverse != 0 ? held->highest()
                                : held->lowest();
  for (Py_ssize_t looked = 0; item && PyList_GET_SIZE(list.get()) < range.limit; ++looked) {
    if (item->rank <= range.until) {
      const Ref entry = Ref::steal(Py_BuildValue("NO", key_object(item->key).release(),
                                                 is_raw(item->key) ? Py_True : Py_False));
      if (!entry || PyList_Append(list.get(), entry.get()) != 0) return {};
    }
    item = held->beyond(item->key, false, is_reverse != 0);
  }
  if (!held.end()) return {};
  return list;
}

Ref rows(Self<Core> self, PyObject* after, PyObject* until, PyObject* limit) {
  Range range;
  if (!read_range(after, until, limit, range)) return {};
  return listed(self, range, false, [](const View& item) {
    return Ref::steal(Py_BuildValue("NOddKN", key_object(item.key).release(),
                                    is_raw(item.key) ? Py_True : Py_False, item.stored,
                                    item.accessed, static_cast<unsigned long long>(item.accesses),
                                    row_of(item).release()));
  });
}

// --- writing

// The content of an own file: bytes, or a descriptor, which is closed in every case.
bool read_content(Self<Core> self, Store& store, PyObject* content,
                  std::optional<ValueFile>& file) {
  std::optional<Result<ValueFile>> made;
  if (PyLong_Check(content)) {
    const int descriptor = static_cast<int>(PyLong_AsLong(content));
    if (descriptor == -1 && PyErr_Occurred() != nullptr) return false;
    const Unlocked gil;
    made.emplace(ValueFile::of(descriptor));
  } else {
    Py_buffer bytes;
    if (PyObject_GetBuffer(content, &bytes, PyBUF_SIMPLE) != 0) return false;
    {
      const Unlocked gil;
      made.emplace(store.new_value_file());
      if (*made) {
        auto written = (*made)->append(
            {static_cast<const char*>(bytes.buf), static_cast<std::size_t>(bytes.len)});
        if (!written) made.emplace(std::move(written).error());
      }
    }
    PyBuffer_Release(&bytes);
  }
  if (!*made) {
    raise(state_for(self), made->error());
    return false;
  }
  file = std::move(**made);
  return true;
}

constexpr const char* kPutParameters[] = {"key",   "raw",     "now",  "expire_time",
                                          "tag",   "size",    "mode", "filename",
                                          "value", "content", "retry"};
constexpr Signature kPut{"Core._put", "self", kPutParameters, 9};

Ref put(Self<Core> self, PyObject* db_key, PyObject* raw, PyObject* now, PyObject* expire_time,
        PyObject* tag, PyObject* size, PyObject* mode, PyObject* filename, PyObject* value,
        PyObject* content, PyObject* retry) {
  KeyBytes key;
  KeyBytes tagged;
  Put row;
  Scalar scalar;
  std::optional<double> time;
  const auto opened = use(self);
  if (!opened) return {};
  std::optional<ValueFile> file;
  if (content != nullptr && content != Py_None) {
    if (!read_content(self, opened->store, content, file)) return {};
    row.file = &*file;
    filename = nullptr;
  }
  const int is_patient = retry == nullptr ? 0 : PyObject_IsTrue(retry);
  if (is_patient < 0 || !read_pair(db_key, raw, key) || !tagged.of_tag(tag) ||
      !read_time(now, time) || !read_time(expire_time, row.expires)) {
    return {};
  }
  const unsigned long long bytes = PyLong_AsUnsignedLongLong(size);
  const unsigned long kind = PyErr_Occurred() == nullptr ? PyLong_AsUnsignedLong(mode) : 0;
  if (PyErr_Occurred() != nullptr ||
      !scalar.of(value, kind > 255 ? 256 : static_cast<unsigned>(kind), filename)) {
    return {};
  }
  key.set_tag_form(tagged);
  row.value = scalar.value();
  row.tag = tagged.tag();
  row.now = time.value_or(0);
  if (filename != nullptr && filename != Py_None) row.foreign = FileRef{.size = bytes};
  Held held(self);
  if (!held.begin(is_patient != 0)) return {};
  auto done = held->put(key.key(), row);
  if (!done) return raised(self, done.error());
  opened->last_put = held->last_put_rank();
  const auto dropped = held.take_dropped();
  if (!held.end()) return {};
  return first_name(dropped);
}

Ref new_file(Self<Core> self) {
  const auto opened = use(self);
  if (!opened) return {};
  auto file = opened->store.new_value_file();
  if (!file) return raised(self, file.error());
  return Ref::steal(PyLong_FromLong(file->release()));
}

Ref update(Self<Core> self, PyObject* db_key, PyObject* raw, PyObject* now, PyObject* value,
           PyObject* touch) {
  KeyBytes key;
  Scalar scalar;
  std::optional<double> time;
  const int touches = PyObject_IsTrue(touch);
  if (touches < 0 || !read_pair(db_key, raw, key) || !read_time(now, time) ||
      !scalar.of(value, kRaw, nullptr)) {
    return {};
  }
  Held held(self);
  if (!held.begin(false)) return {};
  auto done = held->update(key.key(), scalar.value(), time.value_or(0),
                           touches != 0 ? self->policy.load() : Policy::none);
  if (!done) return raised(self, done.error());
  if (!held.end()) return {};
  return Ref::share(Py_None);
}

Ref touch(Self<Core> self, PyObject* db_key, PyObject* raw, PyObject* expire_time) {
  KeyBytes key;
  std::optional<double> expires;
  if (!read_pair(db_key, raw, key) || !read_time(expire_time, expires)) return {};
  Held held(self);
  if (!held.begin(false)) return {};
  auto touched = held->touch(key.key(), expires);
  if (!touched) return raised(self, touched.error());
  if (!held.end()) return {};
  return Ref::steal(PyBool_FromLong(*touched));
}

Ref erase(Self<Core> self, PyObject* db_key, PyObject* raw) {
  KeyBytes key;
  if (!read_pair(db_key, raw, key)) return {};
  Held held(self);
  if (!held.begin(false)) return {};
  auto erased = held->erase(key.key());
  if (!erased) return raised(self, erased.error());
  const auto dropped = held.take_dropped();
  if (!held.end()) return {};
  return Ref::steal(
      Py_BuildValue("ON", *erased ? Py_True : Py_False, first_name(dropped).release()));
}

// --- in steps

// `run(held, limit, count)` under the lock; what it dropped, and how many items.
template <class Run>
Ref in_step(Self<Core> self, PyObject* limit, Run run) {
  const Py_ssize_t most = PyLong_AsSsize_t(limit);
  if (most == -1 && PyErr_Occurred() != nullptr) return {};
  Held held(self);
  if (!held.begin(false)) return {};
  std::size_t count = 0;
  if (!run(held, static_cast<std::size_t>(std::max<Py_ssize_t>(most, 0)), count)) return {};
  const auto dropped = held.take_dropped();
  if (!held.end()) return {};
  return Ref::steal(
      Py_BuildValue("nN", static_cast<Py_ssize_t>(count), names_of(dropped).release()));
}

// The count out of a result, or its error raised.
bool counted(Self<Core> self, const Result<std::size_t>& result, std::size_t& count) {
  if (result) {
    count = *result;
    return true;
  }
  raise(state_for(self), result.error());
  return false;
}

Ref cull_step(Self<Core> self, PyObject* now, PyObject* limit) {
  const double time = PyFloat_AsDouble(now);
  if (PyErr_Occurred() != nullptr) return {};
  (void)state_for(self);  // cull() reads it
  return in_step(self, limit, [&](Held& held, std::size_t most, std::size_t& count) {
    return cull(*self, held, time, most, count);
  });
}

Ref expire(Self<Core> self, PyObject* now, PyObject* limit) {
  const double time = PyFloat_AsDouble(now);
  if (PyErr_Occurred() != nullptr) return {};
  return in_step(self, limit, [&](Held& held, std::size_t most, std::size_t& count) {
    return counted(self, held->expire(time, most), count);
  });
}

Ref evict(Self<Core> self, PyObject* limit) {
  return in_step(self, limit, [&](Held& held, std::size_t most, std::size_t& count) {
    return counted(self, held->evict(self->policy, most), count);
  });
}

Ref clear(Self<Core> self, PyObject* limit) {
  return in_step(self, limit, [&](Held& held, std::size_t most, std::size_t& count) {
    return counted(self, held->clear(most), count);
  });
}

Ref evict_tag(Self<Core> self, PyObject* tag, PyObject* after, PyObject* limit) {
  KeyBytes key;
  Range range;
  if (!key.of_tag(tag) || !read_range(after, after, limit, range)) return {};
  std::uint64_t rank = range.after;
  std::size_t count = 0;
  std::vector<std::string> dropped;
  // Steps that found nothing are not shown: the caller stops at an empty one.
  for (bool is_done = tag == Py_None || range.limit <= 0; !is_done && count == 0;) {
    Held held(self);
    if (!held.begin(false)) return {};
    if (!counted(self, held->erase_tag(key.tag(), rank, static_cast<std::size_t>(range.limit)),
                 count)) {
      return {};
    }
    is_done = rank == 0;
    if (is_done) rank = static_cast<std::uint64_t>(INT64_MAX);
    dropped = held.take_dropped();
    if (!held.end()) return {};
  }
  return Ref::steal(Py_BuildValue("nKN", static_cast<Py_ssize_t>(count),
                                  static_cast<unsigned long long>(rank),
                                  names_of(dropped).release()));
}

// --- waiting

Ref ticket(Self<Core> self, PyObject* db_key, PyObject* raw) {
  KeyBytes key;
  if (!read_pair(db_key, raw, key)) return {};
  const auto opened = use(self);
  if (!opened) return {};
  return Ref::steal(PyLong_FromUnsignedLong(opened->store.ticket(key.key())));
}

Ref wait(Self<Core> self, PyObject* db_key, PyObject* raw, PyObject* ticket, PyObject* seconds) {
  KeyBytes key;
  if (!read_pair(db_key, raw, key)) return {};
  const auto number = static_cast<std::uint32_t>(PyLong_AsUnsignedLongMask(ticket));
  const double length = PyFloat_AsDouble(seconds);
  if (PyErr_Occurred() != nullptr) return {};
  const auto opened = use(self);
  if (!opened) return {};
  const auto waited = wait_interruptibly(
      [&](std::chrono::milliseconds slice) {
        return opened->store.wait(key.key(), number, std::chrono::duration<double>(slice).count());
      },
      std::chrono::nanoseconds(static_cast<long long>(std::fmin(std::fmax(length, 0), 1e9) * 1e9)));
  if (waited == Waited::kRaised) return {};
  return Ref::steal(PyBool_FromLong(waited == Waited::kReady));
}

// --- upkeep

Ref texts(const std::vector<std::string>& all) {
  Ref list = Ref::steal(PyList_New(0));
  if (!list) return {};
  for (const std::string& each : all) {
    const Ref text = Ref::steal(
        PyUnicode_DecodeFSDefaultAndSize(each.data(), static_cast<Py_ssize_t>(each.size())));
    if (!text || PyList_Append(list.get(), text.get()) != 0) return {};
  }
  return list;
}

Ref check(Self<Core> self, PyObject* fix) {
  const int fixes = PyObject_IsTrue(fix);
  Held held(self);
  if (fixes < 0 || !held.begin(false)) return {};
  auto found = held->inspect(fixes != 0);
  if (!found) return raised(self, found.error());
  if (!held.end()) return {};
  return texts(*found);
}

Ref own_files(Self<Core> self) {
  const auto opened = use(self);
  if (!opened) return {};
  return texts(opened->store.files());
}

Ref compact(Self<Core> self, PyObject* steps) {
  const long long wanted = PyLong_AsLongLong(steps);
  if (wanted == -1 && PyErr_Occurred() != nullptr) return {};
  Held held(self);
  if (!held.begin(true)) return {};
  const bool is_more = held->compact(static_cast<std::size_t>(std::max(wanted, 1LL)) << 16);
  if (!held.end()) return {};
  return Ref::steal(PyLong_FromLong(is_more ? 1 : 0));
}

}  // namespace

PyMethodDef kPrimitives[] = {
    method<kTaking<4>, find, kShared>("_find", "The row of a key, or None."),
    method<first, kShared>("_first", "Key, raw and row of the first or last item."),
    method<kTaking<3>, edge, kShared>("_edge", "The first or last item between two keys."),
    method<last_rank, kShared>("_last_rank", "The highest rank there ever was."),
    method<kTaking<4>, scan, kShared>("_scan", "Keys by rank."),
    method<kTaking<4>, scan_sorted, kShared>("_scan_sorted", "Keys in order."),
    method<kTaking<3>, rows, kShared>("_rows", "Whole rows by rank."),
    method<kPut, put, kShared>("_put", "Inserts or overwrites a row."),
    method<new_file, kShared>("_new_file", "A descriptor for the content of an own file."),
    method<kTaking<5>, update, kShared>("_update", "Another value; expiry, tag and rank stay."),
    method<kTaking<3>, touch, kShared>("_touch", "Another expiry."),
    method<kTaking<2>, erase, kShared>("_delete", "Removes a row."),
    method<kTaking<2>, cull_step, kShared>("_cull", "Removes what a set makes superfluous."),
    method<kTaking<2>, expire, kShared>("_expire", "Removes what has expired."),
    method<kTaking<3>, evict_tag, kShared>("_evict_tag", "Removes items of a tag."),
    method<evict, kShared>("_evict", "Removes items by policy."),
    method<clear, kShared>("_clear", "Removes items."),
    method<kTaking<2>, ticket, kShared>("_ticket", "What _wait goes on from."),
    method<kTaking<4>, wait, kShared>("_wait", "Waits for a change of a key."),
    method<check, kShared>("_check", "What is wrong, in words."),
    method<own_files, kShared>("_own_files", "Names of the store's files."),
    method<compact, kShared>("_compact", "Bounded cleaning; 0: nothing left to do."),
    {},
};

}  // namespace mainstay::binding::cache
