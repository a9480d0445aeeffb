// recording.cpp - see recording.hpp.
#include "mainstay/profile/recording.hpp"

namespace mainstay::profile {
namespace {

constexpr std::size_t kFirstTable = 256;

std::size_t place_of(StackId outer, FrameId frame, std::size_t size) {
  const std::uint64_t key = (std::uint64_t{outer} << 32U | frame) * 0x9E3779B97F4A7C15U;
  return static_cast<std::size_t>(key >> 32U) & (size - 1);
}

}  // namespace

Stacks::Stacks() : nodes_{{kEmpty, 0, 0}}, table_(kFirstTable, kEmpty) {}

StackId Stacks::push(StackId outer, FrameId frame) {
  std::size_t at = place_of(outer, frame, table_.size());
  for (; table_[at] != kEmpty; at = (at + 1) & (table_.size() - 1)) {
    const Node& node = nodes_[table_[at]];
    if (node.outer == outer && node.frame == frame) return table_[at];
  }
  const auto made = static_cast<StackId>(nodes_.size());
  nodes_.push_back({outer, frame, nodes_[outer].depth + 1});
  table_[at] = made;
  if (nodes_.size() * 2 > table_.size()) grow();
  return made;
}

void Stacks::grow() {
  std::vector<StackId> table(table_.size() * 2, kEmpty);
  for (StackId stack = 1; stack < nodes_.size(); ++stack) {
    std::size_t at = place_of(nodes_[stack].outer, nodes_[stack].frame, table.size());
    while (table[at] != kEmpty) at = (at + 1) & (table.size() - 1);
    table[at] = stack;
  }
  table_ = std::move(table);
}

void Stacks::expand(StackId stack, std::vector<FrameId>& path) const {
  path.resize(nodes_[stack].depth);
  for (std::size_t at = path.size(); at > 0; stack = nodes_[stack].outer) {
    path[--at] = nodes_[stack].frame;
  }
}

void Recording::add(std::span<const FrameId> path, double seconds) {
  const auto held = store_->hold();
  StackId stack = Stacks::kEmpty;
  for (const FrameId frame : path) stack = store_->stacks.push(stack, frame);
  samples_.push_back({stack, seconds});
}

void Recording::add(std::span<const std::string_view> path, double seconds) {
  const auto held = store_->hold();
  StackId stack = Stacks::kEmpty;
  for (const std::string_view frame : path) {
    stack = store_->stacks.push(stack, store_->names.intern(frame));
  }
  samples_.push_back({stack, seconds});
}

void Recording::extend(const Recording& other) {
  if (other.store_ == store_) {
    const auto held = store_->hold();
    const std::vector<Sample> added = other.samples_;  // a copy: it may be this one
    samples_.insert(samples_.end(), added.begin(), added.end());
    return;
  }
  const std::scoped_lock held(store_->mutex, other.store_->mutex);
  // Inner stacks have higher numbers than the ones around them.
  const Stacks& theirs = other.store_->stacks;
  std::vector<StackId> ours(theirs.size(), Stacks::kEmpty);
  for (StackId stack = 1; stack < theirs.size(); ++stack) {
    const std::string& text = other.store_->names.text(theirs.frame(stack));
    ours[stack] = store_->stacks.push(ours[theirs.outer(stack)], store_->names.intern(text));
  }
  for (const Sample& sample : other.samples_) {
    samples_.push_back({ours[sample.stack], sample.seconds});
  }
}

std::size_t Recording::size() const {
  const auto held = store_->hold();
  return samples_.size();
}

std::vector<Sample> Recording::samples() const {
  const auto held = store_->hold();
  return samples_;
}

}  // namespace mainstay::profile
