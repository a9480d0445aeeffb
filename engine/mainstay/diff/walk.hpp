// walk.hpp - two trees side by side; what differs becomes events.
//
// A template over a host: a NodeView with the questions of WalkHost. Keeps its own stack, so trees
// may be of any depth; allocates nothing for nodes that are equal. What an operation of the host
// changes in the trees meanwhile is seen or not, but never harms. One thread at a time.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "mainstay/base/node_view.hpp"
#include "mainstay/diff/detail/ancestors.hpp"
#include "mainstay/diff/events.hpp"
#include "mainstay/diff/measure.hpp"
#include "mainstay/diff/options.hpp"
#include "mainstay/diff/pairing.hpp"

namespace mainstay::diff {

template <class Host>
class Walk;

// What the walk asks of its host beyond looking at nodes. All that return bool answer false when
// they failed, unless it says otherwise.
template <class H>
concept WalkHost =
    NodeView<H> &&
    requires(H& host, const typename H::Node& node, const typename H::Key& key, bool& answer,
             typename H::Node& child, std::uint64_t& hash, double& distance, Measure& measure,
             Walk<H>& walk, const Step<typename H::Key>& step) {
      { host.hidden(key) } -> std::same_as<bool>;  // whether such entries are left out
      // A pair of nodes that one of them is `other`, or that differ in type; reports by itself.
      { host.other(walk, node, node, step) } -> std::same_as<bool>;
      { host.retyped(walk, node, node, step) } -> std::same_as<bool>;
      // Whether the walk has nothing to do with a change at this place: neither report nor enter.
      { host.left_out(walk, node, node, step, answer) } -> std::same_as<bool>;
      // For lists of simple items: is one simple; a number for equal ones; are two equal.
      { host.simple(node, answer) } -> std::same_as<bool>;
      { host.hash(node, hash) } -> std::same_as<bool>;
      { host.same_item(node, node, answer) } -> std::same_as<bool>;
      // Lists with keys: is this one, at this place; the key of an item.
      { host.keyed(walk, step, answer) } -> std::same_as<bool>;
      { host.item_key(node, child) } -> std::same_as<Found>;
      // Numbers: 0 when it is none, or one that is not treated as such; else 1 for integers, more
      // for others, the same for those that may be compared without a walk.
      { host.number_type(node) } -> std::same_as<int>;
      { host.number(node, distance) } -> std::same_as<bool>;
      // A distance where one is `other`; `answer`: there is one.
      { host.other_distance(node, node, distance, answer) } -> std::same_as<bool>;
      // What a scalar or `other`, or an event of the host's, adds to the length of a difference;
      // entries that add nothing; whether the second's type makes the second out of the first.
      { host.scalar_length(node, hash) } -> std::same_as<bool>;
      { host.foreign_length(std::uint32_t{}, hash) } -> std::same_as<bool>;
      { host.internal(key) } -> std::same_as<bool>;
      { host.converts(node, node, answer) } -> std::same_as<bool>;
      // Scalars of one type that are not equal: reports by itself.
      { host.unequal(walk, node, node, step) } -> std::same_as<bool>;
      // One more level of recursion for as long as it lives; false when that failed.
      { static_cast<bool>(typename H::Descent(host)) };
      // A limit was reached for the first time.
      { host.limit_reached(answer) } -> std::same_as<bool>;
      { host.too_deep() } -> std::same_as<bool>;  // fails always
      { host.go_on() } -> std::same_as<bool>;     // asked now and then in long work
    };

template <class Host>
class Walk {
 public:
  using Node = typename Host::Node;
  using Key = typename Host::Key;
  using Step = diff::Step<Key>;

  // `above` is what the root of this walk hangs under in the host's own terms; the walk keeps it
  // for the host. Options and statistics outlive the walk.
  Walk(Host& host, const Options& options, Statistics& statistics)
      : host_(host), options_(options), statistics_(statistics) {}

  // False when the host failed. What was found is in events().
  bool run(const Node& a, const Node& b) { return visit(a, b, Step{}) && finish(); }

  [[nodiscard]] Events<Host>& events() noexcept { return events_; }

  // The rest is for hosts, in the midst of a walk.

  // Counts one comparison; false when no more are allowed.
  [[nodiscard]] bool count(bool& failed);

  bool report(Change change, const Node& a, const Node& b, const Step& step,
              std::uint32_t extra = kNone);

  // The trail entry of the innermost open node, made when it is not there yet.
  [[nodiscard]] std::uint32_t trail();

  // The way to the innermost open node, from the root: f(step, a, b).
  template <class F>
  void each_open(F f) const {
    for (const Frame& frame : stack_) f(frame.step, frame.a, frame.b);
  }

  // Compares two nodes as children of the innermost open node, now.
  bool compare(const Node& a, const Node& b, const Step& step) {
    const std::size_t depth = stack_.size();
    return visit(a, b, step) && finish(depth);
  }

 private:
  enum class Way : std::uint8_t {
    parallel,   // mappings whose keys come in one order
    entries,    // the entries both mappings have
    positions,  // sequences, position by position
    actions,    // pairs of items, and items without a partner
  };

  struct Entry {
    Key key;
    Node a, b;
  };
  struct Action {
    Node a, b;
    std::uint32_t at_a, at_b;
    bool counts;  // the first of its item
    std::uint32_t repetition = kNone;
  };

  struct Frame {
    Way way;
    Node a, b;
    Step step;
    std::uint32_t trail = kNone;
    typename Host::Cursor cursor_a{}, cursor_b{};
    std::size_t at = 0;
    std::vector<Entry> entries{};
    std::vector<Action> actions{};
  };

  // Equal items have equal numbers, counted in the order in which they came.
  struct Numbering {
    struct Known {
      Node item;
      std::uint64_t hash;
    };
    std::vector<Known> known;
    std::vector<std::uint32_t> slots = std::vector<std::uint32_t>(16);
  };

  // Items of a list that are alike, in the order in which the first of each came.
  struct Bag {
    struct Kind {
      Fingerprint fingerprint;
      Node item;
      std::uint64_t weight;
      std::uint32_t first, last, count;
    };
    std::vector<Kind> kinds;
    std::vector<std::uint32_t> next;   // the next position of the same kind
    std::vector<std::uint32_t> slots;  // open addressing: 1 + a number of kinds

    [[nodiscard]] std::uint32_t find(const Fingerprint& fingerprint) const;
    void add(const Measure& measure, const Node& item);
    [[nodiscard]] std::vector<std::uint32_t> positions(const Kind& kind) const;
  };

  bool visit(const Node& a, const Node& b, const Step& step);
  bool finish(std::size_t depth = 0);
  bool advance(Frame& frame, bool& over);
  bool push(Way way, const Node& a, const Node& b, const Step& step);
  void pop();

  bool enter_mapping(const Node& a, const Node& b, const Step& step);
  bool keys_run_parallel(const Node& a, const Node& b, bool& parallel);
  bool advance_parallel(bool& over);
  bool advance_entries(Frame& frame, bool& over);

  bool enter_sequence(const Node& a, const Node& b, const Step& step);
  bool advance_positions(bool& over);
  bool all_simple(const Node& node, bool& simple);
  bool number_of(const Node& item, Numbering& numbering, std::uint32_t& number);
  bool number_all(const Node& list, Numbering& numbering, std::vector<std::uint32_t>& numbers);
  bool all_same(const Node& a, const Node& b, bool& same);
  bool simple_lists(const Node& a, const Node& b, const Step& step);
  bool pair_range(const Node& a, std::uint32_t a_from, std::uint32_t a_to, const Node& b,
                  std::uint32_t b_from, std::uint32_t b_to);
  bool pair_at(const Node& a, std::uint32_t at_a, std::uint32_t a_end, const Node& b,
               std::uint32_t at_b, std::uint32_t b_end, bool& over);

  bool enter_keyed(const Node& a, const Node& b, const Step& step);

  bool enter_set(const Node& a, const Node& b, const Step& step);

  bool fill(const Node& list, Bag& bag);
  bool enter_unordered(const Node& a, const Node& b, const Step& step);
  bool pairs_of(const Bag& a, const Bag& b, const std::vector<std::uint32_t>& added,
                const std::vector<std::uint32_t>& removed, std::vector<std::uint32_t>& partner);
  bool advance_actions(Frame& frame, bool& over);
  int numbers_of(const Bag& bag, const std::vector<std::uint32_t>& kinds);
  bool distance(const typename Bag::Kind& a, const typename Bag::Kind& b, double& far);
  bool direct_distance(const Node& a, const Node& b, double& far, bool& known);
  bool length_of_events(std::uint64_t& length);
  bool length_of(const Node& root, std::uint64_t& length);
  void forget();

  Host& host_;
  const Options& options_;
  Statistics& statistics_;
  Events<Host> events_;
  std::vector<Frame> stack_;
  detail::Ancestors ancestors_;
  std::unique_ptr<Walk> nested_;  // for distances
};

// What was removed and what was added at the same position of one list becomes a changed value, as
// reports for people show it. Not for patches: in an aligned list the two positions are not one.
template <class Host>
void merge_added_and_removed(Events<Host>& found);

}  // namespace mainstay::diff

#include "mainstay/diff/detail/walk_core.hpp"       // IWYU pragma: export
#include "mainstay/diff/detail/walk_keyed.hpp"      // IWYU pragma: export
#include "mainstay/diff/detail/walk_ordered.hpp"    // IWYU pragma: export
#include "mainstay/diff/detail/walk_unordered.hpp"  // IWYU pragma: export
