// measure.hpp - what whole trees are like, each node looked at once: fingerprints, or digests.
//
// A template over a host: a NodeView that also measures scalars, combines what was measured of
// children, and remembers. Keeps its own stack; cycles end where they meet an ancestor. Not for use
// by two threads at once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "mainstay/base/node_view.hpp"
#include "mainstay/diff/detail/ancestors.hpp"
#include "mainstay/diff/fingerprint.hpp"

namespace mainstay::diff {

// What is known of a node once it has been looked through.
template <class Digest>
struct Measured {
  Digest digest{};
  std::uint64_t count = 1;  // the nodes that make it up, as distances count them
};

using Measure = Measured<Fingerprint>;

// A child of a node that is being measured; without a key where its parent is no mapping.
template <class Digest>
struct Part {
  Digest key{}, value{};

  friend auto operator<=>(const Part&, const Part&) = default;
};

// What measuring asks of a host beyond looking at nodes. Operations that return bool answer false
// when they failed, unless it says otherwise. Measured stands for Measured<Host::Digest>.
//   bool measure_scalar(node, Measured&)     of scalars and of `other`
//   bool measure_key(key, Measured&)
//   bool hidden(key)                         whether an entry is as if it were not there
//   bool combine(node, std::span<Part>, Digest&)   the parts in the order they came
//   bool above(identity)                     whether the host itself is inside of this node
//   bool recall(node, Measured&)             whether it was remembered; containers only
//   bool remember(node, const Measured&, whole)  whole: no cycle was cut, here or above
//   bool go_on()                             asked now and then in long work
template <class Host>
class Measuring {
 public:
  using Node = typename Host::Node;
  using Digest = typename Host::Digest;

  explicit Measuring(Host& host) : host_(host) {}

  // False when the host failed; what was begun is then forgotten with this object.
  bool measure(const Node& root, Measured<Digest>& measure) {
    if (is_leaf(root)) return host_.measure_scalar(root, measure);
    if (host_.recall(root, measure)) return true;
    open(root, {});
    while (!open_.empty()) {
      const Step step = next();
      if (step == Step::failed) return false;
      if (step == Step::child) continue;
      if (!close(measure)) return false;
    }
    return true;
  }

  // The way to the innermost open node, from the root: f(node).
  template <class F>
  void each_open(F f) const {
    for (const Open& each : open_) f(each.node);
  }

 private:
  enum class Step : std::uint8_t { child, end, failed };

  struct Open {
    Node node;
    NodeKind kind;
    typename Host::Cursor cursor{};
    std::size_t at = 0;
    std::size_t first_part;
    std::uint64_t count = 1;
    Digest key;  // of this node in its parent
  };

  [[nodiscard]] bool is_leaf(const Node& node) {
    const NodeKind kind = host_.kind(node);
    return kind != NodeKind::sequence && kind != NodeKind::mapping && kind != NodeKind::set;
  }

  void open(const Node& node, const Digest& key) {
    ancestors_.push(host_.identity(node));
    open_.push_back(
        {.node = node, .kind = host_.kind(node), .first_part = parts_.size(), .key = key});
  }

  // Goes on in the innermost open node until a container opens in it, or to its end.
  Step next() {
    Node child;
    typename Host::Key key;
    for (;;) {
      Open& top = open_.back();
      Found found = Found::no;
      switch (top.kind) {
        case NodeKind::mapping: found = host_.entry(top.node, top.cursor, key, child); break;
        case NodeKind::set: found = host_.member(top.node, top.cursor, child); break;
        default: found = host_.item(top.node, top.at++, child); break;
      }
      if (found == Found::failed) return Step::failed;
      if (found == Found::no) return Step::end;
      if ((++looked_at_ & 0x3FFFU) == 0 && !host_.go_on()) return Step::failed;
      Measured<Digest> of_key;
      if (top.kind == NodeKind::mapping) {
        ++top.count;
        if (host_.hidden(key)) continue;
        if (!host_.measure_key(key, of_key)) return Step::failed;
      }
      const void* identity = host_.identity(child);
      Measured<Digest> measure;
      if (is_leaf(child)) {
        if (cut(host_.above(identity))) continue;
        if (!host_.measure_scalar(child, measure)) return Step::failed;
      } else {
        if (cut(ancestors_.contains(identity) || host_.above(identity))) continue;
        if (!host_.recall(child, measure)) {
          open(child, of_key.digest);
          return Step::child;
        }
      }
      add(open_.back(), of_key.digest, measure);
    }
  }

  bool cut(bool is_above) noexcept {
    cut_ = cut_ || is_above;
    return is_above;
  }

  void add(Open& parent, const Digest& key, const Measured<Digest>& measure) {
    parent.count += measure.count;
    parts_.push_back({key, measure.digest});
  }

  bool close(Measured<Digest>& measure) {
    // Still open for the host: what it asks Python may look at the way.
    const Open& top = open_.back();
    if (!host_.combine(top.node, std::span(parts_).subspan(top.first_part), measure.digest)) {
      return false;
    }
    measure.count = top.count;
    parts_.resize(top.first_part);
    const Open last = std::move(open_.back());
    open_.pop_back();
    ancestors_.pop();
    if (!host_.remember(last.node, measure, !cut_)) return false;
    if (!open_.empty()) add(open_.back(), last.key, measure);
    return true;
  }

  Host& host_;
  std::vector<Open> open_;
  detail::Ancestors ancestors_;
  std::vector<Part<Digest>> parts_;  // of all open nodes
  std::size_t looked_at_ = 0;
  bool cut_ = false;  // what was met is what it is by where it was met
};

// The parts in any order make one fingerprint. `repeated` tells whether how often each comes makes
// a difference.
[[nodiscard]] inline Fingerprint combine_fingerprints(std::uint64_t seed, std::uint64_t kind,
                                                      std::span<Part<Fingerprint>> parts,
                                                      bool repeated) noexcept {
  std::sort(parts.begin(), parts.end());
  Mixer mixer(seed, kind);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!repeated && i > 0 && parts[i] == parts[i - 1]) continue;
    mixer.add(parts[i].key);
    mixer.add(parts[i].value);
  }
  return mixer.end();
}

}  // namespace mainstay::diff
