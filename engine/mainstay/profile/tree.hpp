// tree.hpp - the call tree of a recording: what the samples say together.
//
// Frames are nodes, numbered; their children are in the order they were first seen. Nodes that are
// taken out of the tree stay where they are and are reached no more. Nothing recurses, so a tree
// may be as deep as memory allows. A value that shares the store of its recording: its functions
// read names, so the caller holds the store (`tree.store().hold()`) where others may add to it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mainstay/profile/recording.hpp"

namespace mainstay::profile {

using NodeId = std::uint32_t;
inline constexpr NodeId kNoNode = ~NodeId{0};
inline constexpr std::uint32_t kNoGroup = ~std::uint32_t{0};

struct Node {
  IdentifierId identifier = 0;
  NodeId parent = kNoNode;
  std::uint32_t group = kNoGroup;
  double time = 0;      // seconds, with those of its children
  double absorbed = 0;  // of children that were deleted
  std::vector<NodeId> children;
  // For how long each attribute was seen, in the order of the first time.
  std::vector<std::pair<AttributeId, double>> attributes;
};

// Frames that a report may show as one line. Without members it is none.
struct Group {
  NodeId root;
  std::vector<NodeId> frames;
  std::string name;
};

// What the user says of a file's frames; else it depends on whether they are the program's own.
enum class Visibility : std::uint8_t { automatic, shown, hidden };

// What is known of a file. `short_name` is how reports call it.
struct FileFacts {
  std::string short_name;
  Visibility visibility = Visibility::automatic;
  bool is_library = false;  // in a folder of the language or its environment
};

class Tree {
 public:
  // The tree of all samples, in the order of time; the root is what all stacks begin with. With the
  // identifiers of a stack it begins at the innermost of those that nothing branches off before.
  explicit Tree(const Recording& recording, std::span<const std::string_view> start = {});

  [[nodiscard]] Store& store() const noexcept { return *store_; }
  [[nodiscard]] const FrameNames& names() const noexcept { return store_->names; }
  [[nodiscard]] NodeId root() const noexcept { return root_; }  // kNoNode: there are no samples
  [[nodiscard]] bool empty() const noexcept { return root_ == kNoNode; }

  [[nodiscard]] Node& node(NodeId id) { return nodes_[id]; }
  [[nodiscard]] const Node& node(NodeId id) const { return nodes_[id]; }
  [[nodiscard]] const Identifier& identifier(NodeId id) const {
    return names().identifier(nodes_[id].identifier);
  }
  // The value of an attribute, without its marker; of several the one that was seen longest.
  [[nodiscard]] std::optional<std::string_view> attribute(NodeId id, char marker) const;
  // Its time without that of the functions it called.
  [[nodiscard]] double self_time(NodeId id) const;
  // The file of a frame; a synthetic one has that of its parent.
  [[nodiscard]] const Identifier& place(NodeId id) const;
  // Whether the program's author wrote it, as far as file facts tell.
  [[nodiscard]] bool is_application(NodeId id) const;

  // All nodes, parents first, children in their order.
  [[nodiscard]] std::vector<NodeId> walk() const;
  // The numbers of the files of these nodes, each once.
  [[nodiscard]] std::vector<FileId> files() const;
  [[nodiscard]] FileFacts& facts(FileId file);
  [[nodiscard]] const FileFacts& facts(FileId file) const;
  [[nodiscard]] std::vector<Group>& groups() noexcept { return groups_; }
  [[nodiscard]] const std::vector<Group>& groups() const noexcept { return groups_; }

  // Takes a node out; its children take its place.
  void replace_by_children(NodeId id);
  // For loops that make a new list of a node's children: what becomes of the one that is left out.
  // Its parent absorbs the time; or the sibling `into` gets its time, attributes and children.
  void absorb(NodeId id);
  void combine(NodeId id, NodeId into);
  // Takes a node out of its tree and makes it the root.
  void make_root(NodeId id);

 private:
  void build(std::span<const Sample> samples);
  void trim(std::span<const std::string_view> start);
  NodeId add(IdentifierId identifier, NodeId parent);
  void see(NodeId id, FrameId frame, double seconds);
  void leave_group(NodeId id);

  std::shared_ptr<Store> store_;
  std::vector<Node> nodes_;
  std::vector<Group> groups_;
  std::vector<FileFacts> facts_;
  NodeId root_ = kNoNode;
};

}  // namespace mainstay::profile
