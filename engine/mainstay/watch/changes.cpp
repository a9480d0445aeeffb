// changes.cpp - see subscription.hpp; this part says what events mean for the tree.
//
// A file is a name: its last event decides whether it is there, and a listing that has seen more
// than the events that are handled after it is made right by them. A directory is more than a name,
// it has an identity and contents, and its path may be out of date. Events about one are believed;
// what was believed while settling is doubted, and compared with the disk once nothing is left in
// the queue that could explain it.
#include <sys/stat.h>

#include <algorithm>

#include "mainstay/watch/instance.hpp"
#include "mainstay/watch/subscription.hpp"

namespace mainstay::watch {

// What has the name but is of the other kind is gone, whether an event has told so or not.
void Subscription::make_way(const Place& at, bool directory) {
  if (directory) {
    if (tree_.files(at.node).erase(at.name)) report(Kind::file_deleted, at, true);
  } else if (const NodeId node = tree_.child(at.node, at.name); node != kNoNode) {
    remove(node);
    report(Kind::dir_deleted, at, true);
  }
}

void Subscription::created(const Place& at, bool directory) {
  make_way(at, directory);
  if (!directory) {
    if (!tree_.files(at.node).insert(at.name)) return;  // a listing told of it
    report(Kind::file_created, at);
    report_modified(at.node);
  } else if (tree_.child(at.node, at.name) != kNoNode) {
    doubt(at);
  } else {
    enter(at, Telling::created, Telling::created);
  }
}

void Subscription::deleted(const Place& at, bool directory, bool moved) {
  if (directory) {
    const NodeId node = tree_.child(at.node, at.name);
    // What has the name by now may be another one. It is let go all the same: its own event, or the
    // doubt, brings it back.
    if (settling()) doubt(at);
    // Its deletion was found out and told: the disk is ahead of the queue for a moment.
    if (node == kNoNode) return;
    remove(node);
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
  make_way(at, directory);
  if (directory) {
    const NodeId node = tree_.child(at.node, at.name);
    if (node != kNoNode && settling()) {
      doubt(at);
      return;
    }
    if (node != kNoNode) remove(node);  // moved over, which only an empty one can be
  } else {
    tree_.files(at.node).insert(at.name);
  }
  if (options_.full_moves) {
    report_move(directory, {kNoNode, {}}, at);
  } else {
    report(directory ? Kind::dir_created : Kind::file_created, at);
  }
  report_modified(at.node);
  if (directory) enter(at, Telling::nothing, Telling::arrived);
}

void Subscription::moved(const Place& from, const Place& to, bool directory) {
  const bool replaced =
      directory ? tree_.child(to.node, to.name) != kNoNode : tree_.files(to.node).contains(to.name);
  const bool mirrored = last_move_.replaced && last_move_.from_node == to.node &&
                        last_move_.to_node == from.node && last_move_.from_name == to.name &&
                        last_move_.to_name == from.name;
  last_move_ = {from.node, to.node, std::string(from.name), std::string(to.name), replaced};
  if (mirrored && exchanged(from, to, directory)) return;
  if (directory) {
    moved_directory(from, to);
  } else {
    moved_file(from, to);
  }
}

void Subscription::moved_file(const Place& from, const Place& to) {
  const bool known = tree_.files(from.node).erase(from.name);
  const bool fresh = tree_.files(to.node).insert(to.name);
  if (settling() && !known && !fresh) return;  // a listing told of both
  const NodeId in_way = tree_.child(to.node, to.name);
  const bool below = in_way != kNoNode && tree_.within(from.node, in_way);  // no path leads there
  make_way(to, false);
  // What has the old name now may be something else.
  if (below || (settling() && !known)) {
    report(Kind::file_created, to, true);
    report_modified(to.node);
    return;
  }
  report_move(false, from, to);
  report_modified(from.node);
  report_modified(to.node);
}

void Subscription::moved_directory(const Place& from, const Place& to) {
  const NodeId source = tree_.child(from.node, from.name);
  const NodeId target = tree_.child(to.node, to.name);
  if (settling()) {
    doubt(from);
    doubt(to);
    // A listing has seen it, or what has one of its names by now.
    if (target != kNoNode || source == kNoNode) return;
  }
  if (source != kNoNode &&
      (tree_.within(to.node, source) || (target != kNoNode && tree_.within(source, target)))) {
    doubt(from);  // not possible: a listing has seen more than this event
    doubt(to);
    return;
  }
  make_way(to, true);
  report_move(true, from, to);
  report_modified(from.node);
  report_modified(to.node);
  if (target != kNoNode) remove(target);
  if (source == kNoNode) {
    enter(to, Telling::nothing, Telling::created);  // it was moved before it was seen
  } else {
    relocate(source, to);
  }
}

// The second of two moves that are each other's mirror image. The kernel tells so of two names that
// were exchanged; then what was replaced by the first is there after the second. False when it is
// a move back.
bool Subscription::exchanged(const Place& from, const Place& to, bool directory) {
  if (directory) {
    const NodeId node = tree_.child(from.node, from.name);
    if (node == kNoNode || !still_there(node)) return false;
    const NodeId there = tree_.child(to.node, to.name);
    if (there != kNoNode) return false;
    enter(to, Telling::arrived, Telling::arrived);
    return true;
  }
  moved_file(from, to);
  struct stat found;
  if (::lstat(entry_path(from, source_).c_str(), &found) == 0 && !S_ISDIR(found.st_mode) &&
      tree_.files(from.node).insert(from.name)) {
    report(Kind::file_created, from, true);
  }
  return true;
}

void Subscription::relocate(NodeId node, const Place& to) {
  const std::string old_path = tree_.path(node);
  tree_.move(node, to.node, to.name);
  cached_node_ = kNoNode;
  if (tree_.marked(node)) doubt(to);  // it was not found under the old name, and not listed
  if (options_.recursive) report_moved_below(node, old_path);
}

void Subscription::root_gone() {
  if (ended_) return;
  ended_ = true;
  report_root(Kind::dir_deleted);
  batch_.add({Kind::ended, false, options_.number, options_.path});
}

void Subscription::doubt(const Place& at) {
  if (options_.recursive) doubts_.push_back({at.node, std::string(at.name)});
}

// Once everything that was in the queue has been handled.
void Subscription::settle() {
  if (doubts_.empty() || ended_) return;
  std::vector<Doubt> doubts;
  doubts.swap(doubts_);
  std::sort(doubts.begin(), doubts.end());
  doubts.erase(std::unique(doubts.begin(), doubts.end()), doubts.end());
  for (const Doubt& each : doubts) {
    if (tree_.used(each.node)) reconcile({each.node, each.name});
  }
}

// Makes the tree at one name what the disk says, and reports the difference.
void Subscription::reconcile(const Place& at) {
  // Nothing is where it was when a directory above it has just been moved.
  if (at.node != Tree::kRoot && !still_there(at.node)) {
    looked();
    const std::string name(tree_.name(at.node));
    doubt({tree_.parent(at.node), name});
    doubt(at);
    return;
  }
  NodeId known = tree_.child(at.node, at.name);
  struct stat found;
  std::string path;
  tree_.append_path(at.node, at.name, path);
  const bool there =
      (options_.follow_links ? ::stat(path.c_str(), &found) : ::lstat(path.c_str(), &found)) == 0 &&
      S_ISDIR(found.st_mode);
  const bool same = known != kNoNode && there && still_there(known);
  looked();
  if (known != kNoNode && !same) {
    remove(known);
    report(Kind::dir_deleted, at, true);
    report_modified(at.node);
    known = kNoNode;
  }
  if (!there) return;
  if (known == kNoNode) {
    if (!ignored(at, true)) enter(at, Telling::arrived, Telling::arrived);
  } else if (tree_.marked(known) || tree_.wd(known) == Tree::kUnwatched) {
    const int number = watch(known);
    const bool gone = leads_nowhere(number);  // since it was looked for
    tree_.mark(known, gone);
    if (gone) doubt(at);
    if (number == 0) (void)survey(known, Telling::created);
  }
}

}  // namespace mainstay::watch
