// names.cpp - see names.hpp.
#include "mainstay/watch/names.hpp"

#include "mainstay/watch/hash.hpp"

namespace mainstay::watch {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);
constexpr std::size_t kLongestName = 255;

}  // namespace

std::size_t NameSet::find(std::string_view name) const noexcept {
  if (!block_) return kNone;
  const Block& block = *block_;
  if (block.index.empty()) {
    for (std::size_t at = 0; at < block.text.size(); at += entry_size(at)) {
      if (live(at) && name_at(at) == name) return at;
    }
    return kNone;
  }
  const std::size_t mask = block.index.size() - 1;
  for (std::size_t slot = hash_of(name) & mask; block.index[slot] != 0; slot = (slot + 1) & mask) {
    const std::size_t at = block.index[slot] - 1;
    if (live(at) && name_at(at) == name) return at;
  }
  return kNone;
}

bool NameSet::contains(std::string_view name) const noexcept { return find(name) != kNone; }

bool NameSet::insert(std::string_view name) {
  if (name.empty() || name.size() > kLongestName || contains(name)) return false;
  if (!block_) block_ = std::make_unique<Block>();
  Block& block = *block_;
  const std::size_t at = block.text.size();
  block.text.push_back(static_cast<char>(name.size()));
  block.text.push_back(1);
  block.text.insert(block.text.end(), name.begin(), name.end());
  ++block.count;
  const std::size_t entries = std::size_t{block.count} + block.dead;
  const bool full = block.index.empty() ? entries > kIndexed : entries * 4 > block.index.size() * 3;
  if (full) {
    rebuild();
  } else if (!block.index.empty()) {
    note(at);
  }
  return true;
}

bool NameSet::erase(std::string_view name) noexcept {
  const std::size_t at = find(name);
  if (at == kNone) return false;
  Block& block = *block_;
  block.text[at + 1] = 0;
  --block.count;
  ++block.dead;
  if (block.count == 0) {
    block_.reset();
  } else if (block.dead > block.count && block.dead > 16) {
    try {
      rebuild();
    } catch (...) {
      return true;  // no memory to become smaller; it works as it is
    }
  }
  return true;
}

void NameSet::note(std::size_t at) noexcept {
  Block& block = *block_;
  const std::size_t mask = block.index.size() - 1;
  std::size_t slot = hash_of(name_at(at)) & mask;
  while (block.index[slot] != 0) slot = (slot + 1) & mask;
  block.index[slot] = static_cast<std::uint32_t>(at + 1);
}

void NameSet::rebuild() {
  Block& block = *block_;
  std::vector<char> text;
  text.reserve(block.text.size());
  for (std::size_t at = 0; at < block.text.size(); at += entry_size(at)) {
    if (!live(at)) continue;
    const char* start = block.text.data() + at;
    text.insert(text.end(), start, start + entry_size(at));
  }
  std::vector<std::uint32_t> index;
  if (block.count > kIndexed) {
    std::size_t slots = 64;
    while (slots < std::size_t{block.count} * 2) slots *= 2;
    index.resize(slots);
  }
  block.text = std::move(text);
  block.index = std::move(index);
  block.dead = 0;
  if (block.index.empty()) return;
  for (std::size_t at = 0; at < block.text.size(); at += entry_size(at)) note(at);
}

std::size_t NameSet::bytes() const noexcept {
  if (!block_) return 0;
  return sizeof(Block) + block_->text.capacity() + block_->index.capacity() * 4;
}

}  // namespace mainstay::watch
