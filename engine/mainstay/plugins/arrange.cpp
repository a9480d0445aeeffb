// arrange.cpp - a stable topological sort; every name has a gate, so that wishes stay linear.
//
// A graph of four kinds of nodes, an edge meaning "first". Per entry one node. Per name and half
// two gates: `start` is before all its entries, `end` is after them. "e before b" is the edge
// e -> start(b), "e after b" is end(b) -> e: one edge a wish, however many entries b has.
#include "mainstay/plugins/arrange.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <string>
#include <utility>

namespace mainstay::plugins {
namespace {

// A circle longer than this is told by its beginning.
constexpr std::size_t kNamesTold = 12;

// The half is part of the name: a plugin's wrapper and its plain entry are strangers here.
using Name = std::pair<std::string_view, bool>;

std::string quoted(std::string_view name) { return '"' + std::string(name) + '"'; }

class Graph {
 public:
  explicit Graph(std::span<const Wishes> entries)
      : entries_(entries), out_(entries.size()), waits_(entries.size()) {
    for (std::size_t at = 0; at < entries.size(); ++at) {
      const auto [start, end] = gates(name_of(at));
      connect(start, at);
      connect(at, end);
    }
  }

  // Adds the wishes of all entries.
  Result<void> wish(Unknown unknown) {
    for (std::size_t at = 0; at < entries_.size(); ++at) {
      for (const auto name : entries_[at].before) {
        if (const auto* gate = find(name, at)) {
          connect(at, gate->first);
        } else if (unknown == Unknown::refuse && !known(name)) {
          return stranger(at, "before", name);
        }
      }
      for (const auto name : entries_[at].after) {
        if (const auto* gate = find(name, at)) {
          connect(gate->second, at);
        } else if (unknown == Unknown::refuse && !known(name)) {
          return stranger(at, "after", name);
        }
      }
    }
    return {};
  }

  // The entries in calling order; fewer than there are when wishes go in a circle.
  std::vector<std::size_t> sorted() {
    // Gates have the higher numbers and go first: they only let entries through.
    std::priority_queue<std::size_t> ready;
    for (std::size_t node = 0; node < out_.size(); ++node) {
      if (waits_[node] == 0) ready.push(node);
    }
    std::vector<std::size_t> order;
    order.reserve(entries_.size());
    while (!ready.empty()) {
      const std::size_t node = ready.top();
      ready.pop();
      if (node < entries_.size()) order.push_back(node);
      for (const std::size_t next : out_[node]) {
        if (--waits_[next] == 0) ready.push(next);
      }
    }
    return order;
  }

  // A circle among what sorted() left over, from the entry that would be called first.
  Error circle() const {
    std::vector<std::size_t> before(out_.size(), out_.size());
    for (std::size_t node = out_.size(); node-- > 0;) {
      if (waits_[node] == 0) continue;
      for (const std::size_t next : out_[node]) {
        if (waits_[next] != 0) before[next] = node;
      }
    }
    // Every node left over waits for another one: going back must come round.
    std::size_t node = entries_.size();
    while (waits_[--node] == 0) {
    }
    std::vector<bool> seen(out_.size());
    while (!seen[node]) {
      seen[node] = true;
      node = before[node];
    }
    std::vector<std::size_t> round;
    const std::size_t first = node;
    do {
      if (node < entries_.size()) round.push_back(node);
      node = before[node];
    } while (node != first);
    std::reverse(round.begin(), round.end());
    std::rotate(round.begin(), std::max_element(round.begin(), round.end()), round.end());
    return {ErrorCode::invalid_argument, told(round)};
  }

 private:
  using Gates = std::pair<std::size_t, std::size_t>;

  Name name_of(std::size_t at) const { return {entries_[at].plugin, entries_[at].wrapper}; }

  std::size_t add() {
    out_.emplace_back();
    waits_.push_back(0);
    return out_.size() - 1;
  }

  void connect(std::size_t first, std::size_t then) {
    out_[first].push_back(then);
    ++waits_[then];
  }

  Gates gates(Name name) {
    const auto [found, fresh] = gates_.try_emplace(name);
    if (fresh) {
      const std::size_t start = add();
      found->second = {start, add()};
    }
    return found->second;
  }

  const Gates* find(std::string_view name, std::size_t at) const {
    const auto found = gates_.find({name, entries_[at].wrapper});
    return found == gates_.end() ? nullptr : &found->second;
  }

  bool known(std::string_view name) const {
    return gates_.contains({name, false}) || gates_.contains({name, true});
  }

  Error stranger(std::size_t at, std::string_view word, std::string_view name) const {
    return {ErrorCode::invalid_argument,
            "plugin " + quoted(entries_[at].plugin) + " wants to be " + std::string(word) + " " +
                quoted(name) + ", but no plugin of that name implements this hook; register " +
                quoted(name) + " first, correct the name, or drop the wish"};
  }

  std::string told(const std::vector<std::size_t>& round) const {
    std::string text = "before and after go in a circle: ";
    for (std::size_t i = 0; i < round.size() && i < kNamesTold; ++i) {
      text += quoted(entries_[round[i]].plugin) + " before ";
    }
    if (round.size() > kNamesTold) {
      text += "(" + std::to_string(round.size() - kNamesTold) + " more) before ";
    }
    return text + quoted(entries_[round.front()].plugin) + "; drop one of these wishes";
  }

  std::span<const Wishes> entries_;
  std::map<Name, Gates> gates_;
  std::vector<std::vector<std::size_t>> out_;  // by node: who waits for it
  std::vector<std::size_t> waits_;             // by node: for how many it still waits
};

}  // namespace

Result<std::vector<std::size_t>> arrange(std::span<const Wishes> reverse_calling_order,
                                         Unknown unknown) {
  const std::size_t size = reverse_calling_order.size();
  const bool any = std::any_of(
      reverse_calling_order.begin(), reverse_calling_order.end(),
      [](const Wishes& entry) { return !entry.before.empty() || !entry.after.empty(); });
  if (!any) {
    std::vector<std::size_t> order(size);
    for (std::size_t at = 0; at < size; ++at) order[at] = at;
    return order;
  }
  Graph graph(reverse_calling_order);
  if (auto wished = graph.wish(unknown); !wished) return std::move(wished).error();
  std::vector<std::size_t> order = graph.sorted();
  if (order.size() < size) return graph.circle();
  // Called first stands last; the halves stay apart, whoever of them became ready first.
  std::reverse(order.begin(), order.end());
  std::stable_partition(order.begin(), order.end(),
                        [&](std::size_t at) { return !reverse_calling_order[at].wrapper; });
  return order;
}

}  // namespace mainstay::plugins
