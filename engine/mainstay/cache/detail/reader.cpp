// reader.cpp - the order of loads that makes reading without a lock right.
#include "mainstay/cache/detail/reader.hpp"

#include <algorithm>

#include "mainstay/cache/detail/faults.hpp"

namespace mainstay::cache::detail {
namespace {

constexpr int kTries = 1000;

}  // namespace

Look Reader::look(std::uint64_t hash, const Key& key, Buffer& buffer, Seen& seen) const {
  const Word tag = tag_of(hash);
  for (int tried = 0; tried < kTries; ++tried) {
    const Word k = load_acquire(control_.table);
    if (k > kLastTable) return Look::unsettled;
    const Word* const table = maps_.table(k);
    const Word mask = (Word{1} << k) - 1;
    Word group = hash & mask;
    bool changed = false;
    for (Word passed = 0; passed <= mask && !changed; ++passed, group = (group + 1) & mask) {
      for (Word at = group * 8; at < group * 8 + kKeysPerGroup; ++at) {
        const Word value = load_acquire(table[at]);
        if (value >> 36 != tag || value == 0) continue;
        point(Point::reader_word);
        const Copy copied = copy(k, table[at], value, hash, key, buffer, seen.record);
        if (copied == Copy::match) {
          seen.slot = std::atomic_ref<std::uint32_t>(maps_.table_slot(k, at))
                          .load(std::memory_order_relaxed);
          return Look::found;
        }
        changed = copied == Copy::changed;
        if (changed) break;
      }
      if (!changed && load_acquire(table[group * 8 + kKeysPerGroup]) == 0) break;
    }
    // A key that is alive does not move inside a table: not seen on the way, it was not there at
    // one moment of this call.
    if (!changed && load(control_.table) == k) return Look::absent;
  }
  return Look::unsettled;
}

// Copies the record; false: what was read cannot be a record, or not one that is still there.
bool Reader::copy_record(Place place, Buffer& buffer, Record& record) const {
  const std::size_t room = segment_size(segment_of(place)) - offset_of(place);
  const Word* const from = maps_.words_at(place);
  Word* to = buffer.room(8);
  copy_out(from, to, 8);
  point(Point::reader_header);
  const Header header = read_header(to);
  // A length that cannot be is the sign of a change, or of damage: the checks will tell which.
  if (!header.fits(room)) {
    record = Record();
    return false;
  }
  const std::size_t words = header.total() / 8;
  Word* const all = buffer.room(words);
  if (all != to) std::copy(to, to + 8, all);
  copy_out(from + 8, all + 8, words - 8);
  record = Record(all);
  return true;
}

Reader::Copy Reader::copy(Word k, const Word& word, Word value, std::uint64_t hash, const Key& key,
                          Buffer& buffer, Record& record) const {
  Place place = place_of(value);
  const Word visible = load_acquire(control_.visible);
  const Word* first_incarnation = nullptr;
  Word first_life = 0;
  for (bool first = true;; first = false) {
    const std::uint32_t segment = segment_of(place);
    if (segment >= load(control_.segments) || offset_of(place) + 64 > segment_size(segment)) {
      return load(word) == value ? Copy::other : Copy::changed;  // damage, or read too late
    }
    const Word& incarnation = maps_.segment(segment).incarnation;
    const Word life = load_acquire(incarnation);
    point(Point::reader_life);
    // Who was still in the index after that load is not written over without another incarnation.
    if (!broken(Broken::no_second_load) && load_acquire(word) != value) return Copy::changed;
    if (first) {
      first_incarnation = &incarnation;
      first_life = life;
    } else if (load(*first_incarnation) != first_life) {
      return Copy::changed;  // the batch was rolled back, and this may be another one
    }
    const bool whole = copy_record(place, buffer, record);
    point(Point::reader_copied);
    acquire_fence(incarnation);
    if (!broken(Broken::no_incarnation_check) && load(incarnation) != life) return Copy::changed;
    if (load(control_.table) != k) return Copy::changed;
    if (!whole || !record.intact()) return Copy::other;  // damage: answered as not there
    const Header& header = record.header();
    if (header.in_batch() && header.lsn > visible && !broken(Broken::visible_ignored)) {
      if (load_acquire(control_.visible) != visible) return Copy::changed;
      place = record.old();
      if (place == 0) return Copy::other;
      point(Point::reader_old);
      continue;
    }
    if (!first && load_acquire(control_.visible) != visible) return Copy::changed;
    return is_value(header.type) && record.is_for(hash, key) ? Copy::match : Copy::other;
  }
}

}  // namespace mainstay::cache::detail
