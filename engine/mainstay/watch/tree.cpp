// tree.cpp - see tree.hpp.
#include "mainstay/watch/tree.hpp"

#include "mainstay/watch/hash.hpp"

namespace mainstay::watch {
namespace {

constexpr std::uint32_t kNameBits = (1U << 30U) - 1;  // what all names may take, a gigabyte

}  // namespace

Tree::Tree(std::string_view root) : root_(root), slots_(16, kNoNode) {
  nodes_.emplace_back();
  used_ = 1;
}

std::string_view Tree::name(NodeId node) const noexcept {
  if (node == kRoot) return {};
  const char* at = names_.data() + nodes_[node].name_at;
  return {at + 1, static_cast<unsigned char>(*at)};
}

// Where a node of that parent and name is, or the free slot where it would go.
std::size_t Tree::slot_of(NodeId parent, std::string_view name) const noexcept {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash_of(name, parent) & mask;
  for (; slots_[slot] != kNoNode; slot = (slot + 1) & mask) {
    const NodeId found = slots_[slot];
    if (nodes_[found].parent == parent && this->name(found) == name) break;
  }
  return slot;
}

NodeId Tree::child(NodeId parent, std::string_view name) const noexcept {
  return slots_[slot_of(parent, name)];
}

NodeId Tree::add(NodeId parent, std::string_view name) {
  NodeId node = free_;
  if (node == kNoNode) {
    node = static_cast<NodeId>(nodes_.size());
    nodes_.emplace_back();
  } else {
    free_ = nodes_[node].next;
    nodes_[node] = Node{};
  }
  ++used_;
  link(node, parent, name);
  return node;
}

void Tree::move(NodeId node, NodeId parent, std::string_view name) {
  const std::string kept(name);  // may be a view into names_
  unlink(node);
  link(node, parent, kept);
}

void Tree::link(NodeId node, NodeId parent, std::string_view name) {
  if ((used_ + 1) * 3 > slots_.size() * 2) grow();
  const std::uint32_t at = store(name);
  Node& here = nodes_[node];
  here.name_at = at & kNameBits;
  here.parent = parent;
  here.previous = kNoNode;
  here.next = nodes_[parent].first_child;
  if (here.next != kNoNode) nodes_[here.next].previous = node;
  nodes_[parent].first_child = node;
  const std::string_view kept = this->name(node);
  slots_[slot_of(parent, kept)] = node;
}

void Tree::unlink(NodeId node) noexcept {
  const Node& here = nodes_[node];
  const std::size_t mask = slots_.size() - 1;
  // The slots after it that it pushed along move up, so that there are no marks of the dead.
  std::size_t hole = slot_of(here.parent, name(node));
  for (std::size_t slot = (hole + 1) & mask; slots_[slot] != kNoNode; slot = (slot + 1) & mask) {
    const NodeId other = slots_[slot];
    const std::size_t home = hash_of(name(other), nodes_[other].parent) & mask;
    if (((slot - home) & mask) >= ((slot - hole) & mask)) {
      slots_[hole] = other;
      hole = slot;
    }
  }
  slots_[hole] = kNoNode;
  if (here.next != kNoNode) nodes_[here.next].previous = here.previous;
  (here.previous != kNoNode ? nodes_[here.previous].next : nodes_[here.parent].first_child) =
      here.next;
  dead_names_ += name(node).size() + 1;
  nodes_[node].parent = kNoNode;
}

void Tree::release(NodeId node) noexcept {
  unlink(node);
  nodes_[node] = Node{};
  nodes_[node].used = 0;
  nodes_[node].next = free_;
  free_ = node;
  --used_;
}

void Tree::grow() {
  std::vector<NodeId> old(slots_.size() * 2, kNoNode);
  old.swap(slots_);
  for (const NodeId node : old) {
    if (node != kNoNode) slots_[slot_of(nodes_[node].parent, name(node))] = node;
  }
}

std::uint32_t Tree::store(std::string_view name) {
  if (dead_names_ > 4096 && dead_names_ * 2 > names_.size()) compact();
  const std::size_t at = names_.size();
  names_.push_back(static_cast<char>(name.size()));
  names_.insert(names_.end(), name.begin(), name.end());
  return static_cast<std::uint32_t>(at);
}

void Tree::compact() {
  std::vector<char> kept;
  kept.reserve(names_.size() - dead_names_ + 256);
  for (Node& node : nodes_) {
    // Neither the root nor a node that is being moved has a name that counts.
    if (node.used == 0 || node.parent == kNoNode) continue;
    const char* start = names_.data() + node.name_at;
    node.name_at = static_cast<std::uint32_t>(kept.size()) & kNameBits;
    kept.insert(kept.end(), start, start + 1 + static_cast<unsigned char>(*start));
  }
  names_.swap(kept);
  dead_names_ = 0;
}

bool Tree::within(NodeId node, NodeId ancestor) const noexcept {
  for (; node != kNoNode; node = nodes_[node].parent) {
    if (node == ancestor) return true;
  }
  return false;
}

std::string Tree::path(NodeId node) const {
  std::string path;
  if (node == kRoot) {
    path = root_;
  } else {
    append_path(nodes_[node].parent, name(node), path);
  }
  return path;
}

void Tree::append_path(NodeId node, std::string_view name, std::string& to) const {
  std::size_t length = name.size();
  for (NodeId each = node; each != kRoot; each = nodes_[each].parent) {
    length += this->name(each).size() + 1;
  }
  const bool slash = !root_.empty() && root_.back() != '/';
  const std::size_t start = to.size();
  to.append(root_);
  if (slash) to.push_back('/');
  to.resize(start + root_.size() + (slash ? 1 : 0) + length);
  char* end = to.data() + to.size() - name.size();
  if (!name.empty()) std::memcpy(end, name.data(), name.size());
  for (NodeId each = node; each != kRoot; each = nodes_[each].parent) {
    *--end = '/';
    const std::string_view part = this->name(each);
    end -= part.size();
    std::memcpy(end, part.data(), part.size());
  }
}

std::string Tree::relative_path(NodeId node, NodeId from, std::string_view name) const {
  std::string path(name);
  for (; node != from; node = nodes_[node].parent) {
    std::string longer(this->name(node));
    if (!path.empty()) longer.append("/").append(path);
    path.swap(longer);
  }
  return path;
}

std::string_view Tree::root_as_parent() const noexcept {
  const std::size_t last = root_.find_last_not_of('/');
  if (last == std::string::npos) return root_;
  return std::string_view(root_).substr(0, last + 1);
}

std::size_t Tree::bytes() const noexcept {
  std::size_t files = 0;
  for (const Node& node : nodes_) files += node.files.bytes();
  return nodes_.size() * sizeof(Node) + slots_.capacity() * sizeof(NodeId) + names_.capacity() +
         files;
}

}  // namespace mainstay::watch
