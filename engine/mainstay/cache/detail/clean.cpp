// clean.cpp - the oldest segment first: what is alive in it is copied to the end of the log.
//
// Oldest first means that the deletions in a segment may go with it: nothing older exists.
#include <algorithm>

#include "mainstay/cache/detail/core.hpp"
#include "mainstay/cache/detail/faults.hpp"

namespace mainstay::cache::detail {
namespace {

bool copy(Core& core, Place place, const Record& record) {
  const Found found = core.apply.index().find(record.header().hash, place);
  if (!found || !is_value(record.header().type)) return true;
  Draft draft = draft_of(record);
  draft.header.type = RecordType::move;
  auto copied = core.log.append(draft, Reserve::cleaner);
  if (!copied) return false;
  core.log.commit(*copied);
  core.apply.set(*copied, core.maps.record(*copied), found, nullptr);
  return true;
}

// A damaged record hides where the next one is: look from the other side, at all items.
bool copy_by_slots(Core& core, std::uint32_t segment) {
  for (Word slot = 1; slot < load(core.control().used_slots); ++slot) {
    const Slot& item = core.maps.slot(slot);
    const Place place = load(item.place);
    if (load(item.rank) == 0 || segment_of(place) != segment) continue;
    const Record record = core.maps.record(place);
    if (record.words() != nullptr && record.intact() && !copy(core, place, record)) return false;
  }
  return true;
}

// Where to go on in the oldest segment; 0: there is none to clean.
Place position(Core& core) {
  Control& control = core.control();
  const Place kept = load(control.clean_place);
  if (kept != 0 && load(core.maps.segment(segment_of(kept)).state) ==
                       make_state(load(control.clean_number), SegmentState::active)) {
    return kept;
  }
  const std::uint32_t oldest = core.log.oldest_segment();
  if (oldest == segment_of(load(control.last))) return 0;
  const Place first = make_place(oldest, kSegmentHeader);
  const Word number = number_of(load(core.maps.segment(oldest).state));
  const SegmentHeader header = core.maps.segment_header(oldest);
  const bool is_used = core.maps.is_good(header) && header.number == number;
  store(control.clean_place, 0);
  barrier();
  store(control.clean_number, number);
  store(control.clean_end, is_used ? Walk(core.maps, first).segment_end() : 0);
  barrier();
  store(control.clean_place, first);
  return first;
}

void finish_segment(Core& core, std::uint32_t segment) {
  Control& control = core.control();
  Word& state = core.maps.segment(segment).state;
  store(control.clean_place, 0);
  barrier();
  store(state, make_state(number_of(load(state)), SegmentState::cleaned));
  barrier();
  point(Point::segment_cleaned);
  store(control.active_bytes, load(control.active_bytes) - segment_size(segment));
  store(control.unsettled, 1);
}

}  // namespace

bool clean(Core& core, std::size_t budget, bool even_if_tidy) {
  Control& control = core.control();
  std::size_t walked = 0;
  while (walked < budget) {
    const Word slack = 3 * segment_size(segment_of(load(control.last)));
    if (!even_if_tidy && load(control.active_bytes) <= load(control.record_bytes) / 3 * 5 + slack) {
      return false;
    }
    Place place = position(core);
    if (place == 0) return false;
    const std::uint32_t segment = segment_of(place);
    const Word end = load(control.clean_end);
    bool is_done = false;
    while (!is_done && walked < budget) {
      const Record record = core.maps.record(place);
      const Header& header = record.header();
      const bool is_good = record.words() != nullptr && record.intact();
      if (end == 0 || (is_good && header.lsn >= end)) {
        is_done = true;
      } else if (!is_good) {
        if (!copy_by_slots(core, segment)) return false;
        is_done = true;
      } else {
        if (!copy(core, place, record)) return false;
        walked += header.total();
        is_done = header.lsn + 1 == end;
        place += header.total() / 8;
        if (!is_done) store(control.clean_place, place);
      }
    }
    if (is_done) finish_segment(core, segment);
  }
  return true;
}

}  // namespace mainstay::cache::detail
