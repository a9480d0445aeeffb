// value.hpp - one JSON-like value: null, bool, integer, real, text, array or object.
//
// A tree of plain values. It owns all that is below it, copies deeply and shares nothing. No
// operation recurses, so a tree may be as deep as memory allows. Objects keep the order in which
// their members came, and names in them are unique. As thread-safe as std::vector.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace mainstay {

class Value;

using Array = std::vector<Value>;

struct Member;

// Members in the order they came. Finding one takes constant time, erasing one linear time.
class Object {
 public:
  Object();
  Object(std::initializer_list<Member> members);  // of two members of one name the last counts
  Object(const Object& other);
  Object(Object&& other) noexcept;
  Object& operator=(Object other) noexcept;
  ~Object();

  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  [[nodiscard]] const Member* begin() const noexcept;
  [[nodiscard]] const Member* end() const noexcept;
  // Precondition: position < size().
  [[nodiscard]] const Member& at(std::size_t position) const noexcept;

  // Null when there is no member of that name. Valid until the object is changed.
  [[nodiscard]] const Value* find(std::string_view name) const noexcept;
  [[nodiscard]] Value* find(std::string_view name) noexcept;

  // The value of that name, null at the end of the object when there was none.
  Value& operator[](std::string_view name);
  // Whether there was one.
  bool erase(std::string_view name);

  // Equal when they have equal values under the same names; the order does not count.
  friend bool operator==(const Object& left, const Object& right);

 private:
  friend class Value;

  [[nodiscard]] std::size_t position(std::string_view name) const noexcept;
  void index(std::size_t position);
  void index_all();

  std::vector<Member> members_;
  // Open addressing: 1 + a position, or 0. Empty while the members are few enough to look at all.
  std::vector<std::uint32_t> slots_;
};

class Value {
 public:
  enum class Kind : std::uint8_t { null, boolean, integer, real, text, array, object };

  Value() noexcept = default;
  Value(std::nullptr_t) noexcept {}                              // NOLINT: implicit
  Value(double number) noexcept : data_(number) {}               // NOLINT: implicit
  Value(std::string text) noexcept : data_(std::move(text)) {}   // NOLINT: implicit
  Value(std::string_view text) : data_(std::string(text)) {}     // NOLINT: implicit
  Value(const char* text) : data_(std::string(text)) {}          // NOLINT: implicit
  Value(Array items) noexcept : data_(std::move(items)) {}       // NOLINT: implicit
  Value(Object members) noexcept : data_(std::move(members)) {}  // NOLINT: implicit
  // Integers that always fit; a bool and nothing that merely converts to one.
  template <class T>
    requires std::is_integral_v<T> && (sizeof(T) < 8 || std::is_signed_v<T>)
  Value(T number) noexcept {  // NOLINT: implicit
    if constexpr (std::is_same_v<T, bool>) {
      data_ = number;
    } else {
      data_ = static_cast<std::int64_t>(number);
    }
  }

  Value(const Value& other);
  Value(Value&& other) noexcept;
  Value& operator=(Value other) noexcept;
  ~Value();

  [[nodiscard]] Kind kind() const noexcept { return static_cast<Kind>(data_.index()); }
  [[nodiscard]] bool is_null() const noexcept { return kind() == Kind::null; }

  // Null when the value is of another kind.
  [[nodiscard]] const bool* boolean() const noexcept { return std::get_if<bool>(&data_); }
  [[nodiscard]] const std::int64_t* integer() const noexcept {
    return std::get_if<std::int64_t>(&data_);
  }
  [[nodiscard]] const double* real() const noexcept { return std::get_if<double>(&data_); }
  [[nodiscard]] const std::string* text() const noexcept {
    return std::get_if<std::string>(&data_);
  }
  [[nodiscard]] const Array* array() const noexcept { return std::get_if<Array>(&data_); }
  [[nodiscard]] const Object* object() const noexcept { return std::get_if<Object>(&data_); }
  [[nodiscard]] Array* array() noexcept { return std::get_if<Array>(&data_); }
  [[nodiscard]] Object* object() noexcept { return std::get_if<Object>(&data_); }

  // Equal in kind and content: 1 is not 1.0, and 0.0 is -0.0. A NaN equals nothing.
  friend bool operator==(const Value& left, const Value& right);

 private:
  friend class Object;

  void give_up(std::vector<Value>& below) noexcept;
  [[nodiscard]] bool has_children() const noexcept;

  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> data_;
};

struct Member {
  std::string name;
  Value value;
};

inline std::size_t Object::size() const noexcept { return members_.size(); }
inline const Member* Object::begin() const noexcept { return members_.data(); }
inline const Member* Object::end() const noexcept { return members_.data() + members_.size(); }
inline const Member& Object::at(std::size_t position) const noexcept { return members_[position]; }

}  // namespace mainstay
