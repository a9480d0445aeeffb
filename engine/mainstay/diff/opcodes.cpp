// opcodes.cpp - see opcodes.hpp.
#include "mainstay/diff/opcodes.hpp"

#include <algorithm>

namespace mainstay::diff {

namespace {

using Number = std::uint32_t;

struct Block {
  Number a, b, size;
};

// Finds the longest block two windows have in common: of several the one that begins first in a,
// of those the one that begins first in b.
class Matcher {
 public:
  Matcher(std::span<const Number> a, std::span<const Number> b, std::size_t distinct,
          const std::function<bool()>& go_on)
      : a_(a),
        b_(b),
        go_on_(go_on),
        begin_(distinct + 1),
        where_(b.size()),
        length_(b.size() + 1),
        row_(b.size() + 1) {
    for (const Number item : b) ++begin_[item + 1];
    for (std::size_t i = 1; i < begin_.size(); ++i) begin_[i] += begin_[i - 1];
    std::vector<Number> next(begin_.begin(), begin_.end() - 1);
    for (Number j = 0; j < b.size(); ++j) where_[next[b[j]]++] = j;
  }

  // False when it was told to stop.
  bool longest(Number a_from, Number a_to, Number b_from, Number b_to, Block& best) {
    best = {a_from, b_from, 0};
    Number best_row = a_to;
    for (Number i = a_from; i < a_to; ++i) {
      const auto first = where_.begin() + begin_[a_[i]];
      const auto last = where_.begin() + begin_[a_[i] + 1];
      auto from = first;
      auto to = last;
      if (last - first > 8) {
        from = std::lower_bound(first, last, b_from);
        to = std::lower_bound(from, last, b_to);
      }
      const std::uint64_t previous = stamp_;
      ++stamp_;
      // Backwards, because length_[j] of the row before is read where length_[j + 1] is written.
      for (auto at = to; at != from;) {
        const Number j = *--at;
        if (j < b_from || j >= b_to) continue;
        const Number size = row_[j] == previous && j > b_from && i > a_from ? length_[j] + 1 : 1;
        length_[j + 1] = size;
        row_[j + 1] = stamp_;
        if (size > best.size || (size == best.size && best_row == i)) {
          best = {i + 1 - size, j + 1 - size, size};
          best_row = i;
        }
      }
      steps_ += static_cast<std::size_t>(to - from) + 1;
      if (steps_ > kStepsBetweenQuestions) {
        steps_ = 0;
        if (go_on_ && !go_on_()) return false;
      }
    }
    return true;
  }

 private:
  static constexpr std::size_t kStepsBetweenQuestions = 1U << 20U;

  std::span<const Number> a_, b_;
  const std::function<bool()>& go_on_;
  std::vector<Number> begin_;  // of an item's positions in where_
  std::vector<Number> where_;
  // The length of the common block that ends with b[j - 1], for the row of that stamp.
  std::vector<Number> length_;
  std::vector<std::uint64_t> row_;
  std::uint64_t stamp_ = 1;
  std::size_t steps_ = 0;
};

void add(std::vector<Opcode>& codes, Tag tag, Number a, Number a_to, Number b, Number b_to) {
  codes.push_back({tag, a, a_to, b, b_to});
}

}  // namespace

std::optional<std::vector<Opcode>> opcodes(std::span<const Number> a, std::span<const Number> b,
                                           std::size_t distinct,
                                           const std::function<bool()>& go_on) {
  struct Window {
    Number a_from, a_to, b_from, b_to;
  };
  Matcher matcher(a, b, distinct, go_on);
  const auto a_size = static_cast<Number>(a.size());
  const auto b_size = static_cast<Number>(b.size());
  std::vector<Block> blocks;
  std::vector<Window> open{{0, a_size, 0, b_size}};
  while (!open.empty()) {
    const Window window = open.back();
    open.pop_back();
    Block block{};
    if (!matcher.longest(window.a_from, window.a_to, window.b_from, window.b_to, block)) {
      return std::nullopt;
    }
    if (block.size == 0) continue;
    blocks.push_back(block);
    if (window.a_from < block.a && window.b_from < block.b) {
      open.push_back({window.a_from, block.a, window.b_from, block.b});
    }
    const Number a_end = block.a + block.size;
    const Number b_end = block.b + block.size;
    if (a_end < window.a_to && b_end < window.b_to) {
      open.push_back({a_end, window.a_to, b_end, window.b_to});
    }
  }
  std::sort(blocks.begin(), blocks.end(), [](const Block& x, const Block& y) { return x.a < y.a; });
  blocks.push_back({a_size, b_size, 0});

  std::vector<Opcode> codes;
  Number i = 0;
  Number j = 0;
  Number equal_from = 0;  // blocks that touch are one
  for (std::size_t at = 0; at < blocks.size(); ++at) {
    const Block& block = blocks[at];
    if (i < block.a || j < block.b) {
      const Tag tag = i == block.a ? Tag::insert : j == block.b ? Tag::erase : Tag::replace;
      add(codes, tag, i, block.a, j, block.b);
      equal_from = block.a;
    }
    i = block.a + block.size;
    j = block.b + block.size;
    const bool goes_on = at + 1 < blocks.size() && blocks[at + 1].size > 0 &&
                         blocks[at + 1].a == i && blocks[at + 1].b == j;
    if (i > equal_from && !goes_on) add(codes, Tag::equal, equal_from, i, j - (i - equal_from), j);
    if (!goes_on) equal_from = i;
  }
  return codes;
}

}  // namespace mainstay::diff
