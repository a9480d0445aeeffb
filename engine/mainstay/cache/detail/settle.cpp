// settle.cpp - what becomes durable, and what may be given back because it has.
//
// The order is the promise: value files and log are synced; a superblock that needs no segment
// below the oldest active one is synced; only then are cleaned segments free, and dropped value
// files unlinked. One at a time, by the holder of `syncer`; the writers' lock is held only for
// moments.
#include <fcntl.h>

#include <array>
#include <vector>

#include "mainstay/cache/detail/core.hpp"
#include "mainstay/cache/detail/faults.hpp"
#include "mainstay/cache/detail/lock.hpp"

namespace mainstay::cache::detail {
namespace {

// Unlocks at the end.
class Locked {
 public:
  explicit Locked(pthread_mutex_t& lock) noexcept : lock_(lock) {}
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;
  ~Locked() { unlock(lock_); }

 private:
  pthread_mutex_t& lock_;
};

struct SuperBlock {
  Super super;
  std::uint32_t crc = 0;
  std::uint32_t reserved = 0;
};

// With `syncer` held: everything up to `last` is on disk afterwards.
Result<void> sync_up_to(Core& core, Place last) {
  Control& control = core.control();
  const Place from = load(control.durable);
  const Word lsn = read_header(core.maps.words_at(last)).lsn;
  if (lsn <= load(control.durable_lsn)) return {};
  if (load(control.live_files) + load(control.dying_count) > 0) {
    bool has_files = false;
    for (Walk walk(core.maps, from); walk.place() != last;) {
      walk.next();
      if (walk.record().words() == nullptr) break;
      if (walk.record().header().type != RecordType::set || own_file(walk.record()) == 0) continue;
      has_files = true;
      if (auto synced = core.values.sync(own_file(walk.record())); !synced) return synced;
    }
    if (has_files) {
      if (auto synced = sync_folder(core.values.folder()); !synced) {
        if (synced.error().system_number != ENOENT) return synced;
      }
      store(control.names_synced, 0);  // the folder itself may be new
    }
  }
  if (!broken(Broken::no_log_sync)) {
    if (auto synced = core.maps.log_file.sync(); !synced) return synced;
  }
  if (load(control.names_synced) == 0) {
    if (auto synced = sync_folder(core.directory); !synced) return synced;
    store(control.names_synced, 1);
  }
  point(Point::log_synced);
  store(control.durable, last);
  store_release(control.durable_lsn, lsn);
  point(Point::durable);
  return {};
}

Result<void> write_super(Core& core, Word head) {
  Control& control = core.control();
  SuperBlock block;
  block.super.generation = load(control.super_generation) + 1;
  block.super.head = head;
  block.super.synced_lsn = load(control.durable_lsn);
  block.super.identity[0] = load(control.identity[0]);
  block.super.identity[1] = load(control.identity[1]);
  block.crc = crc32c(&block.super, sizeof block.super);
  std::array<char, kPage> page{};
  std::memcpy(page.data(), &block, sizeof block);
  const std::size_t offset = block.super.generation % 2 * kPage;
  if (auto written = core.super_file.write(page.data(), page.size(), offset); !written) {
    return written;
  }
  point(Point::super_written);
  if (!broken(Broken::no_super_sync)) {
    if (auto synced = core.super_file.sync(); !synced) return synced;
  }
  point(Point::super_synced);
  store(control.super_generation, block.super.generation);
  store(control.super_head, head);
  return {};
}

// With the writers' lock held.
void free_segments(Core& core, Word head) {
  for (std::uint32_t i = 0; i < load(core.control().segments); ++i) {
    Word& state = core.maps.segment(i).state;
    if (state_of(load(state)) != SegmentState::cleaned || number_of(load(state)) >= head) continue;
    store(state, make_state(number_of(load(state)), SegmentState::free));
    barrier();
    point(Point::segment_freed);
  }
  core.log.note_room();
}

bool has_cleaned(const Core& core) {
  for (std::uint32_t i = 0; i < load(core.control().segments); ++i) {
    if (state_of(load(core.maps.segment(i).state)) == SegmentState::cleaned) return true;
  }
  return false;
}

std::vector<std::uint64_t> dying_files(const Core& core, Word durable_lsn) {
  constexpr std::size_t kMost = 256;
  std::vector<std::uint64_t> files;
  for (Word slot = low32(load(core.control().dying)); slot != 0 && files.size() < kMost;) {
    const Slot& dying = core.maps.slot(slot);
    if (load(dying.place) > durable_lsn && !broken(Broken::unlink_before_sync)) break;
    files.push_back(load(dying.hash));
    slot = low32(load(dying.links));
  }
  return files;
}

// The lock of the writers, taken for a moment, or held anyway.
class Moment {
 public:
  Moment(Core& core, bool is_held) : core_(core), is_held_(is_held) {}
  Moment(const Moment&) = delete;
  Moment& operator=(const Moment&) = delete;
  ~Moment() { end(); }

  // False: it could not be had.
  Result<bool> begin() {
    if (is_held_) return true;
    auto taken = take(core_, 1);
    if (!taken && taken.error().code == ErrorCode::timed_out) return false;
    is_mine_ = taken.has_value();
    return taken;
  }
  void end() noexcept {
    if (is_mine_) unlock(core_.control().writer);
    is_mine_ = false;
  }

 private:
  Core& core_;
  bool is_held_;
  bool is_mine_ = false;
};

// False: the lock of the writers was not to be had.
Result<bool> settle_alone(Core& core, bool is_held) {
  Control& control = core.control();
  Moment moment(core, is_held);
  auto begun = moment.begin();
  if (!begun || !*begun) return begun;
  store(control.unsettled, 0);
  const Place last = load(control.last);
  const Word head = number_of(load(core.maps.segment(core.log.oldest_segment()).state));
  const bool free = has_cleaned(core);
  moment.end();

  if (!broken(Broken::unlink_before_sync)) {
    if (auto synced = sync_up_to(core, last); !synced) return std::move(synced).error();
  }
  if (free) {
    if (auto written = write_super(core, head); !written) return std::move(written).error();
  }

  begun = moment.begin();
  if (!begun || !*begun) return begun;
  if (free) free_segments(core, head);
  for (;;) {
    const auto files = dying_files(core, load(control.durable_lsn));
    if (files.empty()) break;
    moment.end();
    for (const std::uint64_t file : files) core.values.unlink(file);
    begun = moment.begin();
    if (!begun || !*begun) return begun;
    for (std::size_t n = 0; n < files.size(); ++n) {
      core.apply.forget_dying();
      point(Point::file_forgotten);
    }
  }
  if (load(control.live_files) == 0 && load(control.dying_count) == 0) core.values.remove_folder();
  return true;
}

}  // namespace

Super read_super(const Core& core) {
  Super best;
  best.magic = 0;
  for (std::size_t copy = 0; copy < 2; ++copy) {
    SuperBlock block;
    const auto got = core.super_file.read(&block, sizeof block, copy * kPage);
    if (!got || *got != sizeof block || block.super.magic != kMagic ||
        block.crc != crc32c(&block.super, sizeof block.super)) {
      continue;
    }
    if (best.magic == 0 || block.super.generation > best.generation) best = block.super;
  }
  return best;
}

Result<void> sync(Core& core, Word lsn, double timeout) {
  if (load_acquire(core.control().durable_lsn) >= lsn) return {};
  auto taken = wait_lock(core.control().syncer, timeout);
  if (!taken) return std::move(taken).error();
  const Locked locked(core.control().syncer);
  if (*taken == Taken::after_death) mark_repaired(core.control().syncer);
  // Who came while another was syncing shares one sync with all who came too.
  if (load_acquire(core.control().durable_lsn) >= lsn) return {};
  return sync_up_to(core, load_acquire(core.control().last));
}

Result<void> settle(Core& core, bool is_held) {
  Control& control = core.control();
  if (load(control.unsettled) == 0) return {};
  auto taken = try_lock(control.syncer);
  if (!taken) return std::move(taken).error();
  if (*taken == Taken::no) return {};  // another is at it
  const Locked locked(control.syncer);
  if (*taken == Taken::after_death) mark_repaired(control.syncer);
  auto settled = settle_alone(core, is_held);
  if (!settled || !*settled) store(control.unsettled, 1);
  return settled ? Result<void>{} : std::move(settled).error();
}

}  // namespace mainstay::cache::detail
