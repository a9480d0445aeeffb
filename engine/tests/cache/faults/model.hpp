// model.hpp - a store in plain containers, operations drawn at random, and the comparison.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "mainstay/cache/cache.hpp"

namespace mainstay::cache::faults {

struct ModelItem {
  std::string value;
  std::string tag;
  std::optional<double> expires;
  double stored = 0;
  std::uint64_t order = 0;
  bool in_file = false;

  friend bool operator==(const ModelItem&, const ModelItem&) = default;
};

struct Model {
  std::map<std::string, ModelItem> items;
  std::uint64_t next_order = 1;

  // Without the numbers of the order, which only have to rise alike.
  [[nodiscard]] bool same_as(const Model& other) const;
};

// One operation: what it does is decided by its seed and the model alone, so that parent and child
// agree without words.
struct Op {
  enum class Kind {
    set,
    set_file,
    erase,
    touch,
    update,
    push,
    pull,
    evict,
    expire,
    erase_tag,
    clear,
    batch,
    rollback,
    settle,
    lowest,
    compact,
  };
  Kind kind;
  std::string key;
  std::string value;
  double now = 0;
  std::optional<double> expires;
  std::vector<Op> parts;  // of a batch
};

// `prefix` keeps the keys of two writers apart; `alone` allows operations on all items.
[[nodiscard]] Op draw(std::mt19937_64& random, const std::string& prefix, double now, bool alone);
void apply(Model& model, const Op& op);
// Empty on success, else what went wrong. `lsn`: of what it committed, 0 if nothing.
[[nodiscard]] std::string apply(Store& store, const Op& op, std::uint64_t* lsn = nullptr);

[[nodiscard]] Model read_model(Store& store, Hold& hold);
// What is wrong with the store beside its model: another state, what inspection finds, what a
// reader without the lock sees. Empty: nothing.
[[nodiscard]] std::string compare(Store& store, const std::vector<Model>& allowed,
                                  Model* found = nullptr);

}  // namespace mainstay::cache::faults
