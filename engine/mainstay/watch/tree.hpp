// tree.hpp - the directories below one root, and the names of what is in them.
//
// A directory is a node that knows its parent and its own name, so renaming one costs the same
// whatever is below it. About 80 bytes and the name per directory. Nodes are numbers, used again
// once removed. Not shared by threads.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "mainstay/watch/names.hpp"

namespace mainstay::watch {

using NodeId = std::uint32_t;
inline constexpr NodeId kNoNode = static_cast<NodeId>(-1);

class Tree {
 public:
  static constexpr NodeId kRoot = 0;
  static constexpr int kUnwatched = -1;

  // `root` is the path as it is to stand before all others.
  explicit Tree(std::string_view root);

  // kNoNode when there is none.
  [[nodiscard]] NodeId child(NodeId parent, std::string_view name) const noexcept;
  // Precondition for both: `parent` has no child of that name.
  NodeId add(NodeId parent, std::string_view name);
  void move(NodeId node, NodeId parent, std::string_view name);
  // Removes a node other than the root and all below it; calls `visit(id)` for each before.
  template <class Visit>
  void remove(NodeId node, Visit visit) {
    for (NodeId at = node;;) {
      while (nodes_[at].first_child != kNoNode) at = nodes_[at].first_child;
      const NodeId above = nodes_[at].parent;
      visit(at);
      release(at);
      if (at == node) return;
      at = above;
    }
  }

  [[nodiscard]] NodeId parent(NodeId node) const noexcept { return nodes_[node].parent; }
  [[nodiscard]] NodeId first_child(NodeId node) const noexcept { return nodes_[node].first_child; }
  [[nodiscard]] NodeId next(NodeId node) const noexcept { return nodes_[node].next; }
  [[nodiscard]] std::string_view name(NodeId node) const noexcept;
  // Whether `node` is `ancestor` or below it.
  [[nodiscard]] bool within(NodeId node, NodeId ancestor) const noexcept;

  [[nodiscard]] NameSet& files(NodeId node) noexcept { return nodes_[node].files; }
  [[nodiscard]] const NameSet& files(NodeId node) const noexcept { return nodes_[node].files; }
  // The number the kernel gave the directory, kUnwatched when it did not.
  [[nodiscard]] int& wd(NodeId node) noexcept { return nodes_[node].wd; }
  [[nodiscard]] int wd(NodeId node) const noexcept { return nodes_[node].wd; }
  [[nodiscard]] bool used(NodeId node) const noexcept {
    return node < nodes_.size() && nodes_[node].used != 0;
  }
  // For the owner's use; false in a new node.
  [[nodiscard]] bool marked(NodeId node) const noexcept { return nodes_[node].marked != 0; }
  void mark(NodeId node, bool marked) noexcept { nodes_[node].marked = marked ? 1U : 0U; }

  // The path of a node: the root's as given, others without a slash at the end.
  [[nodiscard]] std::string path(NodeId node) const;
  // Appends the path of an entry of a node.
  void append_path(NodeId node, std::string_view name, std::string& to) const;
  // The same relative to `from`, an ancestor; empty for itself.
  [[nodiscard]] std::string relative_path(NodeId node, NodeId from, std::string_view name) const;
  // The root's path as `os.path.dirname` of its entries has it.
  [[nodiscard]] std::string_view root_as_parent() const noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return used_; }
  [[nodiscard]] std::size_t bytes() const noexcept;

 private:
  struct Node {
    NodeId parent = kNoNode;
    NodeId first_child = kNoNode;
    NodeId next = kNoNode;
    NodeId previous = kNoNode;
    std::uint32_t name_at : 30 = 0;
    std::uint32_t used : 1 = 1;
    std::uint32_t marked : 1 = 0;
    int wd = kUnwatched;
    NameSet files;
  };

  [[nodiscard]] std::size_t slot_of(NodeId parent, std::string_view name) const noexcept;
  void link(NodeId node, NodeId parent, std::string_view name);
  void unlink(NodeId node) noexcept;
  void release(NodeId node) noexcept;
  void grow();
  std::uint32_t store(std::string_view name);
  void compact();

  std::string root_;
  std::deque<Node> nodes_;  // grows without a second copy
  NodeId free_ = kNoNode;   // the first unused node; the next is its `next`
  std::size_t used_ = 0;
  std::vector<NodeId> slots_;  // nodes by parent and name, open addressing
  std::vector<char> names_;    // a length and a name for each node
  std::size_t dead_names_ = 0;
};

}  // namespace mainstay::watch
