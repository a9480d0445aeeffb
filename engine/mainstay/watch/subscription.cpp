// subscription.cpp - see subscription.hpp; this part keeps events in order.
#include "mainstay/watch/subscription.hpp"

#include <sys/inotify.h>

#include <utility>

#include "mainstay/watch/instance.hpp"

namespace mainstay::watch {
namespace {

constexpr std::chrono::milliseconds kRetry{5};

}  // namespace

Subscription::Subscription(std::uint32_t id, WatchOptions options, std::shared_ptr<Inbox> inbox,
                           Instance& instance)
    : id_(id),
      options_(std::move(options)),
      inbox_(std::move(inbox)),
      instance_(instance),
      kinds_(options_.kinds),
      tree_(options_.path) {
  clock_gettime(CLOCK_REALTIME_COARSE, &in_order_);
}

Subscription::~Subscription() {
  // Closing the queue lets all watches go at once, and faster.
  if (!instance_.closing()) {
    std::vector<NodeId> nodes{Tree::kRoot};
    while (!nodes.empty()) {
      const NodeId node = nodes.back();
      nodes.pop_back();
      disown(node);
      for (NodeId each = tree_.first_child(node); each != kNoNode; each = tree_.next(each)) {
        nodes.push_back(each);
      }
    }
  }
}

Result<void> Subscription::start() {
  if (auto set = exclusions_.set(options_.exclude, options_.gitignore); !set) return set;
  return survey(Tree::kRoot, Telling::nothing);
}

void Subscription::feed(const RawEvent& event, std::uint64_t offset, Moment now) {
  if (ended_ || lost_) return;
  const bool first_half = (event.mask & IN_MOVED_FROM) != 0;
  if (waiting_.empty() && !first_half && !inbox_->full()) {
    handle(event, offset);
    return;
  }
  wait_for_turn(event, offset, now);
  advance(now);
}

void Subscription::wait_for_turn(const RawEvent& event, std::uint64_t offset, Moment now) {
  waiting_.push_back({event.wd, event.mask, event.cookie, offset, now, std::string(event.name)});
  waiting_bytes_ += sizeof(Waiting) + event.name.size();
  if (waiting_bytes_ > options_.most_waiting_bytes) lose();
}

void Subscription::lose() {
  waiting_.clear();
  waiting_bytes_ = 0;
  searched_ = 1;
  lost_ = true;
}

void Subscription::run(Moment now) {
  advance(now);
  if (waiting_.empty() && !lost_) settle();
}

void Subscription::advance(Moment now) {
  while (!ended_ && !inbox_->full()) {
    if (lost_) {
      lost_ = false;
      repair();
      continue;
    }
    if (waiting_.empty()) return;
    const bool first_half = (waiting_.front().mask & IN_MOVED_FROM) != 0;
    if (first_half && pair_first()) continue;
    if (first_half && now - waiting_.front().since < options_.move_window) return;
    const Waiting event = std::move(waiting_.front());
    waiting_.pop_front();
    waiting_bytes_ -= sizeof(Waiting) + event.name.size();
    searched_ = 1;
    handle({event.wd, event.mask, event.cookie, event.name}, event.offset);
  }
}

// Handles the first event, half of a move, with its other half if that has come.
bool Subscription::pair_first() {
  const std::uint32_t cookie = waiting_.front().cookie;
  for (; searched_ < waiting_.size(); ++searched_) {
    Waiting& other = waiting_[searched_];
    if ((other.mask & IN_MOVED_TO) == 0 || other.cookie != cookie) continue;
    const Waiting from = std::move(waiting_.front());
    const Waiting to = other;
    other.mask = 0;  // handled; it is skipped when its turn comes
    waiting_.pop_front();
    waiting_bytes_ -= sizeof(Waiting) + from.name.size();
    searched_ = 1;
    offset_ = from.offset;
    const auto owner = [&](int wd) {
      NodeId node = kNoNode;
      instance_.owners().each(wd, [&](const Owner& each) {
        if (each.subscription == id_ && node == kNoNode) node = each.node;
      });
      return node;
    };
    const NodeId from_node = owner(from.wd);
    const NodeId to_node = owner(to.wd);
    const bool directory = (from.mask & IN_ISDIR) != 0;
    const Place source{from_node, from.name};
    const Place target{to_node, to.name};
    const bool leaves = from_node != kNoNode && !ignored(source, directory);
    const bool comes = to_node != kNoNode && !ignored(target, directory);
    if (leaves && comes) {
      moved(source, target, directory);
    } else if (leaves) {
      deleted(source, directory, true);
    } else if (comes) {
      arrived(target, directory);
    }
    return true;
  }
  return false;
}

void Subscription::handle(const RawEvent& event, std::uint64_t offset) {
  offset_ = offset;
  if ((event.mask & IN_Q_OVERFLOW) != 0) {
    repair();
    return;
  }
  owned_.clear();
  instance_.owners().each(event.wd, [&](const Owner& each) {
    if (each.subscription == id_) owned_.push_back(each.node);
  });
  if (owned_.size() == 1) {  // nearly always
    handle_at(owned_[0], event);
    return;
  }
  const std::vector<NodeId> nodes = owned_;
  for (const NodeId node : nodes) {
    if (!ended_ && tree_.wd(node) == event.wd) handle_at(node, event);
  }
}

void Subscription::handle_at(NodeId node, const RawEvent& event) {
  const std::uint32_t mask = event.mask;
  const bool directory = (mask & IN_ISDIR) != 0;
  if ((mask & IN_IGNORED) != 0) {
    instance_.owners().erase({event.wd, id_, node});
    tree_.wd(node) = Tree::kUnwatched;
    // The kernel takes two arrivals at one name for one, so this may be all that tells of the
    // second.
    if (node != Tree::kRoot) {
      const std::string name(tree_.name(node));
      doubt({tree_.parent(node), name});
    }
  }
  if ((mask & (IN_IGNORED | IN_UNMOUNT | IN_DELETE_SELF | IN_MOVE_SELF)) != 0) {
    if (node == Tree::kRoot) root_gone();
    return;
  }
  if (event.name.empty()) {
    if ((mask & IN_ATTRIB) == 0) return;
    if (node == Tree::kRoot) {
      report_root(Kind::dir_attrib);
    } else {
      const std::string name(tree_.name(node));
      report(Kind::dir_attrib, {tree_.parent(node), name});
    }
    return;
  }
  const Place at{node, event.name};
  if (ignored(at, directory)) return;
  if ((mask & IN_CREATE) != 0) {
    created(at, directory);
  } else if ((mask & IN_DELETE) != 0) {
    deleted(at, directory, false);
  } else if ((mask & IN_MOVED_FROM) != 0) {
    deleted(at, directory, true);
  } else if ((mask & IN_MOVED_TO) != 0) {
    arrived(at, directory);
  } else if ((mask & IN_ATTRIB) != 0) {
    report(directory ? Kind::dir_attrib : Kind::file_attrib, at);
  } else if (directory) {
    return;  // opened to be listed, and closed
  } else if ((mask & IN_MODIFY) != 0) {
    report(Kind::file_modified, at);
  } else if ((mask & IN_OPEN) != 0) {
    report(Kind::file_opened, at);
  } else if ((mask & IN_CLOSE_WRITE) != 0) {
    report(Kind::file_closed, at);
    report_modified(node);
  } else if ((mask & IN_CLOSE_NOWRITE) != 0) {
    report(Kind::file_closed_no_write, at);
  }
}

void Subscription::flush(const timespec& now) {
  if (waiting_.empty() && !lost_) in_order_ = now;
  hand_over();
}

std::optional<Moment> Subscription::due() const {
  if (ended_) return std::nullopt;
  if (lost_ || (!waiting_.empty() && inbox_->full())) {
    return std::chrono::steady_clock::now() + kRetry;  // until the inbox has been emptied
  }
  // What is still in doubt waits for an event that is not in the queue yet.
  if (!doubts_.empty()) return std::chrono::steady_clock::now() + kRetry;
  if (waiting_.empty()) return std::nullopt;
  return waiting_.front().since + options_.move_window;
}

}  // namespace mainstay::watch
