// open.cpp - opening a folder: as it was left, made anew from the log, or made for the first time.
//
// Who opens it first, or last closes it, has it alone (an exclusive lock on a byte of `lock`); the
// others share it. Alone, derived state is used as it is if it was made in this life of this
// machine and is not a copy; else it is made again from the log.
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <tuple>

#include "mainstay/cache/detail/core.hpp"
#include "mainstay/cache/detail/lock.hpp"
#include "mainstay/cache/detail/machine.hpp"

namespace mainstay::cache::detail {
namespace {

constexpr std::size_t kMostSummed = 16 << 20;  // larger derived state is not summed up at close

Error refusal(const Core& core, Reason reason, std::string why) {
  return {ErrorCode::unsupported, "the store in \"" + core.directory + "\" " + std::move(why),
          static_cast<int>(reason)};
}

Result<void> map_all(Core& core) {
  for (const auto& [file, mapping, reserve] :
       {std::tuple{&core.maps.log_file, &core.maps.log, kLogReserve},
        std::tuple{&core.maps.derived_file, &core.maps.derived, kDerivedReserve},
        std::tuple{&core.maps.index_file, &core.maps.index, kIndexReserve}}) {
    auto mapped = Mapping::of(*file, reserve);
    if (!mapped) return std::move(mapped).error();
    *mapping = std::move(*mapped);
  }
  return {};
}

Result<void> read_inodes(const Core& core, Word (&inodes)[3]) {
  const File* const files[] = {&core.maps.derived_file, &core.maps.index_file, &core.maps.log_file};
  for (std::size_t i = 0; i < 3; ++i) {
    auto inode = files[i]->inode();
    if (!inode) return std::move(inode).error();
    inodes[i] = *inode;
  }
  return {};
}

// The check sum of the derived files, but for the words that say so.
std::uint32_t sum_of_derived(const Maps& maps) {
  const Control& control = maps.control();
  const Word k = load(control.table);
  const auto part = [&](const Mapping& mapping, std::size_t offset, std::size_t size,
                        std::uint32_t sum) { return crc32c(mapping.at<char>(offset), size, sum); };
  std::uint32_t sum = part(maps.derived, 0, offsetof(Control, clean), 0);
  sum = part(maps.derived, offsetof(Control, table),
             offsetof(Control, writer) - offsetof(Control, table), sum);
  sum = part(maps.derived, kSegmentTable, load(control.segments) * kSegmentEntry, sum);
  sum = part(maps.derived, kChunks, load(control.chunks) * kChunkBytes, sum);
  return part(maps.index, table_offset(static_cast<unsigned>(k)),
              table_size(static_cast<unsigned>(k)), sum);
}

bool is_summed(const Maps& maps) {
  return load(maps.control().chunks) * kChunkBytes +
             table_size(static_cast<unsigned>(load(maps.control().table))) <=
         kMostSummed;
}

// Whether the derived files were made in this life of the machine, for this log.
bool is_of_now(const Core& core) {
  const auto size = core.maps.derived_file.size();
  if (!size || *size < kChunks + kChunkBytes) return false;
  const Control& control = core.control();
  const Machine& machine = this_machine();
  Word inodes[3];
  return read_inodes(core, inodes) && load(control.magic) == kDerivedMagic &&
         load(control.boot[0]) == machine.boot[0] && load(control.boot[1]) == machine.boot[1] &&
         std::equal(inodes, inodes + 3, control.inodes);
}

// Whether they can be used as they are. Alone.
bool is_usable(const Core& core) {
  if (!is_of_now(core)) return false;
  const Maps& maps = core.maps;
  const auto derived_size = maps.derived_file.size();
  const auto index_size = maps.index_file.size();
  const auto log_size = maps.log_file.size();
  if (!derived_size || !index_size || !log_size) return false;
  const Control& control = maps.control();
  const Word k = load(control.table);
  const Word segments = load(control.segments);
  if (k < kFirstTable || k > kLastTable || segments == 0 || segments > kMaxSegments ||
      load(control.chunks) == 0 || load(control.chunks) > kMaxChunks ||
      *derived_size < kChunks + load(control.chunks) * kChunkBytes ||
      *index_size < table_offset(static_cast<unsigned>(k)) + table_size(static_cast<unsigned>(k)) ||
      *log_size < segment_offset(static_cast<std::uint32_t>(segments))) {
    return false;
  }
  const Word clean = load(control.clean);
  if (clean != 0 && clean != (Word{1} << 32 | sum_of_derived(maps))) return false;
  // The end of the log is what everything goes on from.
  const Record last = maps.record(load(control.last));
  return last.words() != nullptr && last.intact() &&
         maps.is_good(maps.segment_header(segment_of(load(control.last))));
}

Result<void> open_files(Core& core, int flags) {
  for (const auto& [file, name] :
       {std::pair{&core.super_file, "store.super"}, std::pair{&core.maps.log_file, "store.log"},
        std::pair{&core.maps.index_file, "store.index"},
        std::pair{&core.maps.derived_file, "store.derived"}}) {
    auto opened = File::open(core.path(name), O_RDWR | flags, core.options.file_mode);
    if (!opened) return std::move(opened).error();
    *file = std::move(*opened);
  }
  return {};
}

Result<void> take_over(Core& core) {
  Control& control = core.control();
  core.maps.seed = load(control.identity[0]);
  if (auto made = make_lock(control.writer); !made) return made;
  if (auto made = make_lock(control.syncer); !made) return made;
  for (Word& word : control.wake) store(word, 0);
  store(control.pid_namespace, this_machine().pid_namespace);
  store(control.clean, 0);
  repair(core);
  return {};
}

Result<void> open_alone(Core& core) {
  Place last = 0;
  if (open_files(core, 0)) {
    if (auto mapped = map_all(core); !mapped) return mapped;
    if (is_usable(core)) return take_over(core);
    if (is_of_now(core)) last = load(core.control().last);
  }
  core.maps = Maps();
  auto super = File::open(core.path("store.super"), O_RDWR | O_CREAT, core.options.file_mode);
  if (!super) return std::move(super).error();
  core.super_file = std::move(*super);
  if (auto made = core.super_file.allocate(0, 2 * kPage); !made) return made;
  auto log = File::open(core.path("store.log"), O_RDWR | O_CREAT, core.options.file_mode);
  if (!log) return std::move(log).error();
  core.maps.log_file = std::move(*log);
  if (auto rebuilt = rebuild(core, last); !rebuilt) return rebuilt;
  return take_over(core);
}

Result<void> open_shared(Core& core) {
  if (auto opened = open_files(core, 0); !opened) return opened;
  if (auto mapped = map_all(core); !mapped) return mapped;
  const Control& control = core.control();
  const Machine& machine = this_machine();
  core.maps.seed = load(control.identity[0]);
  if (load(control.magic) != kDerivedMagic) {
    return refusal(core, Reason::format, "is open in a format that this version does not know");
  }
  if (load(control.boot[0]) != machine.boot[0] || load(control.boot[1]) != machine.boot[1]) {
    return refusal(core, Reason::foreign, "is held open by another machine");
  }
  if (load(control.pid_namespace) != machine.pid_namespace) {
    return refusal(core, Reason::foreign,
                   "is held open from another PID namespace (another container); processes that "
                   "share a store must see each other's process ids. Close it there first, or run "
                   "both in one namespace");
  }
  store(core.control().clean, 0);
  return {};
}

}  // namespace

Result<void> make_derived(Core& core, const Word (&identity)[2]) {
  // What was there goes first: the disk may be full.
  ::unlink(core.path("store.derived").c_str());
  ::unlink(core.path("store.index").c_str());
  ::unlink(core.path("store.derived.new").c_str());
  core.maps.derived = Mapping();
  core.maps.index = Mapping();
  core.maps.log = Mapping();
  for (const auto& [file, name] : {std::pair{&core.maps.index_file, "store.index"},
                                   std::pair{&core.maps.derived_file, "store.derived.new"}}) {
    auto made = File::open(core.path(name), O_RDWR | O_CREAT | O_TRUNC, core.options.file_mode);
    if (!made) return std::move(made).error();
    *file = std::move(*made);
  }
  const File& derived = core.maps.derived_file;
  if (auto made = derived.allocate(0, kChunks + kChunkBytes); !made) return made;
  if (auto made = core.maps.index_file.allocate(0, table_size(kFirstTable)); !made) return made;
  if (auto mapped = map_all(core); !mapped) return mapped;

  Control& control = core.control();
  store(control.boot[0], this_machine().boot[0]);
  store(control.boot[1], this_machine().boot[1]);
  store(control.identity[0], identity[0]);
  store(control.identity[1], identity[1]);
  store(control.table, kFirstTable);
  store(control.chunks, 1);
  store(control.used_slots, 1);
  store(control.next_rank, 1);
  store(control.order_valid, 1);
  core.maps.seed = identity[0];
  Word inodes[3];
  if (auto read = read_inodes(core, inodes); !read) return read;
  for (std::size_t i = 0; i < 3; ++i) store(control.inodes[i], inodes[i]);
  return {};
}

Result<void> name_derived(Core& core) {
  store(core.control().magic, kDerivedMagic);
  if (std::rename(core.path("store.derived.new").c_str(), core.path("store.derived").c_str()) !=
      0) {
    return system_error("cannot name", core.path("store.derived"), errno);
  }
  return {};
}

Result<void> make_log(Core& core, Word lsn) {
  Control& control = core.control();
  while (load(control.segments) < 4) {
    if (auto made = core.log.allocate_segment(); !made) return made;
  }
  store(core.maps.segment(0).state, make_state(load(control.max_number) + 1, SegmentState::active));
  const Place first = make_place(0, kSegmentHeader);
  core.log.write_segment_header(0, lsn, 0);
  Draft draft;
  draft.header.type = RecordType::commit;
  draft.measure();
  draft.write(lsn, 0, core.log.buffer);
  for (std::size_t i = 0; i < core.log.buffer.size(); ++i) {
    store(core.maps.words_at(first)[i], core.log.buffer[i]);
  }
  store(control.last, first);
  store(control.applied, first << 1);
  store(control.durable, first);
  return {};
}

Result<std::unique_ptr<Core>> open_core(std::string directory, const Options& options) {
  if (auto refused = refuse_network(directory); !refused) return std::move(refused).error();
  auto core = std::make_unique<Core>(std::move(directory), options);
  auto lock = File::open(core->path("store.lock"), O_RDWR | O_CREAT, options.file_mode);
  if (!lock) return std::move(lock).error();
  core->lock_file = std::move(*lock);

  for (double waited = 0;; waited += 0.001) {
    auto alone = try_lock(core->lock_file, true);
    if (!alone) return std::move(alone).error();
    if (*alone) {
      if (auto opened = open_alone(*core); !opened) return std::move(opened).error();
      auto shared = try_lock(core->lock_file, false);
      if (!shared) return std::move(shared).error();
      core->epoch.store(process_epoch(), std::memory_order_release);
      return core;
    }
    auto shared = try_lock(core->lock_file, false);
    if (!shared) return std::move(shared).error();
    if (*shared) {
      if (auto opened = open_shared(*core); !opened) return std::move(opened).error();
      core->epoch.store(process_epoch(), std::memory_order_release);
      return core;
    }
    if (waited >= options.timeout) {
      return Error{ErrorCode::timed_out,
                   "another process was opening or closing the store in \"" + core->directory +
                       "\" for " + std::to_string(options.timeout) + " seconds; try again"};
    }
    const timespec moment{0, 1000000};
    nanosleep(&moment, nullptr);
  }
}

Result<void> Core::adopt() {
  const std::uint64_t mine = process_epoch();
  std::uint64_t seen = epoch.load(std::memory_order_acquire);
  while (seen != mine) {
    constexpr std::uint64_t kBusy = std::uint64_t{1} << 63;
    if (seen == (mine | kBusy)) {  // another thread is at it
      sched_yield();
      seen = epoch.load(std::memory_order_acquire);
      continue;
    }
    if (!epoch.compare_exchange_strong(seen, mine | kBusy, std::memory_order_acq_rel)) continue;
    auto adopted = lock_anew();
    epoch.store(adopted ? mine : 0, std::memory_order_release);
    if (!adopted) return adopted;
    seen = mine;
  }
  return {};
}

Result<void> Core::lock_anew() {
  // The lock that came with the fork is the parent's: it would go with either of them.
  auto lock = File::open(path("store.lock"), O_RDWR);
  if (!lock) return std::move(lock).error();
  for (double waited = 0;; waited += 0.001) {
    auto shared = try_lock(*lock, false);
    if (!shared) return std::move(shared).error();
    if (*shared) break;
    if (waited >= options.timeout) {
      return Error{ErrorCode::timed_out, "another process was opening or closing the store in \"" +
                                             directory + "\"; try again"};
    }
    const timespec moment{0, 1000000};
    nanosleep(&moment, nullptr);
  }
  struct stat facts{};
  if (stat(path("store.derived").c_str(), &facts) != 0 ||
      facts.st_ino != load(control().inodes[0])) {
    return refusal(*this, Reason::foreign,
                   "was made anew since this process was forked; open it again");
  }
  lock_file = std::move(*lock);
  store(control().clean, 0);
  return {};
}

Core::~Core() {
  if (maps.derived.words() == nullptr || !lock_file.is_open()) return;
  if (epoch.load(std::memory_order_relaxed) != process_epoch()) return;  // the parent's
  // Programs that copy files look at the time of the last change, which stores do not always move.
  maps.log_file.touch();
  const auto alone = try_lock(lock_file, true);
  if (!alone || !*alone) return;
  if (is_usable(*this)) {
    repair(*this);
    store(control().clean, is_summed(maps) ? Word{1} << 32 | sum_of_derived(maps) : 0);
  }
  // A forked child that did not use the store yet has this very lock.
  (void)try_lock(lock_file, false);
}

}  // namespace mainstay::cache::detail
