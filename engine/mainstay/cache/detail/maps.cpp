// maps.cpp - headers and records read with care.
#include "mainstay/cache/detail/maps.hpp"

namespace mainstay::cache::detail {

std::uint32_t sum_of(const SegmentHeader& header) noexcept {
  const std::uint32_t front = crc32c(&header, offsetof(SegmentHeader, crc));
  return crc32c(&header.identity, sizeof header.identity, front);
}

SegmentHeader Maps::segment_header(std::uint32_t segment) const noexcept {
  struct Words {
    Word words[kSegmentHeader / 8];
  } copy;
  copy_out(log.at<Word>(segment_offset(segment)), copy.words, kSegmentHeader / 8);
  return std::bit_cast<SegmentHeader>(copy);
}

bool Maps::is_good(const SegmentHeader& header) const noexcept {
  return header.magic == kMagic && header.crc == sum_of(header) &&
         header.identity[0] == load(control().identity[0]) &&
         header.identity[1] == load(control().identity[1]);
}

Record Maps::record(Place place) const noexcept {
  const std::uint32_t segment = segment_of(place);
  const std::size_t offset = offset_of(place);
  if (segment >= load(control().segments) || offset + 64 > segment_size(segment)) return {};
  const Record record(words_at(place));
  return record.header().fits(segment_size(segment) - offset) ? record : Record();
}

}  // namespace mainstay::cache::detail
