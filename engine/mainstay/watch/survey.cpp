// survey.cpp - see subscription.hpp; this part looks at the disk.
//
// A directory is watched before it is listed, so that nothing falls between the two. Listings are
// long; the kernel's queue is read in between.
#include <sys/inotify.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <unordered_set>

#include "mainstay/watch/instance.hpp"
#include "mainstay/watch/subscription.hpp"

namespace mainstay::watch {
namespace {

// The clock of the file system's times ticks this coarsely, at worst.
constexpr long kTickNanoseconds = 20'000'000;

// After so many directories the queue is read. Looking into them adds to it where openings are
// asked for, and must not be what makes it overflow.
constexpr std::size_t kReadAfter = 8;

}  // namespace

std::uint32_t Subscription::mask_for(NodeId node) const noexcept {
  // What keeps the tree right comes first. A mask only grows: others may watch the same directory.
  std::uint32_t mask = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF |
                       IN_ONLYDIR | IN_MASK_ADD;
  if (node == Tree::kRoot) {
    mask |= IN_MOVE_SELF;
  } else if (!options_.follow_links) {
    mask |= IN_DONT_FOLLOW;
  }
  if (wants(Kind::file_modified)) mask |= IN_MODIFY;
  if (wants(Kind::file_attrib) || wants(Kind::dir_attrib)) mask |= IN_ATTRIB;
  if (wants(Kind::file_opened)) mask |= IN_OPEN;
  if (wants(Kind::file_closed) || wants(Kind::dir_modified)) mask |= IN_CLOSE_WRITE;
  if (wants(Kind::file_closed_no_write)) mask |= IN_CLOSE_NOWRITE;
  return mask;
}

void Subscription::own(NodeId node, int wd) {
  tree_.wd(node) = wd;
  instance_.owners().add({wd, id_, node});
}

void Subscription::disown(NodeId node) {
  const int wd = tree_.wd(node);
  if (wd == Tree::kUnwatched) return;
  tree_.wd(node) = Tree::kUnwatched;
  instance_.owners().erase({wd, id_, node});
  if (!instance_.owners().any(wd)) instance_.kernel().remove(wd);
}

void Subscription::remove(NodeId node) {
  cached_node_ = kNoNode;
  tree_.remove(node, [&](NodeId each) {
    disown(each);
    exclusions_.forget(each);
  });
}

// Has the kernel watch a directory. Returns 0 or an errno.
int Subscription::watch(NodeId node) {
  const int wd = instance_.kernel().add(tree_.path(node).c_str(), mask_for(node));
  if (wd < 0) {
    if (!leads_nowhere(-wd)) ++instance_.counters().unwatched;
    return -wd;
  }
  if (wd != tree_.wd(node)) {
    disown(node);
    own(node, wd);
  }
  return 0;
}

// Whether the directory is where the tree has it.
bool Subscription::still_there(NodeId node) {
  const std::string path = tree_.path(node);
  if (tree_.wd(node) == Tree::kUnwatched) {
    struct stat found;
    return ::lstat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode);
  }
  const int wd = instance_.kernel().add(path.c_str(), mask_for(node));
  if (wd == tree_.wd(node)) return true;
  if (wd >= 0 && !instance_.owners().any(wd)) instance_.kernel().remove(wd);
  return false;
}

// Whether what the listing has open is the directory of the node, in the directory of its parent.
// Paths are resolved more than once, and may lead elsewhere each time: without this a directory
// could be known by the contents of another. Inodes tell so at little cost where they are known; if
// a path led elsewhere for a moment between, the events of that will be doubted.
bool Subscription::opened(const Found& found, std::uint64_t inode) {
  const NodeId node = found.node;
  if (!instance_.kernel().by_descriptor()) return true;
  if (inode != 0 && inode == found.inode && listing_.parent_inode() == found.parent) return true;
  const auto is = [&](NodeId which, const char* from_here) {
    const int wd = tree_.wd(which);
    if (wd == Tree::kUnwatched) return true;
    const std::string path = listing_.opened_path() + from_here;
    const int given = instance_.kernel().add(path.c_str(), mask_for(which));
    if (given >= 0 && !instance_.owners().any(given)) instance_.kernel().remove(given);
    return given == wd || given < 0;  // it may not be readable any longer
  };
  if (!is(node, "/.")) return false;
  // What a link leads to has a parent of its own.
  return node == Tree::kRoot || options_.follow_links || is(tree_.parent(node), "/..");
}

// The disk has been looked at: events that wait in the queue may be older.
void Subscription::looked() { settled_from_ = instance_.queue_end(); }

// A directory that an event told of.
void Subscription::enter(const Place& at, Telling telling, Telling below) {
  std::optional<Error> failed;
  const NodeId node = discover(at, telling, failed);
  looked();
  if (node != kNoNode && options_.recursive) (void)survey(node, below);
}

// A directory that the tree does not have yet. Returns its node, when it has to be listed. One that
// is known under another name, where it is no more, has moved: its node does.
NodeId Subscription::discover(const Place& at, Telling telling, std::optional<Error>& failed) {
  const bool synthetic = telling == Telling::arrived || telling == Telling::repairing;
  const NodeId node = tree_.add(at.node, at.name);
  bool listed = options_.recursive;
  if (options_.recursive) {
    const std::string path = tree_.path(node);
    const int wd = instance_.kernel().add(path.c_str(), mask_for(node));
    NodeId known = kNoNode;
    if (wd >= 0) {
      instance_.owners().each(wd, [&](const Owner& each) {
        if (each.subscription == id_) known = each.node;
      });
    }
    const bool above = known != kNoNode && tree_.within(node, known);
    const bool gone = known != kNoNode && !still_there(known);
    if (above && !gone) {
      listed = false;  // a link to a directory above it, or a mount of one
    } else if (gone) {
      const std::string old_name(tree_.name(known));
      const Place old{tree_.parent(known), old_name};
      doubt(old);  // something else may have the name by now
      if (above) {
        own(node, wd);  // what it was, below what has taken its place
      } else {
        tree_.remove(node, [](NodeId) {});
        report_move(true, old, at, true);
        relocate(known, at);
        // Its events are in the queue, unless some were lost.
        return telling == Telling::repairing ? known : kNoNode;
      }
    } else if (wd >= 0) {
      own(node, wd);
    } else {
      listed = false;
      if (leads_nowhere(-wd)) {
        tree_.mark(node, true);  // it has gone on already
        doubt(at);
      } else {
        ++instance_.counters().unwatched;
      }
      if (wd == -ENOSPC && !failed) failed = cannot_watch(path, ENOSPC);
      if (wd == -ENOSPC && !limit_told_) {
        limit_told_ = true;
        batch_.add({Kind::overflow, true, options_.number, path});
      }
    }
  }
  if (telling != Telling::nothing) {
    report(Kind::dir_created, at, synthetic);
    if (telling == Telling::created) report_modified(at.node);
  }
  return listed ? node : kNoNode;
}

// Lists a directory and all below it that is watched, and makes the tree what it finds.
Result<void> Subscription::survey(NodeId top, Telling telling) {
  const bool first = top == Tree::kRoot && telling == Telling::nothing;
  const int number = top == Tree::kRoot ? watch(top) : 0;  // others are watched already
  if (number != 0) {
    if (first) return cannot_watch(options_.path, number);
    root_gone();
    return {};
  }
  std::vector<Found> left{{top}};
  std::vector<Found> below;
  std::size_t count = 0;
  while (!left.empty()) {
    const Found next = left.back();
    left.pop_back();
    // It has moved meanwhile, and was gone when it was looked for.
    if (!tree_.used(next.node)) continue;
    below.clear();
    const auto listed = list(next, telling, below);
    if (!listed && first) return listed.error();
    left.insert(left.end(), below.rbegin(), below.rend());
    if (++count % kReadAfter == 0) {
      instance_.drain();
      if (instance_.cancelled()) {
        return Error{ErrorCode::closed, "watching was given up before it had begun"};
      }
    }
  }
  looked();
  return {};
}

// One directory. `below` receives the directories in it that are to be listed next.
Result<bool> Subscription::list(const Found& found, Telling telling, std::vector<Found>& below) {
  const NodeId node = found.node;
  const bool repairing = telling == Telling::repairing;
  const std::string path = tree_.path(node);
  const bool follow = options_.follow_links;
  const bool watched = !repairing || node == Tree::kRoot || watch(node) == 0;
  std::uint64_t inode = 0;
  const auto is_opened = [&] {
    if (listing_.open(path.c_str(), follow || node == Tree::kRoot) != 0) return false;
    inode = listing_.opened_inode();
    return opened(found, inode);
  };
  if (!watched || !is_opened() || listing_.read(follow) != 0) {
    listing_.close();
    // Where it is now is found out by what the queue tells, and then it is listed there.
    tree_.mark(node, true);
    const std::string name(tree_.name(node));
    if (node != Tree::kRoot) doubt({tree_.parent(node), name});
    return false;
  }
  if (exclusions_.heeds_files()) read_rules(node);
  const bool fresh = tree_.first_child(node) == kNoNode && tree_.files(node).size() == 0;
  if (!fresh) forget_missing(node);
  std::optional<Error> failed;
  for (const Listing::Entry& entry : listing_.entries()) {
    const Place at{node, entry.name};
    if (!entry.directory || ignored(at, true)) continue;
    NodeId child = fresh ? kNoNode : tree_.child(node, entry.name);
    if (child == kNoNode) {
      child = discover(at, telling, failed);
    } else if (!options_.recursive) {
      child = kNoNode;
    }
    if (child != kNoNode) below.push_back({child, entry.inode, inode});
  }
  const bool synthetic = telling != Telling::created;
  for (const Listing::Entry& entry : listing_.entries()) {
    const Place at{node, entry.name};
    if (entry.directory || ignored(at, false)) continue;
    if (tree_.files(node).insert(entry.name)) {
      if (telling == Telling::nothing) continue;
      report(Kind::file_created, at, synthetic);
      if (telling == Telling::created) report_modified(node);
    } else if (repairing && wants(Kind::file_modified) &&
               changed_since_order(entry_path(at, source_).c_str())) {
      report(Kind::file_modified, at, true);
    }
  }
  if (failed) return *failed;
  return true;
}

// Takes out what the tree has in a directory and the listing has not.
void Subscription::forget_missing(NodeId node) {
  std::unordered_set<std::string_view> files;
  std::unordered_set<std::string_view> directories;
  for (const Listing::Entry& entry : listing_.entries()) {
    (entry.directory ? directories : files).insert(entry.name);
  }
  std::vector<std::string> gone;
  tree_.files(node).each([&](std::string_view name) {
    if (files.count(name) == 0) gone.emplace_back(name);
  });
  for (const std::string& name : gone) {
    tree_.files(node).erase(name);
    report(Kind::file_deleted, {node, name}, true);
  }
  gone.clear();
  for (NodeId each = tree_.first_child(node); each != kNoNode; each = tree_.next(each)) {
    if (directories.count(tree_.name(each)) == 0) gone.emplace_back(tree_.name(each));
  }
  for (const std::string& name : gone) {
    remove(tree_.child(node, name));
    report(Kind::dir_deleted, {node, name}, true);
  }
}

// Whether a file was changed since nothing had been lost.
bool Subscription::changed_since_order(const char* path) const noexcept {
  struct stat found;
  if (::lstat(path, &found) != 0) return false;
  timespec since = in_order_;
  since.tv_nsec -= kTickNanoseconds;
  if (since.tv_nsec < 0) {
    since.tv_nsec += 1'000'000'000;
    --since.tv_sec;
  }
  const timespec& changed = found.st_ctim;
  return changed.tv_sec != since.tv_sec ? changed.tv_sec > since.tv_sec
                                        : changed.tv_nsec >= since.tv_nsec;
}

// The kernel lost events. What they said is found out by looking.
void Subscription::repair() {
  ++instance_.counters().rescans;
  batch_.add({Kind::overflow, false, options_.number, options_.path});
  (void)survey(Tree::kRoot, Telling::repairing);
}

bool Subscription::ignored(const Place& at, bool directory) const {
  return exclusions_.ignored(tree_, Tree::kRoot, at.node, at.name, directory);
}

void Subscription::read_rules(NodeId node) {
  const auto& entries = listing_.entries();
  const bool has = std::any_of(entries.begin(), entries.end(), [](const Listing::Entry& entry) {
    return entry.name == ".gitignore" && !entry.directory;
  });
  if (!has) {
    exclusions_.forget(node);
    return;
  }
  std::string path;
  tree_.append_path(node, ".gitignore", path);
  exclusions_.read(node, read_file(path.c_str(), Rules::kMostBytes));
}

void Subscription::set_kinds(Kinds kinds) {
  const std::uint32_t before = mask_for(Tree::kRoot);
  kinds_ = kinds;
  if ((mask_for(Tree::kRoot) & ~before) == 0) return;
  std::vector<NodeId> left{Tree::kRoot};
  std::size_t count = 0;
  while (!left.empty()) {
    const NodeId node = left.back();
    left.pop_back();
    // Where something else has the path by now, its own event will come.
    if (tree_.wd(node) != Tree::kUnwatched) (void)still_there(node);
    for (NodeId each = tree_.first_child(node); each != kNoNode; each = tree_.next(each)) {
      left.push_back(each);
    }
    if (++count % kReadAfter == 0) instance_.drain();
  }
}

}  // namespace mainstay::watch
