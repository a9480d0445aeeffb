// changes.cpp - see subscription.hpp; this part says what events mean for the tree.
//
// A file is a name: its last event decides whether it is there, and a listing that has seen more
// than the events that are handled after it is made right by them. A directory is more than a name,
// it has an identity and contents. While settling, an event about one is therefore a reason to
// look, not a fact.
#include <sys/stat.h>

#include "mainstay/watch/instance.hpp"
#include "mainstay/watch/subscription.hpp"

namespace mainstay::watch {

void Subscription::created(const Place& at, bool directory) {
  if (!directory) {
    if (!tree_.files(at.node).insert(at.name)) return;  // a listing told of it
    report(Kind::file_created, at);
    report_modified(at.node);
    return;
  }
  if (tree_.child(at.node, at.name) != kNoNode) {
    reconcile(at);
    return;
  }
  std::optional<Error> failed;
  const NodeId node = discover(at, Telling::created, failed);
  if (node != kNoNode && options_.recursive) (void)survey(node, Telling::created);
}

void Subscription::deleted(const Place& at, bool directory, bool moved) {
  if (directory) {
    const NodeId node = tree_.child(at.node, at.name);
    if (settling() && (node == kNoNode || still_there(node))) return;
    if (node != kNoNode) remove(node);
  } else {
    const bool known = tree_.files(at.node).erase(at.name);
    if (settling() && !known) return;
  }
  if (moved && options_.full_moves) {
    report_move(directory, at, {kNoNode, {}});
  } else {
    report(directory ? Kind::dir_deleted : Kind::file_deleted, at);
  }
  report_modified(at.node);
}

// One half of a move, from where nothing is watched.
void Subscription::arrived(const Place& at, bool directory) {
  NodeId node = kNoNode;
  if (directory) {
    node = tree_.child(at.node, at.name);
    if (node != kNoNode && settling()) {
      reconcile(at);
      return;
    }
    if (node != kNoNode) remove(node);  // moved over, which only an empty one can be
    std::optional<Error> failed;
    node = discover(at, Telling::nothing, failed);
  } else {
    tree_.files(at.node).insert(at.name);
  }
  if (options_.full_moves) {
    report_move(directory, {kNoNode, {}}, at);
  } else {
    report(directory ? Kind::dir_created : Kind::file_created, at);
  }
  report_modified(at.node);
  if (node != kNoNode && options_.recursive) (void)survey(node, Telling::arrived);
}

void Subscription::moved(const Place& from, const Place& to, bool directory) {
  const bool replaced =
      directory ? tree_.child(to.node, to.name) != kNoNode : tree_.files(to.node).contains(to.name);
  const bool mirrored = last_move_.replaced && last_move_.from_node == to.node &&
                        last_move_.to_node == from.node && last_move_.from_name == to.name &&
                        last_move_.to_name == from.name;
  last_move_ = {from.node, to.node, std::string(from.name), std::string(to.name), replaced};
  if (directory) {
    moved_directory(from, to);
  } else {
    moved_file(from, to);
  }
  if (mirrored) exchanged(from, to, directory);
}

void Subscription::moved_file(const Place& from, const Place& to) {
  const bool known = tree_.files(from.node).erase(from.name);
  const bool fresh = tree_.files(to.node).insert(to.name);
  if (settling() && !known && !fresh) return;  // a listing told of both
  report_move(false, from, to);
  report_modified(from.node);
  report_modified(to.node);
}

void Subscription::moved_directory(const Place& from, const Place& to) {
  const NodeId source = tree_.child(from.node, from.name);
  const NodeId target = tree_.child(to.node, to.name);
  if (settling() && target != kNoNode) {
    // A listing has seen the target, or something that has its name by now.
    reconcile(from);
    reconcile(to);
    return;
  }
  if (source == kNoNode) {
    // It was made and moved before it was seen under its first name.
    report_move(true, from, to);
    report_modified(from.node);
    report_modified(to.node);
    if (target != kNoNode) remove(target);
    std::optional<Error> failed;
    const NodeId node = discover(to, Telling::nothing, failed);
    if (node != kNoNode && options_.recursive) (void)survey(node, Telling::created);
    return;
  }
  if (tree_.within(to.node, source)) {  // not possible, unless events were lost
    reconcile(from);
    return;
  }
  const std::string old_path = tree_.path(source);
  report_move(true, from, to);
  report_modified(from.node);
  report_modified(to.node);
  if (target != kNoNode) remove(target);
  tree_.move(source, to.node, to.name);
  cached_node_ = kNoNode;
  if (options_.recursive) report_moved_below(source, old_path);
  if (settling() || tree_.wd(source) == Tree::kUnwatched) verify(source);
}

// Two moves that are each other's mirror image: the kernel tells so of two names that were
// exchanged, and what was replaced by the first is there after the second.
void Subscription::exchanged(const Place& from, const Place& to, bool directory) {
  (void)to;
  if (directory) {
    reconcile(from);
    return;
  }
  struct stat found;
  entry_path(from, source_);
  if (::lstat(source_.c_str(), &found) != 0 || S_ISDIR(found.st_mode)) return;
  if (tree_.files(from.node).insert(from.name)) report(Kind::file_created, from, true);
}

void Subscription::root_gone() {
  if (ended_) return;
  ended_ = true;
  report_root(Kind::dir_deleted);
  batch_.add({Kind::ended, false, options_.number, options_.path});
}

// Whether the directory is where the tree has it.
bool Subscription::still_there(NodeId node) {
  if (tree_.wd(node) == Tree::kUnwatched) {
    struct stat found;
    return ::lstat(tree_.path(node).c_str(), &found) == 0 && S_ISDIR(found.st_mode);
  }
  const int wd = instance_.kernel().add(tree_.path(node).c_str(), mask_for(node));
  if (wd == tree_.wd(node)) return true;
  if (wd >= 0 && !instance_.owners().any(wd)) instance_.kernel().remove(wd);
  return false;
}

// Makes the tree at one name what the disk says, and reports the difference.
void Subscription::reconcile(const Place& at) {
  const NodeId known = tree_.child(at.node, at.name);
  if (known != kNoNode) {
    if (still_there(known)) return;
    remove(known);
    report(Kind::dir_deleted, at, true);
    report_modified(at.node);
  }
  struct stat found;
  std::string path;
  tree_.append_path(at.node, at.name, path);
  const bool there = options_.follow_links ? ::stat(path.c_str(), &found) == 0
                                           : ::lstat(path.c_str(), &found) == 0;
  if (!there || !S_ISDIR(found.st_mode)) return;
  std::optional<Error> failed;
  const NodeId node = discover(at, Telling::arrived, failed);
  if (node != kNoNode && options_.recursive) (void)survey(node, Telling::arrived);
}

}  // namespace mainstay::watch
