// value_host.hpp - trees of mainstay::Value as the engine's programs see them.
//
// What is read points into the target; what is made is owned, and shared until it is put into
// something. One host serves one run.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mainstay/reach/reach.hpp"
#include "mainstay/reach/run.hpp"

namespace mainstay::reach::detail {

class ValueHost;
using ValueNode = Node<ValueHost>;
using ValueTrace = Trace<ValueHost>;

// A value of the target, or one that was made. Empty: nothing.
struct Held {
  mainstay::Value* at = nullptr;
  std::shared_ptr<mainstay::Value> owner;
  bool left_out = false;
  std::uint32_t depth = 0;  // of `at`, below the target
  // In place of `at`: what wildcards found, where it is to be changed and must not be copied. Those
  // of all wildcards of a path are in one list.
  std::shared_ptr<std::vector<Held>> places;

  [[nodiscard]] explicit operator bool() const noexcept { return at != nullptr || places; }
};

// What programs hold: keys and constants, and the functions of the caller.
struct Constants {
  std::deque<mainstay::Value> values;
  std::deque<Function> functions;
  std::deque<Predicate> predicates;
};

class ValueHost {
 public:
  static constexpr bool kHasTruth = false;
  using Value = Held;
  using Constant = const mainstay::Value*;
  using Failure = Error;
  struct Extra {
    const Function* function = nullptr;
    const Predicate* predicate = nullptr;
    mainstay::Value::Kind kind = mainstay::Value::Kind::null;
    bool flag = false;
  };
  struct Cursor {
    mainstay::Value* of = nullptr;
    std::size_t at = 0;
    std::shared_ptr<std::vector<Held>> places;
  };
  class Level {
   public:
    explicit Level(ValueHost& host) : host_(host), entered_(++host.depth_ <= kMaxDepth) {
      if (!entered_)
        host.fail(ErrorCode::limit_exceeded, "specs or wildcards are nested more than 200 deep");
    }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    ~Level() { --host_.depth_; }
    [[nodiscard]] explicit operator bool() const noexcept { return entered_; }

   private:
    ValueHost& host_;
    bool entered_;
  };

  static constexpr std::size_t kMaxDepth = 200;

  // The value of an assignment that a run was given.
  Held given;
  bool changes = false;
  bool create = false;
  bool ignore_missing = false;

  [[nodiscard]] static Held share(const Held& value) { return value; }
  [[nodiscard]] Held hold(Constant constant) const {
    // Nothing changes what a program holds: it is copied before it is put anywhere.
    if (constant == nullptr) return given;
    Held held;
    held.at = const_cast<mainstay::Value*>(constant);
    return held;
  }
  [[nodiscard]] Error take_failure() { return std::exchange(failure_, Error{}); }
  [[nodiscard]] static bool is_own(const Error& error) noexcept {
    return error.code != ErrorCode::limit_exceeded;
  }
  [[nodiscard]] static bool is_access(const Error& error) noexcept {
    return error.code == ErrorCode::not_found;
  }
  // The part of a path that failed is kept beside its text.
  [[nodiscard]] static std::size_t part_of(const Error& error) noexcept {
    return static_cast<std::size_t>(error.system_number);
  }
  [[nodiscard]] static bool is_skip(const Held& value) noexcept { return value.left_out; }
  [[nodiscard]] static bool is_stop(const Held&) noexcept { return false; }

  bool step(const ValueNode& node, std::size_t, std::size_t at, Held& reached, Where<ValueHost>&);
  bool children(const Held& value, bool all, std::vector<Held>& found);
  static Held call_spec(const ValueNode&, std::size_t, const Held&) { return {}; }
  static bool make(Constant constant, Held& result) {
    result = made(*constant);
    return true;
  }

  bool begin(const Held& target, const Where<ValueHost>&, Cursor& cursor);
  bool begin_list(const Held& target, Cursor& cursor);
  Found next(Cursor& cursor, Held& item) const;
  [[nodiscard]] Held make_list() const {
    if (!changes) return made(Array{});
    Held list;
    list.places = std::make_shared<std::vector<Held>>();
    return list;
  }
  static Held make_map(std::size_t) { return made(Object{}); }
  static bool append(Held& list, Held value) {
    if (list.places && value.places) {
      list.places->insert(list.places->end(), value.places->begin(), value.places->end());
    } else if (list.places) {
      list.places->push_back(std::move(value));
    } else {
      list.at->array()->push_back(release(std::move(value)));
    }
    return true;
  }
  bool set(Held& map, Constant key, Held value) { return put_member(map, *key->text(), value); }
  bool set(Held& map, const Held& key, Held value) {
    return put_member(map, *key.at->text(), value);
  }
  static bool has(const Held& map, Constant key) {
    return map.at->object()->find(*key->text()) != nullptr;
  }

  static bool is_skipped(const ValueNode&, const Error& error) noexcept { return is_own(error); }
  static bool skips(const ValueNode&, const Held&, bool&) noexcept { return true; }
  void fail_coalesce(const ValueNode&, const auto&, const Where<ValueHost>&) {
    fail(ErrorCode::not_found, "none of the alternatives has a value; add or_else()");
  }

  static bool call(const ValueNode& node, const Held& target, Held& result);
  bool is_kind(const ValueNode& node, const Held& target);
  bool equals(const ValueNode& node, const Held& target);
  bool satisfies(const ValueNode& node, const Held& target);
  bool begin_entries(const ValueNode&, const Held& target, Cursor& cursor);
  Found next_entry(Cursor& cursor, Held& key, Held& value) const;
  static Found find_field(const ValueNode& node, const Held& key, std::size_t& at);
  bool begin_items(const ValueNode&, const Held& target, Cursor& cursor) {
    return begin_array(target, cursor);
  }
  static bool finish(const ValueNode&, Held& list, Held& result) {
    result = std::move(list);
    return true;
  }
  void fail_unknown_key(const ValueNode&, const Held& key) {
    fail(ErrorCode::invalid_argument, "key '" + *key.at->text() + "' is not wanted here");
  }
  void fail_key(const ValueNode&, const Held&) {
    fail(ErrorCode::invalid_argument, "another key is wanted");
  }
  void fail_missing(const ValueNode& node, const Seen& seen, const Held&);
  void fail_empty(const ValueNode&, const Held&) {
    fail(ErrorCode::invalid_argument, "the array is to be empty");
  }

  [[nodiscard]] bool makes_missing(const ValueNode&) const noexcept { return create; }
  [[nodiscard]] bool ignores_missing(const ValueNode&) const noexcept { return ignore_missing; }
  static bool make_missing(const ValueNode& node, std::size_t at, Held& container) {
    container = node.steps[at].has_position ? made(Array{}) : made(Object{});
    return true;
  }
  bool put(const ValueNode& node, std::size_t, std::size_t at, Held& holder, const Held& value);
  bool erase(const ValueNode& node, Held& holder);
  static bool copy_argument(const Held& value, Held& copied) {
    copied = value;
    return true;
  }
  static Held rest_spec(const ValueNode&, std::size_t, const Held&) { return {}; }
  static Held rest_path(const ValueNode&, std::size_t) { return {}; }
  static Error rest_failure(const ValueNode&, std::size_t, Error error) { return error; }

  void fail(ErrorCode code, std::string message) { failure_ = Error{code, std::move(message)}; }
  // A value for the caller: moved when it was made here and is shared by no one else.
  [[nodiscard]] static mainstay::Value release(Held value) {
    if (value.owner.use_count() == 1 && value.owner.get() == value.at) return std::move(*value.at);
    return *value.at;
  }
  [[nodiscard]] static Held made(mainstay::Value value) {
    Held held;
    held.owner = std::make_shared<mainstay::Value>(std::move(value));
    held.at = held.owner.get();
    return held;
  }

 private:
  bool begin_array(const Held& target, Cursor& cursor);
  bool put_member(Held& map, const std::string& name, Held& value) {
    (*map.at->object())[name] = release(std::move(value));
    return true;
  }
  bool missing(const ValueNode& node, std::size_t at, const char* why);

  Error failure_;
  std::size_t depth_ = 0;
  std::size_t found_ = 0;
};

}  // namespace mainstay::reach::detail
