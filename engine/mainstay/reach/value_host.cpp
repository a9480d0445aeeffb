// value_host.cpp - see detail/value_host.hpp.
#include "mainstay/reach/detail/value_host.hpp"

#include <algorithm>

namespace mainstay::reach::detail {
namespace {

constexpr std::size_t kMaxFound = 10'000'000;

const char* name_of(Value::Kind kind) noexcept {
  switch (kind) {
    case Value::Kind::null: return "null";
    case Value::Kind::boolean: return "a boolean";
    case Value::Kind::integer: return "an integer";
    case Value::Kind::real: return "a real number";
    case Value::Kind::text: return "a text";
    case Value::Kind::array: return "an array";
    case Value::Kind::object: return "an object";
  }
  return "a value";
}

Held at_place(Value* value, std::uint32_t depth = 0) {
  Held held;
  held.at = value;
  held.depth = depth;
  return held;
}

// Below `value`, in the order of the document.
void add_children(const Held& value, std::vector<Held>& found) {
  const std::uint32_t depth = value.depth + 1;
  if (Array* items = value.at->array()) {
    for (Value& each : *items) found.push_back(at_place(&each, depth));
  } else if (Object* members = value.at->object()) {
    for (std::size_t i = 0; i < members->size(); ++i) {
      found.push_back(at_place(members->find(members->at(i).name), depth));
    }
  }
}

}  // namespace

bool ValueHost::missing(const ValueNode& node, std::size_t at, const char* why) {
  std::string whole;
  for (const auto& step : node.steps) whole += (whole.empty() ? "" : ".") + *step.key->text();
  fail(ErrorCode::not_found, "could not access '" + *node.steps[at].key->text() + "', part " +
                                 std::to_string(at) + " of '" + whole + "': " + why);
  failure_.system_number = static_cast<int>(at);
  return false;
}

bool ValueHost::step(const ValueNode& node, std::size_t, std::size_t at, Held& reached,
                     Where<ValueHost>&) {
  const Step<ValueHost>& step = node.steps[at];
  ++reached.depth;
  if (Object* members = reached.at->object()) {
    mainstay::Value* found = members->find(*step.key->text());
    if (found == nullptr) return missing(node, at, "there is no such key");
    reached.at = found;
    return true;
  }
  Array* items = reached.at->array();
  if (items == nullptr) return missing(node, at, "what is there has no parts");
  if (!step.has_position) return missing(node, at, "an array has positions, not keys");
  const auto size = static_cast<std::int64_t>(items->size());
  const std::int64_t position = step.position < 0 ? step.position + size : step.position;
  if (position < 0 || position >= size) return missing(node, at, "the array is shorter");
  reached.at = &(*items)[static_cast<std::size_t>(position)];
  return true;
}

bool ValueHost::children(const Held& value, bool all, std::vector<Held>& found) {
  if (!all) {
    add_children(value, found);
    return true;
  }
  found.push_back(value);
  for (std::size_t at = 0; at < found.size(); ++at) {
    const Held below = found[at];
    add_children(below, found);
    if (found_ + found.size() > kMaxFound) {
      fail(ErrorCode::limit_exceeded,
           "** finds more than 10,000,000 values; name more of the path");
      return false;
    }
  }
  found_ += found.size();  // of all in the path: each multiplies
  return true;
}

bool ValueHost::call(const ValueNode& node, const Held& target, Held& result) {
  std::optional<mainstay::Value> answer = (*node.extra.function)(*target.at);
  result = made(answer ? *std::move(answer) : mainstay::Value{});
  result.left_out = !answer.has_value();
  return true;
}

bool ValueHost::begin_array(const Held& target, Cursor& cursor) {
  cursor = {target.at, 0, target.places};
  if (target.places || target.at->array() != nullptr) return true;
  fail(ErrorCode::invalid_argument,
       std::string("an array is wanted, got ") + name_of(target.at->kind()));
  return false;
}
bool ValueHost::begin(const Held& target, const Where<ValueHost>&, Cursor& cursor) {
  return begin_array(target, cursor);
}
bool ValueHost::begin_list(const Held& target, Cursor& cursor) {
  // What is changed may be or move what is below it: that is changed before, and once.
  std::vector<Held>& places = *target.places;
  std::sort(places.begin(), places.end(), [](const Held& left, const Held& right) {
    return std::pair(right.depth, left.at) < std::pair(left.depth, right.at);
  });
  const auto same = [](const Held& left, const Held& right) { return left.at == right.at; };
  places.erase(std::unique(places.begin(), places.end(), same), places.end());
  return begin_array(target, cursor);
}

Found ValueHost::next(Cursor& cursor, Held& item) const {
  if (cursor.places) {
    if (cursor.at >= cursor.places->size()) return Found::no;
    item = (*cursor.places)[cursor.at++];
    return Found::yes;
  }
  Array& items = *cursor.of->array();
  if (cursor.at >= items.size()) return Found::no;
  item = at_place(&items[cursor.at++]);
  return Found::yes;
}

bool ValueHost::is_kind(const ValueNode& node, const Held& target) {
  if (target.at->kind() == node.extra.kind) return true;
  fail(ErrorCode::invalid_argument,
       std::string(name_of(node.extra.kind)) + " is wanted, got " + name_of(target.at->kind()));
  return false;
}

bool ValueHost::equals(const ValueNode& node, const Held& target) {
  if (*target.at == *node.constant) return true;
  fail(ErrorCode::invalid_argument, "another value is wanted");
  return false;
}

bool ValueHost::satisfies(const ValueNode& node, const Held& target) {
  if ((*node.extra.predicate)(*target.at)) return true;
  fail(ErrorCode::invalid_argument, "the predicate does not accept the value");
  return false;
}

bool ValueHost::begin_entries(const ValueNode&, const Held& target, Cursor& cursor) {
  cursor = {target.at, 0, nullptr};
  if (target.at->object() != nullptr) return true;
  fail(ErrorCode::invalid_argument,
       std::string("an object is wanted, got ") + name_of(target.at->kind()));
  return false;
}

Found ValueHost::next_entry(Cursor& cursor, Held& key, Held& value) const {
  Object& members = *cursor.of->object();
  if (cursor.at >= members.size()) return Found::no;
  const Member& member = members.at(cursor.at++);
  key = made(member.name);
  value = at_place(const_cast<mainstay::Value*>(&member.value));
  return Found::yes;
}

Found ValueHost::find_field(const ValueNode& node, const Held& key, std::size_t& at) {
  for (at = 0; at < node.fields.size(); ++at) {
    if (*node.fields[at].key->text() == *key.at->text()) return Found::yes;
  }
  return Found::no;
}

void ValueHost::fail_missing(const ValueNode& node, const Seen& seen, const Held&) {
  std::string names;
  for (std::size_t at = 0; at < node.fields.size(); ++at) {
    const auto& field = node.fields[at];
    if (!field.required || seen.has(at)) continue;
    names += (names.empty() ? "'" : ", '") + *field.key->text() + "'";
  }
  fail(ErrorCode::invalid_argument, "the object lacks " + names + "; add it");
}

bool ValueHost::put(const ValueNode& node, std::size_t, std::size_t at, Held& holder,
                    const Held& value) {
  const Step<ValueHost>& step = node.steps[at];
  if (Object* members = holder.at->object()) {
    (*members)[*step.key->text()] = *value.at;
    return true;
  }
  Array* items = holder.at->array();
  const auto size = items != nullptr ? static_cast<std::int64_t>(items->size()) : 0;
  const std::int64_t position = step.position < 0 ? step.position + size : step.position;
  if (items != nullptr && step.has_position && position >= 0 && position < size) {
    (*items)[static_cast<std::size_t>(position)] = *value.at;
    return true;
  }
  if (items != nullptr && step.has_position && create && position == size) {
    items->push_back(*value.at);
    return true;
  }
  fail(ErrorCode::invalid_argument, "could not assign '" + *step.key->text() + "' in " +
                                        name_of(holder.at->kind()) +
                                        "; an object takes keys, an array positions it has");
  return false;
}

bool ValueHost::erase(const ValueNode& node, Held& holder) {
  const Step<ValueHost>& step = node.steps.back();
  if (Object* members = holder.at->object()) {
    if (members->erase(*step.key->text())) return true;
  } else if (Array* items = holder.at->array()) {
    const auto size = static_cast<std::int64_t>(items->size());
    const std::int64_t position = step.position < 0 ? step.position + size : step.position;
    if (step.has_position && position >= 0 && position < size) {
      items->erase(items->begin() + static_cast<std::ptrdiff_t>(position));
      return true;
    }
  }
  if (ignore_missing) return true;
  return missing(node, node.steps.size() - 1, "there is nothing to erase");
}

}  // namespace mainstay::reach::detail
