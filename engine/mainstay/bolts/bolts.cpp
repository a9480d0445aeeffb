// bolts.cpp - remap and research over trees of mainstay::Value.
#include "mainstay/bolts/bolts.hpp"

#include <utility>

namespace mainstay::bolts {
namespace {

struct Item {
  Key key;
  const Value* value = nullptr;
  Value result;
};

struct Frame {
  const Value* value = nullptr;
  Key key;
  std::size_t position = 0;
  Value result;  // an array or an object
};

// What both walks have in common: `path` follows the frames.
struct Walker {
  using Item = bolts::Item;
  using Frame = bolts::Frame;

  [[nodiscard]] Looked push(std::vector<Frame>& above, const Item& item) {
    if (item.value->array() == nullptr && item.value->object() == nullptr) return Looked::value;
    if (!above.empty()) path.push_back(item.key);
    Value empty = item.value->array() != nullptr ? Value(Array{}) : Value(Object{});
    above.push_back({item.value, item.key, 0, std::move(empty)});
    return Looked::container;
  }

  [[nodiscard]] static Next next(Frame& frame, Item& item) {
    if (const Array* items = frame.value->array()) {
      if (frame.position >= items->size()) return Next::end;
      item.key = frame.position;
      item.value = &(*items)[frame.position++];
    } else {
      const Object& members = *frame.value->object();
      if (frame.position >= members.size()) return Next::end;
      const Member& member = members.at(frame.position++);
      item.key = member.name;
      item.value = &member.value;
    }
    return Next::child;
  }

  [[nodiscard]] bool leave(std::vector<Frame>& above, Frame& frame, Item& item) {
    if (!above.empty()) path.pop_back();
    item.key = std::move(frame.key);
    item.value = nullptr;
    item.result = std::move(frame.result);
    return true;
  }

  Path path;
};

struct Remapping : Walker {
  explicit Remapping(const Visit& given) : visit(given) {}

  [[nodiscard]] Looked look(std::vector<Frame>& above, Item& item) {
    const Looked looked = push(above, item);
    if (looked == Looked::value) item.result = *item.value;
    return looked;
  }
  [[nodiscard]] bool keep(std::vector<Frame>& above, Item& item) {
    if (above.empty() || visit(path, item.key, item.result) == Visited::drop) return true;
    Value& parent = above.back().result;
    if (Array* items = parent.array()) {
      items->push_back(std::move(item.result));
    } else if (const auto* name = std::get_if<std::string>(&item.key)) {
      (*parent.object())[*name] = std::move(item.result);
    } else {
      (*parent.object())[std::to_string(std::get<std::size_t>(item.key))] = std::move(item.result);
    }
    return true;
  }

  const Visit& visit;
};

struct Searching : Walker {
  explicit Searching(const Query& given) : query(given) {}

  [[nodiscard]] Looked look(std::vector<Frame>& above, Item& item) {
    Path whole = path;
    if (!above.empty()) whole.push_back(item.key);
    if (query(whole, *item.value)) found.push_back({std::move(whole), item.value});
    return push(above, item);
  }
  [[nodiscard]] static bool keep(std::vector<Frame>&, Item&) { return true; }

  const Query& query;
  std::vector<Finding> found;
};

}  // namespace

Value remap(const Value& root, const Visit& visit) {
  Remapping host(visit);
  Item item{{}, &root, {}};
  (void)walk(host, item);  // nothing in it fails
  return std::move(item.result);
}

std::vector<Finding> research(const Value& root, const Query& query) {
  Searching host(query);
  Item item{{}, &root, {}};
  (void)walk(host, item);
  return std::move(host.found);
}

}  // namespace mainstay::bolts
