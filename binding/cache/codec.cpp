// codec.cpp - one byte says what comes; lengths and counts are varints.
#include "binding/cache/codec.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <unordered_map>
#include <utility>
#include <vector>

#include "binding/cache/module.hpp"
#include "binding/support/gil.hpp"

namespace mainstay::binding::cache {
namespace {

constexpr char kVersion = 0x01;
constexpr int kDeepest = 1000;
constexpr std::size_t kLongestKey = 8 << 20;

enum Mark : char {
  kNone = 'N',
  kTrue = 'T',
  kFalse = 'F',
  kInt = 'i',     // zigzag varint
  kBigInt = 'I',  // hexadecimal text
  kFloat = 'f',
  kComplex = 'c',
  kStr = 's',
  kBytes = 'b',
  kByteArray = 'a',
  kList = 'l',
  kTuple = 't',
  kDict = 'd',
  kSet = 'e',
  kFrozenSet = 'E',
  kDate = 'D',
  kTime = 'M',
  kDateTime = 'P',
  kDelta = 'L',
  kZone = 'Z',
  kAgain = 'r',     // number of a container that was seen before
  kConstant = 'k',  // number of a registered constant
};

// The types of `datetime`: written as what they are made from again.
struct DateKind {
  Mark mark;
  const char* type;
  const char* fields[9];  // "fold" is given by name
};
constexpr DateKind kDates[] = {
    {kDate, "datetime.date", {"year", "month", "day"}},
    {kTime, "datetime.time", {"hour", "minute", "second", "microsecond", "tzinfo", "fold"}},
    {kDateTime,
     "datetime.datetime",
     {"year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo", "fold"}},
    {kDelta, "datetime.timedelta", {"days", "seconds", "microseconds"}},
    {kZone, "datetime.timezone", {}},  // a tuple of what __getinitargs__ gives
};

class Encoder {
 public:
  Encoder(const State& state, std::string& out, bool is_key)
      : state_(state), out_(out), is_key_(is_key), hashed_(is_key ? 1 : 0) {}

  Encoded value(PyObject* object, int depth = 0) {
    PyTypeObject* const type = Py_TYPE(object);
    if (type == &PyUnicode_Type) return text(object);
    if (type == &PyLong_Type) return integer(object);
    if (type == &PyFloat_Type) {
      mark(kFloat);
      raw(PyFloat_AS_DOUBLE(object));
      return Encoded::plain;
    }
    if (object == Py_None || type == &PyBool_Type) {
      mark(object == Py_None ? kNone : object == Py_True ? kTrue : kFalse);
      return Encoded::plain;
    }
    if (type == &PyBytes_Type) {
      return bytes(kBytes,
                   {PyBytes_AS_STRING(object), static_cast<std::size_t>(PyBytes_GET_SIZE(object))});
    }
    if (type == &PyList_Type || type == &PyTuple_Type || type == &PyDict_Type ||
        type == &PySet_Type || type == &PyFrozenSet_Type || type == &PyByteArray_Type) {
      if (depth == kDeepest) return Encoded::other;
      if (is_key_ && out_.size() > kLongestKey) {
        PyErr_Format(PyExc_ValueError, "a key has at most %zu bytes", kLongestKey);
        return Encoded::raised;
      }
      return container(object, type, depth);
    }
    return rare(object, type, depth);
  }

 private:
  void mark(char byte) { out_.push_back(byte); }
  void count(std::uint64_t number) {
    for (; number >= 0x80; number >>= 7) out_.push_back(static_cast<char>(number | 0x80));
    out_.push_back(static_cast<char>(number));
  }
  template <class Number>
  void raw(Number number) {
    char copy[sizeof number];
    std::memcpy(copy, &number, sizeof number);
    out_.append(copy, sizeof number);
  }
  Encoded bytes(char kind, std::string_view content) {
    mark(kind);
    count(content.size());
    out_.append(content);
    return Encoded::plain;
  }

  Encoded text(PyObject* object) {
    Py_ssize_t size = 0;
    const char* const utf8 = PyUnicode_AsUTF8AndSize(object, &size);
    if (utf8 == nullptr) return Encoded::raised;
    return bytes(kStr, {utf8, static_cast<std::size_t>(size)});
  }

  Encoded integer(PyObject* object) {
    int overflow = 0;
    const long long number = PyLong_AsLongLongAndOverflow(object, &overflow);
    if (overflow == 0) {
      mark(kInt);
      count(static_cast<std::uint64_t>(number) << 1 ^ static_cast<std::uint64_t>(number >> 63));
      return Encoded::plain;
    }
    const Ref hexadecimal = Ref::steal(PyNumber_ToBase(object, 16));
    if (!hexadecimal) return Encoded::raised;
    Py_ssize_t size = 0;
    const char* const digits = PyUnicode_AsUTF8AndSize(hexadecimal.get(), &size);
    if (digits == nullptr) return Encoded::raised;
    return bytes(kBigInt, {digits, static_cast<std::size_t>(size)});
  }

  // True: it was seen before, and is written as that. Else it has the next number.
  bool again(PyObject* object) {
    if (hashed_ != 0) return false;
    // Who has only one reference is not met again.
    if (Py_REFCNT(object) > 1) {
      const auto [place, is_new] = seen_.try_emplace(object, containers_);
      if (!is_new) {
        mark(kAgain);
        count(place->second);
        return true;
      }
    }
    ++containers_;
    return false;
  }

  Encoded container(PyObject* object, PyTypeObject* type, int depth) {
    const CriticalSection section(object);
    const bool is_empty_constant = (type == &PyTuple_Type && PyTuple_GET_SIZE(object) == 0) ||
                                   (type == &PyFrozenSet_Type && PySet_GET_SIZE(object) == 0);
    if (!is_empty_constant && again(object)) return Encoded::plain;
    if (type == &PyByteArray_Type) {
      return bytes(kByteArray, {PyByteArray_AS_STRING(object),
                                static_cast<std::size_t>(PyByteArray_GET_SIZE(object))});
    }
    if (type == &PyList_Type || type == &PyTuple_Type) {
      const bool is_list = type == &PyList_Type;
      mark(is_list ? kList : kTuple);
      const Py_ssize_t size = is_list ? PyList_GET_SIZE(object) : PyTuple_GET_SIZE(object);
      count(static_cast<std::uint64_t>(size));
      for (Py_ssize_t i = 0; i < size; ++i) {
        PyObject* const item = is_list ? PyList_GET_ITEM(object, i) : PyTuple_GET_ITEM(object, i);
        if (const Encoded done = value(item, depth + 1); done != Encoded::plain) return done;
      }
      return Encoded::plain;
    }
    if (type == &PyDict_Type) return dict(object, depth);
    mark(type == &PySet_Type ? kSet : kFrozenSet);
    count(static_cast<std::uint64_t>(PySet_GET_SIZE(object)));
    const Ref items = Ref::steal(PyObject_GetIter(object));
    if (!items) return Encoded::raised;
    return sorted_if_key([&](auto each) {
      while (const Ref item = Ref::steal(PyIter_Next(items.get()))) {
        const Encoded done = each([&] { return hashed(item.get(), depth + 1); });
        if (done != Encoded::plain) return done;
      }
      return PyErr_Occurred() != nullptr ? Encoded::raised : Encoded::plain;
    });
  }

  Encoded dict(PyObject* object, int depth) {
    mark(kDict);
    count(static_cast<std::uint64_t>(PyDict_GET_SIZE(object)));
    return sorted_if_key([&](auto each) {
      PyObject* key = nullptr;
      PyObject* item = nullptr;
      for (Py_ssize_t at = 0; PyDict_Next(object, &at, &key, &item);) {
        const Encoded done = each([&] {
          const Encoded first = hashed(key, depth + 1);
          return first != Encoded::plain ? first : value(item, depth + 1);
        });
        if (done != Encoded::plain) return done;
      }
      return Encoded::plain;
    });
  }

  Encoded hashed(PyObject* object, int depth) {
    ++hashed_;
    const Encoded done = value(object, depth);
    --hashed_;
    return done;
  }

  // Runs `write_all(each)`; in a key, what each `each(write)` writes is put in order afterwards.
  template <class WriteAll>
  Encoded sorted_if_key(WriteAll write_all) {
    if (!is_key_) return write_all([](auto write) { return write(); });
    std::vector<std::string> parts;
    const std::size_t begin = out_.size();
    const Encoded done = write_all([&](auto write) {
      const Encoded written = write();
      parts.push_back(out_.substr(begin));
      out_.resize(begin);
      return written;
    });
    std::sort(parts.begin(), parts.end());
    for (const std::string& part : parts) out_ += part;
    return done;
  }

  Encoded rare(PyObject* object, PyTypeObject* type, int depth) {
    if (type == &PyComplex_Type) {
      mark(kComplex);
      raw(PyComplex_RealAsDouble(object));
      raw(PyComplex_ImagAsDouble(object));
      return Encoded::plain;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(state_.constants.get()); ++i) {
      if (object == PyTuple_GET_ITEM(state_.constants.get(), i)) {
        mark(kConstant);
        mark(static_cast<char>(i));
        return Encoded::plain;
      }
    }
    return date(object, type, depth);
  }

  Encoded date(PyObject* object, PyTypeObject* type, int depth) {
    if ((type->tp_flags & Py_TPFLAGS_HEAPTYPE) != 0) return Encoded::other;
    for (const DateKind& kind : kDates) {
      if (std::strcmp(type->tp_name, kind.type) != 0) continue;
      mark(kind.mark);
      if (kind.mark == kZone) {
        const Ref arguments = Ref::steal(PyObject_CallMethod(object, "__getinitargs__", nullptr));
        if (!arguments) return Encoded::raised;
        return hashed(arguments.get(), depth + 1);  // nothing shared: it is a tuple of our own
      }
      for (const char* const field : kind.fields) {
        if (field == nullptr) break;
        const Ref part = Ref::steal(PyObject_GetAttrString(object, field));
        if (!part) return Encoded::raised;
        if (const Encoded done = value(part.get(), depth + 1); done != Encoded::plain) return done;
      }
      return Encoded::plain;
    }
    return Encoded::other;
  }

  const State& state_;
  std::string& out_;
  const bool is_key_;
  int hashed_;  // above 0: in what is hashed, where nothing is numbered
  std::uint64_t containers_ = 0;
  std::unordered_map<PyObject*, std::uint64_t> seen_;
};

class Decoder {
 public:
  Decoder(State& state, std::string_view bytes, bool is_key)
      : state_(state),
        at_(bytes.data()),
        end_(bytes.data() + bytes.size()),
        hashed_(is_key ? 1 : 0) {}

  Ref whole() {
    if (at_ == end_ || *at_++ != kVersion) return damaged();
    Ref result = value(0);
    if (result && at_ != end_) return damaged();
    return result;
  }

 private:
  static Ref damaged() {
    if (PyErr_Occurred() == nullptr) {
      PyErr_SetString(PyExc_ValueError, "damaged value: it is not what was stored");
    }
    return {};
  }
  [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }

  bool count(std::uint64_t& number) {
    number = 0;
    for (unsigned shift = 0; shift < 64 && at_ != end_; shift += 7) {
      const auto byte = static_cast<unsigned char>(*at_++);
      number |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }
  // A count of things of at least one byte each.
  bool items(Py_ssize_t& number) {
    std::uint64_t counted = 0;
    if (!count(counted) || counted > left()) return false;
    number = static_cast<Py_ssize_t>(counted);
    return true;
  }
  bool bytes(std::string_view& content) {
    std::uint64_t size = 0;
    if (!count(size) || size > left()) return false;
    content = {at_, static_cast<std::size_t>(size)};
    at_ += size;
    return true;
  }
  template <class Number>
  bool raw(Number& number) {
    if (left() < sizeof number) return false;
    std::memcpy(&number, at_, sizeof number);
    at_ += sizeof number;
    return true;
  }

  Ref value(int depth) {
    if (at_ == end_ || depth > kDeepest + 3) return damaged();
    std::string_view content;
    switch (*at_++) {
      case kNone: return Ref::share(Py_None);
      case kTrue: return Ref::share(Py_True);
      case kFalse: return Ref::share(Py_False);
      case kInt: {
        std::uint64_t number = 0;
        if (!count(number)) return damaged();
        return Ref::steal(
            PyLong_FromLongLong(static_cast<long long>(number >> 1 ^ (~(number & 1) + 1))));
      }
      case kBigInt: {
        if (!bytes(content)) return damaged();
        Ref number = Ref::steal(PyLong_FromString(std::string(content).c_str(), nullptr, 16));
        if (!number) PyErr_Clear();
        return number ? std::move(number) : damaged();
      }
      case kFloat: {
        double number = 0;
        return raw(number) ? Ref::steal(PyFloat_FromDouble(number)) : damaged();
      }
      case kComplex: {
        double real = 0;
        double imaginary = 0;
        if (!raw(real) || !raw(imaginary)) return damaged();
        return Ref::steal(PyComplex_FromDoubles(real, imaginary));
      }
      case kStr: {
        if (!bytes(content)) return damaged();
        Ref text = Ref::steal(
            PyUnicode_DecodeUTF8(content.data(), static_cast<Py_ssize_t>(content.size()), nullptr));
        if (!text) PyErr_Clear();
        return text ? std::move(text) : damaged();
      }
      case kBytes: {
        if (!bytes(content)) return damaged();
        return Ref::steal(
            PyBytes_FromStringAndSize(content.data(), static_cast<Py_ssize_t>(content.size())));
      }
      case kByteArray: {
        if (!bytes(content)) return damaged();
        Ref made = Ref::steal(
            PyByteArray_FromStringAndSize(content.data(), static_cast<Py_ssize_t>(content.size())));
        number(made.get());
        return made;
      }
      case kList: return list(depth);
      case kTuple: return tuple(depth);
      case kDict: return dict(depth);
      case kSet: return set(depth, false);
      case kFrozenSet: return set(depth, true);
      case kAgain: {
        std::uint64_t number = 0;
        if (hashed_ != 0 || !count(number) || number >= seen_.size() || !seen_[number]) {
          return damaged();
        }
        return Ref::share(seen_[number].get());
      }
      case kConstant: {
        PyObject* const constants = state_.constants.get();
        if (at_ == end_ || static_cast<unsigned char>(*at_) >= PyTuple_GET_SIZE(constants)) {
          return damaged();
        }
        return Ref::share(PyTuple_GET_ITEM(constants, static_cast<unsigned char>(*at_++)));
      }
      default: --at_; return date(depth);
    }
  }

  // The next container has the next number.
  void number(PyObject* object) {
    if (hashed_ == 0) seen_.push_back(Ref::share(object));
  }
  // Inside a list or a dict it may be referred to before it is whole; nothing hashes those.
  void publish_open_tuples() {
    for (const auto& [at, tuple] : open_tuples_) seen_[at] = Ref::share(tuple);
    open_tuples_.clear();
  }
  Ref hashed(int depth) {
    ++hashed_;
    Ref object = value(depth);
    --hashed_;
    return object;
  }

  Ref list(int depth) {
    Py_ssize_t size = 0;
    if (!items(size)) return damaged();
    Ref made = Ref::steal(PyList_New(0));
    if (!made) return {};
    number(made.get());
    publish_open_tuples();
    for (; size > 0; --size) {
      const Ref item = value(depth + 1);
      if (!item || PyList_Append(made.get(), item.get()) != 0) return {};
    }
    return made;
  }

  Ref tuple(int depth) {
    Py_ssize_t size = 0;
    if (!items(size)) return damaged();
    Ref made = Ref::steal(PyTuple_New(size));
    if (!made || size == 0) return made;
    const std::size_t mine = seen_.size();
    if (hashed_ == 0) {
      seen_.emplace_back();
      open_tuples_.emplace_back(mine, made.get());
    }
    for (Py_ssize_t i = 0; i < size; ++i) {
      Ref item = value(depth + 1);
      if (!item) return {};
      PyTuple_SET_ITEM(made.get(), i, item.release());
    }
    if (hashed_ == 0) {
      seen_[mine] = Ref::share(made.get());
      if (!open_tuples_.empty() && open_tuples_.back().first == mine) open_tuples_.pop_back();
    }
    return made;
  }

  Ref dict(int depth) {
    Py_ssize_t size = 0;
    if (!items(size)) return damaged();
    Ref made = Ref::steal(PyDict_New());
    if (!made) return {};
    number(made.get());
    publish_open_tuples();
    for (; size > 0; --size) {
      const Ref key = hashed(depth + 1);
      if (!key) return {};
      const Ref item = value(depth + 1);
      if (!item) return {};
      if (PyDict_SetItem(made.get(), key.get(), item.get()) != 0) return unhashable();
    }
    return made;
  }

  Ref set(int depth, bool is_frozen) {
    Py_ssize_t size = 0;
    if (!items(size)) return damaged();
    Ref made = Ref::steal(PySet_New(nullptr));
    if (!made) return {};
    const bool is_empty = size == 0;
    if (!is_frozen) number(made.get());
    for (; size > 0; --size) {
      const Ref item = hashed(depth + 1);
      if (!item) return {};
      if (PySet_Add(made.get(), item.get()) != 0) return unhashable();
    }
    if (!is_frozen) return made;
    Ref frozen = Ref::steal(PyFrozenSet_New(made.get()));
    if (frozen && !is_empty) number(frozen.get());
    return frozen;
  }

  static Ref unhashable() {
    if (PyErr_ExceptionMatches(PyExc_TypeError)) PyErr_Clear();
    return damaged();
  }

  Ref date(int depth) {
    const auto* const kind =
        std::find_if(std::begin(kDates), std::end(kDates),
                     [mark = *at_++](const DateKind& each) { return each.mark == mark; });
    if (kind == std::end(kDates)) return damaged();
    // Not `datetime`, whose names programs and tests replace.
    const Ref module = Ref::steal(PyImport_ImportModule("_datetime"));
    if (!module) return {};
    const Ref type =
        Ref::steal(PyObject_GetAttrString(module.get(), kind->type + sizeof "datetime." - 1));
    const Ref named = Ref::steal(PyDict_New());
    if (!type || !named) return {};
    Ref arguments;
    if (kind->mark == kZone) {
      arguments = hashed(depth + 1);
    } else {
      const Ref list = Ref::steal(PyList_New(0));
      if (!list) return {};
      for (const char* const field : kind->fields) {
        if (field == nullptr) break;
        const Ref part = value(depth + 1);
        if (!part) return {};
        const bool is_named = std::strcmp(field, "fold") == 0;
        if ((is_named ? PyDict_SetItemString(named.get(), field, part.get())
                      : PyList_Append(list.get(), part.get())) != 0) {
          return {};
        }
      }
      arguments = Ref::steal(PyList_AsTuple(list.get()));
    }
    if (!arguments || !PyTuple_CheckExact(arguments.get())) return damaged();
    Ref made = Ref::steal(PyObject_Call(type.get(), arguments.get(), named.get()));
    for (PyObject* const wrong : {PyExc_TypeError, PyExc_ValueError, PyExc_OverflowError}) {
      if (!made && PyErr_Occurred() != nullptr && PyErr_ExceptionMatches(wrong)) PyErr_Clear();
    }
    return made ? std::move(made) : damaged();
  }

  State& state_;
  const char* at_;
  const char* end_;
  int hashed_;
  std::vector<Ref> seen_;
  std::vector<std::pair<std::size_t, PyObject*>> open_tuples_;  // numbered, not whole
};

Encoded encode(const State& state, PyObject* object, std::string& out, bool is_key) {
  out.push_back(kVersion);
  return Encoder(state, out, is_key).value(object);
}

}  // namespace

Encoded encode_value(const State& state, PyObject* value, std::string& out) {
  return encode(state, value, out, false);
}

Encoded encode_key(const State& state, PyObject* key, std::string& out) {
  return encode(state, key, out, true);
}

Ref decode_value(State& state, std::string_view bytes) {
  return Decoder(state, bytes, false).whole();
}

Ref decode_key(State& state, std::string_view bytes) { return Decoder(state, bytes, true).whole(); }

std::uint32_t adler32(std::string_view bytes) noexcept {
  std::uint32_t low = 1;
  std::uint32_t high = 0;
  while (!bytes.empty()) {
    // So many additions do not overflow.
    const std::string_view part = bytes.substr(0, 5552);
    for (const char byte : part) {
      low += static_cast<unsigned char>(byte);
      high += low;
    }
    low %= 65521;
    high %= 65521;
    bytes.remove_prefix(part.size());
  }
  return high << 16 | low;
}

}  // namespace mainstay::binding::cache
