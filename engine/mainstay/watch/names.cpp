// names.cpp - see names.hpp.
#include "mainstay/watch/names.hpp"

#include "mainstay/watch/hash.hpp"

namespace mainstay::watch {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);
constexpr std::size_t kLongestName = 255;

}  // namespace

std::size_t NameSet::find(std::string_view name) const noexcept {
  if (!index_) {
    for (std::size_t at = 0; at < text_.size(); at += entry_size(at)) {
      if (live(at) && name_at(at) == name) return at;
    }
    return kNone;
  }
  const Index& index = *index_;
  const std::size_t mask = index.size() - 1;
  for (std::size_t slot = hash_of(name) & mask; index[slot] != 0; slot = (slot + 1) & mask) {
    const std::size_t at = index[slot] - 1;
    if (live(at) && name_at(at) == name) return at;
  }
  return kNone;
}

bool NameSet::contains(std::string_view name) const noexcept { return find(name) != kNone; }

bool NameSet::insert(std::string_view name) {
  if (name.empty() || name.size() > kLongestName || contains(name)) return false;
  const std::size_t at = text_.size();
  text_.push_back(static_cast<char>(name.size()));
  text_.push_back(1);
  text_.append(name);
  ++count_;
  const std::size_t entries = std::size_t{count_} + dead_;
  const bool full = index_ ? entries * 4 > index_->size() * 3 : entries > kIndexed;
  if (full) {
    rebuild();
  } else if (index_) {
    note(at);
  }
  return true;
}

bool NameSet::erase(std::string_view name) noexcept {
  const std::size_t at = find(name);
  if (at == kNone) return false;
  text_[at + 1] = 0;
  --count_;
  ++dead_;
  if (count_ == 0) {
    *this = NameSet();
  } else if (dead_ > count_ && dead_ > 16) {
    try {
      rebuild();
    } catch (...) {
      return true;  // no memory to become smaller; it works as it is
    }
  }
  return true;
}

void NameSet::note(std::size_t at) noexcept {
  const std::size_t mask = index_->size() - 1;
  std::size_t slot = hash_of(name_at(at)) & mask;
  while ((*index_)[slot] != 0) slot = (slot + 1) & mask;
  (*index_)[slot] = static_cast<std::uint32_t>(at + 1);
}

void NameSet::rebuild() {
  std::string text;
  text.reserve(text_.size());
  for (std::size_t at = 0; at < text_.size(); at += entry_size(at)) {
    if (!live(at)) continue;
    text.append(text_, at, entry_size(at));
  }
  std::unique_ptr<Index> index;
  if (count_ > kIndexed) {
    std::size_t slots = 64;
    while (slots < std::size_t{count_} * 2) slots *= 2;
    index = std::make_unique<Index>(slots);
  }
  text_ = std::move(text);
  index_ = std::move(index);
  dead_ = 0;
  if (!index_) return;
  for (std::size_t at = 0; at < text_.size(); at += entry_size(at)) note(at);
}

std::size_t NameSet::bytes() const noexcept {
  return text_.capacity() + (index_ ? sizeof(Index) + index_->capacity() * 4 : 0);
}

}  // namespace mainstay::watch
