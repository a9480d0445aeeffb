// sources.hpp - what values are decoded from: JSON, MessagePack, and Python objects.
//
// Each has the calls the one decoder (decode.hpp) is written in: next() begins a value, enter() and
// item() go through an array or a map, name() reads the name of a member. Failing calls set an
// exception.
#pragma once

#include <string_view>

#include "binding/codec/raw.hpp"
#include "binding/codec/scalars.hpp"
#include "binding/support/gil.hpp"
#include "mainstay/codec/json_reader.hpp"
#include "mainstay/codec/msgpack_reader.hpp"

namespace mainstay::binding::codec {

using mainstay::codec::Kind;
using mainstay::codec::Step;
using mainstay::codec::Token;

// How deep unknown values are skipped.
inline constexpr std::size_t kSkippedDepth = 10'000;

// "array" and so on, as error texts call what was met.
[[nodiscard]] constexpr const char* kind_name(Kind kind) noexcept {
  switch (kind) {
    case Kind::null: return "null";
    case Kind::boolean: return "bool";
    case Kind::integer:
    case Kind::big_integer: return "int";
    case Kind::real: return "float";
    case Kind::text: return "str";
    case Kind::bytes: return "bytes";
    case Kind::array: return "array";
    case Kind::map: return "object";
    case Kind::extension: return "ext";
  }
  return "";
}

// Of bytes in either format.
template <class Reader>
class ByteSource {
 public:
  static constexpr bool kObjects = false;
  static constexpr bool kJson = std::is_same_v<Reader, mainstay::codec::JsonReader>;
  static constexpr bool kCounted = !kJson;  // arrays and maps say their size first
  using Items = typename Reader::Items;

  ByteSource(const Context& context, PyObject* owner, std::string_view input) noexcept
      : context_(context), owner_(owner), reader_(input) {}

  [[nodiscard]] bool next(Token& token) { return reader_.next(token) || raise(); }
  [[nodiscard]] Items enter(const Token& token) noexcept { return Reader::enter(token); }
  [[nodiscard]] Step item(Items& items) { return raised(reader_.item(items)); }
  // Before the value of a pair whose name was read.
  void turn(Items&) noexcept {}
  // The name of a member; the view lasts until the source reads on.
  [[nodiscard]] Step name(Items& items, std::string_view& view, const Path* path) {
    Token token;
    const Step step = reader_.key(items, token);
    if (step == Step::fault) raise();
    if (step != Step::item) return step;
    if (!kJson && token.kind != Kind::text) {
      const Path at{path, Path::Kind::key};
      refuse(context_.state, &at, "Expected `str`, got `%s`", kind_name(token.kind));
      return Step::fault;
    }
    view = token.text;
    ascii_ = token.ascii;
    return step;
  }
  // Whether a name that is likely comes next; then it was read.
  [[nodiscard]] bool expected(Items& items, std::string_view name) noexcept {
    return reader_.expected_key(items, name);
  }
  [[nodiscard]] bool expected(Items& items, const Record::Field& field) noexcept {
    return field.plain && expected(items, field.key);
  }
  [[nodiscard]] bool name_is_ascii() const noexcept { return ascii_; }
  [[nodiscard]] bool skip() { return reader_.skip(kSkippedDepth) || raise(); }
  [[nodiscard]] bool finish() { return reader_.finish() || raise(); }
  [[nodiscard]] std::size_t mark() const noexcept { return reader_.position(); }
  void rewind(std::size_t position) noexcept { reader_.rewind(position); }
  [[nodiscard]] Ref raw() {
    if constexpr (kJson) reader_.skip_space();
    const std::size_t from = reader_.position();
    if (!skip()) return Ref{};
    return raw_of_part(context_.state, owner_, reader_.slice(from));
  }
  // Raises what the reader met. Always false.
  bool raise() {
    const auto& fault = reader_.fault();
    PyObject* error = context_.state.DecodeError.get();
    const auto at = static_cast<Py_ssize_t>(fault.at);
    if (fault.bare) {
      PyErr_SetString(error, fault.what);
    } else if constexpr (kJson) {
      PyErr_Format(error, "JSON is malformed: %s (byte %zd)", fault.what, at);
    } else if (std::string_view(fault.what) == "invalid opcode") {
      const auto code = static_cast<unsigned char>(*reader_.slice(fault.at).data());
      PyErr_Format(error, "MessagePack data is malformed: invalid opcode '\\x%02x' (byte %zd)",
                   code, at);
    } else {
      PyErr_Format(error, "MessagePack data is malformed: %s (byte %zd)", fault.what, at);
    }
    return false;
  }
  [[nodiscard]] PyObject* owner() const noexcept { return owner_; }
  [[nodiscard]] Reader& reader() noexcept { return reader_; }

 private:
  Step raised(Step step) {
    if (step == Step::fault) raise();
    return step;
  }

  const Context& context_;
  PyObject* owner_;
  Reader reader_;
  bool ascii_ = false;
};

[[nodiscard]] inline mainstay::codec::JsonReader::Items copy_of(
    const mainstay::codec::JsonReader::Items& items) noexcept {
  return items;
}
[[nodiscard]] inline mainstay::codec::MsgpackReader::Items copy_of(
    const mainstay::codec::MsgpackReader::Items& items) noexcept {
  return items;
}

using JsonSource = ByteSource<mainstay::codec::JsonReader>;
using MsgpackSource = ByteSource<mainstay::codec::MsgpackReader>;

// Python objects, one at a time: `current` is the one that next stands for.
class ObjectSource {
 public:
  static constexpr bool kObjects = true;
  static constexpr bool kJson = false;
  static constexpr bool kCounted = true;
  struct Items {
    Ref container;  // list, tuple or dict
    Py_ssize_t position = 0;
    Ref key, value;
  };

  ObjectSource(const Context& context, PyObject* object) noexcept
      : context_(context), current_(Ref::share(object)) {}

  [[nodiscard]] PyObject* current() const noexcept { return current_.get(); }
  void set_current(Ref object) noexcept { current_ = std::move(object); }

  [[nodiscard]] Items enter(const Token&) noexcept {
    return {Ref::share(current_.get()), 0, Ref{}, Ref{}};
  }
  // Of an array the next item, of a dict the next key becomes current.
  [[nodiscard]] Step item(Items& items) {
    PyObject* container = items.container.get();
    const CriticalSection section(container);
    if (PyDict_Check(container)) {
      PyObject* key = nullptr;
      PyObject* value = nullptr;
      if (PyDict_Next(container, &items.position, &key, &value) == 0) return Step::end;
      items.key = Ref::share(key);
      items.value = Ref::share(value);
      current_ = Ref::share(key);
      return Step::item;
    }
    const bool list = PyList_Check(container);
    const Py_ssize_t size = list ? PyList_GET_SIZE(container) : PyTuple_GET_SIZE(container);
    if (items.position >= size) return Step::end;
    const Py_ssize_t at = items.position++;
    current_ = Ref::share(list ? PyList_GET_ITEM(container, at) : PyTuple_GET_ITEM(container, at));
    return Step::item;
  }
  void turn(Items& items) noexcept { current_ = std::move(items.value); }
  // Keys that came from the same class are the same object.
  [[nodiscard]] bool expected(Items& items, const Record::Field& field) noexcept {
    PyObject* container = items.container.get();
    const CriticalSection section(container);
    PyObject* key = nullptr;
    PyObject* value = nullptr;
    Py_ssize_t position = items.position;
    if (PyDict_Next(container, &position, &key, &value) == 0 || key != field.name.get()) {
      return false;
    }
    items.position = position;
    current_ = Ref::share(value);
    return true;
  }
  [[nodiscard]] Step name(Items& items, std::string_view& view, const Path* path) {
    const Step step = item(items);
    if (step != Step::item) return step;
    if (!PyUnicode_CheckExact(items.key.get())) {
      const Path at{path, Path::Kind::key};
      refuse(context_.state, &at, "Expected `str`");
      return Step::fault;
    }
    if (!utf8_of(items.key.get(), view)) return Step::fault;
    turn(items);
    return step;
  }
  [[nodiscard]] bool skip() noexcept { return true; }
  [[nodiscard]] bool finish() noexcept { return true; }
  [[nodiscard]] std::size_t mark() const noexcept { return 0; }
  void rewind(std::size_t) noexcept {}

 private:
  const Context& context_;
  Ref current_;
};

[[nodiscard]] inline ObjectSource::Items copy_of(const ObjectSource::Items& items) noexcept {
  return {Ref::share(items.container.get()), items.position, Ref{}, Ref{}};
}

}  // namespace mainstay::binding::codec
