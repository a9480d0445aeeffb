// patch.cpp - see patch.hpp.
#include "mainstay/diff/patch.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <tuple>
#include <utility>

namespace mainstay::diff {

namespace {

Error refused(std::string message) { return {ErrorCode::invalid_argument, std::move(message)}; }

Value operation(const char* op, std::string path, const Value* value = nullptr) {
  Object made{{"op", op}, {"path", std::move(path)}};
  if (value != nullptr) made["value"] = *value;
  return made;
}

// An item that comes or goes: its list, how deep that is, and the position.
struct Moving {
  std::size_t depth;
  std::string_view list;
  std::size_t position;
  const Difference* difference;
};

Moving moving(const Difference& difference) {
  const std::string_view path = difference.path;
  const std::size_t slash = path.rfind('/');
  std::size_t position = 0;
  std::from_chars(path.data() + slash + 1, path.data() + path.size(), position);
  const std::string_view list = path.substr(0, slash);
  const auto depth = static_cast<std::size_t>(std::count(list.begin(), list.end(), '/'));
  return {depth, list, position, &difference};
}

}  // namespace

void append_pointer(std::string& pointer, std::string_view step) {
  pointer.push_back('/');
  for (const char c : step) {
    if (c == '~') {
      pointer.append("~0");
    } else if (c == '/') {
      pointer.append("~1");
    } else {
      pointer.push_back(c);
    }
  }
}

Result<std::vector<std::string>> parse_pointer(std::string_view pointer) {
  std::vector<std::string> steps;
  if (pointer.empty()) return steps;
  if (pointer.front() != '/') {
    return refused("a JSON Pointer is empty or begins with '/', got \"" + std::string(pointer) +
                   "\"");
  }
  for (std::size_t at = 0; at < pointer.size(); ++at) {
    const char c = pointer[at];
    if (c == '/') {
      steps.emplace_back();
    } else if (c != '~') {
      steps.back().push_back(c);
    } else {
      const char escaped = at + 1 < pointer.size() ? pointer[at + 1] : '\0';
      if (escaped != '0' && escaped != '1') {
        return refused("in a JSON Pointer '~' is written ~0 and '/' in a name ~1, got \"" +
                       std::string(pointer) + "\"");
      }
      steps.back().push_back(escaped == '0' ? '~' : '/');
      ++at;
    }
  }
  return steps;
}

Value to_patch(std::span<const Difference> differences) {
  Array patch;
  std::vector<Moving> removed;
  std::vector<Moving> added;
  // First what moves no item: all paths are still as they were.
  for (const Difference& difference : differences) {
    switch (difference.change) {
      case Change::type:
      case Change::value:
        patch.push_back(operation("replace", difference.path, &difference.after));
        break;
      case Change::entry_added:
        patch.push_back(operation("add", difference.path, &difference.after));
        break;
      case Change::entry_removed: patch.push_back(operation("remove", difference.path)); break;
      case Change::item_removed: removed.push_back(moving(difference)); break;
      case Change::item_added: added.push_back(moving(difference)); break;
      case Change::item_moved:
      case Change::member_added:
      case Change::member_removed:
      case Change::repetition:
      case Change::foreign: break;  // values have no such changes, or they make no difference
    }
  }
  // Then inner lists before outer ones; in each, what goes from the end, what comes from the front.
  const auto by_list = [](const Moving& x, const Moving& y) {
    return std::tie(y.depth, x.list) < std::tie(x.depth, y.list);
  };
  std::sort(removed.begin(), removed.end(), [&](const Moving& x, const Moving& y) {
    if (by_list(x, y) || by_list(y, x)) return by_list(x, y);
    return x.position > y.position;
  });
  std::sort(added.begin(), added.end(), [&](const Moving& x, const Moving& y) {
    if (by_list(x, y) || by_list(y, x)) return by_list(x, y);
    return x.position < y.position;
  });
  auto next = added.begin();
  const auto add_before = [&](const Moving* list) {
    for (; next != added.end() && (list == nullptr || by_list(*next, *list)); ++next) {
      std::string path = next->difference->path;
      if (!next->difference->ordered) path = std::string(next->list) + "/-";
      patch.push_back(operation("add", std::move(path), &next->difference->after));
    }
  };
  for (const Moving& each : removed) {
    add_before(&each);
    patch.push_back(operation("remove", each.difference->path));
  }
  add_before(nullptr);
  return patch;
}

namespace {

// One operation after another, on one document.
class Application {
 public:
  Application(Value document, const PatchLimits& limits)
      : document_(std::move(document)), left_(limits.copied_nodes) {}

  Result<void> apply(const Value& operation) {
    const Object* fields = operation.object();
    if (fields == nullptr) return refused("an operation is an object with \"op\" and \"path\"");
    const std::string* op = text(*fields, "op");
    const std::string* path = text(*fields, "path");
    if (op == nullptr || path == nullptr) {
      return refused("an operation needs the texts \"op\" and \"path\"");
    }
    if (*op == "remove") return remove(*path, nullptr);
    if (*op == "add" || *op == "replace" || *op == "test") {
      const Value* value = fields->find("value");
      if (value == nullptr) return refused("\"" + *op + "\" needs a \"value\"");
      if (*op == "add") return add(*path, *value);
      if (*op == "replace") return replace(*path, *value);
      return test(*path, *value);
    }
    if (*op == "move" || *op == "copy") {
      const std::string* from = text(*fields, "from");
      if (from == nullptr) return refused("\"" + *op + "\" needs the text \"from\"");
      return *op == "move" ? move(*from, *path) : copy(*from, *path);
    }
    return refused("\"op\" is add, remove, replace, move, copy or test, got \"" + *op + "\"");
  }

  [[nodiscard]] Value& document() noexcept { return document_; }

 private:
  static const std::string* text(const Object& fields, const char* name) {
    const Value* value = fields.find(name);
    return value == nullptr ? nullptr : value->text();
  }

  static std::optional<std::size_t> index(std::string_view step) {
    if (step.empty() || (step.front() == '0' && step.size() > 1)) return std::nullopt;
    std::size_t index = 0;
    const char* end = step.data() + step.size();
    const auto [last, error] = std::from_chars(step.data(), end, index);
    if (error != std::errc() || last != end) return std::nullopt;
    return index;
  }

  static Error nothing_at(std::string_view path) {
    return refused("there is nothing at \"" + std::string(path) + "\"");
  }

  // The value at the end of the first `count` steps; null when there is none.
  Value* find(const std::vector<std::string>& steps, std::size_t count) {
    Value* at = &document_;
    for (std::size_t i = 0; i < count && at != nullptr; ++i) {
      if (Object* members = at->object()) {
        at = members->find(steps[i]);
      } else if (Array* items = at->array()) {
        const auto position = index(steps[i]);
        at = position && *position < items->size() ? &(*items)[*position] : nullptr;
      } else {
        at = nullptr;
      }
    }
    return at;
  }

  Result<Value*> find(std::string_view path) {
    const auto steps = parse_pointer(path);
    if (!steps) return steps.error();
    Value* found = find(*steps, steps->size());
    if (found == nullptr) return nothing_at(path);
    return found;
  }

  Result<void> add(const std::string& path, Value value) {
    const auto steps = parse_pointer(path);
    if (!steps) return steps.error();
    if (steps->empty()) {
      document_ = std::move(value);
      return {};
    }
    Value* parent = find(*steps, steps->size() - 1);
    if (parent == nullptr) return refused("there is nothing to add to at \"" + path + "\"");
    const std::string& last = steps->back();
    if (Object* members = parent->object()) {
      (*members)[last] = std::move(value);
      return {};
    }
    Array* items = parent->array();
    if (items == nullptr)
      return refused("only arrays and objects are added to, at \"" + path + "\"");
    const auto position = last == "-" ? items->size() : index(last);
    if (!position || *position > items->size()) {
      return refused("\"" + last + "\" is no position in the " + std::to_string(items->size()) +
                     " items of an array, at \"" + path + "\"");
    }
    items->insert(items->begin() + static_cast<std::ptrdiff_t>(*position), std::move(value));
    return {};
  }

  // What was removed goes to `kept` where that is given.
  Result<void> remove(const std::string& path, Value* kept) {
    const auto steps = parse_pointer(path);
    if (!steps) return steps.error();
    Value* found = find(*steps, steps->size());
    if (found == nullptr) return nothing_at(path);
    Value removed = std::move(*found);
    if (!steps->empty()) {
      Value* parent = find(*steps, steps->size() - 1);
      if (Object* members = parent->object()) {
        members->erase(steps->back());
      } else {
        const auto position = static_cast<std::ptrdiff_t>(*index(steps->back()));
        parent->array()->erase(parent->array()->begin() + position);
      }
    }
    if (kept != nullptr) *kept = std::move(removed);
    return {};
  }

  Result<void> replace(const std::string& path, const Value& value) {
    auto found = find(path);
    if (!found) return found.error();
    **found = value;
    return {};
  }

  Result<void> test(const std::string& path, const Value& value) {
    auto found = find(path);
    if (!found) return found.error();
    if (!equal_as_numbers(**found, value)) {
      return refused("what is at \"" + path + "\" is not what the patch tests for");
    }
    return {};
  }

  // RFC 6902 compares numbers by their value; nothing else here does.
  static bool equal_as_numbers(const Value& left, const Value& right) {
    if (left.integer() != nullptr && right.real() != nullptr) {
      return static_cast<double>(*left.integer()) == *right.real();
    }
    if (left.real() != nullptr && right.integer() != nullptr) {
      return *left.real() == static_cast<double>(*right.integer());
    }
    return left == right;
  }

  Result<void> move(const std::string& from, const std::string& path) {
    if (path == from) {
      const auto found = find(from);
      if (!found) return found.error();
      return {};
    }
    if (path.size() > from.size() && path.compare(0, from.size(), from) == 0 &&
        path[from.size()] == '/') {
      return refused("nothing can be moved into itself, from \"" + from + "\" to \"" + path + "\"");
    }
    Value moved;
    if (const auto removed = remove(from, &moved); !removed) return removed.error();
    return add(path, std::move(moved));
  }

  Result<void> copy(const std::string& from, const std::string& path) {
    auto found = find(from);
    if (!found) return found.error();
    if (!may_copy(**found)) {
      return refused(
          "the patch copies more than is allowed; raise PatchLimits::copied_nodes if it may");
    }
    return add(path, **found);
  }

  bool may_copy(const Value& value) {
    std::vector<const Value*> open{&value};
    while (!open.empty()) {
      const Value* last = open.back();
      open.pop_back();
      if (left_ == 0) return false;
      --left_;
      if (const Array* items = last->array()) {
        for (const Value& item : *items) open.push_back(&item);
      } else if (const Object* members = last->object()) {
        for (const Member& member : *members) open.push_back(&member.value);
      }
    }
    return true;
  }

  Value document_;
  std::size_t left_;
};

}  // namespace

Result<Value> apply_patch(Value document, const Value& patch, const PatchLimits& limits) {
  const Array* operations = patch.array();
  if (operations == nullptr) return refused("a JSON Patch is an array of operations");
  Application application(std::move(document), limits);
  for (std::size_t i = 0; i < operations->size(); ++i) {
    if (const auto done = application.apply((*operations)[i]); !done) {
      return refused("operation " + std::to_string(i) + " of the patch: " + done.error().message);
    }
  }
  return std::move(application.document());
}

}  // namespace mainstay::diff
