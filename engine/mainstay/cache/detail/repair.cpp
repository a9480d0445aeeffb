// repair.cpp - what a dead holder left behind, and how a batch is taken back. Every step may be
// repeated: the one who repairs may die too.
#include <vector>

#include "mainstay/cache/detail/core.hpp"
#include "mainstay/cache/detail/faults.hpp"
#include "mainstay/cache/detail/lock.hpp"

namespace mainstay::cache::detail {

void roll_back(Core& core) {
  Control& control = core.control();
  const Place last = load(control.last);
  const Place applied = load(control.applied) >> 1;
  if (applied != last) {
    std::vector<Place> places{last};
    for (Walk walk(core.maps, last); walk.place() != applied;) {
      walk.next();
      places.push_back(walk.place());
    }
    while (places.size() > 1) {
      const Place place = places.back();
      places.pop_back();
      const Record record = core.maps.record(place);
      const std::uint64_t file = own_file(record);
      const Record old = record.old() != 0 ? core.maps.record(record.old()) : Record();
      if (file != 0 && file != own_file(old)) core.values.unlink(file);
      core.apply.revert(place, places.back());
      if (file != 0 && load(control.live_files) == 0) core.values.remove_folder();
    }
  }
  // What is behind `last` will be written over.
  core.log.discard_tail();
  core.log.count_segments();
  store(control.batch, 0);
  barrier();
  point(Point::discarded);
}

void repair(Core& core) {
  Control& control = core.control();
  Journal::repair(core.maps);
  if (load(control.order_valid) == 0) core.apply.order().rebuild();
  core.log.count_segments();

  const Place last = load(control.last);
  const Place applied = load(control.applied) >> 1;
  const Word applied_lsn = read_header(core.maps.words_at(applied)).lsn;
  const Word last_lsn = read_header(core.maps.words_at(last)).lsn;
  if (applied_lsn < last_lsn) {
    for (Walk walk(core.maps, applied); walk.place() != last;) {
      walk.next();
      core.apply.replay(walk.place());
    }
  }
  if (applied_lsn <= last_lsn || !broken(Broken::no_batch_rollback)) roll_back(core);
  store(control.batch, 0);
  store_release(control.visible, last_lsn);
  core.apply.free_pending();

  const std::uint64_t intent = load(control.intent);
  if (intent != 0 && !broken(Broken::no_file_intent)) {
    if (own_file(core.maps.record(last)) != intent) core.values.unlink(intent);
    store(control.intent, 0);
  }
  bool has_cleaned = false;
  for (std::uint32_t i = 0; i < load(control.segments); ++i) {
    has_cleaned |= state_of(load(core.maps.segment(i).state)) == SegmentState::cleaned;
  }
  if (has_cleaned || load(control.dying_count) > 0) store(control.unsettled, 1);
}

Result<bool> take(Core& core, std::optional<double> timeout) {
  pthread_mutex_t& lock = core.control().writer;
  auto taken = timeout ? wait_lock(lock, *timeout) : try_lock(lock);
  if (!taken) return std::move(taken).error();
  if (*taken == Taken::after_death) {
    repair(core);
    mark_repaired(lock);
  }
  return *taken != Taken::no;
}

}  // namespace mainstay::cache::detail
