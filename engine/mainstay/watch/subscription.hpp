// subscription.hpp - one watched root: its directories, and what the kernel's events mean for them.
//
// It is fed raw events in the kernel's order and puts what they amount to into an Inbox: moves are
// paired, new directories are entered, those that are gone are let go, and nothing that is ignored
// is looked at. It knows the name of everything below its root. Therefore it can say what was
// missed when the kernel's queue overflowed, and an event that tells what a directory listing has
// told already changes nothing.
//
// Events that waited in the queue while a directory was listed may be older than the listing. Until
// the queue has been read up to that moment, it is `settling`: what events say of directories is
// compared with the disk afterwards.
//
// Runs in the thread of its Instance (instance.hpp), which owns it. Time is a parameter.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <ctime>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mainstay/base/result.hpp"
#include "mainstay/watch/event.hpp"
#include "mainstay/watch/ignore.hpp"
#include "mainstay/watch/inbox.hpp"
#include "mainstay/watch/inotify.hpp"
#include "mainstay/watch/listing.hpp"
#include "mainstay/watch/tree.hpp"

namespace mainstay::watch {

class Instance;
using Moment = std::chrono::steady_clock::time_point;

struct WatchOptions {
  std::string path;          // a directory; a link to one counts as it
  std::uint32_t number = 0;  // stands in each Event
  bool recursive = false;
  bool follow_links = false;
  bool full_moves = false;    // moves over the border of the tree are moves with an empty side
  bool skip_repeats = false;  // an event equal to the one before it, if that was not taken yet
  Kinds kinds = kEverything;
  std::vector<std::string> exclude = {};  // rules as in .gitignore, relative to the path
  bool gitignore = false;                 // heed .gitignore files, and leave .git out
  std::string only = {};                  // when given, report events of this path alone
  // How long one half of a move waits for the other.
  std::chrono::nanoseconds move_window = std::chrono::milliseconds(500);
  // What may wait for that, or for an inbox that is full. Beyond it the subscription counts as
  // overflowed, and is repaired when there is room again.
  std::size_t most_waiting_bytes = std::size_t{64} * 1024 * 1024;
};

class Subscription {
 public:
  Subscription(std::uint32_t id, WatchOptions options, std::shared_ptr<Inbox> inbox,
               Instance& instance);
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;
  ~Subscription();

  // Watches what is there. An error leaves nothing behind.
  Result<void> start();
  // An event of one of its directories, in the order of the queue. `offset`: bytes of the queue
  // before it.
  void feed(const RawEvent& event, std::uint64_t offset, Moment now);
  // After the queue was emptied: handles what waits, as far as it can.
  void run(Moment now);
  // Hands over what was reported.
  void hand_over() { inbox_->put(batch_); }
  // The same. The queue was empty at `now`, a time as files have it.
  void flush(const timespec& now);
  // Whether events wait in its inbox.
  [[nodiscard]] bool behind() const noexcept { return !inbox_->empty(); }
  // When `run` has something to do without being fed.
  [[nodiscard]] std::optional<Moment> due() const;
  // What is wanted from now on.
  void set_kinds(Kinds kinds);

  // The root is gone; nothing more comes.
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  [[nodiscard]] const Tree& tree() const noexcept { return tree_; }
  [[nodiscard]] std::size_t bytes() const noexcept { return tree_.bytes() + waiting_bytes_; }

 private:
  // An event that could not be handled when it came.
  struct Waiting {
    int wd;
    std::uint32_t mask;
    std::uint32_t cookie;
    std::uint64_t offset;
    Moment since;
    std::string name;
  };
  // How what a listing finds is reported.
  enum class Telling : std::uint8_t {
    nothing,    // it was there before
    created,    // as if it had been seen, with the parents' changes
    arrived,    // synthetic
    repairing,  // synthetic, and files that were changed since the queue was in order
  };
  struct Place {
    NodeId node;
    std::string_view name;
  };
  // A directory to be listed, and what the listing of its parent said of both; 0: nothing.
  struct Found {
    NodeId node;
    std::uint64_t inode = 0;
    std::uint64_t parent = 0;
  };
  struct Doubt {
    NodeId node;
    std::string name;
    auto operator<=>(const Doubt&) const = default;
  };

  // subscription.cpp: order
  void advance(Moment now);
  void wait_for_turn(const RawEvent& event, std::uint64_t offset, Moment now);
  bool pair_first();
  void handle(const RawEvent& event, std::uint64_t offset);
  void handle_at(NodeId node, const RawEvent& event);
  void lose();
  [[nodiscard]] bool settling() const noexcept { return offset_ < settled_from_; }

  // changes.cpp: what events mean
  void make_way(const Place& at, bool directory);
  void created(const Place& at, bool directory);
  void deleted(const Place& at, bool directory, bool moved);
  void arrived(const Place& at, bool directory);
  void moved(const Place& from, const Place& to, bool directory);
  void moved_file(const Place& from, const Place& to);
  void moved_directory(const Place& from, const Place& to);
  bool exchanged(const Place& from, const Place& to, bool directory);
  void relocate(NodeId node, const Place& to);
  void root_gone();
  void doubt(const Place& at);
  void settle();
  void reconcile(const Place& at);

  // survey.cpp: looking at the disk
  Result<void> survey(NodeId top, Telling telling);
  Result<bool> list(const Found& found, Telling telling, std::vector<Found>& below);
  void forget_missing(NodeId node);
  NodeId discover(const Place& at, Telling telling, std::optional<Error>& failed);
  void enter(const Place& at, Telling telling, Telling below);
  int watch(NodeId node);
  [[nodiscard]] bool still_there(NodeId node);
  [[nodiscard]] bool opened(const Found& found, std::uint64_t inode);
  void looked();
  [[nodiscard]] bool changed_since_order(const char* path) const noexcept;
  void own(NodeId node, int wd);
  void disown(NodeId node);
  void remove(NodeId node);
  void repair();
  [[nodiscard]] bool ignored(const Place& at, bool directory) const;
  void read_rules(NodeId node);
  [[nodiscard]] std::uint32_t mask_for(NodeId node) const noexcept;

  // report.cpp
  void report(Kind kind, const Place& at, bool synthetic = false);
  void report_root(Kind kind);
  void report_move(bool directory, const Place& from, const Place& to, bool synthetic = false);
  void report_moved_below(NodeId node, const std::string& old_path);
  void report_modified(NodeId directory);
  void put(const Event& event);
  [[nodiscard]] bool wants(Kind kind) const noexcept { return (kinds_ & only(kind)) != 0; }
  const std::string& entry_path(const Place& at, std::string& to);

  const std::uint32_t id_;
  const WatchOptions options_;
  const std::shared_ptr<Inbox> inbox_;
  Instance& instance_;
  Kinds kinds_;
  Tree tree_;
  Exclusions exclusions_;

  std::deque<Waiting> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::size_t searched_ = 1;  // how much of waiting_ was looked through for the pair of the first
  bool lost_ = false;
  bool ended_ = false;
  bool limit_told_ = false;
  timespec in_order_{};             // when nothing had been lost and nothing waited
  std::uint64_t offset_ = 0;        // of the event that is being handled
  std::uint64_t settled_from_ = 0;  // events from here on are younger than all listings
  std::vector<Doubt> doubts_;       // directories to compare with the disk once settled
  // The last move, to know its mirror image: two names that were exchanged.
  struct {
    NodeId from_node = kNoNode;
    NodeId to_node = kNoNode;
    std::string from_name;
    std::string to_name;
    bool replaced = false;
  } last_move_;

  Batch batch_;
  // The path of the directory that events came from last, for bursts.
  NodeId cached_node_ = kNoNode;
  std::string cached_path_;
  std::string source_;
  std::string target_;
  Listing listing_;
  std::vector<NodeId> owned_;
};

}  // namespace mainstay::watch
