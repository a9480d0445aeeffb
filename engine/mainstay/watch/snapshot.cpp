// snapshot.cpp - see snapshot.hpp.
#include "mainstay/watch/snapshot.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <deque>
#include <numeric>
#include <system_error>
#include <thread>
#include <unordered_map>

#include "mainstay/watch/ignore.hpp"
#include "mainstay/watch/listing.hpp"

namespace mainstay::watch {
namespace {

using Index = Snapshot::Index;
using Entry = Snapshot::Entry;

std::int64_t nanoseconds(const struct statx_timestamp& time) noexcept {
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

// Returns 0 or an errno.
int look(int folder, const char* name, Entry& entry) noexcept {
  struct statx found;
  if (::statx(folder, name, 0, STATX_BASIC_STATS | STATX_BTIME, &found) != 0) return errno;
  entry.inode = found.stx_ino;
  entry.device = makedev(found.stx_dev_major, found.stx_dev_minor);
  entry.links = found.stx_nlink;
  entry.special_device = makedev(found.stx_rdev_major, found.stx_rdev_minor);
  entry.size = static_cast<std::int64_t>(found.stx_size);
  entry.blocks = static_cast<std::int64_t>(found.stx_blocks);
  entry.accessed = nanoseconds(found.stx_atime);
  entry.modified = nanoseconds(found.stx_mtime);
  entry.changed = nanoseconds(found.stx_ctime);
  entry.born = (found.stx_mask & STATX_BTIME) != 0 ? nanoseconds(found.stx_btime) : 0;
  entry.mode = found.stx_mode;
  entry.user = found.stx_uid;
  entry.group = found.stx_gid;
  entry.block_size = found.stx_blksize;
  return 0;
}

Error cannot_look(const std::string& path, int number) {
  return Error{ErrorCode::system, std::system_category().message(number) + ": " + path, number};
}

}  // namespace

bool Snapshot::Entry::directory() const noexcept { return S_ISDIR(mode); }

// Lists directories level by level, those of one level by several threads: most of the time is
// spent in the kernel. What is found is put in the order of a walk at the end.
class Snapshot::Taking {
 public:
  Taking(Snapshot& snapshot, const SnapshotOptions& options)
      : snapshot_(snapshot), options_(options) {}

  Result<void> run() {
    if (auto set = exclusions_.set(options_.exclude, options_.gitignore); !set) return set;
    Entry root;
    const std::string& path = snapshot_.root_;
    if (const int number = look(AT_FDCWD, path.c_str(), root); number != 0) {
      return cannot_look(path, number);
    }
    folders_.push_back({kNone, root, path, {}, {}, 0});
    std::size_t first = 0;
    while (first < folders_.size()) {
      const std::size_t end = folders_.size();
      list_level(first, end);
      for (std::size_t i = first; i < end; ++i) {
        const int number = folders_[i].number;
        const bool gone = number == ENOENT || number == ENOTDIR || number == EINVAL;
        const bool closed = number == EACCES || number == EPERM;
        if (number != 0 && !gone && !(closed && i != 0)) {
          return cannot_look(folders_[i].path, number);
        }
        if (options_.recursive) add_below(static_cast<Index>(i));
      }
      first = end;
    }
    put_in_order(root);
    return {};
  }

 private:
  struct Folder {
    Index parent;  // a folder
    Entry entry;
    std::string path;
    std::vector<Entry> entries;  // `parent` is the folder of one that is listed too, else kNone
    std::vector<char> names;
    int number;  // why it could not be listed, an errno
  };
  // What Exclusions asks of a tree, by folders.
  struct Folders {
    const std::deque<Folder>& all;
    std::size_t root_size;  // of the root's path and the slash after it
    [[nodiscard]] Index parent(Index i) const { return all[i].parent; }
    [[nodiscard]] std::string relative_path(Index i, Index from, std::string_view name) const {
      const std::size_t start = from == 0 ? root_size : all[from].path.size() + 1;
      const std::string& path = all[i].path;
      std::string relative = i == from ? std::string() : path.substr(start) + "/";
      return relative.append(name);
    }
  };

  void list_level(std::size_t first, std::size_t end) {
    // Fewer are listed before another thread has begun. Rules are read while listing.
    constexpr std::size_t kWorthAThread = 64;
    const bool plain = options_.exclude.empty() && !options_.gitignore;
    const std::size_t most =
        plain ? std::min<std::size_t>(4, std::thread::hardware_concurrency()) : 1;
    const std::size_t threads = std::min(most, (end - first) / kWorthAThread + 1);
    std::atomic<std::size_t> next{first};
    const auto work = [&] {
      std::vector<char> buffer(std::size_t{32} * 1024);
      for (std::size_t i = next++; i < end; i = next++) list(static_cast<Index>(i), buffer);
    };
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < threads; ++i) {
      try {
        others.emplace_back(work);
      } catch (const std::system_error&) {
        break;  // none left; those there are do it all
      }
    }
    work();
    for (std::thread& each : others) each.join();
  }

  void list(Index folder, std::vector<char>& buffer) {
    Folder& here = folders_[folder];
    const int fd = ::open(here.path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
      here.number = errno;
      return;
    }
    if (exclusions_.heeds_files()) {
      const std::string rules = here.path + "/.gitignore";
      exclusions_.read(folder, read_file(rules.c_str(), Rules::kMostBytes));
    }
    const std::string& root = snapshot_.root_;
    const Folders tree{folders_, root.size() + (!root.empty() && root.back() == '/' ? 0 : 1)};
    here.number = each_entry(fd, buffer, [&](std::string_view name, std::uint8_t, std::uint64_t) {
      Entry entry;
      if (look(fd, name.data(), entry) != 0) return;
      if (exclusions_.ignored(tree, 0, folder, name, entry.directory())) return;
      entry.name_at = static_cast<std::uint32_t>(here.names.size());
      entry.name_size = static_cast<std::uint32_t>(name.size());
      here.names.insert(here.names.end(), name.begin(), name.end());
      here.entries.push_back(entry);
    });
    ::close(fd);
  }

  void add_below(Index folder) {
    for (std::size_t i = 0; i < folders_[folder].entries.size(); ++i) {
      Folder& here = folders_[folder];
      Entry& entry = here.entries[i];
      if (!entry.directory() || below_itself(folder, entry)) continue;
      std::string path = here.path;
      if (!path.empty() && path.back() != '/') path.push_back('/');
      path.append(here.names.data() + entry.name_at, entry.name_size);
      entry.parent = static_cast<Index>(folders_.size());
      folders_.push_back({folder, entry, std::move(path), {}, {}, 0});
    }
  }

  // Whether a directory is one of those above it, which a link makes possible.
  [[nodiscard]] bool below_itself(Index folder, const Entry& entry) const noexcept {
    for (; folder != kNone; folder = folders_[folder].parent) {
      const Entry& other = folders_[folder].entry;
      if (other.inode == entry.inode && other.device == entry.device) return true;
    }
    return false;
  }

  void put_in_order(const Entry& root) {
    snapshot_.entries_.push_back(root);
    std::vector<std::pair<Index, Index>> left{{0, 0}};  // a folder, and its entry
    while (!left.empty()) {
      const auto [folder, row] = left.back();
      left.pop_back();
      const Folder& here = folders_[folder];
      const auto first = static_cast<Index>(snapshot_.entries_.size());
      const auto names = static_cast<std::uint32_t>(snapshot_.names_.size());
      snapshot_.entries_[row].first_child = first;
      snapshot_.entries_[row].children = static_cast<Index>(here.entries.size());
      snapshot_.names_.insert(snapshot_.names_.end(), here.names.begin(), here.names.end());
      for (Entry entry : here.entries) {
        entry.parent = row;
        entry.name_at += names;
        snapshot_.entries_.push_back(entry);
      }
      for (std::size_t i = here.entries.size(); i-- > 0;) {
        const Index below = here.entries[i].parent;
        if (below != kNone) left.emplace_back(below, first + static_cast<Index>(i));
      }
    }
  }

  Snapshot& snapshot_;
  const SnapshotOptions& options_;
  Exclusions exclusions_;
  std::deque<Folder> folders_;
};

Result<Snapshot> Snapshot::take(std::string_view root, const SnapshotOptions& options) {
  Snapshot snapshot;
  snapshot.root_ = root;
  if (auto taken = Taking(snapshot, options).run(); !taken) return std::move(taken).error();
  return snapshot;
}

std::string Snapshot::path(Index i) const {
  if (i == 0) return root_;
  const bool slash = !root_.empty() && root_.back() != '/';
  std::size_t size = root_.size() + (slash ? 0 : std::size_t(-1));
  for (Index each = i; each != 0; each = entries_[each].parent) size += name(each).size() + 1;
  std::string path(size, '/');
  path.replace(0, root_.size(), root_);
  for (Index each = i; each != 0; each = entries_[each].parent) {
    const std::string_view part = name(each);
    size -= part.size();
    path.replace(size--, part.size(), part);
  }
  return path;
}

namespace {

// Pairs the entries of two snapshots by their paths.
class Pairing {
 public:
  Pairing(const Snapshot& before, const Snapshot& after)
      : before_(before),
        after_(after),
        partner(before.entries().size(), Snapshot::kNone),
        taken(after.entries().size(), 0) {
    pair(0, 0);
    std::vector<std::pair<Index, Index>> left{{0, 0}};
    while (!left.empty()) {
      const auto [one, other] = left.back();
      left.pop_back();
      pair_children(one, other, left);
    }
  }

 private:
  const Snapshot& before_;
  const Snapshot& after_;

 public:
  std::vector<Index> partner;  // of each entry before
  std::vector<char> taken;     // whether an entry after has one

 private:
  void pair(Index one, Index other) {
    partner[one] = other;
    taken[other] = 1;
  }

  void pair_children(Index one, Index other, std::vector<std::pair<Index, Index>>& left) {
    const Entry& here = before_.entries()[one];
    const Entry& there = after_.entries()[other];
    const auto both = [&](Index i, Index j) {
      pair(i, j);
      if (before_.entries()[i].children != 0 && after_.entries()[j].children != 0) {
        left.emplace_back(i, j);
      }
    };
    // Most directories are listed in the same order again.
    Index same = 0;
    while (same < here.children && same < there.children &&
           before_.name(here.first_child + same) == after_.name(there.first_child + same)) {
      both(here.first_child + same, there.first_child + same);
      ++same;
    }
    const auto rest = [same](const Snapshot& of, const Entry& entry) {
      std::vector<Index> rows(entry.children - same);
      std::iota(rows.begin(), rows.end(), entry.first_child + same);
      std::sort(rows.begin(), rows.end(),
                [&](Index a, Index b) { return of.name(a) < of.name(b); });
      return rows;
    };
    if (same == here.children || same == there.children) return;
    const std::vector<Index> ones = rest(before_, here);
    const std::vector<Index> others = rest(after_, there);
    for (std::size_t i = 0, j = 0; i < ones.size() && j < others.size();) {
      const int order = before_.name(ones[i]).compare(after_.name(others[j]));
      if (order == 0) both(ones[i], others[j]);
      if (order <= 0) ++i;
      if (order >= 0) ++j;
    }
  }
};

// Where an inode is in a snapshot, the last place of several.
class Places {
 public:
  Places(const Snapshot& of, bool ignore_device) : ignore_device_(ignore_device) {
    places_.reserve(of.entries().size());
    for (Index i = 0; i < of.entries().size(); ++i) places_[key(of.entries()[i])] = i;
  }
  [[nodiscard]] Index of(const Entry& entry) const {
    const auto found = places_.find(key(entry));
    return found == places_.end() ? Snapshot::kNone : found->second;
  }

 private:
  struct Key {
    std::uint64_t inode;
    std::uint64_t device;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const noexcept {
      return key.inode * 0x9E3779B97F4A7C15U ^ key.device;
    }
  };
  [[nodiscard]] Key key(const Entry& entry) const noexcept {
    return {entry.inode, ignore_device_ ? 0 : entry.device};
  }
  bool ignore_device_;
  std::unordered_map<Key, Index, Hash> places_;
};

}  // namespace

SnapshotChanges compare(const Snapshot& before, const Snapshot& after, bool ignore_device) {
  SnapshotChanges changes;
  const Pairing pairing(before, after);
  const auto& old = before.entries();
  const auto& now = after.entries();
  const auto same_inode = [&](const Entry& a, const Entry& b) {
    return a.inode == b.inode && (ignore_device || a.device == b.device);
  };
  // The same number, and not given to another file since.
  const auto same_file = [&](const Entry& a, const Entry& b) {
    return same_inode(a, b) && a.directory() == b.directory() &&
           (a.born == b.born || a.born == 0 || b.born == 0);
  };
  const auto differences = [&](Index i, Index j) {
    if (old[i].modified != now[j].modified || old[i].size != now[j].size) {
      changes.modified.push_back(i);
    }
    if (old[i].mode != now[j].mode || old[i].user != now[j].user || old[i].group != now[j].group) {
      changes.attributes.push_back(i);
    }
  };
  std::vector<Index> back(now.size(), Snapshot::kNone);  // the partner of each entry after
  std::vector<Index> gone;
  std::vector<Index> fresh;
  for (Index i = 0; i < old.size(); ++i) {
    const Index j = pairing.partner[i];
    if (j != Snapshot::kNone) back[j] = i;
    if (j != Snapshot::kNone && same_inode(old[i], now[j])) {
      differences(i, j);
    } else {
      gone.push_back(i);
      if (j != Snapshot::kNone) fresh.push_back(j);
    }
  }
  for (Index j = 0; j < now.size(); ++j) {
    if (pairing.taken[j] == 0) fresh.push_back(j);
  }
  if (gone.empty() || fresh.empty()) {
    changes.deleted = std::move(gone);
    changes.created = std::move(fresh);
    return changes;
  }
  // A link shares its target's inode: only what is at a path where it was not has moved.
  const Places new_places(after, ignore_device);
  const Places old_places(before, ignore_device);
  for (const Index i : gone) {
    const Index j = new_places.of(old[i]);
    const bool moved = j != Snapshot::kNone && same_file(old[i], now[j]) &&
                       (back[j] == Snapshot::kNone || !same_inode(old[back[j]], old[i]));
    if (moved) {
      changes.moved.emplace_back(i, j);
    } else {
      changes.deleted.push_back(i);
    }
  }
  for (const Index j : fresh) {
    const Index i = old_places.of(now[j]);
    bool moved = i != Snapshot::kNone && same_file(old[i], now[j]);
    if (moved) {
      const Index partner = pairing.partner[i];
      moved = partner == Snapshot::kNone || !same_inode(now[partner], now[j]);
    }
    if (moved) {
      changes.moved.emplace_back(i, j);
    } else {
      changes.created.push_back(j);
    }
  }
  std::sort(changes.moved.begin(), changes.moved.end());
  changes.moved.erase(std::unique(changes.moved.begin(), changes.moved.end()), changes.moved.end());
  for (const auto& [i, j] : changes.moved) differences(i, j);
  return changes;
}

}  // namespace mainstay::watch
