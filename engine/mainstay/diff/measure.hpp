// measure.hpp - fingerprints and sizes of trees, each node looked at once.
//
// A template over a host: a NodeView that also measures scalars and remembers what was measured.
// Keeps its own stack; cycles end where they meet an ancestor. Not for use by two threads at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "mainstay/base/node_view.hpp"
#include "mainstay/diff/detail/ancestors.hpp"
#include "mainstay/diff/fingerprint.hpp"

namespace mainstay::diff {

// What measuring asks of a host beyond looking at nodes. Operations that return bool answer false
// when they failed.
//   bool measure_scalar(node, Measure&)      of scalars, of `other`, and of keys by measure_key
//   bool measure_key(key, Measure&)
//   bool hidden(key)                         entries that are as if they were not there
//   std::uint64_t type_tag(node)             what tells a list from a tuple
//   bool recall(node, Measure&)              true: it was remembered; containers only
//   bool remember(node, const Measure&)
//   std::uint64_t seed()
template <class Host>
class Measuring {
 public:
  using Node = typename Host::Node;

  // Whether how often an item comes makes a difference.
  Measuring(Host& host, bool repeated) : host_(host), repeated_(repeated) {}

  // False when the host failed; what was begun is then forgotten with this object.
  bool measure(const Node& root, Measure& measure) {
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

 private:
  enum class Step : std::uint8_t { child, end, failed };

  struct Open {
    Node node;
    NodeKind kind;
    typename Host::Cursor cursor{};
    std::size_t at = 0;
    std::size_t first_part;
    std::uint64_t count = 1;
    Fingerprint key;  // of this node in its parent
  };

  [[nodiscard]] bool is_leaf(const Node& node) {
    const NodeKind kind = host_.kind(node);
    return kind != NodeKind::sequence && kind != NodeKind::mapping && kind != NodeKind::set;
  }

  void open(const Node& node, const Fingerprint& key) {
    ancestors_.push(host_.identity(node));
    open_.push_back(
        {.node = node, .kind = host_.kind(node), .first_part = parts_.size(), .key = key});
  }

  // Goes on in the innermost open node until a container opens in it, or to its end.
  Step next() {
    for (;;) {
      Open& top = open_.back();
      Node child;
      typename Host::Key key;
      Found found = Found::no;
      switch (top.kind) {
        case NodeKind::mapping: found = host_.entry(top.node, top.cursor, key, child); break;
        case NodeKind::set: found = host_.member(top.node, top.cursor, child); break;
        default: found = host_.item(top.node, top.at++, child); break;
      }
      if (found == Found::failed) return Step::failed;
      if (found == Found::no) return Step::end;
      Measure of_key;
      if (top.kind == NodeKind::mapping) {
        ++top.count;
        if (host_.hidden(key)) continue;
        if (!host_.measure_key(key, of_key)) return Step::failed;
      }
      if (is_leaf(child)) {
        Measure measure;
        if (!host_.measure_scalar(child, measure)) return Step::failed;
        add(open_.back(), of_key.fingerprint, measure);
        continue;
      }
      if (ancestors_.contains(host_.identity(child))) continue;
      Measure measure;
      if (host_.recall(child, measure)) {
        add(open_.back(), of_key.fingerprint, measure);
        continue;
      }
      open(child, of_key.fingerprint);
      return Step::child;
    }
  }

  void add(Open& parent, const Fingerprint& key, const Measure& measure) {
    parent.count += measure.count;
    if (parent.kind != NodeKind::mapping) return parts_.push_back(measure.fingerprint);
    Mixer entry(host_.seed(), 0);
    entry.add(key);
    entry.add(measure.fingerprint);
    parts_.push_back(entry.end());
  }

  bool close(Measure& measure) {
    const Open last = std::move(open_.back());
    open_.pop_back();
    ancestors_.pop();
    measure.fingerprint =
        combine(host_.seed(), host_.type_tag(last.node), std::span(parts_).subspan(last.first_part),
                repeated_ || last.kind == NodeKind::mapping);
    measure.count = last.count;
    parts_.resize(last.first_part);
    if (!host_.remember(last.node, measure)) return false;
    if (!open_.empty()) add(open_.back(), last.key, measure);
    return true;
  }

  Host& host_;
  bool repeated_;
  std::vector<Open> open_;
  detail::Ancestors ancestors_;
  std::vector<Fingerprint> parts_;  // of the children of all open nodes
};

}  // namespace mainstay::diff
