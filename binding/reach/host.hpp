// host.hpp - Python objects as the engine's programs see them.
//
// Exact built-in types are read here; everything else by the handlers of the registry, which are
// asked once per type. What goes wrong is kept as a Failure, from which an exception is made when
// it is wanted: most failures are caught. One host serves one run, in one thread.
#pragma once

#include <array>
#include <unordered_map>
#include <utility>
#include <vector>

#include "binding/reach/module.hpp"
#include "binding/support/call.hpp"
#include "mainstay/reach/run.hpp"

namespace mainstay::binding::reach {

class Host;
using Node = mainstay::reach::Node<Host>;
using Step = mainstay::reach::Step<Host>;
using Field = mainstay::reach::Field<Host>;
using Skipped = mainstay::reach::Skipped<Host>;
using Trace = mainstay::reach::Trace<Host>;
using Where = mainstay::reach::Where<Host>;
using mainstay::Found;
using mainstay::reach::Access;
using mainstay::reach::Fallback;
using mainstay::reach::Op;
using mainstay::reach::Seen;

struct Failure {
  enum class Kind : std::uint8_t {
    raised,   // `error` is what was raised
    access,   // a part of a path; `first` is why, or a missing key of a dict when empty
    refused,  // MatchError(format, first, second, third)
    type      // TypeMatchError(first, second)
  };
  Kind kind = Kind::raised;
  std::uint32_t part = 0;
  const char* format = nullptr;
  const Node* node = nullptr;
  Ref error{};  // made for the other kinds when it is wanted
  Ref first{}, second{}, third{};
};

class Host {
 public:
  static constexpr bool kHasTruth = true;
  using Value = Ref;
  using Constant = PyObject*;
  using Failure = reach::Failure;
  // Operands that differ from spec to spec: of Coalesce what is skipped, of fields an index.
  struct Extra {
    PyObject* first = nullptr;
    PyObject* second = nullptr;
    bool flag = false;
  };
  struct Cursor {
    enum class Kind : std::uint8_t { list, tuple, dict, pairs, iterator };
    Ref object;
    Py_ssize_t at = 0;
    Py_ssize_t size = 0;
    Kind kind = Kind::list;
  };
  // One level of recursion.
  class Level {
   public:
    explicit Level(Host& host) noexcept : guard_(" while evaluating a spec") {
      if (!guard_) host.raised();
    }
    [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(guard_); }

   private:
    RecursionGuard guard_;
  };

  Host(PyObject* module, State& state) noexcept : module_(module), state_(state) {}

  // What a program leaves open: the value and the maker of an assignment, and the list of parts
  // that lead to the target. Borrowed.
  struct Given {
    PyObject* value = nullptr;
    PyObject* missing = nullptr;
    PyObject* path = nullptr;
  };
  Given given;

  // The parts that lead to a place. Empty with an exception set.
  Ref path_list(const Where& where);

  // Adds the steps that a run went to the list that was given. False: an exception is set.
  bool note_path(const Where& where);

  // The exception of a failure. Empty: making it raised another, which is set.
  Ref exception_of(Failure& failure);
  // A trace as the face reads it: (spec, target, error, failed, next, whether next failed).
  Ref tuple_of(Trace& trace);

  // --- what a run asks ---

  [[nodiscard]] static Ref share(const Ref& value) noexcept { return Ref::share(value.get()); }
  [[nodiscard]] Ref hold(PyObject* constant) const noexcept {
    return Ref::share(constant != nullptr ? constant : given.value);
  }
  // What is taken is empty afterwards, and filled anew by the next failure.
  [[nodiscard]] Failure take_failure() noexcept { return std::move(failure_); }
  [[nodiscard]] bool is_own(const Failure& failure) const noexcept;
  [[nodiscard]] bool is_access(const Failure& failure) const noexcept;
  [[nodiscard]] static std::size_t part_of(const Failure& failure) noexcept { return failure.part; }
  [[nodiscard]] bool is_skip(const Ref& value) const noexcept {
    return value.get() == state_.SKIP.get();
  }
  [[nodiscard]] bool is_stop(const Ref& value) const noexcept {
    return value.get() == state_.STOP.get();
  }

  // `first` is where this walk began.
  bool step(const Node& node, std::size_t first, std::size_t at, Ref& reached, Where& where);
  bool children(const Ref& value, bool all, std::vector<Ref>& found);
  bool call(const Node& node, const Ref& target, Ref& result);
  Ref call_spec(const Node& node, std::size_t at, const Ref& function);
  bool make(PyObject* constant, Ref& result);

  bool begin(const Ref& target, const Where& where, Cursor& cursor);
  bool begin_list(const Ref& target, Cursor& cursor);
  Found next(Cursor& cursor, Ref& item);
  Ref make_list() { return made(PyList_New(0)); }
  Ref make_map(std::size_t) { return made(PyDict_New()); }
  bool append(Ref& list, Ref value);
  bool set(Ref& map, const Ref& key, Ref value) { return set(map, key.get(), std::move(value)); }
  bool set(Ref& map, PyObject* key, Ref value);
  [[nodiscard]] static bool has(const Ref& map, PyObject* key) noexcept;

  bool is_skipped(const Node& node, Failure& failure);
  bool skips(const Node& node, const Ref& value, bool& skip);
  void fail_coalesce(const Node& node, std::vector<Skipped>& skipped, const Where& where);

  bool is_kind(const Node& node, const Ref& target);
  bool equals(const Node& node, const Ref& target);
  bool satisfies(const Node& node, const Ref& target);
  bool is_truthy(const Node& node, const Ref& value);
  bool matches(const Node& node, const Ref& target);
  bool compare(const Node& node, const Ref& left, const Ref& right);
  bool is_true(const Ref& value, bool& answer);
  bool begin_entries(const Node& node, const Ref& target, Cursor& cursor);
  Found next_entry(Cursor& cursor, Ref& key, Ref& value);
  Found find_field(const Node& node, const Ref& key, std::size_t& at);
  bool begin_items(const Node& node, const Ref& target, Cursor& cursor);
  bool begin_tuple(const Node& node, const Ref& target, std::size_t size, Cursor& cursor);
  bool finish(const Node& node, Ref& list, Ref& result);
  void fail_unknown_key(const Node& node, const Ref& key);
  void fail_key(const Node& tried, const Ref& key);
  void fail_missing(const Node& node, const Seen& seen, const Ref& target);
  void fail_empty(const Node& node, const Ref& target);
  void fail_negated(const Node& node);
  void fail_choice(const Node& node);

  [[nodiscard]] bool makes_missing(const Node& node) const noexcept {
    return missing_of(node) != nullptr;
  }
  [[nodiscard]] static bool ignores_missing(const Node& node) noexcept { return node.extra.flag; }
  bool make_missing(const Node& node, std::size_t at, Ref& container);
  bool put(const Node& node, std::size_t first, std::size_t at, Ref& holder, const Ref& value);
  bool erase(const Node& node, Ref& holder);
  bool copy_argument(const Ref& value, Ref& copied);
  Ref rest_spec(const Node& node, std::size_t first, const Ref& value);
  Ref rest_path(const Node& node, std::size_t first);
  Failure rest_failure(const Node& node, std::size_t first, Failure failure);

 private:
  [[nodiscard]] PyObject* missing_of(const Node& node) const noexcept {
    return given.missing != nullptr ? given.missing : node.extra.first;
  }
  // Takes the exception that is set as the failure. Always false.
  bool raised();
  // Looks for signals now and then: long loops may run no Python at all.
  bool goes_on();
  bool access(const Node& node, std::size_t part, Ref cause);
  // The exception that is set as the cause of an access error, when it is one of `kinds`.
  bool access_or_raised(const Node& node, std::size_t part, std::initializer_list<PyObject*> kinds);
  bool refuse(const char* format, PyObject* first, PyObject* second = nullptr,
              PyObject* third = nullptr);
  // Whether `said` is true; empty: an exception is set.
  bool is_true_or(const Ref& said, const char* format, PyObject* first, PyObject* second = nullptr);
  Ref made(PyObject* object) {
    if (object == nullptr) raised();
    return Ref::steal(object);
  }
  // The handler for an operation on values like this one; asked once per type. Handling::other with
  // no handler: it is not supported. False: an exception is set.
  bool handler_of(PyObject* value, Operation operation, Handling& handling, Ref& handler);
  Ref attribute_of(PyObject* from, PyObject* name);
  bool part(const Node& node, std::size_t at, Ref& reached);
  bool raise_unregistered(const char* operation, PyObject* value, Ref path);
  bool add_path(PyObject* list, const Where& where, std::size_t size);
  bool add_children(PyObject* value, std::vector<Ref>& found);
  bool add_all(Cursor& cursor, std::vector<Ref>& found);
  using Copies = std::unordered_map<PyObject*, PyObject*>;
  Ref copy(PyObject* value, Copies& copies);

  PyObject* module_;
  State& state_;
  Failure failure_;
  std::uint32_t steps_ = 0;
};

// The items of a list or tuple, the keys and values of a dict in turn: as they are now, whatever
// other threads and code that looks at one of them do to the rest.
[[nodiscard]] std::vector<Ref> parts_of(PyObject* object);

// An item of a dict, or empty; then an exception may be set.
[[nodiscard]] inline Ref dict_item(PyObject* dict, PyObject* key) noexcept {
#if PY_VERSION_HEX >= 0x030D0000
  PyObject* found = nullptr;
  PyDict_GetItemRef(dict, key, &found);
  return Ref::steal(found);
#else
  return Ref::share(PyDict_GetItemWithError(dict, key));
#endif
}

}  // namespace mainstay::binding::reach
