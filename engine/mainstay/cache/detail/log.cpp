// log.cpp - records and segments, step by step; a death after each step leaves a log that is good.
#include "mainstay/cache/detail/log.hpp"

#include <algorithm>
#include <cerrno>

#include "mainstay/cache/detail/faults.hpp"

namespace mainstay::cache::detail {
namespace {

constexpr std::size_t kPopulated = 256 << 10;  // bytes

}  // namespace

Result<Place> Log::append(Draft draft, Reserve reserve) {
  draft.measure();
  const std::size_t size = draft.header.total();
  const Place tail = load(control().applied) >> 1;
  const Header before = read_header(maps_.words_at(tail));

  Place place = tail + before.total() / 8;
  std::uint32_t segment = segment_of(tail);
  const Word number = number_of(load(maps_.segment(segment).state));
  bool fits = offset_of(place) + size <= segment_size(segment);
  if (const Word spare = load(control().spare_segment); spare != 0) {
    const auto after = static_cast<std::uint32_t>(spare - 1);
    if (number_of(load(maps_.segment(after).state)) > number) {
      segment = after;
      fits = kSegmentHeader + size <= segment_size(segment);
      if (fits) write_segment_header(segment, before.lsn + 1, before.crc);
      place = make_place(segment, kSegmentHeader);
    }
  }
  if (load(control().is_short) != 0) {
    // What is left in this segment is part of the reserve.
    const auto is_enough = [&] {
      const std::size_t end = fits ? offset_of(place) + size : segment_size(segment);
      return room().plus(segment_size(segment) - end).is_enough(reserve);
    };
    while (!is_enough()) {
      if (auto made = allocate_segment(); !made) return std::move(made).error();
    }
  }
  if (!fits) {
    auto activated = activate(size, reserve);
    if (!activated) return std::move(activated).error();
    segment = *activated;
    write_segment_header(segment, before.lsn + 1, before.crc);
    place = make_place(segment, kSegmentHeader);
  }

  // Many pages at once cost less than one fault each; and no room is an error here, not a signal.
  const std::size_t address = address_of(place);
  if (address < populated_from_ || address + size > populated_) {
    const std::size_t end = segment_offset(segment) + segment_size(segment);
    populated_from_ = address;
    populated_ = std::min(end, std::max(address + size, address + kPopulated));
    if (!maps_.log.populate(address, populated_ - address)) {
      populated_ = 0;
      return system_error("cannot make room in", maps_.log_file.path(), ENOSPC);
    }
  }
  draft.write(before.lsn + 1, before.crc, buffer);
  Word* const to = maps_.words_at(place);
  for (std::size_t i = 0; i < buffer.size(); ++i) {
    store(to[i], buffer[i]);
    if (i % 4 == 0) point(Point::record_word);
  }
  barrier();
  return place;
}

Result<Place> Log::append_mark(RecordType type, Reserve reserve) {
  Draft draft;
  draft.header.type = type;
  return append(draft, reserve);
}

void Log::commit(Place place) noexcept {
  store_release(control().last, place);
  barrier();
  point(Point::committed);
}

void Log::write_segment_header(std::uint32_t segment, Word first_lsn,
                               std::uint32_t chain) noexcept {
  SegmentHeader header{};
  header.magic = kMagic;
  header.number = number_of(load(maps_.segment(segment).state));
  header.first_lsn = first_lsn;
  header.chain = chain;
  header.identity[0] = load(control().identity[0]);
  header.identity[1] = load(control().identity[1]);
  header.crc = sum_of(header);
  struct Words {
    Word words[kSegmentHeader / 8];
  };
  const auto copy = std::bit_cast<Words>(header);
  Word* const to = maps_.log.at<Word>(segment_offset(segment));
  for (std::size_t i = 0; i < kSegmentHeader / 8; ++i) store(to[i], copy.words[i]);
  barrier();
  point(Point::segment_header);
}

Result<void> Log::allocate_segment() {
  const auto segment = static_cast<std::uint32_t>(load(control().segments));
  if (segment == kMaxSegments) {
    return Error{ErrorCode::system,
                 "the log of \"" + maps_.log_file.path() + "\" has " +
                     std::to_string(kLogReserve >> 30) +
                     " GiB, the most there can be; delete items, or keep larger "
                     "values in files",
                 ENOSPC};
  }
  const std::size_t offset = segment_offset(segment);
  if (auto made = maps_.log_file.allocate(offset, segment_size(segment)); !made) return made;
  store(maps_.segment(segment).state, make_state(0, SegmentState::free));
  barrier();
  point(Point::segment_allocated);
  store_release(control().segments, segment + 1);
  barrier();
  note_room();
  return {};
}

std::uint32_t Log::find_free(std::size_t size, Reserve reserve) const noexcept {
  const Room now = room();
  // Who may use the reserve does so only when there is nothing else.
  for (const Reserve kept : {Reserve::set, Reserve::erase, Reserve::cleaner}) {
    for (auto i = static_cast<std::uint32_t>(load(control().segments)); i-- > 0;) {
      const std::size_t bytes = segment_size(i);
      if (bytes < size || state_of(load(maps_.segment(i).state)) != SegmentState::free) continue;
      // What will be left in it counts as well, but not for the many: they would soon be short.
      const std::size_t rest = kept == Reserve::set ? 0 : bytes - size;
      if (Room{now.free - bytes + rest, std::max(now.largest, bytes)}.is_enough(kept)) return i;
    }
    if (kept == reserve) break;
  }
  return kMaxSegments;
}

Result<std::uint32_t> Log::activate(std::size_t record_size, Reserve reserve) {
  const std::size_t size = kSegmentHeader + record_size;
  std::uint32_t segment = find_free(size, reserve);
  while (segment == kMaxSegments) {
    if (auto made = allocate_segment(); !made) return std::move(made).error();
    segment = find_free(size, reserve);
  }

  Segment& entry = maps_.segment(segment);
  if (!broken(Broken::no_incarnation_raise)) {
    store(entry.incarnation, load(entry.incarnation) + 1);
    release_fence(entry.incarnation);
  }
  point(Point::incarnation_raised);
  const Word number = load(control().max_number) + 1;
  store(entry.state, make_state(number, SegmentState::active));
  barrier();
  point(Point::segment_active);
  store(control().max_number, number);
  store(control().active_bytes, load(control().active_bytes) + segment_size(segment));
  store(control().spare_segment, segment + 1);
  note_room();
  barrier();
  return segment;
}

void Log::count_segments() noexcept {
  const Word last = load(control().last);
  const Word number = number_of(load(maps_.segment(segment_of(last)).state));
  Word highest = 0;
  Word bytes = 0;
  Word spare = 0;
  Word spare_number = ~Word{0};
  for (std::uint32_t i = 0; i < load(control().segments); ++i) {
    const Word state = load(maps_.segment(i).state);
    highest = std::max(highest, number_of(state));
    if (state_of(state) != SegmentState::active) continue;
    bytes += segment_size(i);
    if (number_of(state) > number && number_of(state) < spare_number) {
      spare = i + 1;
      spare_number = number_of(state);
    }
  }
  store(control().max_number, std::max(highest, load(control().max_number)));
  store(control().active_bytes, bytes);
  store(control().spare_segment, spare);
  note_room();
}

void Log::discard_tail() noexcept {
  if (broken(Broken::no_discard_raise)) return;
  const Word number = number_of(load(maps_.segment(segment_of(load(control().last))).state));
  for (std::uint32_t i = 0; i < load(control().segments); ++i) {
    Segment& entry = maps_.segment(i);
    const Word state = load(entry.state);
    if (state_of(state) != SegmentState::active || number_of(state) < number) continue;
    store(entry.incarnation, load(entry.incarnation) + 1);
    release_fence(entry.incarnation);
    // A header written for what is discarded must not be taken for the next one.
    if (number_of(state) > number) store(*maps_.log.at<Word>(segment_offset(i)), 0);
  }
  // Nor may a record that was written and never committed become one when the log is all there is.
  const Place last = load(control().last);
  const Place behind = last + read_header(maps_.words_at(last)).total() / 8;
  if (offset_of(behind) + 16 <= segment_size(segment_of(last))) {
    store(maps_.words_at(behind)[0], 0);
    store(maps_.words_at(behind)[1], 0);
  }
}

std::uint32_t Log::oldest_segment() const noexcept {
  std::uint32_t oldest = segment_of(load(control().last));
  Word number = number_of(load(maps_.segment(oldest).state));
  for (std::uint32_t i = 0; i < load(control().segments); ++i) {
    const Word state = load(maps_.segment(i).state);
    if (state_of(state) == SegmentState::active && number_of(state) < number) {
      oldest = i;
      number = number_of(state);
    }
  }
  return oldest;
}

Room Log::room() const noexcept {
  Room room{0, 0};
  for (std::uint32_t i = 0; i < load(control().segments); ++i) {
    if (state_of(load(maps_.segment(i).state)) == SegmentState::free) {
      room.free += segment_size(i);
    } else {
      room.largest = segment_size(i);
    }
  }
  return room;
}

void Log::note_room() noexcept { store(control().is_short, !room().is_enough(Reserve::set)); }

Walk::Walk(const Maps& maps, Place first) noexcept
    : maps_(maps), place_(first), record_(maps.record(first)) {
  enter();
}

void Walk::enter() noexcept {
  // Of the segments that begin behind this one's first record, the one that begins first; of
  // several that begin there the one activated last (the others were never written to).
  const Word number = number_of(load(maps_.segment(segment_of(place_)).state));
  end_ = ~Word{0};
  Word best = 0;
  for (std::uint32_t i = 0; i < load(maps_.control().segments); ++i) {
    const Word state = load(maps_.segment(i).state);
    if (state_of(state) == SegmentState::free || number_of(state) <= number) continue;
    const SegmentHeader header = maps_.segment_header(i);
    if (!maps_.is_good(header) || header.number != number_of(state)) continue;
    if (header.first_lsn < end_ || (header.first_lsn == end_ && header.number > best)) {
      end_ = header.first_lsn;
      best = header.number;
      next_segment_ = i;
    }
  }
}

void Walk::next() noexcept {
  if (record_.header().lsn + 1 == end_) {
    place_ = make_place(next_segment_, kSegmentHeader);
    enter();
  } else {
    place_ += record_.header().total() / 8;
  }
  record_ = maps_.record(place_);
}

}  // namespace mainstay::cache::detail
