// hot.cpp - the operations of a cache in one native call each, while nothing is overridden.
//
// The one question is asked first (is_fast). Where the answer is no, or a key or value is not plain
// and small, the face's `_general_<name>` is called with the same arguments.
#include <cstring>
#include <initializer_list>

#include "binding/cache/codec.hpp"
#include "binding/cache/core.hpp"
#include "binding/cache/rows.hpp"

namespace mainstay::binding::cache {
namespace {

using mainstay::cache::Key;
using mainstay::cache::NumberKey;
using mainstay::cache::Put;

constexpr std::size_t kLargestInline = 1 << 20;
constexpr std::int64_t kMiddle = 500000000000000;
constexpr std::int64_t kHighest = 999999999999999;

// Exact classes, nothing patched.
bool is_fast(Self<Core> self) noexcept {
  const State& state = state_for(self);
  return self->exact.load(std::memory_order_relaxed) && self->disk &&
         reinterpret_cast<PyObject*>(Py_TYPE(self->disk.get())) == state.disk.get() &&
         !state.clocks.patched();
}

// Calls `self._general_<name>` with what was given: by position as far as that goes, by name else.
Ref fall_back(Self<Core> self, General which, const Signature& signature,
              std::initializer_list<PyObject*> given) {
  std::vector<PyObject*> arguments{self.object};
  std::vector<PyObject*> named;
  Ref names = Ref::steal(PyList_New(0));
  if (!names) return {};
  std::size_t at = 0;
  for (PyObject* const each : given) {
    const std::size_t number = at++;
    if (each == nullptr) continue;
    if (number + 1 == arguments.size() && named.empty()) {
      arguments.push_back(each);
      continue;
    }
    const Ref name = Ref::steal(PyUnicode_InternFromString(signature.parameters[number]));
    if (!name || PyList_Append(names.get(), name.get()) != 0) return {};
    named.push_back(each);
  }
  const std::size_t count = arguments.size();
  arguments.insert(arguments.end(), named.begin(), named.end());
  const Ref keywords = Ref::steal(PyList_AsTuple(names.get()));
  if (!keywords) return {};
  return Ref::steal(
      PyObject_VectorcallMethod(state_for(self).general[static_cast<std::size_t>(which)].get(),
                                arguments.data(), count, named.empty() ? nullptr : keywords.get()));
}

bool is_true(PyObject* flag, bool otherwise = false) noexcept {
  if (flag == nullptr) return otherwise;
  if (flag == Py_True || flag == Py_False) return flag == Py_True;
  const int truth = PyObject_IsTrue(flag);
  if (truth < 0) PyErr_Clear();
  return truth > 0;
}

// None, or seconds from now; false: not a plain number, leave it to Python.
bool read_expiry(PyObject* expire, double now, std::optional<double>& expires) noexcept {
  if (expire == nullptr || expire == Py_None) return true;
  if (PyFloat_CheckExact(expire)) {
    expires = now + PyFloat_AS_DOUBLE(expire);
    return true;
  }
  if (!PyLong_CheckExact(expire)) return false;
  const double seconds = PyLong_AsDouble(expire);
  if (seconds == -1 && PyErr_Occurred() != nullptr) {
    PyErr_Clear();
    return false;
  }
  expires = now + seconds;
  return true;
}

enum class Plain { yes, no, raised };

// A value as it is stored inline; `no`: it is not plain, or belongs into a file.
Plain flatten(Self<Core> self, PyObject* value, Scalar& scalar, std::string& encoded) {
  PyTypeObject* const type = Py_TYPE(value);
  const Py_ssize_t most = self->min_file_size.load(std::memory_order_relaxed);
  if (type == &PyUnicode_Type) {
    if (PyUnicode_GET_LENGTH(value) >= most) return Plain::no;
    Py_ssize_t size = 0;
    const char* const utf8 = PyUnicode_AsUTF8AndSize(value, &size);
    if (utf8 == nullptr) return Plain::raised;
    if (static_cast<std::size_t>(size) > kLargestInline) return Plain::no;
    scalar.text({utf8, static_cast<std::size_t>(size)});
    return Plain::yes;
  }
  if (type == &PyBytes_Type) {
    const Py_ssize_t size = PyBytes_GET_SIZE(value);
    if (size >= most || static_cast<std::size_t>(size) > kLargestInline) return Plain::no;
    scalar.bytes({PyBytes_AS_STRING(value), static_cast<std::size_t>(size)});
    return Plain::yes;
  }
  if (type == &PyFloat_Type) {
    scalar.floating(PyFloat_AS_DOUBLE(value));
    return Plain::yes;
  }
  if (type == &PyLong_Type) {
    int overflow = 0;
    const long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (overflow == 0) {
      scalar.integer(number);
      return Plain::yes;
    }
  }
  switch (encode_value(state_for(self), value, encoded)) {
    case Encoded::raised: return Plain::raised;
    case Encoded::other: return Plain::no;
    case Encoded::plain: break;
  }
  if (static_cast<Py_ssize_t>(encoded.size()) >= most || encoded.size() > kLargestInline) {
    return Plain::no;
  }
  scalar.bytes(encoded, kPlain);
  return Plain::yes;
}

// Whether the value is inline and needs no disk.
bool is_inline(const View& item, const Parts& parts) noexcept {
  return !item.own_file && !item.foreign_file && (parts.mode == kRaw || parts.mode == kPlain);
}

Ref inflate(State& state, const Parts& parts) {
  return parts.mode == kPlain ? decode_value(state, parts.bytes) : scalar_of(parts);
}

// The value with expiry and tag, where they are asked for.
Ref answer(Ref value, const View* item, PyObject* expire_time, PyObject* tag) {
  const bool with_expiry = is_true(expire_time);
  const bool with_tag = is_true(tag);
  if (!value || (!with_expiry && !with_tag)) return value;
  Ref expiry = item != nullptr ? expiry_object(*item) : Ref::share(Py_None);
  Ref name = item != nullptr ? tag_object(item->tag, item->key.form) : Ref::share(Py_None);
  if (!expiry || !name) return {};
  if (with_expiry && with_tag) {
    return Ref::steal(PyTuple_Pack(3, value.get(), expiry.get(), name.get()));
  }
  return Ref::steal(PyTuple_Pack(2, value.get(), with_expiry ? expiry.get() : name.get()));
}

// Names of foreign files that an operation let go of go to the face, which removes them.
bool hand_over(Self<Core> self, const std::vector<std::string>& dropped) {
  if (dropped.empty()) return true;
  const Ref names = names_of(dropped);
  if (!names) return false;
  return static_cast<bool>(Ref::steal(PyObject_CallMethodObjArgs(
      self.object, state_for(self).dropped.get(), names.get(), nullptr)));
}

bool finish(Self<Core> self, Held& held) {
  const auto dropped = held.take_dropped();
  return held.end() && hand_over(self, dropped);
}

// --- reading

enum class Got { found, missing, general, raised };

// Reads a key; the value is in `value`. `general`: Python has to fetch it; `row` is set then.
// `look(item)` may look at the item while it is there; false: it raised.
template <class Look>
Got read(Self<Core> self, Opened& opened, const Key& key, Ref& value, Ref& row, Look look) {
  State& state = state_for(self);
  const auto take = [&](const View& item) {
    if (item.expires && item.expired(wall_clock())) return Got::missing;
    const Parts parts = parts_of(item);
    if (!is_inline(item, parts)) {
      row = row_of(item);
      return row ? Got::general : Got::raised;
    }
    value = inflate(state, parts);
    return value && look(item) ? Got::found : Got::raised;
  };
  if (opened.is_owned()) {
    const auto item = opened.batch->find(key);
    return item ? take(*item) : Got::missing;
  }
  const Borrowed reading(*self);
  const Policy policy = self->policy.load(std::memory_order_relaxed);
  const bool is_used =
      policy == Policy::least_recently_used || policy == Policy::least_frequently_used;
  auto there = opened.store.read(key, *reading, policy,
                                 is_used ? std::optional(wall_clock()) : std::nullopt);
  if (!there) {
    raise(state, there.error());
    return Got::raised;
  }
  return *there ? take((*reading).view()) : Got::missing;
}

void score(Self<Core> self, Opened& opened, bool hit) {
  if (self->statistics.load(std::memory_order_relaxed)) opened.store.score(hit, !hit);
}

// What the face fetches of a row; missing when its file is gone.
Got fetch(Self<Core> self, PyObject* row, bool read, Ref& value) {
  value = Ref::steal(PyObject_CallMethodObjArgs(self.object, state_for(self).fetched.get(), row,
                                                read ? Py_True : Py_False, nullptr));
  if (value) return Got::found;
  if (!PyErr_ExceptionMatches(PyExc_OSError)) return Got::raised;
  PyErr_Clear();
  return Got::missing;
}

constexpr const char* kGetParameters[] = {"key", "default", "read", "expire_time", "tag", "retry"};
constexpr Signature kGet{"Cache.get", "self", kGetParameters, 1};

Ref get(Self<Core> self, PyObject* key, PyObject* otherwise, PyObject* read_flag,
        PyObject* expire_time, PyObject* tag, PyObject* retry) {
  KeyBytes bytes;
  bool is_plain = is_fast(self);
  if (is_plain && !bytes.of_any(state_for(self), key, is_plain)) return {};
  if (!is_plain) {
    return fall_back(self, General::get, kGet,
                     {key, otherwise, read_flag, expire_time, tag, retry});
  }
  const auto opened = use(self);
  if (!opened) return {};
  Ref value;
  Ref row;
  Ref whole;
  Got got = read(self, *opened, bytes.key(), value, row, [&](const View& item) {
    whole = answer(std::move(value), &item, expire_time, tag);
    return static_cast<bool>(whole);
  });
  if (got == Got::general) {
    got = fetch(self, row.get(), is_true(read_flag), value);
    if (got == Got::found) {
      const bool with_expiry = is_true(expire_time);
      const bool with_tag = is_true(tag);
      if (!with_expiry && !with_tag) {
        whole = std::move(value);
      } else {
        PyObject* const expiry = PyTuple_GET_ITEM(row.get(), 1);
        PyObject* const name = PyTuple_GET_ITEM(row.get(), 2);
        whole = Ref::steal(with_expiry && with_tag
                               ? PyTuple_Pack(3, value.get(), expiry, name)
                               : PyTuple_Pack(2, value.get(), with_expiry ? expiry : name));
      }
    }
  }
  if (got == Got::raised) return {};
  score(self, *opened, got == Got::found);
  if (got == Got::found) return whole;
  return answer(Ref::share(otherwise == nullptr ? Py_None : otherwise), nullptr, expire_time, tag);
}

// For dict-like access: the value; KeyError when there is none.
constexpr const char* kKeyParameter[] = {"key", "retry"};
constexpr Signature kOneKey{"Cache", "self", kKeyParameter, 1};

PyObject* subscript(Self<Core> self, PyObject* key) {
  if (!is_fast(self)) return fall_back(self, General::getitem, kOneKey, {key}).release();
  PyObject* const missing = PyTuple_GET_ITEM(state_for(self).constants.get(), 0);
  Ref value = get(self, key, missing, nullptr, nullptr, nullptr, Py_True);
  if (value.get() != missing) return value.release();
  PyErr_SetObject(PyExc_KeyError, key);
  return nullptr;
}

int contains(Self<Core> self, PyObject* key) {
  KeyBytes bytes;
  bool is_plain = is_fast(self);
  if (is_plain && !bytes.of_any(state_for(self), key, is_plain)) return -1;
  if (!is_plain) {
    const Ref found = fall_back(self, General::contains, kOneKey, {key});
    return found ? PyObject_IsTrue(found.get()) : -1;
  }
  const auto opened = use(self);
  if (!opened) return -1;
  const auto is_there = [](const View& item) {
    return !item.expires || !item.expired(wall_clock());
  };
  if (opened->is_owned()) {
    const auto item = opened->batch->find(bytes.key());
    return item && is_there(*item);
  }
  const Borrowed reading(*self);
  auto there = opened->store.read(bytes.key(), *reading);
  if (!there) {
    raise(state_for(self), there.error());
    return -1;
  }
  return *there && is_there((*reading).view());
}

Py_ssize_t length(Self<Core> self) {
  const auto opened = use(self);
  if (!opened) return -1;
  return static_cast<Py_ssize_t>(opened->is_owned() ? opened->batch->stats().items
                                                    : opened->store.items());
}

// --- storing

// A set that is ready: what is stored, and under which key.
struct Ready {
  KeyBytes key;
  KeyBytes tag;
  Scalar scalar;
  std::string encoded;
  Put put;
};

Plain prepare(Self<Core> self, PyObject* value, PyObject* expire, PyObject* read, PyObject* tag,
              double now, Ready& ready) {
  if (is_true(read)) return Plain::no;
  const Plain plain = flatten(self, value, ready.scalar, ready.encoded);
  if (plain != Plain::yes) return plain;
  if (!read_expiry(expire, now, ready.put.expires)) return Plain::no;
  if (!ready.tag.of_tag(tag)) return Plain::raised;
  ready.put.value = ready.scalar.value();
  ready.put.tag = ready.tag.tag();
  ready.put.now = now;
  return Plain::yes;
}

// Puts it and makes room. -1: raised; 0: it was pushed out at once.
int store(Self<Core> self, Held& held, Ready& ready) {
  ready.key.set_tag_form(ready.tag);
  const Key& key = ready.key.key();
  if (self->strict) {
    const auto cost = static_cast<double>(96 + key.bytes.size() + ready.put.tag.bytes.size() +
                                          ready.put.value.bytes.size());
    if (cost > self->size_limit) {
      const Ref made = Ref::steal(PyObject_CallFunction(
          state_for(self).make_error.get(), "ssi", "oversize",
          "the value can never fit: it is larger than size_limit; raise the limit, or do not "
          "store it",
          0));
      if (made) PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(made.get())), made.get());
      return -1;
    }
  }
  auto done = held->put(key, ready.put);
  if (!done) {
    raise(state_for(self), done.error());
    return -1;
  }
  held.opened().last_put = held->last_put_rank();
  std::size_t count = 0;
  if (!cull(*self, held, ready.put.now, self->cull_limit, count)) return -1;
  return count == 0 || (ready.put.expires && *ready.put.expires < ready.put.now) ||
         held->find(key).has_value();
}

constexpr const char* kSetParameters[] = {"key", "value", "expire", "read", "tag", "retry"};
constexpr Signature kSet{"Cache.set", "self", kSetParameters, 2};
constexpr Signature kAdd{"Cache.add", "self", kSetParameters, 2};

template <bool only_new>
Ref set(Self<Core> self, PyObject* key, PyObject* value, PyObject* expire, PyObject* read,
        PyObject* tag, PyObject* retry) {
  constexpr General kName = only_new ? General::add : General::set;
  constexpr const Signature& kHere = only_new ? kAdd : kSet;
  Ready ready;
  bool is_plain = is_fast(self);
  if (is_plain && !ready.key.of_any(state_for(self), key, is_plain)) return {};
  if (is_plain) {
    const Plain plain = prepare(self, value, expire, read, tag, wall_clock(), ready);
    if (plain == Plain::raised) return {};
    is_plain = plain == Plain::yes;
  }
  if (!is_plain) return fall_back(self, kName, kHere, {key, value, expire, read, tag, retry});
  Held held(self);
  if (!held.begin(is_true(retry))) return {};
  if (only_new) {
    const auto item = held->find(ready.key.key());
    if (item && !item->expired(ready.put.now)) {
      return held.end() ? Ref::share(Py_False) : Ref{};
    }
  }
  const int stored = store(self, held, ready);
  if (stored < 0 || !finish(self, held)) return {};
  return Ref::share(stored != 0 ? Py_True : Py_False);
}

// --- counting

constexpr const char* kIncrParameters[] = {"key", "delta", "default", "retry"};
constexpr Signature kIncr{"Cache.incr", "self", kIncrParameters, 1};

bool small_integer(PyObject* object, long long otherwise, long long& number) noexcept {
  number = otherwise;
  if (object == nullptr) return true;
  if (!PyLong_CheckExact(object)) return false;
  int overflow = 0;
  number = PyLong_AsLongLongAndOverflow(object, &overflow);
  return overflow == 0;
}

Ref incr(Self<Core> self, PyObject* key, PyObject* delta, PyObject* otherwise, PyObject* retry) {
  const auto general = [&] {
    return fall_back(self, General::incr, kIncr, {key, delta, otherwise, retry});
  };
  KeyBytes bytes;
  long long step = 0;
  long long start = 0;
  const bool has_default = otherwise != Py_None;
  bool is_plain = is_fast(self) && small_integer(delta, 1, step) &&
                  (!has_default || small_integer(otherwise, 0, start));
  if (is_plain && !bytes.of_any(state_for(self), key, is_plain)) return {};
  if (!is_plain) return general();
  const double now = wall_clock();
  long long sum = 0;
  {
    Held held(self);
    if (!held.begin(is_true(retry))) return {};
    const auto item = held->find(bytes.key());
    Scalar scalar;
    if (!item || (item->expires && *item->expires < now)) {
      if (!has_default) {
        PyErr_SetObject(PyExc_KeyError, key);
        return {};
      }
      if (!__builtin_add_overflow(start, step, &sum)) {
        Ready ready;
        ready.scalar.integer(sum);
        ready.put.value = ready.scalar.value();
        ready.put.now = now;
        if (!ready.key.of_any(state_for(self), key, is_plain)) return {};
        if (store(self, held, ready) < 0 || !finish(self, held)) return {};
        return Ref::steal(PyLong_FromLongLong(sum));
      }
    } else if (const Parts parts = parts_of(*item); parts.type == 1 && parts.mode == kRaw) {
      long long number = 0;
      std::memcpy(&number, parts.bytes.data(), sizeof number);
      if (__builtin_add_overflow(number, step, &sum)) {
        PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to SQLite INTEGER");
        return {};
      }
      scalar.integer(sum);
      auto done = held->update(bytes.key(), scalar.value(), now, self->policy);
      if (!done) return raised(self, done.error());
      if (!held.end()) return {};
      return Ref::steal(PyLong_FromLongLong(sum));
    }
  }
  return general();
}

// --- removing

constexpr Signature kDelete{"Cache.delete", "self", kKeyParameter, 1};
constexpr Signature kDelItem{"Cache.__delitem__", "self", kKeyParameter, 1};

// Whether it was there; with `must_be` KeyError instead of False.
Ref erased(Self<Core> self, PyObject* key, PyObject* retry, bool must_be) {
  KeyBytes bytes;
  bool is_plain = is_fast(self);
  if (is_plain && !bytes.of_any(state_for(self), key, is_plain)) return {};
  if (!is_plain) {
    return fall_back(self, must_be ? General::delitem : General::delete_,
                     must_be ? kDelItem : kDelete, {key, retry});
  }
  Held held(self);
  if (!held.begin(is_true(retry, must_be))) return {};
  const auto item = held->find(bytes.key());
  const bool is_there = item && !item->expired(wall_clock());
  if (is_there) {
    if (auto done = held->erase(bytes.key()); !done) return raised(self, done.error());
  }
  if (!finish(self, held)) return {};
  if (must_be && !is_there) {
    PyErr_SetObject(PyExc_KeyError, key);
    return {};
  }
  return Ref::share(is_there ? Py_True : Py_False);
}

Ref erase(Self<Core> self, PyObject* key, PyObject* retry) {
  return erased(self, key, retry, false);
}

// __delitem__ with the peer's extra parameter, which waits unless told not to.
Ref delete_item(Self<Core> self, PyObject* key, PyObject* retry) {
  return erased(self, key, retry, true);
}

// cache[key] = value, and del cache[key].
int assign(Self<Core> self, PyObject* key, PyObject* value) {
  if (value == nullptr) return delete_item(self, key, nullptr) ? 0 : -1;
  if (!is_fast(self)) return fall_back(self, General::setitem, kSet, {key, value}) ? 0 : -1;
  return set<false>(self, key, value, nullptr, nullptr, nullptr, Py_True) ? 0 : -1;
}

// --- queues

// The keys between which a queue's are.
class Bounds {
 public:
  // False: not a plain prefix.
  bool of(PyObject* prefix) {
    if (prefix == nullptr || prefix == Py_None) return true;
    if (!PyUnicode_CheckExact(prefix)) return false;
    Py_ssize_t size = 0;
    const char* const utf8 = PyUnicode_AsUTF8AndSize(prefix, &size);
    if (utf8 == nullptr) {
      PyErr_Clear();
      return false;
    }
    is_text_ = true;
    low_ = std::string(utf8, static_cast<std::size_t>(size)) + "-000000000000000";
    high_ = std::string(utf8, static_cast<std::size_t>(size)) + "-999999999999999";
    return true;
  }
  std::optional<View> edge(Hold& hold, bool last) const {
    if (is_text_) {
      return hold.between(mainstay::cache::text_key(low_), mainstay::cache::text_key(high_), last);
    }
    return hold.between(NumberKey(std::int64_t{0}), NumberKey(kHighest), last);
  }
  // The number in a key; false: it has none that is plain.
  bool number(const Key& key, std::int64_t& number) const {
    if (!is_text_) {
      number = mainstay::cache::integer_of(key.bytes);
      return (key.form & 15) == 0;
    }
    const std::size_t at = low_.size() - 15;
    if (key.bytes.size() != low_.size()) return false;
    number = 0;
    for (const char digit : key.bytes.substr(at)) {
      if (digit < '0' || digit > '9') return false;
      number = number * 10 + (digit - '0');
    }
    return true;
  }
  Ref object(std::int64_t number) const {
    if (!is_text_) return Ref::steal(PyLong_FromLongLong(number));
    std::string text = low_;
    for (std::size_t at = text.size(); number > 0 && text[at - 1] != '-'; number /= 10) {
      text[--at] = static_cast<char>('0' + number % 10);
    }
    return Ref::steal(
        PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), nullptr));
  }

 private:
  bool is_text_ = false;
  std::string low_;
  std::string high_;
};

// "back" or "front"; false: neither.
bool read_side(PyObject* side, bool otherwise, bool& back) {
  back = otherwise;
  if (side == nullptr) return true;
  if (!PyUnicode_CheckExact(side)) return false;
  back = PyUnicode_CompareWithASCIIString(side, "back") == 0;
  return back || PyUnicode_CompareWithASCIIString(side, "front") == 0;
}

constexpr const char* kPushParameters[] = {"value", "prefix", "side", "expire",
                                           "read",  "tag",    "retry"};
constexpr Signature kPush{"Cache.push", "self", kPushParameters, 1};

Ref push(Self<Core> self, PyObject* value, PyObject* prefix, PyObject* side, PyObject* expire,
         PyObject* read, PyObject* tag, PyObject* retry) {
  Bounds bounds;
  bool back = true;
  Ready ready;
  bool is_plain = is_fast(self) && bounds.of(prefix) && read_side(side, true, back);
  if (is_plain) {
    const Plain plain = prepare(self, value, expire, read, tag, wall_clock(), ready);
    if (plain == Plain::raised) return {};
    is_plain = plain == Plain::yes;
  }
  if (is_plain) {
    Held held(self);
    if (!held.begin(is_true(retry))) return {};
    std::int64_t number = kMiddle;
    const auto item = bounds.edge(*held, back);
    if (item) {
      is_plain = bounds.number(item->key, number);
      number += back ? 1 : -1;
      is_plain = is_plain && number >= 0 && number <= kHighest;
    }
    if (is_plain) {
      Ref key = bounds.object(number);
      if (!key || !ready.key.of_pair(key.get(), true)) return {};
      if (store(self, held, ready) < 0 || !finish(self, held)) return {};
      return key;
    }
  }
  return fall_back(self, General::push, kPush, {value, prefix, side, expire, read, tag, retry});
}

constexpr const char* kPullParameters[] = {"prefix",      "default", "side",
                                           "expire_time", "tag",     "retry"};
constexpr Signature kPull{"Cache.pull", "self", kPullParameters, 0};

Ref pull(Self<Core> self, PyObject* prefix, PyObject* otherwise, PyObject* side,
         PyObject* expire_time, PyObject* tag, PyObject* retry) {
  Bounds bounds;
  bool back = false;
  if (is_fast(self) && bounds.of(prefix) && read_side(side, false, back)) {
    Held held(self);
    if (!held.begin(is_true(retry))) return {};
    const auto item = bounds.edge(*held, back);
    if (!item) {
      if (!held.end()) return {};
      Ref value = otherwise != nullptr ? Ref::share(otherwise)
                                       : Ref::steal(PyTuple_Pack(2, Py_None, Py_None));
      return answer(std::move(value), nullptr, expire_time, tag);
    }
    // Expired ones are left to Python, which drops them one by one.
    if (const Parts parts = parts_of(*item);
        is_inline(*item, parts) && !item->expired(wall_clock())) {
      const Ref key = key_object(item->key);
      const Ref value = key ? inflate(state_for(self), parts) : Ref{};
      if (!value) return {};
      Ref whole =
          answer(Ref::steal(PyTuple_Pack(2, key.get(), value.get())), &*item, expire_time, tag);
      if (!whole) return {};
      const std::string bytes(item->key.bytes);
      auto erased = held->erase(Key{item->key.kind, item->key.form, bytes});
      if (!erased) return raised(self, erased.error());
      return finish(self, held) ? std::move(whole) : Ref{};
    }
  }
  return fall_back(self, General::pull, kPull, {prefix, otherwise, side, expire_time, tag, retry});
}

}  // namespace

PyMethodDef kHot[] = {
    method<kGet, get, kShared>(
        "get",
        "get($self, key, default=None, read=False, expire_time=False, tag=False, "
        "retry=False)\n--\n\nThe value of `key`, or `default` when it is missing or expired."),
    method<kSet, set<false>, kShared>(
        "set",
        "set($self, key, value, expire=None, read=False, tag=None, retry=False)\n--\n\n"
        "Stores `value`, for `expire` seconds."),
    method<kAdd, set<true>, kShared>(
        "add",
        "add($self, key, value, expire=None, read=False, tag=None, retry=False)\n--\n\n"
        "Stores `value` if `key` is missing or expired; answers whether it did."),
    method<kDelete, erase, kShared>(
        "delete", "delete($self, key, retry=False)\n--\n\nRemoves `key`; whether it was there."),
    method<kIncr, incr, kShared>("incr",
                                 "incr($self, key, delta=1, default=0, retry=False)\n--\n\n"
                                 "Adds `delta` to the value of `key` and gives the sum."),
    method<kPush, push, kShared>(
        "push",
        "push($self, value, prefix=None, side='back', expire=None, read=False, tag=None, "
        "retry=False)\n--\n\nStores `value` at a side of a queue; gives the key."),
    method<kPull, pull, kShared>(
        "pull",
        "pull($self, prefix=None, default=(None, None), side='front', expire_time=False, "
        "tag=False, retry=False)\n--\n\nRemoves the item at a side of a queue."),
    method<kDelItem, delete_item, kShared>(
        "__delitem__", "__delitem__($self, key, retry=True)\n--\n\nRemoves `key`."),
    {},
};

const PyType_Slot kHotSlots[] = {
    {Py_mp_length, as_slot<length, kShared>()},
    {Py_mp_subscript, as_slot<subscript, kShared>()},
    {Py_mp_ass_subscript, as_slot<assign, kShared>()},
    {Py_sq_contains, as_slot<contains, kShared>()},
};
const std::size_t kHotSlotCount = sizeof kHotSlots / sizeof *kHotSlots;

}  // namespace mainstay::binding::cache
