// run.hpp - running a program with a target, over a host.
//
// One algorithm for mainstay::Value and for Python objects. The host reads, makes and compares
// values; each of its operations may run code of the target's owner, which may fail, call the
// engine again or change the target. Therefore values are owned while they are used, and a failure
// is told from an answer everywhere.
//
// What failed is kept as a Trace: the nodes and targets from the program's root to the failure,
// with the branches that were tried. Making one costs nothing while nothing fails.
//
// A Host has:
//   Value      owns what it stands for; movable; empty by default
//   Constant   what a program holds, borrowed        Extra, Failure, Cursor, Level: see below
// and the operations used here; those that can fail return false, or Found::failed, and keep the
// failure for take_failure(). kHasTruth: its values are true or false, can be ordered and have
// tuples among them. One run belongs to one thread.
#pragma once

#include <array>
#include <list>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "mainstay/base/node_view.hpp"
#include "mainstay/reach/program.hpp"

namespace mainstay::reach {

// How a run came to where it is: positions in sequences, and the steps of chains. Parts are shared
// by the places below one; `up_size` says how many of the upper's parts come first.
template <class Host>
struct Where {
  const Where* up = nullptr;
  std::size_t up_size = 0;
  std::int64_t position = -1;
  std::vector<typename Host::Constant> parts;
};

template <class Host>
struct Trace {
  Trace() = default;
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;
  // Without recursion: a chain has a level for each of its steps.
  ~Trace() {
    while (next) next = std::move(next->next);
  }

  const Node<Host>* node = nullptr;
  typename Host::Value target{};
  typename Host::Value spec{};                    // in place of the node's, when not empty
  std::optional<typename Host::Failure> failure;  // of its own; none: that of `next`
  std::vector<std::unique_ptr<Trace>> failed;     // branches that failed before `next`
  std::unique_ptr<Trace> next;                    // what was evaluated last below
  bool next_failed = false;
};

template <class Host>
using TracePointer = std::unique_ptr<Trace<Host>>;

template <class Host>
[[nodiscard]] typename Host::Failure& failure_of(Trace<Host>& trace) noexcept {
  Trace<Host>* at = &trace;
  while (!at->failure) at = at->next.get();
  return *at->failure;
}

// Why an alternative does not count: where it failed, what it failed with, or its value.
template <class Host>
struct Skipped {
  Trace<Host>* trace = nullptr;
  typename Host::Value value{};
  std::optional<typename Host::Failure> failure{};
};

// Which fields of a pattern were matched. Most patterns have few.
class Seen {
 public:
  explicit Seen(std::size_t fields) : more_(fields > 64 ? fields - 64 : 0) {}
  void set(std::size_t at) {
    if (at < 64) {
      few_ |= std::uint64_t{1} << at;
    } else {
      more_[at - 64] = true;
    }
  }
  [[nodiscard]] bool has(std::size_t at) const {
    return at < 64 ? (few_ >> at & 1) != 0 : more_[at - 64];
  }

 private:
  std::uint64_t few_ = 0;
  std::vector<bool> more_;
};

template <class Host>
class Run {
 public:
  using Value = typename Host::Value;
  using Place = Where<Host>;
  using Spec = Node<Host>;
  using Branches = std::vector<TracePointer<Host>>;

  explicit Run(Host& host) noexcept : host_(host) {}

  // False: trace() says why.
  bool evaluate(const Spec& node, const Value& target, Value& result, Place& where) {
    bool done = false;
    if (node.children.empty() && node.fields.empty()) {
      done = run(node, target, result, where);
    } else {
      const typename Host::Level level(host_);
      done = level ? run(node, target, result, where) : own();
    }
    if (!done) next_ = traced(node, target);
    return done;
  }

  // Where the first map, if the program is one, leaves the place of its last item.
  void keep_place(Place* place) noexcept { behind_map_ = place; }

  [[nodiscard]] TracePointer<Host> take_trace() noexcept { return std::move(next_); }

 private:
  bool run(const Spec& node, const Value& target, Value& result, Place& where) {
    switch (node.op) {
      case Op::path: return path(node, target, result, where);
      case Op::build: return build(node, target, result, where);
      case Op::map: return map(node, target, result, where);
      case Op::chain: return chain(node, target, result, where);
      case Op::call: return host_.call(node, target, result) || own();
      case Op::constant: return constant(node.fallback, node.constant, result);
      case Op::wrap:
        return evaluate(node.child(), target, result, where) || fall_back(node, result);
      case Op::coalesce: return coalesce(node, target, result, where);
      case Op::kind_of: return passed(host_.is_kind(node, target), target, result);
      case Op::equals: return passed(host_.equals(node, target), target, result);
      case Op::satisfies: return passed(host_.satisfies(node, target), target, result);
      case Op::fields: return fields(node, target, result, where);
      case Op::items: return items(node, target, result, where);
      case Op::all: return all(node, target, result, where) || fall_back(node, result);
      case Op::any: return any(node, target, result, where) || fall_back(node, result);
      case Op::assign: return assign(node, target, result, where);
      case Op::erase: return erase(node, target, result, where);
      default: break;
    }
    if constexpr (Host::kHasTruth) {
      switch (node.op) {
        case Op::truthy: return truthy(node, target, result, where);
        case Op::pattern: return passed(host_.matches(node, target), target, result);
        case Op::tuple: return tuple(node, target, result, where);
        case Op::compare: return compare(node, target, result, where);
        case Op::gate: return gate(node, target, result, where);
        case Op::negate: return negate(node, target, result, where);
        case Op::choose: return choose(node, target, result, where);
        default: break;
      }
    }
    return false;
  }

  // --- failures ---

  // The host failed, here.
  bool own() {
    own_ = host_.take_failure();
    return false;
  }

  // The same after branches were tried in vain; the last of them was evaluated last.
  bool own(Branches&& branches) {
    own();
    if (!branches.empty()) {
      next_ = std::move(branches.back());
      branches.pop_back();
      next_failed_ = true;
      failed_ = std::move(branches);
    }
    return false;
  }

  // The same when a child that did not fail was evaluated last.
  bool own_behind(Branches&& branches, TracePointer<Host> last) {
    own();
    failed_ = std::move(branches);
    next_ = std::move(last);
    return false;
  }

  // The child that was evaluated last failed, and with it this node.
  bool inherit(Branches&& branches) {
    failed_ = std::move(branches);
    return false;
  }

  bool passed(bool answer, const Value& target, Value& result) {
    if (!answer) return own();
    result = host_.share(target);
    return true;
  }

  TracePointer<Host> traced(const Spec& node, const Value& target) {
    auto trace = std::make_unique<Trace<Host>>();
    trace->node = &node;
    trace->target = host_.share(target);
    trace->next_failed = next_failed_ || !own_;
    trace->failure = std::exchange(own_, std::nullopt);
    trace->failed = std::exchange(failed_, {});
    trace->next = std::move(next_);
    next_failed_ = false;
    return trace;
  }

  // A child that did not fail, but led to what did: `below`.
  TracePointer<Host> led(const Spec& node, const Value& target, TracePointer<Host> below) {
    auto trace = std::make_unique<Trace<Host>>();
    trace->node = &node;
    trace->target = host_.share(target);
    trace->next_failed = below != nullptr;
    trace->next = std::move(below);
    return trace;
  }

  [[nodiscard]] bool caught() { return host_.is_own(failure_of(*next_)); }
  void drop() noexcept {
    next_.reset();
    failed_.clear();
    own_.reset();
    next_failed_ = false;
  }

  bool constant(Fallback kind, const typename Host::Constant& value, Value& result) {
    if (kind == Fallback::made) return host_.make(value, result) || own();
    result = host_.hold(value);
    return true;
  }

  // The fallback of a node that failed, for failures that it catches.
  bool fall_back(const Spec& node, Value& result) {
    if (node.fallback == Fallback::none) return false;
    auto& failure = own_ ? *own_ : failure_of(*next_);
    if (!host_.is_own(failure)) return false;
    drop();
    return constant(node.fallback, node.fallback_value, result);
  }

  // --- reading and building ---

  bool path(const Spec& node, const Value& target, Value& result, Place& where) {
    Value reached = host_.share(target);
    if (!walk(node, 0, node.steps.size(), target, reached, where)) return false;
    result = std::move(reached);
    return true;
  }

  // Steps from `at` on; `reached` is where they begin and end. False: `own_` or `next_` is set.
  bool walk(const Spec& node, std::size_t at, std::size_t end, const Value& target, Value& reached,
            Place& where) {
    const std::size_t first = at;
    for (; at < end; ++at) {
      const Step<Host>& step = node.steps[at];
      if (step.access == Access::children || step.access == Access::descendants) {
        return each_child(node, at, end, reached, where);
      }
      if (host_.step(node, first, at, reached, where)) continue;
      own();
      if (step.access == Access::call && own_) {
        // The call is a step of the trace by itself: `reached` is still what was called.
        Value spec = host_.call_spec(node, at, reached);
        if (!spec) return false;
        auto trace = traced(node, target);
        trace->spec = std::move(spec);
        next_ = std::move(trace);
      }
      return false;
    }
    return true;
  }

  bool each_child(const Spec& node, std::size_t at, std::size_t end, Value& reached, Place& where) {
    const typename Host::Level level(host_);
    if (!level) return own();
    std::vector<Value> found;
    const bool all = node.steps[at].access == Access::descendants;
    Value list = host_.make_list();
    if (!list || !host_.children(reached, all, found)) return own();
    for (const Value& child : found) {
      Value value = host_.share(child);
      if (walk(node, at + 1, end, child, value, where)) {
        if (!host_.append(list, std::move(value))) return own();
      } else if (own_ && host_.is_access(*own_)) {
        drop();  // it does not have the rest of the path
      } else {
        return false;
      }
    }
    reached = std::move(list);
    return true;
  }

  bool build(const Spec& node, const Value& target, Value& result, Place& where) {
    Value made = host_.make_map(node.fields.size());
    if (!made) return own();
    for (const Field<Host>& field : node.fields) {
      Value value, key;
      if (!evaluate(*field.value, target, value, where)) return false;
      if (host_.is_skip(value)) continue;
      if (field.key_node) {
        if (!evaluate(*field.key_node, target, key, where)) return false;
        if (!host_.set(made, key, std::move(value))) return own();
      } else if (!host_.set(made, field.key, std::move(value))) {
        return own();
      }
    }
    result = std::move(made);
    return true;
  }

  bool map(const Spec& node, const Value& target, Value& result, Place& where) {
    typename Host::Cursor cursor;
    if (!host_.begin(target, where, cursor)) return own();
    Value made = host_.make_list();
    if (!made) return own();
    Place* behind = std::exchange(behind_map_, nullptr);
    Place inner{&where, where.parts.size(), -1, {}};
    Value item;
    for (;;) {
      const Found found = host_.next(cursor, item);
      if (found == Found::no) break;
      if (found == Found::failed) return own();
      ++inner.position;
      inner.parts.clear();
      Value value;
      if (!evaluate(node.child(), item, value, inner)) return false;
      if (host_.is_stop(value)) break;
      if (!host_.is_skip(value) && !host_.append(made, std::move(value))) return own();
    }
    if (behind != nullptr && inner.position >= 0) *behind = std::move(inner);
    result = std::move(made);
    return true;
  }

  bool chain(const Spec& node, const Value& target, Value& result, Place& where) {
    // The targets of the steps, for a trace. Most chains are short.
    std::array<Value, 4> few;
    std::vector<Value> many;
    Value* targets = few.data();
    if (node.children.size() > few.size()) {
      many.resize(node.children.size());
      targets = many.data();
    }
    Value reached = host_.share(target);
    Place* here = &where;
    std::list<Place> behind;  // behind a map, a chain stands at its last item
    for (std::size_t at = 0; at < node.children.size(); ++at) {
      const Spec& child = node.child(at);
      Value value;
      Place& before = *here;
      if (child.op == Op::map && at + 1 < node.children.size()) {
        behind_map_ = here = &behind.emplace_back(Place{&before, before.parts.size(), -1, {}});
      }
      if (!evaluate(child, reached, value, before)) {
        behind_map_ = nullptr;
        while (at > 0) {
          --at;
          next_ = led(node.child(at), targets[at], std::move(next_));
        }
        return false;
      }
      targets[at] = host_.share(reached);
      if (host_.is_skip(value)) continue;
      if (host_.is_stop(value)) break;
      reached = std::move(value);
      if (child.names_step) here->parts.push_back(child.spec);
    }
    result = std::move(reached);
    return true;
  }

  bool coalesce(const Spec& node, const Value& target, Value& result, Place& where) {
    Branches branches;
    TracePointer<Host> last;  // a child whose value does not count, when it was the last
    std::vector<Skipped<Host>> skipped;
    for (const auto& child : node.children) {
      Value value;
      last.reset();
      if (!evaluate(*child, target, value, where)) {
        auto& failure = failure_of(*next_);
        if (!host_.is_skipped(node, failure)) return inherit(std::move(branches));
        skipped.push_back({next_.get(), {}, {}});
        branches.push_back(std::move(next_));
        continue;
      }
      bool skip = false;
      if (!host_.skips(node, value, skip)) {
        last = led(*child, target, nullptr);
        own();
        if (!host_.is_skipped(node, *own_)) {
          failed_ = std::move(branches);
          next_ = std::move(last);
          return false;
        }
        skipped.push_back({nullptr, {}, std::exchange(own_, std::nullopt)});
        continue;
      }
      if (!skip) {
        result = std::move(value);
        return true;
      }
      skipped.push_back({nullptr, std::move(value), {}});
      last = led(*child, target, nullptr);
    }
    if (node.fallback != Fallback::none) {
      return constant(node.fallback, node.fallback_value, result);
    }
    host_.fail_coalesce(node, skipped, where);
    return last ? own_behind(std::move(branches), std::move(last)) : own(std::move(branches));
  }

  // --- matching ---

  bool fields(const Spec& node, const Value& target, Value& result, Place& where) {
    typename Host::Cursor cursor;
    if (!host_.begin_entries(node, target, cursor)) return own();
    Value made = host_.make_map(node.fields.size());
    if (!made) return own();
    Branches branches;  // keys that did not match, where that is not asked again
    Seen seen(node.fields.size());
    std::size_t entries = 0;
    const Spec* last = nullptr;
    Value key, value;
    for (;; ++entries) {
      const Found found = host_.next_entry(cursor, key, value);
      if (found == Found::no) break;
      if (found == Found::failed) return own();
      std::size_t at = 0;
      Value matched;
      if (node.keyed) {
        if (host_.find_field(node, key, at) == Found::failed) return own();
        matched = host_.share(key);
      } else {
        for (; at < node.fields.size(); ++at) {
          if (evaluate(*node.fields[at].key_node, key, matched, where)) break;
          if (!caught()) return inherit(std::move(branches));
          branches.push_back(std::move(next_));
        }
      }
      if (at == node.fields.size()) {
        host_.fail_unknown_key(node, key);
        auto own_failure = host_.take_failure();
        if (node.keyed) refused_keys(node, target, entries + 1, branches);
        own(std::move(branches));
        own_ = std::move(own_failure);
        return false;
      }
      const Field<Host>& field = node.fields[at];
      last = field.value.get();
      Value checked;
      if (!evaluate(*field.value, value, checked, where)) {
        next_ = led(*field.key_node, key, std::move(next_));
        if (node.keyed) {
          TracePointer<Host> below = std::move(next_);
          refused_keys(node, target, entries + 1, branches);
          next_ = std::move(below);
        }
        return inherit(std::move(branches));
      }
      if (!host_.set(made, matched, std::move(checked))) return own();
      seen.set(at);
    }
    if (!defaults(node, made)) return false;
    if (!all_required(node, seen)) {
      host_.fail_missing(node, seen, target);
      auto own_failure = host_.take_failure();
      if (node.keyed) refused_keys(node, target, entries, branches);
      if (!branches.empty()) next_ = led(*last, value, nullptr);  // passed, and was evaluated last
      failed_ = std::move(branches);
      own_ = std::move(own_failure);
      return false;
    }
    result = std::move(made);
    return true;
  }

  // The keys that did not match in the first entries, as traces: found out again only when a trace
  // wants them.
  void refused_keys(const Spec& node, const Value& target, std::size_t entries,
                    Branches& branches) {
    typename Host::Cursor cursor;
    Value key, value;
    if (!host_.begin_entries(node, target, cursor)) {
      (void)host_.take_failure();
      return;
    }
    for (; entries > 0 && host_.next_entry(cursor, key, value) == Found::yes; --entries) {
      std::size_t match = 0;
      if (host_.find_field(node, key, match) == Found::failed) break;
      for (std::size_t at = 0; at < match; ++at) {
        const Spec& tried = *node.fields[at].key_node;
        host_.fail_key(tried, key);
        own();
        branches.push_back(traced(tried, key));
      }
    }
  }

  bool defaults(const Spec& node, Value& made) {
    for (const Field<Host>& field : node.fields) {
      if (field.fallback == Fallback::none || host_.has(made, field.key)) continue;
      Value value;
      if (!constant(field.fallback, field.fallback_value, value)) return false;
      if (!host_.set(made, field.key, std::move(value))) return own();
    }
    return true;
  }

  static bool all_required(const Spec& node, const Seen& seen) {
    for (std::size_t at = 0; at < node.fields.size(); ++at) {
      if (node.fields[at].required && !seen.has(at)) return false;
    }
    return true;
  }

  bool items(const Spec& node, const Value& target, Value& result, Place& where) {
    typename Host::Cursor cursor;
    if (!host_.begin_items(node, target, cursor)) return own();
    Value made = host_.make_list();
    if (!made) return own();
    Branches branches;
    Value item;
    for (;;) {
      const Found found = host_.next(cursor, item);
      if (found == Found::no) break;
      if (found == Found::failed) return own();
      if (node.children.empty()) {
        host_.fail_empty(node, target);
        return own();
      }
      for (std::size_t at = 0;; ++at) {
        Value value;
        if (evaluate(node.child(at), item, value, where)) {
          if (!host_.append(made, std::move(value))) return own();
          break;
        }
        if (!caught() || at + 1 == node.children.size()) return inherit(std::move(branches));
        branches.push_back(std::move(next_));
      }
    }
    return host_.finish(node, made, result) || own();
  }

  bool tuple(const Spec& node, const Value& target, Value& result, Place& where) {
    typename Host::Cursor cursor;
    if (!host_.begin_tuple(node, target, node.children.size(), cursor)) return own();
    Value made = host_.make_list();
    if (!made) return own();
    Value item;
    for (const auto& child : node.children) {
      const Found found = host_.next(cursor, item);
      if (found == Found::no) break;
      if (found == Found::failed) return own();
      Value value;
      if (!evaluate(*child, item, value, where)) return false;
      if (!host_.append(made, std::move(value))) return own();
    }
    return host_.finish(node, made, result) || own();
  }

  // `fields` are the two sides: a child to evaluate, the target (`required`), or a constant.
  bool compare(const Spec& node, const Value& target, Value& result, Place& where) {
    std::array<Value, 2> sides;
    for (std::size_t at = 0; at < 2; ++at) {
      const Field<Host>& side = node.fields[at];
      if (side.value) {
        if (!evaluate(*side.value, target, sides[at], where)) return false;
      } else {
        sides[at] = side.required ? host_.share(target) : host_.hold(side.key);
      }
    }
    return passed(host_.compare(node, sides[0], sides[1]), target, result);
  }

  bool truthy(const Spec& node, const Value& target, Value& result, Place& where) {
    Value value;
    if (node.children.empty()) return passed(host_.is_truthy(node, target), target, result);
    if (!evaluate(node.child(), target, value, where)) return false;
    return passed(host_.is_truthy(node, value), target, result);
  }

  bool gate(const Spec& node, const Value& target, Value& result, Place& where) {
    Value value;
    if (!node.children.empty() && !evaluate(node.child(), target, value, where)) return false;
    bool open = false;
    if (!host_.is_true(node.children.empty() ? target : value, open)) return own();
    if (!open) return constant(node.fallback, node.fallback_value, result);
    result = host_.share(target);
    return true;
  }

  bool all(const Spec& node, const Value& target, Value& result, Place& where) {
    result = host_.share(target);
    for (const auto& child : node.children) {
      if (!evaluate(*child, target, result, where)) return false;
    }
    return true;
  }

  bool any(const Spec& node, const Value& target, Value& result, Place& where) {
    Branches branches;
    for (std::size_t at = 0;; ++at) {
      if (evaluate(node.child(at), target, result, where)) return true;
      if (!caught() || at + 1 == node.children.size()) return inherit(std::move(branches));
      branches.push_back(std::move(next_));
    }
  }

  bool negate(const Spec& node, const Value& target, Value& result, Place& where) {
    Value ignored;
    if (evaluate(node.child(), target, ignored, where)) {
      host_.fail_negated(node);
      return own();
    }
    if (!caught()) return false;
    drop();
    result = host_.share(target);
    return true;
  }

  bool choose(const Spec& node, const Value& target, Value& result, Place& where) {
    Branches branches;
    for (std::size_t at = 0; at < node.children.size(); at += 2) {
      Value ignored;
      if (evaluate(node.child(at), target, ignored, where)) {
        if (evaluate(node.child(at + 1), target, result, where)) return true;
        next_ = led(node.child(at), target, std::move(next_));
        return inherit(std::move(branches));
      }
      if (!caught()) return inherit(std::move(branches));
      branches.push_back(std::move(next_));
    }
    if (node.fallback != Fallback::none) {
      return constant(node.fallback, node.fallback_value, result);
    }
    host_.fail_choice(node);
    return own(std::move(branches));
  }

  // --- changing ---
  //
  // `steps` is the whole path; the first child is the path to what holds the place, the second of
  // an assignment the value.

  bool assign(const Spec& node, const Value& target, Value& result, Place& where) {
    Value value, holder;
    if (!evaluate(node.child(1), target, value, where)) return false;
    const std::size_t last = node.steps.size() - 1;
    if (evaluate(node.child(0), target, holder, where)) {
      return each_holder(node, node.stars, last, holder, value) && passed(true, target, result);
    }
    if (!host_.makes_missing(node) || !host_.is_access(failure_of(*next_))) return false;
    const std::size_t missing = host_.part_of(failure_of(*next_));
    Branches branches;
    branches.push_back(std::move(next_));
    Value filler;
    if (!fill(node, missing + 1, value, filler)) {
      return own_ ? own_again(std::move(branches)) : inherit(std::move(branches));
    }
    holder = host_.share(target);
    if (!walk(node, 0, missing, target, holder, where)) return own_again(std::move(branches));
    if (each_holder(node, 0, missing, holder, filler)) return passed(true, target, result);
    failed_ = std::move(branches);
    next_ = led(node.child(), target, nullptr);
    next_failed_ = false;
    return false;
  }

  // `own_` is set already.
  bool own_again(Branches&& branches) {
    auto failure = std::exchange(own_, std::nullopt);
    next_.reset();
    failed_ = std::move(branches);
    next_ = std::move(failed_.back());
    failed_.pop_back();
    next_failed_ = true;
    own_ = std::move(failure);
    return false;
  }

  // A new container with `value` at the rest of the path, from step `first` on.
  bool fill(const Spec& node, std::size_t first, const Value& value, Value& container) {
    if (!host_.make_missing(node, first, container)) return own();
    Value given, reached = host_.share(container);
    if (!host_.copy_argument(value, given)) return own();
    const std::size_t last = node.steps.size() - 1;
    std::size_t at = first;
    Place nowhere;
    std::optional<typename Host::Failure> missing;
    Value filler = host_.share(given);
    bool done = true;
    for (; done && at < last; ++at) {
      if (host_.step(node, first, at, reached, nowhere)) continue;
      own();
      done = host_.is_access(*own_);
      if (!done) break;
      missing = std::exchange(own_, std::nullopt);
      done = fill(node, at + 1, given, filler);
      break;
    }
    if (done && (host_.put(node, first, at, reached, filler) || own())) return true;
    if (missing) add_missing(node, first, container, std::move(*missing));
    auto trace = traced(node, container);
    trace->spec = host_.rest_spec(node, first, given);
    next_ = std::move(trace);
    return false;
  }

  // The part that was not there, before what failed behind it.
  void add_missing(const Spec& node, std::size_t first, const Value& container,
                   typename Host::Failure missing) {
    auto failure = std::exchange(own_, std::nullopt);
    auto below = std::move(next_);
    own_ = host_.rest_failure(node, first, std::move(missing));
    auto path = traced(node.child(), container);
    path->spec = host_.rest_path(node, first);
    failed_.push_back(std::move(path));
    next_ = below ? std::move(below) : led(node.child(), container, nullptr);
    own_ = std::move(failure);
  }

  bool each_holder(const Spec& node, std::size_t stars, std::size_t at, Value& holder,
                   const Value& value) {
    if (stars == 0) return host_.put(node, 0, at, holder, value) || own();
    return each(holder,
                [&](Value& below) { return each_holder(node, stars - 1, at, below, value); });
  }

  bool each_erased(const Spec& node, std::size_t stars, Value& holder) {
    if (stars == 0) return host_.erase(node, holder) || own();
    return each(holder, [&](Value& below) { return each_erased(node, stars - 1, below); });
  }

  template <class Change>
  bool each(const Value& holders, Change change) {
    typename Host::Cursor cursor;
    if (!host_.begin_list(holders, cursor)) return own();
    Value below;
    for (;;) {
      const Found found = host_.next(cursor, below);
      if (found == Found::no) return true;
      if (found == Found::failed) return own();
      if (!change(below)) return false;
    }
  }

  bool erase(const Spec& node, const Value& target, Value& result, Place& where) {
    Value holder;
    if (!evaluate(node.child(0), target, holder, where)) {
      if (!host_.ignores_missing(node) || !host_.is_access(failure_of(*next_))) return false;
      drop();
    } else if (!each_erased(node, node.stars, holder)) {
      return false;
    }
    return passed(true, target, result);
  }

  Host& host_;
  // What is being said of the failure that is on its way up.
  std::optional<typename Host::Failure> own_;
  Branches failed_;
  TracePointer<Host> next_;
  bool next_failed_ = false;
  Place* behind_map_ = nullptr;  // where the next map leaves the place of its last item
};

}  // namespace mainstay::reach
