// record.cpp - how a record is put together.
#include "mainstay/cache/detail/record.hpp"

#include <algorithm>

namespace mainstay::cache::detail {
namespace {

void put(std::vector<Word>& words, std::size_t at, const void* data, std::size_t size) noexcept {
  if (size > 0) std::memcpy(reinterpret_cast<char*>(words.data()) + at, data, size);
}

}  // namespace

void Draft::measure() noexcept {
  header.key_size = static_cast<std::uint32_t>(key.size());
  header.tag_size = static_cast<std::uint16_t>(tag.size());
  header.length = static_cast<std::uint32_t>(header.value_at() +
                                             (header.has_file() ? sizeof file : 0) + value.size());
}

void Draft::write(std::uint64_t lsn, std::uint32_t chain, std::vector<Word>& words) {
  words.resize(header.total() / 8);
  header.lsn = lsn;
  header.chain = chain;
  words.back() = 0;  // padding is zeros
  if (header.key_size > 0) words[(header.tag_at() - 1) / 8] = 0;
  if (header.tag_size > 0) words[(header.value_at() - 1) / 8] = 0;
  put(words, 0, &header, sizeof header);
  if (header.in_batch()) words[8] = old;
  put(words, header.key_at(), key.data(), key.size());
  put(words, header.tag_at(), tag.data(), tag.size());
  std::size_t value_at = header.value_at();
  if (header.has_file()) {
    put(words, value_at, &file, sizeof file);
    value_at += sizeof file;
  }
  put(words, value_at, value.data(), value.size());
  const char* const bytes = reinterpret_cast<const char*>(words.data());
  header.crc = crc32c(bytes + 4, header.total() - 4);
  put(words, 0, &header.crc, sizeof header.crc);
}

Draft draft_of(const Record& record) noexcept {
  Draft draft;
  draft.header = record.header();
  draft.header.flags &= static_cast<std::uint8_t>(~(kInBatch | kKeepAccess));
  draft.key = record.key();
  draft.tag = record.tag();
  draft.file = record.file();
  draft.value = record.value();
  return draft;
}

}  // namespace mainstay::cache::detail
