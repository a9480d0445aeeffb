// value.cpp - see value.hpp. What goes over a whole tree keeps its own stack.
#include "mainstay/base/value.hpp"

#include <algorithm>
#include <functional>

namespace mainstay {

namespace {

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);
constexpr std::size_t kFew = 8;  // so many members are found faster by looking at each

std::size_t slots_for(std::size_t members) {
  std::size_t slots = 4 * kFew;
  while (slots < 2 * members) slots *= 2;
  return slots;
}

}  // namespace

Object::Object() = default;
Object::Object(const Object& other) = default;
Object::Object(Object&& other) noexcept = default;
Object::~Object() = default;

Object::Object(std::initializer_list<Member> members) {
  for (const Member& member : members) (*this)[member.name] = member.value;
}

Object& Object::operator=(Object other) noexcept {
  members_.swap(other.members_);
  slots_.swap(other.slots_);
  return *this;
}

std::size_t Object::position(std::string_view name) const noexcept {
  if (slots_.empty()) {
    for (std::size_t i = 0; i < members_.size(); ++i) {
      if (members_[i].name == name) return i;
    }
    return kNowhere;
  }
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = std::hash<std::string_view>()(name) & mask;; at = (at + 1) & mask) {
    if (slots_[at] == 0) return kNowhere;
    const std::size_t found = slots_[at] - 1;
    if (members_[found].name == name) return found;
  }
}

void Object::index(std::size_t position) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = std::hash<std::string_view>()(members_[position].name) & mask;
  while (slots_[at] != 0) at = (at + 1) & mask;
  slots_[at] = static_cast<std::uint32_t>(position + 1);
}

void Object::index_all() {
  // Positions fit 32 bits: beyond, members are searched one by one. An object of 4 billion members
  // takes 300 GB.
  const bool few = members_.size() <= kFew || members_.size() >= UINT32_MAX;
  slots_.assign(few ? 0 : slots_for(members_.size()), 0);
  if (few) return;
  for (std::size_t i = 0; i < members_.size(); ++i) index(i);
}

const Value* Object::find(std::string_view name) const noexcept {
  const std::size_t at = position(name);
  return at == kNowhere ? nullptr : &members_[at].value;
}

Value* Object::find(std::string_view name) noexcept {
  const std::size_t at = position(name);
  return at == kNowhere ? nullptr : &members_[at].value;
}

Value& Object::operator[](std::string_view name) {
  const std::size_t at = position(name);
  if (at != kNowhere) return members_[at].value;
  members_.push_back({std::string(name), Value()});
  if (2 * members_.size() <= slots_.size()) {
    index(members_.size() - 1);
  } else if (members_.size() > kFew) {
    index_all();
  }
  return members_.back().value;
}

bool Object::erase(std::string_view name) {
  const std::size_t at = position(name);
  if (at == kNowhere) return false;
  members_.erase(members_.begin() + static_cast<std::ptrdiff_t>(at));
  index_all();
  return true;
}

Value::Value(Value&& other) noexcept : data_(std::move(other.data_)) {
  other.data_.emplace<std::monostate>();
}

Value& Value::operator=(Value other) noexcept {
  data_.swap(other.data_);
  return *this;
}

bool Value::has_children() const noexcept {
  if (const Array* items = array()) return !items->empty();
  if (const Object* members = object()) return !members->empty();
  return false;
}

// Moves the children that have children themselves to `below`, where they end one after another.
void Value::give_up(std::vector<Value>& below) noexcept {
  if (Array* items = array()) {
    for (Value& item : *items) {
      if (item.has_children()) below.push_back(std::move(item));
    }
  } else if (Object* members = object()) {
    for (Member& member : members->members_) {
      if (member.value.has_children()) below.push_back(std::move(member.value));
    }
  }
}

Value::~Value() {
  if (!has_children()) return;
  std::vector<Value> below;
  give_up(below);
  while (!below.empty()) {
    Value last = std::move(below.back());
    below.pop_back();
    last.give_up(below);
  }
}

Value::Value(const Value& other) {
  struct Copy {
    const Value* from;
    Value* to;
  };
  std::vector<Copy> open{{&other, this}};
  while (!open.empty()) {
    const Copy copy = open.back();
    open.pop_back();
    if (const Array* items = copy.from->array()) {
      // Sized at once: the places must not move while they are filled.
      Array& into = copy.to->data_.emplace<Array>(items->size());
      for (std::size_t i = 0; i < items->size(); ++i) open.push_back({&(*items)[i], &into[i]});
    } else if (const Object* members = copy.from->object()) {
      Object& into = copy.to->data_.emplace<Object>();
      into.members_.reserve(members->size());
      for (const Member& member : *members) into.members_.push_back({member.name, Value()});
      into.slots_ = members->slots_;
      for (std::size_t i = 0; i < members->size(); ++i) {
        open.push_back({&members->members_[i].value, &into.members_[i].value});
      }
    } else if (const std::string* text = copy.from->text()) {
      copy.to->data_ = *text;
    } else if (const bool* boolean = copy.from->boolean()) {
      copy.to->data_ = *boolean;
    } else if (const std::int64_t* integer = copy.from->integer()) {
      copy.to->data_ = *integer;
    } else if (const double* real = copy.from->real()) {
      copy.to->data_ = *real;
    }
  }
}

namespace {

using Pairs = std::vector<std::pair<const Value*, const Value*>>;

// Compares what the two hold themselves; their children are left in `open`.
bool equal_at_the_top(const Array& left, const Array& right, Pairs& open) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) open.emplace_back(&left[i], &right[i]);
  return true;
}

bool equal_at_the_top(const Object& left, const Object& right, Pairs& open) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    const Member& member = left.at(i);
    const bool same_place = right.at(i).name == member.name;
    const Value* other = same_place ? &right.at(i).value : right.find(member.name);
    if (other == nullptr) return false;
    open.emplace_back(&member.value, other);
  }
  return true;
}

bool all_equal(Pairs open) {
  while (!open.empty()) {
    const auto [left, right] = open.back();
    open.pop_back();
    if (left->kind() != right->kind()) return false;
    bool equal = true;
    switch (left->kind()) {
      case Value::Kind::null: break;
      case Value::Kind::boolean: equal = *left->boolean() == *right->boolean(); break;
      case Value::Kind::integer: equal = *left->integer() == *right->integer(); break;
      case Value::Kind::real: equal = *left->real() == *right->real(); break;
      case Value::Kind::text: equal = *left->text() == *right->text(); break;
      case Value::Kind::array:
        equal = equal_at_the_top(*left->array(), *right->array(), open);
        break;
      case Value::Kind::object:
        equal = equal_at_the_top(*left->object(), *right->object(), open);
        break;
    }
    if (!equal) return false;
  }
  return true;
}

}  // namespace

bool operator==(const Value& left, const Value& right) { return all_equal({{&left, &right}}); }

bool operator==(const Object& left, const Object& right) {
  Pairs open;
  return equal_at_the_top(left, right, open) && all_equal(std::move(open));
}

}  // namespace mainstay
