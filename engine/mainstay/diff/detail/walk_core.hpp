// walk_core.hpp - the loop of a walk, its stack, and mappings. Part of walk.hpp.
#pragma once

#include "mainstay/diff/walk.hpp"

namespace mainstay::diff {

template <class Host>
bool Walk<Host>::count(bool& failed) {
  failed = false;
  if (options_.max_diffs != kNoLimit && statistics_.diffs > options_.max_diffs) {
    if (!statistics_.max_diffs_reached) {
      statistics_.max_diffs_reached = true;
      failed = !host_.limit_reached(true);
    }
    return false;
  }
  ++statistics_.diffs;
  return true;
}

template <class Host>
std::uint32_t Walk<Host>::trail() {
  std::size_t known = stack_.size();
  while (known > 0 && stack_[known - 1].trail == kNone) --known;
  std::uint32_t entry = known > 0 ? stack_[known - 1].trail : kNone;
  for (; known < stack_.size(); ++known) {
    Frame& frame = stack_[known];
    events_.trail.push_back({entry, frame.step, frame.a, frame.b});
    entry = frame.trail = static_cast<std::uint32_t>(events_.trail.size() - 1);
  }
  return entry;
}

template <class Host>
bool Walk<Host>::report(Change change, const Node& a, const Node& b, const Step& step,
                        std::uint32_t extra) {
  bool left_out = false;
  if (!host_.left_out(*this, a, b, step, left_out)) return false;
  if (!left_out) events_.events.push_back({change, trail(), extra, step, a, b});
  return true;
}

template <class Host>
bool Walk<Host>::push(Way way, const Node& a, const Node& b, const Step& step) {
  if (options_.max_depth != 0 && stack_.size() >= options_.max_depth) return host_.too_deep();
  ancestors_.push(host_.identity(a));
  stack_.push_back({.way = way, .a = a, .b = b, .step = step});
  return true;
}

template <class Host>
void Walk<Host>::pop() {
  ancestors_.pop();
  // The frame goes last: giving up its nodes may run code of their owner.
  const Frame last = std::move(stack_.back());
  stack_.pop_back();
}

template <class Host>
void Walk<Host>::forget() {
  events_.events.clear();
  events_.trail.clear();
  events_.repetitions.clear();
  events_.matched.clear();
  while (!stack_.empty()) pop();
}

template <class Host>
bool Walk<Host>::finish(std::size_t depth) {
  while (stack_.size() > depth) {
    bool over = false;
    if (!advance(stack_.back(), over)) return false;
    if (over) pop();
  }
  return true;
}

// One step in the innermost frame, which may open another one; the reference is dead afterwards.
template <class Host>
bool Walk<Host>::advance(Frame& frame, bool& over) {
  switch (frame.way) {
    case Way::parallel: return advance_parallel(over);
    case Way::entries: return advance_entries(frame, over);
    case Way::positions: return advance_positions(over);
    case Way::actions: return advance_actions(frame, over);
  }
  return false;
}

template <class Host>
bool Walk<Host>::visit(const Node& a, const Node& b, const Step& step) {
  bool failed = false;
  if (!count(failed)) return !failed;
  if (host_.identity(a) == host_.identity(b)) return true;
  bool left_out = false;
  if (!host_.left_out(*this, a, b, step, left_out)) return false;
  if (left_out) return true;
  const NodeKind kind = host_.kind(a);
  if (kind == NodeKind::other || host_.kind(b) == NodeKind::other) {
    return host_.other(*this, a, b, step);
  }
  if (!host_.same_type(a, b)) return host_.retyped(*this, a, b, step);
  switch (kind) {
    case NodeKind::mapping: return enter_mapping(a, b, step);
    case NodeKind::sequence: return enter_sequence(a, b, step);
    case NodeKind::set: return enter_set(a, b, step);
    default: break;
  }
  bool equal = false;
  if (!host_.equal(a, b, equal)) return false;
  return equal || host_.unequal(*this, a, b, step);
}

// Whether both have the same keys in the same order: then nothing was added or removed.
template <class Host>
bool Walk<Host>::keys_run_parallel(const Node& a, const Node& b, bool& parallel) {
  parallel = host_.size(a) == host_.size(b) && options_.threshold_to_diff_deeper <= 1;
  typename Host::Cursor at_a{};
  typename Host::Cursor at_b{};
  Node child;
  Key key_a;
  Key key_b;
  while (parallel) {
    const Found one = host_.entry(a, at_a, key_a, child);
    const Found other = host_.entry(b, at_b, key_b, child);
    if (one == Found::failed || other == Found::failed) return false;
    if (one == Found::no && other == Found::no) return true;
    parallel = one == other && host_.same_key(key_a, key_b);
  }
  return true;
}

template <class Host>
bool Walk<Host>::enter_mapping(const Node& a, const Node& b, const Step& step) {
  bool parallel = false;
  if (!keys_run_parallel(a, b, parallel)) return false;
  if (parallel) return push(Way::parallel, a, b, step);

  std::vector<Entry> common;
  std::vector<Entry> added;
  std::vector<Entry> removed;
  Key key;
  Node child;
  Node partner;
  typename Host::Cursor cursor{};
  Found found = Found::yes;
  while ((found = host_.entry(b, cursor, key, child)) == Found::yes) {
    if (host_.hidden(key)) continue;
    const Found in_a = host_.find(a, key, partner);
    if (in_a == Found::failed) return false;
    if (in_a == Found::yes) {
      common.push_back({key, partner, child});
    } else {
      added.push_back({key, Node{}, child});
    }
  }
  if (found == Found::failed) return false;
  cursor = {};
  while ((found = host_.entry(a, cursor, key, child)) == Found::yes) {
    if (host_.hidden(key)) continue;
    const Found in_b = host_.find(b, key, partner);
    if (in_b == Found::failed) return false;
    if (in_b == Found::no) removed.push_back({key, child, Node{}});
  }
  if (found == Found::failed) return false;

  const std::size_t all = common.size() + added.size() + removed.size();
  if (options_.threshold_to_diff_deeper != 0 && all > 1 &&
      static_cast<double>(common.size()) / static_cast<double>(all) <
          options_.threshold_to_diff_deeper) {
    return report(Change::value, a, b, step);
  }
  if (!push(Way::entries, a, b, step)) return false;
  bool failed = false;
  for (const Entry& entry : added) {
    if (!count(failed)) return !failed && (pop(), true);
    if (!report(Change::entry_added, entry.a, entry.b,
                {.kind = StepKind::entry, .key = entry.key})) {
      return false;
    }
  }
  for (const Entry& entry : removed) {
    if (!count(failed)) return !failed && (pop(), true);
    if (!report(Change::entry_removed, entry.a, entry.b,
                {.kind = StepKind::entry, .key = entry.key})) {
      return false;
    }
  }
  stack_.back().entries = std::move(common);
  return true;
}

template <class Host>
bool Walk<Host>::advance_parallel(bool& over) {
  const std::size_t depth = stack_.size();
  Step step{.kind = StepKind::entry};
  Key key;
  Node a;
  Node b;
  for (;;) {
    Frame& frame = stack_.back();  // what was visited may have moved it
    const Found in_a = host_.entry(frame.a, frame.cursor_a, key, a);
    const Found in_b = host_.entry(frame.b, frame.cursor_b, step.key, b);
    if (in_a == Found::failed || in_b == Found::failed) return false;
    if (in_a == Found::no || in_b == Found::no) {
      over = true;
      return true;
    }
    if (host_.hidden(step.key)) continue;
    bool failed = false;
    if (!count(failed)) {
      over = true;
      return !failed;
    }
    if (ancestors_.contains(host_.identity(a))) continue;
    if (!visit(a, b, step)) return false;
    if (stack_.size() != depth) return true;
  }
}

template <class Host>
bool Walk<Host>::advance_entries(Frame& frame, bool& over) {
  over = frame.at >= frame.entries.size();
  if (over) return true;
  Entry entry = std::move(frame.entries[frame.at++]);
  bool failed = false;
  if (!count(failed)) {
    over = true;
    return !failed;
  }
  if (ancestors_.contains(host_.identity(entry.a))) return true;
  return visit(entry.a, entry.b, {.kind = StepKind::entry, .key = std::move(entry.key)});
}

}  // namespace mainstay::diff
