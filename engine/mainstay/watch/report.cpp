// report.cpp - see subscription.hpp; this part turns places into paths and events.
#include "mainstay/watch/subscription.hpp"

namespace mainstay::watch {

const std::string& Subscription::entry_path(const Place& at, std::string& to) {
  if (cached_node_ != at.node) {
    cached_path_.clear();
    tree_.append_path(at.node, {}, cached_path_);
    cached_node_ = at.node;
  }
  to = cached_path_;
  to += at.name;
  return to;
}

void Subscription::put(const Event& event) {
  const std::string& only = options_.only;
  if (!only.empty() && event.source != only && event.target != only) return;
  if (options_.skip_repeats) {
    batch_.add_unless_repeated(event);
  } else {
    batch_.add(event);
  }
  if (batch_.bytes() >= Inbox::kBatchBytes) inbox_->put(batch_);
}

void Subscription::report(Kind kind, const Place& at, bool synthetic) {
  if (wants(kind)) put({kind, synthetic, options_.number, entry_path(at, source_)});
}

void Subscription::report_root(Kind kind) {
  // What becomes of the root itself concerns even those who asked for one file in it.
  if (wants(kind)) batch_.add({kind, false, options_.number, options_.path});
}

void Subscription::report_move(bool directory, const Place& from, const Place& to, bool synthetic) {
  const Kind kind = directory ? Kind::dir_moved : Kind::file_moved;
  if (!wants(kind)) return;
  source_.clear();
  target_.clear();
  if (from.node != kNoNode) entry_path(from, source_);
  if (to.node != kNoNode) entry_path(to, target_);
  put({kind, synthetic, options_.number, source_, target_});
}

void Subscription::report_modified(NodeId directory) {
  if (!wants(Kind::dir_modified)) return;
  if (directory == Tree::kRoot) {
    put({Kind::dir_modified, false, options_.number, tree_.root_as_parent()});
  } else {
    source_ = tree_.path(directory);
    put({Kind::dir_modified, false, options_.number, source_});
  }
}

// Each thing below a directory that had the path `old_path` until now: the names in one directory,
// then those below each of its own.
void Subscription::report_moved_below(NodeId node, const std::string& old_path) {
  if (!wants(Kind::file_moved) && !wants(Kind::dir_moved)) return;
  struct Level {
    NodeId node;
    std::string from;
    std::string to;
  };
  std::vector<Level> levels{{node, old_path, tree_.path(node)}};
  while (!levels.empty()) {
    const Level here = std::move(levels.back());
    levels.pop_back();
    const auto tell = [&](Kind kind, std::string_view name) {
      if (!wants(kind)) return;
      source_.assign(here.from).append("/").append(name);
      target_.assign(here.to).append("/").append(name);
      put({kind, true, options_.number, source_, target_});
    };
    for (NodeId each = tree_.first_child(here.node); each != kNoNode; each = tree_.next(each)) {
      const std::string name(tree_.name(each));
      tell(Kind::dir_moved, name);
      levels.push_back({each, here.from + "/" + name, here.to + "/" + name});
    }
    tree_.files(here.node).each([&](std::string_view name) { tell(Kind::file_moved, name); });
  }
}

}  // namespace mainstay::watch
