// bolts.hpp - small containers, and functions over nested values.
//
// IndexedSet, Lru and ThresholdCounter are templates over keys and how they are hashed; remap() and
// research() walk trees of mainstay::Value without recursion. Nothing here knows a clock, a thread
// or Python; a container is changed by one thread at a time. What the caller's functions throw
// passes through.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "mainstay/base/value.hpp"
#include "mainstay/bolts/hash_index.hpp"
#include "mainstay/bolts/indexed_set.hpp"
#include "mainstay/bolts/lru.hpp"
#include "mainstay/bolts/threshold_counter.hpp"
#include "mainstay/bolts/walk.hpp"

namespace mainstay::bolts {

// A name in an object or a position in an array.
using Key = std::variant<std::string, std::size_t>;
using Path = std::vector<Key>;

// What is to become of an item of an array or object.
enum class Visited : bool { drop, keep };

// Told the path of what the item is in, its key and, once its children are done, its value, both of
// which it may change. A name that is given twice counts once, with its last value; the position of
// an item of an array does not count.
using Visit = std::function<Visited(const Path& path, Key& key, Value& value)>;

// The tree rebuilt: each item as `visit` wants it. The root is not visited.
[[nodiscard]] Value remap(const Value& root, const Visit& visit);

using Query = std::function<bool(const Path& path, const Value& value)>;

struct Finding {
  Path path;
  const Value* value;  // points into the tree that was searched
};

// All values for which the query is true, parents before children. The root has an empty path.
[[nodiscard]] std::vector<Finding> research(const Value& root, const Query& query);

}  // namespace mainstay::bolts
