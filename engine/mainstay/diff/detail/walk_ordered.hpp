// walk_ordered.hpp - sequences whose order counts. Part of walk.hpp.
//
// Lists of simple items are described by opcodes, or position by position when that takes fewer
// events. All others go position by position.
#pragma once

#include "mainstay/diff/opcodes.hpp"
#include "mainstay/diff/walk.hpp"

namespace mainstay::diff {

template <class Host>
bool Walk<Host>::enter_sequence(Place place, Order order, bool aligned, std::uint8_t relation) {
  bool done = false;
  if (!compared_as_whole(place, done)) return false;
  if (done) return true;
  if constexpr (requires { host_.has_keys(); }) {
    std::vector<Node> keys_a;
    std::vector<Node> keys_b;
    if (host_.has_keys() &&
        !(keys_of(place.in_a, keys_a, done) && keys_of(place.in_b, keys_b, done))) {
      return false;
    }
    if (done) return enter_keyed(place, keys_a, keys_b);
  }
  if (order == Order::ignored || (order == Order::by_options && options_.ignore_order)) {
    return enter_unordered(place, relation);
  }
  if (aligned && !options_.by_position) {
    bool simple = false;
    if (!all_simple(place.in_a, simple) || (simple && !all_simple(place.in_b, simple))) {
      return false;
    }
    if (simple) return simple_lists(place, relation);
  }
  push(Way::positions, std::move(place)).relation = relation;
  return true;
}

template <class Host>
bool Walk<Host>::all_simple(const Node& node, bool& simple) {
  Node item;
  simple = true;
  for (std::size_t at = 0; simple; ++at) {
    const Found found = host_.item(node, at, item);
    if (found == Found::failed) return false;
    if (found == Found::no) return true;
    if (!host_.simple(item, simple)) return false;
  }
  return true;
}

template <class Host>
bool Walk<Host>::advance_positions(bool& over) {
  const std::size_t depth = stack_.size();
  for (;;) {
    Frame& frame = stack_.back();  // what was visited may have moved it
    const auto at = static_cast<std::uint32_t>(frame.at++);
    if (!pair_at(frame.place, at, kNone, at, kNone, over)) return false;
    if (over || stack_.size() != depth) return true;
  }
}

// From the innermost open node.
template <class Host>
auto Walk<Host>::step_to_item(std::uint32_t a, std::uint32_t b) const -> Step {
  Step step;
  step.kind = StepKind::item;
  step.relation = stack_.back().relation;
  step.a = a;
  step.b = b;
  return step;
}

// The items at two positions, either of which may be behind the end of its list or range. The
// lists are not looked at any more once an item is visited.
template <class Host>
bool Walk<Host>::pair_at(const Place& place, std::uint32_t at_a, std::uint32_t a_end,
                         std::uint32_t at_b, std::uint32_t b_end, bool& over) {
  Node item_a;
  Node item_b;
  const Found in_a = at_a < a_end ? host_.item(place.in_a, at_a, item_a) : Found::no;
  const Found in_b = at_b < b_end ? host_.item(place.in_b, at_b, item_b) : Found::no;
  if (in_a == Found::failed || in_b == Found::failed) return false;
  over = in_a == Found::no && in_b == Found::no;
  if (over) return true;
  bool failed = false;
  if (!count(failed)) {
    over = true;
    return !failed;
  }
  const Step step = step_to_item(at_a, at_b);
  if (in_b == Found::no) return report(Change::item_removed, item_a, Node{}, step);
  if (in_a == Found::no) return report(Change::item_added, Node{}, item_b, step);
  if (at_a != at_b) {
    bool same = false;
    if (!host_.same_item(item_a, item_b, same)) return false;
    if (same) return report(Change::item_moved, item_a, item_b, step);
  }
  if (ancestors_.contains(host_.identity(item_a))) return true;
  return visit(item_a, item_b, step);
}

// The ranges of an opcode, position by position.
template <class Host>
bool Walk<Host>::pair_range(const Place& place, const Opcode& code) {
  const std::size_t depth = stack_.size();
  bool over = false;
  for (std::uint32_t i = 0;; ++i) {
    if (!pair_at(place, code.a_from + i, code.a_to, code.b_from + i, code.b_to, over)) {
      return false;
    }
    if (over) return true;
    if (!finish(depth)) return false;
  }
}

template <class Host>
bool Walk<Host>::one_sided_range(const Node& list, std::uint32_t from, std::uint32_t to,
                                 bool added) {
  Node item;
  for (std::uint32_t at = from; at < to; ++at) {
    const Found found = host_.item(list, at, item);
    if (found != Found::yes) return found == Found::no;
    const Step step = step_to_item(at, at);
    if (!(added ? report(Change::item_added, Node{}, item, step)
                : report(Change::item_removed, item, Node{}, step))) {
      return false;
    }
  }
  return true;
}

template <class Host>
bool Walk<Host>::all_same(const Node& a, const Node& b, bool& same) {
  same = host_.size(a) == host_.size(b);
  Node item_a;
  Node item_b;
  for (std::size_t at = 0; same; ++at) {
    const Found in_a = host_.item(a, at, item_a);
    const Found in_b = host_.item(b, at, item_b);
    if (in_a == Found::failed || in_b == Found::failed) return false;
    if (in_a == Found::no || in_b == Found::no) {
      same = in_a == in_b;
      return true;
    }
    if (host_.identity(item_a) == host_.identity(item_b)) continue;
    if (!host_.same_item(item_a, item_b, same)) return false;
  }
  return true;
}

template <class Host>
bool Walk<Host>::number_of(const Node& item, Numbering& numbering, std::uint32_t& number) {
  auto& [known, slots] = numbering;
  std::uint64_t hash = 0;
  if (!host_.hash(item, hash)) return false;
  const auto free_slot = [&slots = slots](std::uint64_t of) {
    std::size_t at = of & (slots.size() - 1);
    while (slots[at] != 0) at = (at + 1) & (slots.size() - 1);
    return at;
  };
  for (std::size_t at = hash & (slots.size() - 1); slots[at] != 0;
       at = (at + 1) & (slots.size() - 1)) {
    const auto& other = known[slots[at] - 1];
    if (other.hash != hash) continue;
    bool same = host_.identity(other.item) == host_.identity(item);
    if (!same && !host_.same_item(other.item, item, same)) return false;
    if (same) {
      number = slots[at] - 1;
      return true;
    }
  }
  known.push_back({item, hash});
  number = static_cast<std::uint32_t>(known.size() - 1);
  if (2 * known.size() <= slots.size()) {
    slots[free_slot(hash)] = number + 1;
  } else {
    slots.assign(4 * slots.size(), 0);
    for (std::uint32_t i = 0; i < known.size(); ++i) slots[free_slot(known[i].hash)] = i + 1;
  }
  return true;
}

template <class Host>
bool Walk<Host>::number_all(const Node& list, Numbering& numbering, Numbers& numbers) {
  Node item;
  for (std::size_t at = 0;; ++at) {
    const Found found = host_.item(list, at, item);
    if (found != Found::yes) return found == Found::no;
    if ((at & 0xFFFFU) == 0xFFFFU && !host_.go_on()) return false;
    if (!number_of(item, numbering, numbers.emplace_back())) return false;
  }
}

template <class Host>
bool Walk<Host>::simple_lists(const Place& place, std::uint8_t relation) {
  bool same = false;
  if (!all_same(place.in_a, place.in_b, same)) return false;
  if (same) return true;
  Numbers of_a;
  Numbers of_b;
  Numbering numbering;
  if (!number_all(place.in_b, numbering, of_b) || !number_all(place.in_a, numbering, of_a)) {
    return false;
  }
  auto codes = opcodes(of_a, of_b, numbering.known.size(), [this] { return host_.go_on(); });
  if (!codes) return false;

  push(Way::positions, place).relation = relation;
  auto& events = events_.events;
  const std::size_t before = events.size();
  deferred_ = true;
  for (const Opcode& code : *codes) {
    bool done = true;
    switch (code.tag) {
      case Tag::equal: break;
      case Tag::replace: done = pair_range(place, code); break;
      case Tag::erase: done = one_sided_range(place.in_a, code.a_from, code.a_to, false); break;
      case Tag::insert: done = one_sided_range(place.in_b, code.b_from, code.b_to, true); break;
    }
    if (!done) return false;
  }
  const std::size_t by_codes = events.size() - before;
  if (by_codes > 1) {
    const std::size_t between = events.size();
    if (!pair_range(place, {Tag::replace, 0, kNone, 0, kNone})) return false;
    const auto at = [first = events.begin()](std::size_t position) {
      return first + static_cast<std::ptrdiff_t>(position);
    };
    if (by_codes >= events.size() - between) {
      events.erase(at(before), at(between));
    } else {
      events.erase(at(between), events.end());
      events_.matched.push_back({trail(), std::move(*codes)});
    }
  }
  deferred_ = false;
  if (!seen(before)) return false;
  pop();
  return true;
}

}  // namespace mainstay::diff
