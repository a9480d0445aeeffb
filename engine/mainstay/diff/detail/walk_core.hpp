// walk_core.hpp - the loop of a walk, its stack, and mappings. Part of walk.hpp.
#pragma once

#include <type_traits>
#include <utility>

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
  if ((++statistics_.diffs & 0xFFFFU) == 0) failed = !host_.go_on();
  if constexpr (requires { host_.tuned(true); }) {
    if (options_.cache_tuning_sample_size != 0 && cache_->tune(statistics_)) {
      failed = failed || !host_.tuned(cache_->on());
    }
  }
  return !failed;
}

template <class Host>
std::uint32_t Walk<Host>::trail() {
  std::size_t known = stack_.size();
  while (known > 0 && stack_[known - 1].trail == kNone) --known;
  std::uint32_t entry = known > 0 ? stack_[known - 1].trail : kNone;
  for (; known < stack_.size(); ++known) {
    Frame& frame = stack_[known];
    if (!frame.again) {
      events_.trail.push_back({entry, frame.place.step, frame.place.a, frame.place.b});
      entry = static_cast<std::uint32_t>(events_.trail.size() - 1);
    }
    frame.trail = entry;
  }
  return entry;
}

template <class Host>
bool Walk<Host>::report(Change change, const Node& a, const Node& b, const Step& step,
                        std::uint32_t extra) {
  bool left_out = false;
  if (!host_.left_out(*this, a, b, step, true, left_out)) return false;
  if (left_out) return true;
  events_.events.push_back({change, trail(), extra, step, a, b});
  return deferred_ || seen(events_.events.size() - 1);
}

// Tells of the events from there on to a host that wants to know.
template <class Host>
bool Walk<Host>::seen(std::size_t from) {
  if constexpr (requires { host_.has_operators(); }) {
    if (!host_.has_operators()) return true;
    for (std::size_t i = from; i < events_.events.size(); ++i) {
      if (!host_.seen(*this, events_.events[i])) return false;
    }
  }
  return true;
}

template <class Host>
void Walk<Host>::report_foreign(std::uint32_t number) {
  events_.events.push_back({Change::foreign, trail(), number, Step{}, Node{}, Node{}});
}

template <class Host>
auto Walk<Host>::push(Way way, Place place) -> Frame& {
  ancestors_.push(host_.identity(place.a));
  stack_.push_back({.way = way, .place = std::move(place), .again = std::exchange(again_, false)});
  return stack_.back();
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
    if (!advance(over)) return false;
    if (over) pop();
  }
  return true;
}

// Goes on in the innermost frame, until it is over or another one opens above it.
template <class Host>
bool Walk<Host>::advance(bool& over) {
  switch (stack_.back().way) {
    case Way::parallel: return advance_parallel(over);
    case Way::entries: return advance_entries(over);
    case Way::positions: return advance_positions(over);
    case Way::actions: return advance_actions(over);
  }
  return false;
}

template <class Host>
bool Walk<Host>::visit(const Node& a, const Node& b, const Step& step) {
  bool failed = false;
  if (!count(failed)) return !failed;
  if constexpr (requires { host_.has_operators(); }) {
    if (host_.has_operators()) {
      Node first = a;
      Node second = b;
      Step to_it = step;
      bool taken = false;
      if (!host_.operators(*this, first, second, to_it, taken)) return false;
      return taken || visit_asked(first, second, to_it);
    }
  }
  return visit_asked(a, b, step);
}

template <class Host>
bool Walk<Host>::visit_asked(const Node& a, const Node& b, const Step& step) {
  if (host_.identity(a) == host_.identity(b)) return true;
  bool left_out = false;
  if (!host_.left_out(*this, a, b, step, false, left_out)) return false;
  if (left_out) return true;
  const NodeKind kind = host_.kind(a);
  if (kind == NodeKind::other || host_.kind(b) == NodeKind::other) {
    return host_.other(*this, a, b, step);
  }
  if (!host_.same_type(a, b)) return host_.retyped(*this, a, b, step);
  if (kind == NodeKind::sequence && host_.asks_lists()) return host_.other(*this, a, b, step);
  return go_on(a, b, step);
}

template <class Host>
bool Walk<Host>::go_on(const Node& a, const Node& b, const Step& step) {
  switch (host_.kind(a)) {
    case NodeKind::mapping: return enter_mapping({a, b, step, a, b});
    case NodeKind::sequence: return enter_sequence({a, b, step, a, b});
    case NodeKind::set: return enter_set({a, b, step, a, b});
    default: break;
  }
  bool equal = false;
  if (!host_.equal(a, b, equal)) return false;
  return equal || host_.unequal(*this, a, b, step);
}

// Whether the place is too deep to be entered.
template <class Host>
bool Walk<Host>::compared_as_whole(const Place& place, bool& done) {
  done = options_.max_depth != 0 && stack_.size() >= options_.max_depth;
  if (!done) return true;
  bool equal = false;
  if (!host_.equal(place.a, place.b, equal)) return false;
  return equal || report(Change::value, place.a, place.b, place.step);
}

// Whether both have the same keys in the same order: then nothing was added or removed.
template <class Host>
bool Walk<Host>::keys_run_parallel(const Place& place, bool& parallel) {
  const Node& a = place.in_a;
  const Node& b = place.in_b;
  parallel = host_.size(a) == host_.size(b) && options_.threshold_to_diff_deeper <= 1;
  if constexpr (requires { host_.same_keys(a, b); }) {
    parallel = parallel && host_.same_keys(a, b);
    return true;
  }
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
bool Walk<Host>::match_keys(const Place& place, std::vector<Entry>& common,
                            std::vector<Entry>& added, std::vector<Entry>& removed) {
  Key key;
  Node child;
  Node partner;
  typename Host::Cursor cursor{};
  Found found = Found::yes;
  while ((found = host_.entry(place.in_b, cursor, key, child)) == Found::yes) {
    if (host_.hidden(key)) continue;
    const Found in_a = host_.find(place.in_a, key, partner);
    if (in_a == Found::failed) return false;
    if (in_a == Found::yes) {
      common.push_back({key, partner, child});
    } else {
      added.push_back({key, Node{}, child});
    }
  }
  if (found == Found::failed) return false;
  cursor = {};
  while ((found = host_.entry(place.in_a, cursor, key, child)) == Found::yes) {
    if (host_.hidden(key)) continue;
    const Found in_b = host_.find(place.in_b, key, partner);
    if (in_b == Found::failed) return false;
    if (in_b == Found::no) removed.push_back({key, child, Node{}});
  }
  return found != Found::failed;
}

// The same where keys stand for others: what is common is known by the key it stands for, the rest
// by its own.
template <class Host>
bool Walk<Host>::match_clean_keys(const Place& place, std::vector<Entry>& common,
                                  std::vector<Entry>& added, std::vector<Entry>& removed) {
  if constexpr (requires { host_.cleans_keys(); }) {
    static_assert(std::is_same_v<Node, Key>);
    Node keys_a;
    Node keys_b;
    if (!host_.clean_keys(*this, place, keys_a, keys_b)) return false;
    const auto side = [&](const Node& here, const Node& there, bool of_b) {
      typename Host::Cursor cursor{};
      for (;;) {
        Key clean;
        Node own;
        Node other;
        Node value;
        Node partner;
        const Found found = host_.entry(here, cursor, clean, own);
        if (found != Found::yes) return found == Found::no;
        const Found shared = host_.find(there, clean, other);
        if (shared == Found::failed) return false;
        if (shared == Found::yes && !of_b) continue;
        const Found has = host_.find(of_b ? place.in_b : place.in_a, own, value);
        if (has != Found::yes) return has == Found::no;
        if (shared == Found::no) {
          if (of_b) {
            added.push_back({own, Node{}, value});
          } else {
            removed.push_back({own, value, Node{}});
          }
          continue;
        }
        const Found has_too = host_.find(place.in_a, other, partner);
        if (has_too != Found::yes) return has_too == Found::no;
        common.push_back({clean, partner, value});
      }
    };
    return side(keys_b, keys_a, true) && side(keys_a, keys_b, false);
  } else {
    return match_keys(place, common, added, removed);
  }
}

// How many keys there are on either side, as far as they count.
template <class Host>
bool Walk<Host>::count_keys(const Place& place, const std::vector<Entry>& common,
                            const std::vector<Entry>& added, const std::vector<Entry>& removed,
                            std::size_t& count) {
  count = common.size() + added.size() + removed.size();
  if constexpr (requires { host_.counts_keys(); }) {
    if (!host_.counts_keys() || common.size() == count) return true;
    std::vector<Key> keys;
    for (const auto* each : {&common, &added, &removed}) {
      for (const Entry& entry : *each) keys.push_back(entry.key);
    }
    return host_.union_size(*this, place, keys, count);
  }
  return true;
}

template <class Host>
bool Walk<Host>::enter_mapping(Place place, StepKind entries, bool whole) {
  bool done = false;
  if (!compared_as_whole(place, done)) return false;
  if (done) return true;
  bool cleans = false;
  if constexpr (requires { host_.cleans_keys(); }) cleans = host_.cleans_keys();
  if (!cleans) {
    bool parallel = false;
    if (!keys_run_parallel(place, parallel)) return false;
    if (parallel) {
      push(Way::parallel, std::move(place)).children = entries;
      return true;
    }
  }
  std::vector<Entry> common;
  std::vector<Entry> added;
  std::vector<Entry> removed;
  if (!(cleans ? match_clean_keys(place, common, added, removed)
               : match_keys(place, common, added, removed))) {
    return false;
  }
  if (whole && options_.threshold_to_diff_deeper != 0) {
    std::size_t all = 0;
    if (!count_keys(place, common, added, removed, all)) return false;
    if (all > 1 && static_cast<double>(common.size()) / static_cast<double>(all) <
                       options_.threshold_to_diff_deeper) {
      return report(Change::value, place.a, place.b, place.step);
    }
  }
  push(Way::entries, std::move(place)).children = entries;
  bool failed = false;
  for (const auto* side : {&added, &removed}) {
    const Change change = side == &added ? Change::entry_added : Change::entry_removed;
    for (const Entry& entry : *side) {
      if (!count(failed)) {
        pop();
        return !failed;
      }
      Step step;
      step.kind = entries;
      step.key = entry.key;
      if (!report(change, entry.a, entry.b, step)) return false;
    }
  }
  stack_.back().entries = std::move(common);
  return true;
}

template <class Host>
bool Walk<Host>::advance_parallel(bool& over) {
  const std::size_t depth = stack_.size();
  Step step;
  step.kind = stack_.back().children;
  Key key;
  Node a;
  Node b;
  for (;;) {
    Frame& frame = stack_.back();  // what was visited may have moved it
    const Found in_a = host_.entry(frame.place.in_a, frame.cursor_a, key, a);
    const Found in_b = host_.entry(frame.place.in_b, frame.cursor_b, step.key, b);
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
bool Walk<Host>::advance_entries(bool& over) {
  Frame& frame = stack_.back();
  over = frame.at >= frame.entries.size();
  if (over) return true;
  Entry entry = std::move(frame.entries[frame.at++]);
  Step step;
  step.kind = frame.children;
  step.key = std::move(entry.key);
  bool failed = false;
  if (!count(failed)) {
    over = true;
    return !failed;
  }
  if (ancestors_.contains(host_.identity(entry.a))) return true;
  return visit(entry.a, entry.b, step);
}

}  // namespace mainstay::diff
