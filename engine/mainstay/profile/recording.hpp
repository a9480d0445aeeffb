// recording.hpp - samples of call stacks, kept as numbers.
//
// Stacks are the paths of a trie: a sample is the number of its innermost node and the seconds it
// stands for, 16 bytes however deep the stack. Recordings made at one time share a Store of names
// and stacks.
//
// A Store has one lock, which guards it and all recordings that share it: the functions of
// Recording take it; a reader of names or stacks holds it meanwhile (`Store::Held`).
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "mainstay/profile/names.hpp"

namespace mainstay::profile {

using StackId = std::uint32_t;

class Stacks {
 public:
  static constexpr StackId kEmpty = 0;

  Stacks();
  // The stack with one more frame inside `outer`.
  StackId push(StackId outer, FrameId frame);
  [[nodiscard]] StackId outer(StackId stack) const { return nodes_[stack].outer; }
  [[nodiscard]] FrameId frame(StackId stack) const { return nodes_[stack].frame; }
  [[nodiscard]] std::size_t size() const noexcept { return nodes_.size(); }
  // Replaces `path` with the frames of a stack, outermost first.
  void expand(StackId stack, std::vector<FrameId>& path) const;

 private:
  struct Node {
    StackId outer;
    FrameId frame;
    std::uint32_t depth;
  };
  void grow();

  std::vector<Node> nodes_;
  std::vector<StackId> table_;  // open addressing; kEmpty marks a free place
};

struct Store {
  using Held = std::unique_lock<std::mutex>;
  [[nodiscard]] Held hold() { return Held(mutex); }

  std::mutex mutex;
  FrameNames names;
  Stacks stacks;
};

struct Sample {
  StackId stack;
  double seconds;
};

class Recording {
 public:
  explicit Recording(std::shared_ptr<Store> store = std::make_shared<Store>())
      : store_(std::move(store)) {}

  [[nodiscard]] Store& store() const noexcept { return *store_; }
  [[nodiscard]] const std::shared_ptr<Store>& shared_store() const noexcept { return store_; }

  // Adds a sample; the frames are of this store, outermost first.
  void add(std::span<const FrameId> path, double seconds);
  // Adds a sample of which only the texts are known.
  void add(std::span<const std::string_view> path, double seconds);
  // Adds all samples of another one behind those there are.
  void extend(const Recording& other);

  [[nodiscard]] std::size_t size() const;
  // A copy of the samples there are now.
  [[nodiscard]] std::vector<Sample> samples() const;

 private:
  std::shared_ptr<Store> store_;
  std::vector<Sample> samples_;
};

}  // namespace mainstay::profile
