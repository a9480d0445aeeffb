// tree.cpp - see tree.hpp.
#include "mainstay/profile/tree.hpp"

#include <algorithm>

namespace mainstay::profile {

Tree::Tree(const Recording& recording, std::span<const std::string_view> start)
    : store_(recording.shared_store()) {
  const std::vector<Sample> samples = recording.samples();
  const auto held = store_->hold();
  build(samples);
  facts_.resize(names().files());
  if (!empty()) trim(start);
}

void Tree::build(std::span<const Sample> samples) {
  if (samples.empty()) return;
  root_ = add(names().root(), kNoNode);
  std::vector<NodeId> branch{root_};  // the nodes of the stack before
  std::vector<FrameId> path;
  for (const Sample& sample : samples) {
    nodes_[root_].time += sample.seconds;
    store_->stacks.expand(sample.stack, path);
    std::size_t depth = 0;
    for (const FrameId frame : path) {
      ++depth;
      const IdentifierId identifier = names().identifier_of(frame);
      if (depth < branch.size() && nodes_[branch[depth]].identifier != identifier) {
        branch.resize(depth);
      }
      if (depth == branch.size()) branch.push_back(add(identifier, branch.back()));
      see(branch[depth], frame, sample.seconds);
    }
    branch.resize(depth + 1);
    if (!identifier(branch.back()).is_leaf()) {
      nodes_[add(names().self(), branch.back())].time = sample.seconds;
    }
  }
  if (nodes_[root_].children.size() == 1) make_root(nodes_[root_].children[0]);
}

void Tree::trim(std::span<const std::string_view> start) {
  if (start.empty() || identifier(root_).text != start[0]) return;
  NodeId at = root_;
  for (std::size_t next = 1; next < start.size(); ++next) {
    const Node& here = nodes_[at];
    if (self_time(at) != 0 || here.children.size() != 1) break;
    if (identifier(here.children[0]).text != start[next]) break;
    at = here.children[0];
  }
  make_root(at);
}

NodeId Tree::add(IdentifierId identifier, NodeId parent) {
  const auto made = static_cast<NodeId>(nodes_.size());
  Node& node = nodes_.emplace_back();
  node.identifier = identifier;
  node.parent = parent;
  if (parent != kNoNode) nodes_[parent].children.push_back(made);
  return made;
}

namespace {

void add_attribute(Node& node, AttributeId attribute, double seconds) {
  for (auto& [known, time] : node.attributes) {
    if (known == attribute) {
      time += seconds;
      return;
    }
  }
  node.attributes.emplace_back(attribute, seconds);
}

}  // namespace

void Tree::see(NodeId id, FrameId frame, double seconds) {
  Node& node = nodes_[id];
  node.time += seconds;
  for (const AttributeId each : names().attributes_of(frame)) add_attribute(node, each, seconds);
}

std::optional<std::string_view> Tree::attribute(NodeId id, char marker) const {
  std::optional<std::string_view> found;
  double longest = 0;
  for (const auto& [attribute, time] : nodes_[id].attributes) {
    const std::string& text = names().attribute(attribute);
    if (text.empty() || text[0] != marker || (found && time <= longest)) continue;
    found = std::string_view(text).substr(1);
    longest = time;
  }
  return found;
}

double Tree::self_time(NodeId id) const {
  double own = nodes_[id].time;
  for (const NodeId child : nodes_[id].children) {
    if (!identifier(child).is_synthetic()) own -= nodes_[child].time;
  }
  return own;
}

const Identifier& Tree::place(NodeId id) const {
  while (identifier(id).is_synthetic() && nodes_[id].parent != kNoNode) id = nodes_[id].parent;
  return identifier(id);
}

bool Tree::is_application(NodeId id) const {
  for (;; id = nodes_[id].parent) {
    const Identifier& here = identifier(id);
    if (here.file.empty() || here.is_synthetic() || facts(here.file_id).is_library) return false;
    if (!here.file.starts_with('<')) return true;
    if (here.file != "<string>" && here.file != "<stdin>") {
      return here.file.starts_with("<ipython-input-");
    }
    // Code given as text belongs to what runs it; at the root to the command line.
    if (nodes_[id].parent == kNoNode) return true;
  }
}

std::vector<NodeId> Tree::walk() const {
  std::vector<NodeId> found;
  if (empty()) return found;
  std::vector<NodeId> waiting{root_};
  while (!waiting.empty()) {
    const NodeId id = waiting.back();
    waiting.pop_back();
    found.push_back(id);
    const auto& children = nodes_[id].children;
    waiting.insert(waiting.end(), children.rbegin(), children.rend());
  }
  return found;
}

std::vector<FileId> Tree::files() const {
  std::vector<bool> seen(facts_.size());
  std::vector<FileId> found;
  for (const NodeId id : walk()) {
    const FileId file = identifier(id).file_id;
    if (seen[file]) continue;
    seen[file] = true;
    found.push_back(file);
  }
  return found;
}

FileFacts& Tree::facts(FileId file) { return facts_[file]; }
const FileFacts& Tree::facts(FileId file) const { return facts_[file]; }

void Tree::replace_by_children(NodeId id) {
  Node& node = nodes_[id];
  Node& parent = nodes_[node.parent];
  parent.absorbed += node.absorbed;
  const auto at = std::find(parent.children.begin(), parent.children.end(), id);
  for (const NodeId child : node.children) nodes_[child].parent = node.parent;
  parent.children.insert(parent.children.erase(at), node.children.begin(), node.children.end());
  node.children.clear();
  node.parent = kNoNode;
  leave_group(id);
}

void Tree::absorb(NodeId id) {
  Node& node = nodes_[id];
  Node& parent = nodes_[node.parent];
  parent.absorbed += node.time;
  parent.absorbed += node.absorbed;
  node.parent = kNoNode;
  if (groups_.empty()) return;
  std::vector<NodeId> waiting{id};
  while (!waiting.empty()) {
    const NodeId each = waiting.back();
    waiting.pop_back();
    leave_group(each);
    waiting.insert(waiting.end(), nodes_[each].children.begin(), nodes_[each].children.end());
  }
}

void Tree::combine(NodeId id, NodeId into) {
  Node& node = nodes_[id];
  Node& target = nodes_[into];
  target.time += node.time;
  target.absorbed += node.absorbed;
  for (const auto& [attribute, time] : node.attributes) add_attribute(target, attribute, time);
  for (const NodeId child : node.children) nodes_[child].parent = into;
  target.children.insert(target.children.end(), node.children.begin(), node.children.end());
  node.children.clear();
  node.parent = kNoNode;
  leave_group(id);
}

void Tree::make_root(NodeId id) {
  root_ = id;
  Node& node = nodes_[id];
  if (node.parent == kNoNode) return;
  auto& siblings = nodes_[node.parent].children;
  siblings.erase(std::find(siblings.begin(), siblings.end(), id));
  node.parent = kNoNode;
}

void Tree::leave_group(NodeId id) {
  if (nodes_[id].group == kNoGroup) return;
  auto& frames = groups_[nodes_[id].group].frames;
  frames.erase(std::find(frames.begin(), frames.end(), id));
  nodes_[id].group = kNoGroup;
  if (frames.size() != 1) return;
  nodes_[frames[0]].group = kNoGroup;  // one frame is no group
  frames.clear();
}

}  // namespace mainstay::profile
