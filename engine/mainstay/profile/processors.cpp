// processors.cpp - see processors.hpp.
#include "mainstay/profile/processors.hpp"

#include <algorithm>
#include <iterator>

namespace mainstay::profile {
namespace {

// Nodes below the root, children before their parents, in the order of calls.
std::vector<NodeId> upwards(const Tree& tree) {
  std::vector<NodeId> found;
  if (tree.empty()) return found;
  std::vector<std::pair<NodeId, std::size_t>> waiting{{tree.root(), 0}};
  while (!waiting.empty()) {
    auto& [id, next] = waiting.back();
    const auto& children = tree.node(id).children;
    if (next < children.size()) {
      waiting.emplace_back(children[next++], 0);
    } else {
      found.push_back(id);
      waiting.pop_back();
    }
  }
  found.pop_back();
  return found;
}

// Calls `change(node)` for each node, parents first; children are those it leaves.
void downwards(Tree& tree, const auto& change) {
  if (tree.empty()) return;
  std::vector<NodeId> waiting{tree.root()};
  while (!waiting.empty()) {
    const NodeId id = waiting.back();
    waiting.pop_back();
    change(id);
    const auto& children = tree.node(id).children;
    waiting.insert(waiting.end(), children.rbegin(), children.rend());
  }
}

bool is_self(const Tree& tree, NodeId id) { return tree.identifier(id).kind == FrameKind::self; }

bool ends_like(std::string_view file, std::string_view folder, std::string_view name) {
  const std::size_t at = file.find(folder);
  if (at == std::string_view::npos) return false;
  file.remove_prefix(at + folder.size());
  return !file.empty() && (file[0] == '/' || file[0] == '\\') && file.substr(1).starts_with(name);
}

bool is_command(std::string_view file) {
  return ends_like(file, "pyinstrument", "__main__.py") ||
         ends_like(file, "mainstay/profile", "__main__.py");
}

}  // namespace

void remove_importlib(Tree& tree) {
  for (const NodeId id : upwards(tree)) {
    if (tree.identifier(id).file.find("<frozen importlib._bootstrap") != std::string_view::npos) {
      tree.replace_by_children(id);
    }
  }
}

void remove_hidden(Tree& tree) {
  for (const NodeId id : upwards(tree)) {
    if (tree.attribute(id, 'h') == "1") tree.replace_by_children(id);
  }
}

void merge_consecutive_self_time(Tree& tree) {
  downwards(tree, [&](NodeId id) {
    std::vector<NodeId> kept;
    for (const NodeId child : tree.node(id).children) {
      if (!kept.empty() && is_self(tree, child) && is_self(tree, kept.back())) {
        tree.node(kept.back()).time += tree.node(child).time;
        tree.node(child).parent = kNoNode;
      } else {
        kept.push_back(child);
      }
    }
    tree.node(id).children = std::move(kept);
  });
}

void aggregate_repeated_calls(Tree& tree) {
  // For each identifier: the child that has it, and of which parent that was.
  std::vector<std::pair<NodeId, NodeId>> first(tree.names().identifiers(), {kNoNode, kNoNode});
  downwards(tree, [&](NodeId id) {
    std::vector<NodeId> kept;
    const std::vector<NodeId> children = std::move(tree.node(id).children);
    for (const NodeId child : children) {
      auto& [known, parent] = first[tree.node(child).identifier];
      if (parent == id) {
        tree.combine(child, known);
      } else {
        known = child;
        parent = id;
        kept.push_back(child);
      }
    }
    tree.node(id).children = std::move(kept);
  });
  downwards(tree, [&](NodeId id) {
    auto& children = tree.node(id).children;
    std::stable_sort(children.begin(), children.end(), [&](NodeId one, NodeId other) {
      return tree.node(one).time > tree.node(other).time;
    });
  });
}

void remove_irrelevant(Tree& tree, double threshold) {
  if (tree.empty()) return;
  const double total = tree.node(tree.root()).time > 0 ? tree.node(tree.root()).time : 1e-44;
  downwards(tree, [&](NodeId id) {
    std::vector<NodeId> kept;
    for (const NodeId child : tree.node(id).children) {
      if (tree.node(child).time / total < threshold) {
        tree.absorb(child);
      } else {
        kept.push_back(child);
      }
    }
    tree.node(id).children = std::move(kept);
  });
}

void remove_unnecessary_self_time(Tree& tree) {
  downwards(tree, [&](NodeId id) {
    auto& children = tree.node(id).children;
    if (children.size() != 1 || !is_self(tree, children[0])) return;
    tree.absorb(children[0]);
    tree.node(id).children.clear();
  });
}

void remove_command_line(Tree& tree) {
  if (tree.empty()) return;
  const auto child_of = [&](NodeId id) {
    const auto& children = tree.node(id).children;
    return children.empty() ? kNoNode : children[0];
  };
  const auto most = [&](NodeId id) {
    const double whole = tree.node(tree.node(id).parent).time;
    return whole != 0 && tree.node(id).time / whole > 0.8;
  };
  const auto has = [&](NodeId id, std::string_view part) {
    return tree.identifier(id).file.find(part) != std::string_view::npos;
  };
  NodeId at = tree.root();
  if (!is_command(tree.identifier(at).file) || child_of(at) == kNoNode) return;
  at = child_of(at);
  if (!most(at) || !has(at, "<string>") || child_of(at) == kNoNode) return;
  at = child_of(at);
  while (most(at) && (has(at, "runpy.py") || has(at, "<frozen runpy>")) &&
         child_of(at) != kNoNode) {
    at = child_of(at);
  }
  tree.make_root(at);
}

void group_library_frames(Tree& tree) {
  const auto hidden = [&](NodeId id) {
    switch (tree.facts(tree.identifier(id).file_id).visibility) {
      case Visibility::shown: return false;
      case Visibility::hidden: return true;
      case Visibility::automatic: break;
    }
    return !tree.is_application(id);
  };
  const std::vector<NodeId> all = tree.walk();
  for (const NodeId id : all) {
    if (id == tree.root() || tree.node(id).group != kNoGroup || !hidden(id)) continue;
    const auto& children = tree.node(id).children;
    if (std::none_of(children.begin(), children.end(), hidden)) continue;
    const auto number = static_cast<std::uint32_t>(tree.groups().size());
    Group group{id, {}, {}};
    std::vector<NodeId> waiting{id};
    while (!waiting.empty()) {
      const NodeId member = waiting.back();
      waiting.pop_back();
      group.frames.push_back(member);
      tree.node(member).group = number;
      const auto& inner = tree.node(member).children;
      std::copy_if(inner.rbegin(), inner.rend(), std::back_inserter(waiting), hidden);
    }
    tree.groups().push_back(std::move(group));
  }
}

}  // namespace mainstay::profile
