// walk_unordered.hpp - sets, and sequences whose order is ignored. Part of walk.hpp.
//
// Items are told apart by fingerprints. Those on one side only are paired by their distance, which
// is the size of the difference between them: a walk of its own whose events are counted.
#pragma once

#include <algorithm>
#include <set>
#include <utility>

#include "mainstay/diff/distance.hpp"
#include "mainstay/diff/walk.hpp"

namespace mainstay::diff {

// The next item of the list.
template <class Host>
void Walk<Host>::Bag::add(const Measure& measure, const Node& item) {
  const auto position = static_cast<std::uint32_t>(next.size());
  next.push_back(kNone);
  const auto [known, is_new] =
      numbers.try_emplace(measure.digest, static_cast<std::uint32_t>(kinds.size()));
  if (is_new) {
    kinds.push_back({measure.digest, item, measure.count, position, position, 1});
    return;
  }
  Kind& kind = kinds[known->second];
  next[kind.last] = position;
  kind.last = position;
  ++kind.count;
}

template <class Host>
std::vector<std::uint32_t> Walk<Host>::Bag::positions(const Kind& kind) const {
  std::vector<std::uint32_t> found;
  for (std::uint32_t at = kind.first; at != kNone; at = next[at]) found.push_back(at);
  return found;
}

template <class Host>
bool Walk<Host>::fill(const Place& place, const Node& list, Bag& bag) {
  const bool is_set = host_.kind(list) == NodeKind::set;
  Measuring<Host> measuring(host_);
  if constexpr (requires { host_.filling(*this, place); }) host_.filling(*this, place);
  typename Host::Cursor cursor{};
  Node item;
  for (std::size_t at = 0;; ++at) {
    const Found found = is_set ? host_.member(list, cursor, item) : host_.item(list, at, item);
    if (found != Found::yes) {
      if constexpr (requires { host_.filled(); }) host_.filled();
      return found == Found::no;
    }
    if ((at & 0xFFFFU) == 0xFFFFU && !host_.go_on()) return false;
    Measure measure;
    Found known = Found::yes;
    bool asked = false;
    if constexpr (requires { host_.digests_items(); }) asked = host_.digests_items();
    if (asked) {
      if constexpr (requires { host_.digests_items(); }) {
        known = host_.digest_item(*this, place, at, item, measure);
      }
    } else if (!measuring.measure(item, measure)) {
      return false;
    }
    if (known == Found::failed) return false;
    if (known == Found::yes) {
      bag.add(measure, item);
    } else {
      bag.leave_out();
    }
  }
}

template <class Host>
bool Walk<Host>::enter_set(const Place& place) {
  bool done = false;
  if (!compared_as_whole(place, done)) return false;
  if (done) return true;
  Bag bag_a;
  Bag bag_b;
  if (!fill(place, place.in_a, bag_a) || !fill(place, place.in_b, bag_b)) return false;
  push(Way::positions, place);
  const auto one_side = [&](const Bag& here, const Bag& there, bool added) {
    for (const auto& kind : here.kinds) {
      if (there.find(kind.fingerprint) != kNone) continue;
      bool failed = false;
      if (!count(failed)) return !failed;
      Step step;
      step.kind = StepKind::member;
      if (!(added ? report(Change::member_added, Node{}, kind.item, step)
                  : report(Change::member_removed, kind.item, Node{}, step))) {
        return false;
      }
    }
    return true;
  };
  if (!one_side(bag_b, bag_a, true) || !one_side(bag_a, bag_b, false)) return false;
  pop();
  return true;
}

// Whether all are plain numbers whose distances need no walk: 0, or what they are compared as.
template <class Host>
int Walk<Host>::numbers_of(const Bag& bag, const Numbers& kinds) {
  int common = 0;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const int type = host_.number_type(bag.kinds[kinds[i]].item);
    if (type == 0 || (i > 0 && type != common)) return 0;
    common = type;
  }
  return std::min(common, 2);
}

// What an item has in common with those that may be an older form of it.
template <class Host>
bool Walk<Host>::parts_of(const Node& node, std::vector<Fingerprint>& parts) {
  Measuring<Host> measuring(host_);
  typename Host::Cursor cursor{};
  const NodeKind kind = host_.kind(node);
  Key key;
  Node child;
  for (std::size_t at = 0;; ++at) {
    Found found = Found::no;
    Measure of_key;
    switch (kind) {
      case NodeKind::mapping: found = host_.entry(node, cursor, key, child); break;
      case NodeKind::sequence: found = host_.item(node, at, child); break;
      case NodeKind::set: found = host_.member(node, cursor, child); break;
      case NodeKind::text:
        if (!host_.words(node, parts)) return false;
        break;
      default: break;
    }
    if (found == Found::failed) return false;
    if (found == Found::no) break;
    if (kind == NodeKind::mapping && !host_.measure_key(key, of_key)) return false;
    Measure measure;
    if (!measuring.measure(child, measure)) return false;
    Mixer mixer(0, 0);
    mixer.add(of_key.digest);
    mixer.add(measure.digest);
    parts.push_back(mixer.end());
  }
  std::sort(parts.begin(), parts.end());
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
  return true;
}

// For each that was added the number of the removed one it was before; kNone for the others.
template <class Host>
bool Walk<Host>::pairs_of(const Bag& a, const Bag& b, const Numbers& added, const Numbers& removed,
                          Numbers& partner) {
  if (options_.pair_by_parts) {
    std::vector<std::vector<Fingerprint>> of_added(added.size());
    std::vector<std::vector<Fingerprint>> of_removed(removed.size());
    for (std::size_t i = 0; i < added.size(); ++i) {
      if (!parts_of(b.kinds[added[i]].item, of_added[i])) return false;
    }
    for (std::size_t i = 0; i < removed.size(); ++i) {
      const Node& item = a.kinds[removed[i]].item;
      if (ancestors_.contains(host_.identity(item))) continue;
      if (!parts_of(item, of_removed[i])) return false;
    }
    for (const auto& [i, j] : pair_by_parts(of_added, of_removed)) partner[i] = j;
    return true;
  }
  const auto fingerprints = [](const Bag& bag, const Numbers& of) {
    std::vector<Fingerprint> made;
    for (const std::uint32_t i : of) made.push_back(bag.kinds[i].fingerprint);
    return made;
  };
  Fingerprint key;
  const bool cached = cache_->on();
  if (cached) {
    key = DistanceCache::key(fingerprints(b, added), fingerprints(a, removed));
    if (const auto* known = cache_->pairs(key)) {
      for (const auto& [to, from] : *known) {
        const auto i = std::find(added.begin(), added.end(), b.find(to)) - added.begin();
        const auto j = std::find(removed.begin(), removed.end(), a.find(from)) - removed.begin();
        partner[static_cast<std::size_t>(i)] = static_cast<std::uint32_t>(j);
      }
      return true;
    }
  }
  const int numbers = added.size() > 1 && removed.size() > 1 ? numbers_of(b, added) : 0;
  const bool at_once = numbers != 0 && numbers == numbers_of(a, removed);
  std::vector<Candidate> candidates;
  for (std::uint32_t i = 0; i < added.size(); ++i) {
    if (!host_.go_on()) return false;
    for (std::uint32_t j = 0; j < removed.size(); ++j) {
      const auto& from = a.kinds[removed[j]];
      if (ancestors_.contains(host_.identity(from.item))) continue;
      double far = 0;
      if (!distance(from, b.kinds[added[i]], at_once, far)) return false;
      if (!(far >= options_.cutoff_distance_for_pairs)) candidates.push_back({i, j, far});
    }
  }
  DistanceCache::Pairs pairs;
  for (const auto& [i, j] : pair_up(candidates)) {
    partner[i] = j;
    pairs.emplace_back(b.kinds[added[i]].fingerprint, a.kinds[removed[j]].fingerprint);
  }
  if (cached && cache_->on()) cache_->keep(key, std::move(pairs));
  return true;
}

// How far two items are from one another: 0 for equal ones, 1 for entirely different ones. Their
// walk is counted as any other comparison.
template <class Host>
bool Walk<Host>::distance(const typename Bag::Kind& a, const typename Bag::Kind& b, bool numbers,
                          double& far) {
  bool known = false;
  if constexpr (requires { host_.knows_distances(); }) {
    if (host_.knows_distances()) {
      if (!host_.pair_distance(b.item, a.item, numbers, far, known)) return false;
      if (known) return true;
    }
  }
  if (numbers) {
    double x = 0;
    double y = 0;
    if (!host_.number(b.item, x) || !host_.number(a.item, y)) return false;
    far = distance_of_numbers_at_once(x, y, options_.cutoff_distance_for_pairs);
    return true;
  }
  const bool cached = cache_->on();
  if (cached) {
    if (const double* known_far = cache_->distance(a.fingerprint, b.fingerprint)) {
      ++statistics_.cache_hits;
      far = *known_far;
      return true;
    }
  }
  const std::pair key{host_.identity(a.item), host_.identity(b.item)};
  if (!cached) {
    const auto found = walked_->find(key);
    if (found != walked_->end() && spend(found->second.spent)) {
      far = found->second.far;
      return true;
    }
  }
  const Statistics before = statistics_;
  if (!walk_distance(a, b, far)) return false;
  if (cached) {
    if (cache_->on()) cache_->keep(a.fingerprint, b.fingerprint, far);
  } else if (is_nested_ && statistics_.passes > before.passes && remembers()) {
    Walked walked{a.item, b.item, far, statistics_};
    walked.spent.diffs -= before.diffs;
    walked.spent.passes -= before.passes;
    walked_->insert_or_assign(key, std::move(walked));
  }
  return true;
}

// Whether a distance that measured others is kept: an operator may answer otherwise next time.
template <class Host>
bool Walk<Host>::remembers() const {
  if constexpr (requires { host_.has_operators(); }) {
    if (host_.has_operators()) return false;
  }
  return walked_->size() < kMostWalked && !statistics_.max_passes_reached &&
         !statistics_.max_diffs_reached;
}

// Counts what a distance took when it was measured; false where a limit would have been reached.
template <class Host>
bool Walk<Host>::spend(const Statistics& spent) {
  if (statistics_.passes + spent.passes > options_.max_passes) return false;
  if (options_.max_diffs != kNoLimit && statistics_.diffs + spent.diffs > options_.max_diffs) {
    return false;
  }
  statistics_.passes += spent.passes;
  statistics_.diffs += spent.diffs;
  return true;
}

template <class Host>
bool Walk<Host>::walk_distance(const typename Bag::Kind& a, const typename Bag::Kind& b,
                               double& far) {
  if (!nested_) {
    nested_ = std::make_unique<Walk>(host_, options_, statistics_);
    nested_->cache_ = cache_;
    nested_->walked_ = walked_;
    nested_->is_nested_ = true;
  }
  bool known = false;
  Walk& walk = *nested_;
  walk.forget();
  const typename Host::Descent descent(host_, walk, a.item, b.item);
  if (!descent) return false;
  std::uint64_t length = 0;
  if (!walk.run(a.item, b.item) || !direct_distance(a.item, b.item, far, known)) return false;
  if (known) return true;
  if (!walk.length_of_events(length)) return false;
  far = length == 0 ? 0 : static_cast<double>(length) / static_cast<double>(a.weight + b.weight);
  return true;
}

// A distance that needs no walk.
template <class Host>
bool Walk<Host>::direct_distance(const Node& a, const Node& b, double& far, bool& known) {
  const NodeKind kind_a = host_.kind(a);
  const NodeKind kind_b = host_.kind(b);
  if (kind_a == NodeKind::other || kind_b == NodeKind::other) {
    return host_.other_distance(a, b, far, known);
  }
  const auto is_number = [](NodeKind kind) {
    return kind == NodeKind::boolean || kind == NodeKind::integer || kind == NodeKind::real;
  };
  known = is_number(kind_a) && is_number(kind_b);
  if (!known) return true;
  double x = 0;
  double y = 0;
  if (!host_.number(a, x) || !host_.number(b, y)) return false;
  far = distance_of_numbers(x, y, options_.cutoff_distance_for_pairs);
  return true;
}

// The number of operations the events stand for: what they bring, or take away, is counted leaf by
// leaf.
template <class Host>
bool Walk<Host>::length_of_events(std::uint64_t& length) {
  if (!options_.report_repetition) merge_added_and_removed(events_);
  length = 0;
  // An item that several positions of one list have is counted once for each direction.
  struct Counted {
    std::uint32_t trail;
    bool added;
    const void* identity;

    auto operator<=>(const Counted&) const = default;
  };
  std::set<Counted> counted;
  for (const Event<Host>& event : events_.events) {
    std::uint64_t more = 0;
    switch (event.change) {
      case Change::type: {
        bool converts = false;
        if (!host_.converts(event.a, event.b, converts)) return false;
        if (!converts && !length_of(event.b, more)) return false;
        ++more;
        break;
      }
      case Change::value:
      case Change::entry_added:
      case Change::member_added:
        if (!length_of(event.b, more)) return false;
        break;
      case Change::entry_removed:
      case Change::member_removed:
        if (!length_of(event.a, more)) return false;
        break;
      case Change::item_added:
      case Change::item_removed:
      case Change::repetition: {
        const bool added = event.change != Change::item_removed;
        const Node& item = event.change == Change::item_added ? event.b : event.a;
        const Counted one{event.trail, added, host_.identity(item)};
        if (!counted.insert(one).second) break;
        if (!length_of(item, more)) return false;
        break;
      }
      case Change::item_moved: break;
      case Change::foreign:
        if (!host_.foreign_length(event.extra, more)) return false;
        break;
    }
    length += more;
  }
  return true;
}

template <class Host>
bool Walk<Host>::length_of(const Node& root, std::uint64_t& length) {
  struct Open {
    Node node;
    NodeKind kind;
    typename Host::Cursor cursor{};
    std::size_t at = 0;
  };
  std::vector<Open> open;
  detail::Ancestors above;
  Node node = root;
  for (;;) {
    const NodeKind kind = host_.kind(node);
    if (kind == NodeKind::mapping || kind == NodeKind::sequence || kind == NodeKind::set) {
      above.push(host_.identity(node));
      open.push_back({.node = node, .kind = kind});
    } else {
      std::uint64_t more = 0;
      if (!host_.scalar_length(node, more)) return false;
      length += more;
    }
    for (;;) {
      if (open.empty()) return true;
      Open& top = open.back();
      Key key;
      Found found = Found::no;
      bool internal = false;
      switch (top.kind) {
        case NodeKind::mapping:
          found = host_.entry(top.node, top.cursor, key, node);
          internal = found == Found::yes && host_.internal(key);
          break;
        case NodeKind::set: found = host_.member(top.node, top.cursor, node); break;
        default: found = host_.item(top.node, top.at++, node); break;
      }
      if (found == Found::failed) return false;
      if (found == Found::no) {
        above.pop();
        open.pop_back();
      } else if (!internal && !above.contains(host_.identity(node))) {
        break;
      }
    }
  }
}

template <class Host>
bool Walk<Host>::enter_unordered(const Place& place, std::uint8_t relation) {
  Bag bag_a;
  Bag bag_b;
  if (!fill(place, place.in_a, bag_a) || !fill(place, place.in_b, bag_b)) return false;
  Numbers added;
  Numbers removed;
  for (std::uint32_t i = 0; i < bag_b.kinds.size(); ++i) {
    if (bag_a.find(bag_b.kinds[i].fingerprint) == kNone) added.push_back(i);
  }
  for (std::uint32_t i = 0; i < bag_a.kinds.size(); ++i) {
    if (bag_b.find(bag_a.kinds[i].fingerprint) == kNone) removed.push_back(i);
  }
  const auto one_sided = static_cast<double>(added.size() + removed.size());
  const auto all = static_cast<double>(bag_a.kinds.size() + bag_b.kinds.size() + 1);
  Numbers partner(added.size(), kNone);
  if (one_sided / all <= options_.cutoff_intersection_for_pairs) {
    if (statistics_.passes < options_.max_passes) {
      ++statistics_.passes;
      ancestors_.push(host_.identity(place.a));
      const bool paired = pairs_of(bag_a, bag_b, added, removed, partner);
      ancestors_.pop();
      if (!paired) return false;
    } else if (!statistics_.max_passes_reached) {
      statistics_.max_passes_reached = true;
      if (!host_.limit_reached(false)) return false;
    }
  }

  Frame& frame = push(Way::actions, place);
  frame.relation = relation;
  const auto act = [&](const Node& a, const Node& b, std::uint32_t at_a, std::uint32_t at_b,
                       bool counts) -> Action& {
    Action action;
    action.pair = {.a = a, .b = b, .step = step_to_item(at_a, at_b)};
    action.pair.step.unordered = true;
    action.counts = counts;
    return frame.actions.emplace_back(std::move(action));
  };
  std::vector<bool> paired(removed.size());
  const bool each = options_.report_repetition;
  for (std::uint32_t i = 0; i < added.size(); ++i) {
    const auto& kind = bag_b.kinds[added[i]];
    if (partner[i] == kNone) {
      for (std::uint32_t at = kind.first; at != kNone; at = each ? bag_b.next[at] : kNone) {
        act(Node{}, kind.item, at, at, at == kind.first);
      }
      continue;
    }
    paired[partner[i]] = true;
    const auto& old = bag_a.kinds[removed[partner[i]]];
    for (std::uint32_t at = old.first; at != kNone; at = each ? bag_a.next[at] : kNone) {
      // Where it comes several times, no one position stands for the new one.
      const std::uint32_t at_b = each && kind.count > 1 ? at : kind.first;
      act(old.item, kind.item, at, at_b, at == old.first);
    }
  }
  for (std::uint32_t i = 0; i < removed.size(); ++i) {
    if (paired[i]) continue;
    const auto& kind = bag_a.kinds[removed[i]];
    for (std::uint32_t at = kind.first; at != kNone; at = each ? bag_a.next[at] : kNone) {
      act(kind.item, Node{}, at, at, at == kind.first);
    }
  }
  if (!each) return true;
  for (const auto& kind : bag_b.kinds) {
    const std::uint32_t other = bag_a.find(kind.fingerprint);
    if (other == kNone || bag_a.kinds[other].count == kind.count) continue;
    const auto& old = bag_a.kinds[other];
    events_.repetitions.push_back({bag_a.positions(old), bag_b.positions(kind)});
    act(old.item, kind.item, old.first, old.first, false).repetition =
        static_cast<std::uint32_t>(events_.repetitions.size() - 1);
  }
  return true;
}

template <class Host>
void merge_added_and_removed(Events<Host>& found) {
  std::vector<Event<Host>>& events = found.events;
  // Of each place of a list: the last event that added there.
  std::unordered_map<std::uint64_t, std::size_t> added;
  const auto place = [](const Event<Host>& event) {
    const bool is_added = event.change == Change::item_added;
    return std::uint64_t{event.trail} << 32U | (is_added ? event.step.b : event.step.a);
  };
  bool any_removed = false;
  for (std::size_t i = 0; i < events.size(); ++i) {
    any_removed = any_removed || events[i].change == Change::item_removed;
  }
  if (!any_removed) return;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].change == Change::item_added) added[place(events[i])] = i;
  }
  if (added.empty()) return;
  std::vector<bool> gone(events.size());
  std::vector<Event<Host>> changed;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].change != Change::item_removed) continue;
    const auto match = added.find(place(events[i]));
    if (match == added.end() || gone[match->second]) continue;
    gone[i] = gone[match->second] = true;
    changed.push_back(std::move(events[i]));
    changed.back().change = Change::value;
    changed.back().extra = kMerged;
    changed.back().step.b = changed.back().step.a;  // it is reported where it was
    changed.back().b = events[match->second].b;
  }
  if (changed.empty()) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (gone[i]) continue;
    if (kept != i) events[kept] = std::move(events[i]);
    ++kept;
  }
  events.resize(kept);
  for (auto& event : changed) events.push_back(std::move(event));
}

}  // namespace mainstay::diff
